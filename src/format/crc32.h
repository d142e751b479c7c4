/* CRC-32 of zip and gzip (polynomial 0xedb88320, reflected). */
#ifndef FORMAT_CRC32_H
#define FORMAT_CRC32_H

#include "base/str.h"

uint32_t crc32_of(Str data);
/* Of the bytes that gave crc, followed by data; crc is 0 for no bytes. */
uint32_t crc32_add(uint32_t crc, Str data);

#endif
