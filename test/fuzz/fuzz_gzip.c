/* Gzip data. Read and written in pieces of any size it must give the same bytes and the same end;
 * and one member the same as a whole. */
#include "base/panic.h"
#include "format/gzip.h"
#include "format/sha256.h"

#define MAX_UNPACKED MIB

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    Str rest;
    isize step;
} Pieces;

static bool read_piece(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    Pieces *pieces = context;
    ByteSource whole = byte_source_of_str(&pieces->rest);
    return whole.read(whole.context, buf, MIN(cap, pieces->step), ret_n, err);
}

/* Digest of the content; false when the data is refused at some point. */
static bool unpack(Arena a, Str packed, isize step, isize cap, Sha256 *ret)
{
    Err err;
    char buf[4096];
    int64_t len = 0;
    Pieces pieces = {packed, step};
    Sha256Stream s = sha256_begin();
    GzipReader *gzip = gzip_new(&a, (ByteSource){read_piece, &pieces}, MAX_UNPACKED);
    for (isize n = 1; n > 0; len += n) {
        if (!gzip_read(gzip, buf, cap, &n, &err)) {
            return false;
        }
        sha256_add(&s, buf, n);
    }
    ASSERT(len <= MAX_UNPACKED && pieces.rest.len == 0);
    *ret = sha256_end(&s);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Str packed = {(const char *)data, (isize)size};
    Sha256 whole, in_pieces;
    bool ok = unpack(a, packed, ISIZE_MAX, 4096, &whole);
    ASSERT(unpack(a, packed, 13, 31, &in_pieces) == ok);
    ASSERT(!ok || sha256_eq(&whole, &in_pieces));
    Err err;
    Str content;
    if (gzip_unpack(&a, packed, MAX_UNPACKED, &content, &err)) {
        Sha256 digest = sha256_of(content);
        ASSERT(ok && sha256_eq(&whole, &digest));
    }
    arena_done(&a);
    return 0;
}
