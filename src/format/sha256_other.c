/* CPUs for which there is only the portable SHA-256. */
#if !defined(__x86_64__) && !defined(__AARCH64EL__)

#include "format/sha256_engine.h"

isize sha256_native_engines(const Sha256Engine *ret[static SHA256_MAX_ENGINES])
{
    (void)ret;
    return 0;
}

#endif
