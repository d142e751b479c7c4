/*
 * zlib does the work; it also reads the headers and checks CRC-32 and length. All that it wants to
 * remember is taken from one block that the reader starts with: memory which appeared later would
 * collide with a caller's scratch copies of the arena.
 */
#include "format/gzip.h"

#include "base/panic.h"

#include <zlib.h>

#define INPUT_LEN (64 * KIB)   /* packed bytes read at a time */
#define MEMORY_LEN (128 * KIB) /* for zlib: its tables and a window of 32 KiB; zlib-ng wants more */
#define MEMORY_ALIGN 64        /* the most that any of them wants */
#define ONLY_GZIP (16 + MAX_WBITS)
#define MAX_STEP (1024 * MIB) /* bytes made by one call; zlib counts in 32 bits */

struct GzipReader {
    ByteSource packed;
    z_stream z;
    int64_t left;   /* bytes that may still be unpacked */
    bool is_at_end; /* of packed */
    bool is_between_members;
    bool is_first_member;
    char *input;
    char *memory;
    isize memory_used;
};

static voidpf allocate(voidpf opaque, uInt n, uInt size)
{
    GzipReader *gzip = opaque;
    isize len;
    if (!num_mul((isize)n, (isize)size, &len) || len > MEMORY_LEN - gzip->memory_used) {
        return Z_NULL;
    }
    char *block = gzip->memory + gzip->memory_used;
    isize room = MEMORY_LEN - gzip->memory_used;
    gzip->memory_used += MIN(room, (len + MEMORY_ALIGN - 1) & -(isize)MEMORY_ALIGN);
    return block;
}

static void release(voidpf opaque, voidpf address)
{
    (void)opaque;
    (void)address;
}

GzipReader *gzip_new(Arena *a, ByteSource packed, int64_t max_len)
{
    GzipReader *gzip = ARENA_NEW(a, GzipReader);
    *gzip = (GzipReader){
        .packed = packed,
        .z = {.zalloc = allocate, .zfree = release, .opaque = gzip},
        .left = max_len,
        .is_first_member = true,
        .input = arena_alloc(a, INPUT_LEN, 1, 1),
        .memory = arena_alloc(a, MEMORY_LEN, 1, MEMORY_ALIGN),
    };
    int result = inflateInit2(&gzip->z, ONLY_GZIP);
    ASSERT(result == Z_OK);
    return gzip;
}

static bool need_input(GzipReader *gzip, Err *err)
{
    if (gzip->z.avail_in > 0 || gzip->is_at_end) {
        return true;
    }
    isize n;
    if (!gzip->packed.read(gzip->packed.context, gzip->input, INPUT_LEN, &n, err)) {
        return false;
    }
    gzip->is_at_end = n == 0;
    gzip->z.next_in = (Bytef *)gzip->input;
    gzip->z.avail_in = (uInt)n;
    return true;
}

static bool fail_damaged(const GzipReader *gzip, int result, Err *err)
{
    bool is_header = gzip->z.total_out == 0 && gzip->z.total_in <= 2;
    if (is_header && gzip->is_first_member) {
        return FAIL(err, ERR_FORMAT, "this is not gzip data");
    }
    if (is_header) {
        return FAIL(err, ERR_FORMAT, "something else follows the gzip data");
    }
    return FAIL(err, ERR_FORMAT, "damaged gzip data: %s",
                gzip->z.msg != NULL ? gzip->z.msg : zError(result));
}

/* Unpacks what is at hand into buf; *ret_n may be 0. */
static bool unpack(GzipReader *gzip, void *buf, isize cap, isize *ret_n, Err *err)
{
    char too_many;
    bool is_full = gzip->left == 0;
    isize room = is_full ? 1 : (isize)MIN(MIN(cap, MAX_STEP), gzip->left);
    gzip->z.next_out = (Bytef *)(is_full ? &too_many : buf);
    gzip->z.avail_out = (uInt)room;
    int result = inflate(&gzip->z, Z_NO_FLUSH);
    isize made = room - (isize)gzip->z.avail_out;
    if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END) {
        return fail_damaged(gzip, result, err);
    }
    if (is_full && made > 0) {
        return FAIL(err, ERR_LIMIT, "the gzip data unpacks to more than is allowed");
    }
    if (gzip->is_at_end && made == 0 && result != Z_STREAM_END) {
        return FAIL(err, ERR_FORMAT, "the gzip data is cut off");
    }
    gzip->left -= made;
    gzip->is_between_members = result == Z_STREAM_END;
    *ret_n = made;
    return true;
}

bool gzip_read(GzipReader *gzip, void *buf, isize cap, isize *ret_n, Err *err)
{
    ASSERT(cap > 0);
    isize n = 0;
    while (n == 0) {
        if (!need_input(gzip, err)) {
            return false;
        }
        if (gzip->is_between_members && gzip->is_at_end) {
            break;
        }
        if (gzip->is_between_members) {
            inflateReset(&gzip->z);
            gzip->is_between_members = false;
            gzip->is_first_member = false;
        }
        if (!unpack(gzip, buf, cap, &n, err)) {
            return false;
        }
    }
    *ret_n = n;
    return true;
}

static bool read_source(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    return gzip_read(context, buf, cap, ret_n, err);
}

ByteSource gzip_source(GzipReader *gzip)
{
    return (ByteSource){read_source, gzip};
}
