/* A tar archive. Read in pieces of any size it must give the same entries, contents and end. */
#include "base/panic.h"
#include "format/sha256.h"
#include "format/tar.h"

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

static bool add_content(TarReader *tar, Sha256Stream *s, isize cap, int64_t *ret_len, Err *err)
{
    char buf[1000];
    int64_t len = 0;
    for (isize n = 1; n > 0;) {
        if (!tar_read(tar, buf, cap, &n, err)) {
            return false;
        }
        sha256_add(s, buf, n);
        len += n;
    }
    *ret_len = len;
    return true;
}

/* A digest of all that is to be seen in the archive. */
static Sha256 look_through(Arena a, Str archive, isize step, isize cap)
{
    Err err;
    TarEntry e;
    TarOutcome outcome;
    Pieces pieces = {archive, step};
    Sha256Stream s = sha256_begin();
    TarReader *tar = tar_new(&a, (ByteSource){read_piece, &pieces});
    while ((outcome = tar_next(tar, &e, &err)) == TAR_ENTRY) {
        int64_t len;
        ASSERT(e.kind > TAR_NONE && e.kind < TAR_KIND_COUNT);
        ASSERT(e.name.len > 0 && e.name.len <= TAR_MAX_PATH && e.link.len <= TAR_MAX_PATH);
        ASSERT(str_index_byte(e.name, '\0') < 0 && e.size >= 0 && e.size <= TAR_MAX_TOTAL);
        sha256_add(&s, e.name.ptr, e.name.len);
        sha256_add(&s, e.link.ptr, e.link.len);
        sha256_add(&s, &e.kind, sizeof(e.kind));
        if (!add_content(tar, &s, cap, &len, &err)) {
            outcome = TAR_FAILED;
            break;
        }
        ASSERT(len == e.size);
    }
    ASSERT(outcome != TAR_END || pieces.rest.len == 0);
    sha256_add(&s, &outcome, sizeof(outcome));
    return sha256_end(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Str archive = {(const char *)data, (isize)size};
    Sha256 whole = look_through(a, archive, ISIZE_MAX, 1000);
    Sha256 in_pieces = look_through(a, archive, 511, 7);
    ASSERT(sha256_eq(&whole, &in_pieces));
    arena_done(&a);
    return 0;
}
