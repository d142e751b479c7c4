#include "lost/lost.h"
#include <unistd.h>
