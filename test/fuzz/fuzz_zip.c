/* A zip archive, read to the last member: its parts fill it without gap or overlap, and what is
 * unpacked has the length and the CRC-32 that were announced. */
#include "base/panic.h"
#include "format/crc32.h"
#include "go/mod/modzip.h"

#define MAX_UNPACKED MIB /* larger members are not unpacked here: they only take time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str part(Str zip, ZipRange range)
{
    return str_slice(zip, (isize)range.from, (isize)(range.from + range.len));
}

static void check_ranges(const ZipDirectory *dir, const ZipEnd *end)
{
    int64_t covered = 0;
    for (isize i = 0; i < dir->len; i++) {
        ASSERT(dir->ptr[i].member.len > 0 && dir->ptr[i].len >= 0);
        covered += dir->ptr[i].member.len;
    }
    ASSERT(covered == end->directory.from);
    ASSERT(dir->total <= ZIP_MAX_TOTAL);
}

static void check_member(Arena scratch, Str zip, const ZipEntry *e)
{
    Err err;
    Str packed;
    if (!zip_member_data(e, part(zip, e->member), &packed, &err) || e->len > MAX_UNPACKED) {
        return;
    }
    char *out = ARENA_ARRAY(&scratch, char, e->len);
    Inflater inflater = inflater_open();
    if (zip_unpack(&inflater, e, packed, out, &err)) {
        ASSERT(crc32_of((Str){out, (isize)e->len}) == e->crc32);
    }
    inflater_close(&inflater);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Err err;
    Str zip = {(const char *)data, (isize)size};
    ZipEnd end;
    ZipDirectory dir;
    if (zip_find_end(part(zip, zip_tail_range(zip.len)), zip.len, &end, &err) &&
        zip_read_directory(&a, part(zip, end.directory), &end, &dir, &err)) {
        check_ranges(&dir, &end);
        for (isize i = 0; i < dir.len; i++) {
            check_member(a, zip, &dir.ptr[i]);
        }
        Str first = dir.len > 0 ? str_cut(dir.ptr[0].name, '/').head : S("");
        modzip_check(a, &dir, str_concat(&a, first, S("/")), &err);
    }
    arena_done(&a);
    return 0;
}
