/* What goward check keeps, as somebody might have left it there: the file, a surface, a result.
 * What can be read is written and read again. The first byte says what the rest is. */
#include "base/panic.h"
#include "format/crc32.h"
#include "go/preflight/checkcache.h"
#include "go/preflight/resultcode.h"
#include "go/preflight/surfacecode.h"

#define MAX_INPUT (64 * KIB)
#define N_IMPORTS 3
#define PADDING 16
#define BUILD S("build")
#define CRC_AT (16 + 4 + 5) /* behind the first line and the build */

static void check_surface(Arena *a, Str bytes)
{
    Arena scratch = arena_init(64 * KIB);
    NameTable *names = names_new();
    NameCache *cache = name_cache_new(a, names);
    const Surface *s = surface_decode(a, scratch, bytes, N_IMPORTS, cache);
    if (s != NULL) {
        StrBuf b = strbuf_init(a), again = strbuf_init(a);
        surface_encode(scratch, &b, s, names);
        isize len = b.len;
        strbuf_add(&b, (Str){"\0\0\0\0\0\0\0", 8});
        s = surface_decode(a, scratch, (Str){b.ptr, len}, N_IMPORTS, cache);
        ASSERT(s != NULL);
        surface_encode(scratch, &again, s, names);
        ASSERT(str_eq((Str){b.ptr, len}, strbuf_str(&again)));
    }
    names_done(names);
    arena_done(&scratch);
}

static void check_result(Arena *a, Str bytes)
{
    UnitResult r;
    StrBuf b = strbuf_init(a), again = strbuf_init(a);
    if (result_decode(a, bytes, &r)) {
        result_encode(&b, &r);
        ASSERT(result_decode(a, strbuf_str(&b), &r));
        result_encode(&again, &r);
        ASSERT(str_eq(strbuf_str(&b), strbuf_str(&again)));
    }
}

/* With the checksum that belongs to it. */
static void check_file(char *text, isize len)
{
    if (len >= CRC_AT + 4) {
        uint32_t crc = crc32_of((Str){text + CRC_AT + 4, len - CRC_AT - 4});
        for (int i = 0; i < 4; i++) {
            text[CRC_AT + i] = (char)(crc >> 8 * i);
        }
    }
    Str record;
    CheckCache *c = checkcache_read((Str){text, len}, BUILD);
    bool is_there = checkcache_find(c, (Fingerprint){1, 2}, &record);
    ASSERT(!is_there || (record.ptr >= text && record.ptr + record.len <= text + len));
    checkcache_put(c, (Fingerprint){1, 2}, S("new"));
    ASSERT(checkcache_find(c, (Fingerprint){1, 2}, &record) && str_eq(record, S("new")));
    checkcache_done(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    Arena a = arena_init(64 * KIB);
    isize len = MIN((isize)size - 1, MAX_INPUT);
    char *text = ARENA_ARRAY(&a, char, len + PADDING);
    if (len > 0) {
        memcpy(text, data + 1, (size_t)len);
    }
    switch (data[0] % 3) {
    case 0:
        check_file(text, len);
        break;
    case 1:
        check_surface(&a, (Str){text, len});
        break;
    default:
        check_result(&a, (Str){text, len});
    }
    arena_done(&a);
    return 0;
}
