#include "format/crc32.h"

#include <libdeflate.h>

uint32_t crc32_of(Str data)
{
    return crc32_add(0, data);
}

/* libdeflate takes a NULL buffer as a request for the initial value, whatever crc is. */
uint32_t crc32_add(uint32_t crc, Str data)
{
    return data.len == 0 ? crc : libdeflate_crc32(crc, data.ptr, (size_t)data.len);
}
