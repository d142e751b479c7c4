#include "base/gone.h"
#include "base/near.h"
