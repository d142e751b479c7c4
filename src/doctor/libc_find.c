/* glibc says its version in a sentence within libc.so.6, which it also prints when it is run. It
 * is not run here: the file is read. */
#include "doctor/libc_find.h"

#include "base/path.h"
#include "os/file.h"

#define MAX_LIBC (16 * MIB) /* libc.so.6 has 2 MiB */

static const struct {
    Str arch;
    Str multiarch; /* Debian's folder */
    Str musl;      /* in ld-musl-X.so.1 */
} archs[] = {
    {STR_CONST("386"), STR_CONST("i386-linux-gnu"), STR_CONST("i386")},
    {STR_CONST("amd64"), STR_CONST("x86_64-linux-gnu"), STR_CONST("x86_64")},
    {STR_CONST("arm"), STR_CONST("arm-linux-gnueabihf"), STR_CONST("armhf")},
    {STR_CONST("arm64"), STR_CONST("aarch64-linux-gnu"), STR_CONST("aarch64")},
    {STR_CONST("loong64"), STR_CONST("loongarch64-linux-gnu"), STR_CONST("loongarch64")},
    {STR_CONST("mips64le"), STR_CONST("mips64el-linux-gnuabi64"), STR_CONST("mips64el")},
    {STR_CONST("ppc64le"), STR_CONST("powerpc64le-linux-gnu"), STR_CONST("powerpc64le")},
    {STR_CONST("riscv64"), STR_CONST("riscv64-linux-gnu"), STR_CONST("riscv64")},
    {STR_CONST("s390x"), STR_CONST("s390x-linux-gnu"), STR_CONST("s390x")},
};

static void read_version(const Doctor *d, Libc *libc)
{
    static const Str mark = STR_CONST("release version ");
    Str text;
    Err ignored;
    Arena scratch = *d->arena;
    if (file_read_all(&scratch, FILE_CWD, libc->path, MAX_LIBC, &text, &ignored) != FILE_FOUND) {
        return;
    }
    isize at = str_index(text, mark);
    if (at < 0) {
        return;
    }
    /* "2.36." or "2.36, by Roland McGrath" */
    StrCut cut =
        str_cut(str_to(str_from(text, at + mark.len), MIN(32, text.len - at - mark.len)), '.');
    isize n = 0;
    while (n < cut.tail.len && cut.tail.ptr[n] >= '0' && cut.tail.ptr[n] <= '9') {
        n++;
    }
    int64_t major, minor;
    if (str_parse_decimal(cut.head, 99, &major) &&
        str_parse_decimal(str_to(cut.tail, n), 999, &minor)) {
        libc->major = major;
        libc->minor = minor;
    }
}

Libc libc_find(const Doctor *d)
{
    for (isize i = 0; i < COUNT_OF(archs); i++) {
        if (!str_eq(archs[i].arch, d->in->host_arch)) {
            continue;
        }
        const Str places[] = {
            str_format(d->arena, "/lib/%.*s/libc.so.6", STR_ARG(archs[i].multiarch)),
            str_format(d->arena, "/usr/lib/%.*s/libc.so.6", STR_ARG(archs[i].multiarch)),
            S("/lib64/libc.so.6"),
            S("/usr/lib64/libc.so.6"),
            S("/usr/lib/libc.so.6"),
        };
        for (isize p = 0; p < COUNT_OF(places); p++) {
            Libc libc = {.kind = LIBC_GLIBC, .path = doctor_system_path(d, places[p])};
            if (file_is_regular(FILE_CWD, libc.path)) {
                read_version(d, &libc);
                return libc;
            }
        }
        Str musl = str_format(d->arena, "/lib/ld-musl-%.*s.so.1", STR_ARG(archs[i].musl));
        musl = doctor_system_path(d, musl);
        return file_is_regular(FILE_CWD, musl) ? (Libc){.kind = LIBC_MUSL, .path = musl}
                                               : (Libc){0};
    }
    return (Libc){0};
}
