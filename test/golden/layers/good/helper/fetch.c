#include "base/num.h"
#include "settings.h"

#include <unistd.h>
