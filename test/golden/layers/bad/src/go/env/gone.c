#include "base/near.h"
#include "base/gone.h"
