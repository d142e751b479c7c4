/* What goward-fetch gives up before it touches the network. */
#ifndef HELPER_CONFINE_H
#define HELPER_CONFINE_H

#include "settings.h"

#include <stdint.h>

/* No new privileges, no core dumps, no memory readable by others, no inherited descriptors but
 * 0 to 3. */
void confine_process(void);

/* From here on only the files that TLS and name resolution need can be read, and nothing but
 * descriptors that are open already can be written. The Landlock ABI in force; 0 when the kernel
 * has none, and then nothing is confined. */
uint32_t confine_files(const Settings *settings);

#endif
