/* Includes upward, and a header that does not say its folder. */
#include "near.h"
#include "os/file.h"
