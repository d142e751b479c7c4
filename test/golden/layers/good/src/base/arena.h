#include "base/num.h"
void *arena_take(isize n);
