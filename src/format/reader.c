#include "format/reader.h"

/* Where the next n bytes are, or NULL. */
static const uint8_t *take(Reader *r, isize n)
{
    if (n < 0 || n > r->rest.len) {
        r->is_failed = true;
        r->rest = (Str){0};
        return NULL;
    }
    const uint8_t *bytes = (const uint8_t *)r->rest.ptr;
    r->rest = str_from(r->rest, n);
    return bytes;
}

static uint64_t read_le(Reader *r, isize n)
{
    const uint8_t *bytes = take(r, n);
    uint64_t value = 0;
    for (isize i = n - 1; bytes != NULL && i >= 0; i--) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static uint64_t read_be(Reader *r, isize n)
{
    const uint8_t *bytes = take(r, n);
    uint64_t value = 0;
    for (isize i = 0; bytes != NULL && i < n; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

uint8_t reader_u8(Reader *r)
{
    return (uint8_t)read_le(r, 1);
}

uint16_t reader_u16le(Reader *r)
{
    return (uint16_t)read_le(r, 2);
}

uint32_t reader_u32le(Reader *r)
{
    return (uint32_t)read_le(r, 4);
}

uint64_t reader_u64le(Reader *r)
{
    return read_le(r, 8);
}

uint16_t reader_u16be(Reader *r)
{
    return (uint16_t)read_be(r, 2);
}

uint32_t reader_u32be(Reader *r)
{
    return (uint32_t)read_be(r, 4);
}

uint64_t reader_u64be(Reader *r)
{
    return read_be(r, 8);
}

Str reader_bytes(Reader *r, isize n)
{
    const char *bytes = (const char *)take(r, n);
    return bytes == NULL ? (Str){0} : (Str){bytes, n};
}

void reader_skip(Reader *r, isize n)
{
    take(r, n);
}
