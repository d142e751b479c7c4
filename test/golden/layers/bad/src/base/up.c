/* Includes upward, and a header that does not say its folder. */
#include "os/file.h"
#include "near.h"
