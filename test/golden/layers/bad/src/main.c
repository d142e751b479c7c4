#include <unistd.h>
#include "lost/lost.h"
