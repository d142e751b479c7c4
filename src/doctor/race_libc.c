/*
 * What the race detector's runtime needs of the machine that runs the program: of its C library,
 * of the width of its addresses. That of Go is another build of ThreadSanitizer than that of C
 * compilers, with rules of its own.
 */
#include "doctor/libc_find.h"
#include "doctor/race_wanted.h"

#include "os/file.h"

#define MAX_MAPS (4 * MIB)
#define MIN_GLIBC_MINOR 17   /* of glibc 2, since Go 1.19 */
#define MAX_SAFE_RND_BITS 28 /* of vm.mmap_rnd_bits, for ThreadSanitizer before LLVM 18, GCC 14 */

/* ---- addresses ---- */

/* "FATAL: ThreadSanitizer: unsupported VMA range": the numbers that stand in the .syso files. */
static const struct {
    Str arch;
    int widths[2];
    int kernel_half; /* bits that the kernel keeps of a width */
} address_rules[] = {
    {STR_CONST("arm64"), {48}, 0},
    {STR_CONST("loong64"), {47}, 0},
    {STR_CONST("ppc64le"), {46, 47}, 0},
    {STR_CONST("riscv64"), {39, 48}, 1},
};

static bool read_hex(Str text, uint64_t *ret)
{
    uint64_t value = 0;
    if (text.len == 0 || text.len > 16) {
        return false;
    }
    for (isize i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        int digit = byte >= '0' && byte <= '9'   ? byte - '0'
                    : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                                                 : -1;
        if (digit < 0) {
            return false;
        }
        value = value * 16 + (uint64_t)digit;
    }
    *ret = value;
    return true;
}

/* The number of bits in the addresses of the stack, which lies near the top; 0: not known. */
static int address_width(const Doctor *d)
{
    Str path = doctor_system_path(d, S("/proc/self/maps")), text, line;
    Err ignored;
    uint64_t address;
    if (file_read_all(d->arena, FILE_CWD, path, MAX_MAPS, &text, &ignored) != FILE_FOUND) {
        return 0;
    }
    while (str_next_line(&text, &line)) {
        if (str_ends_with(line, S("[stack]")) && read_hex(str_cut(line, '-').head, &address) &&
            address != 0) {
            return 64 - __builtin_clzll(address);
        }
    }
    return 0;
}

static void check_addresses(Doctor *d)
{
    int width = address_width(d);
    for (isize i = 0; width > 0 && i < COUNT_OF(address_rules); i++) {
        int found = width + address_rules[i].kernel_half;
        const int *widths = address_rules[i].widths;
        if (!str_eq(address_rules[i].arch, d->in->arch) || found == widths[0] ||
            found == widths[1]) {
            continue;
        }
        doctor_find(
            d, (Finding){
                   .severity = SEVERITY_ERROR,
                   .title = str_format(d->arena,
                                       "this kernel gives %d-bit addresses, and the race detector "
                                       "for %.*s needs %d: programs built with -race die at start",
                                       found, STR_ARG(d->in->arch),
                                       widths[1] != 0 ? widths[1] : widths[0]),
                   .evidence = S("the [stack] line of /proc/self/maps"),
                   .remedy = S("run them under a kernel that is configured for wider addresses "
                               "(on arm64 CONFIG_ARM64_VA_BITS_48)"),
               });
    }
}

/* ---- the C library ---- */

static void find_libc(Doctor *d, const Libc *libc, Str title, Str remedy)
{
    doctor_find(d, (Finding){.severity = SEVERITY_ERROR,
                             .title = title,
                             .place = {.file = libc->path},
                             .remedy = remedy});
}

static void check_library(Doctor *d)
{
    Libc libc = libc_find(d);
    if (libc.kind == LIBC_GLIBC && libc.major == 2 && libc.minor < MIN_GLIBC_MINOR &&
        doctor_go_is_at_least(d, S("1.19"))) {
        find_libc(d, &libc,
                  str_format(d->arena,
                             "the race detector of %.*s needs glibc 2.17 or newer, and this is "
                             "%lld.%lld",
                             STR_ARG(doctor_go_name(d)), (long long)libc.major,
                             (long long)libc.minor),
                  S("build and test on a newer system, or in a container of one"));
    }
    if (libc.kind == LIBC_MUSL && str_eq(d->in->arch, S("ppc64le"))) {
        find_libc(d, &libc,
                  S("the race detector for ppc64le is built for glibc, and this system has musl: "
                    "the link ends with \"__syslog_chk\" undefined"),
                  S("build with -race on a system with glibc, such as Debian"));
    }
}

/* ---- ThreadSanitizer for C ---- */

static void check_sanitizer_of_c(Doctor *d)
{
    static const Str names[] = {STR_CONST("CGO_CFLAGS"), STR_CONST("CGO_LDFLAGS")};
    Str path = doctor_system_path(d, S("/proc/sys/vm/mmap_rnd_bits")), text;
    int64_t bits;
    Err ignored;
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Variable v = doctor_variable(d, names[i]);
        if (!str_contains(v.got.value, S("-fsanitize=thread"))) {
            continue;
        }
        if (file_read_all(d->arena, FILE_CWD, path, KIB, &text, &ignored) == FILE_FOUND &&
            str_parse_decimal(str_trim(text), 64, &bits) && bits > MAX_SAFE_RND_BITS) {
            doctor_find(
                d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = str_format(d->arena,
                                           "with vm.mmap_rnd_bits at %lld a C compiler's "
                                           "ThreadSanitizer may die at start with \"unexpected "
                                           "memory mapping\"",
                                           (long long)bits),
                       .place = {.file = path},
                       .evidence = variable_evidence(d->arena, &v),
                       .remedy = S("sudo sysctl vm.mmap_rnd_bits=28, or a compiler of LLVM 18 or "
                                   "GCC 14 and newer"),
                   });
            return;
        }
    }
}

static bool check_libc(Doctor *d, Err *err)
{
    (void)err;
    const DoctorInput *in = d->in;
    bool runs_here = str_eq(in->os, in->host_os) && str_eq(in->arch, in->host_arch);
    if (in->goroot.len == 0 || !runs_here || !str_eq(in->os, S("linux"))) {
        return true;
    }
    check_sanitizer_of_c(d);
    if (race_is_wanted(d)) {
        check_addresses(d);
        check_library(d);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD086"),
                .title = STR_CONST("programs built with -race can run on this machine"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the version in libc.so.6, or ld-musl-ARCH.so.1; the address of the stack in "
                    "/proc/self/maps; with -fsanitize=thread in CGO_CFLAGS or CGO_LDFLAGS also "
                    "vm.mmap_rnd_bits. Made on Linux when GOFLAGS holds -race or the profile is "
                    "race"),
                .why = STR_CONST(
                    "Since Go 1.19 the race detector needs glibc 2.17. On arm64 it needs addresses "
                    "of 48 bits, on loong64 47, on ppc64le 46 or 47, on riscv64 39 or 48; kernels "
                    "for small boards are often configured for fewer, and then every program "
                    "built with -race ends with \"unsupported VMA range\" before main.\n\n"
                    "musl is no hindrance: only on ppc64le the runtime asks for a function of "
                    "glibc. Nor is vm.mmap_rnd_bits, for Go's own detector; that of a C compiler "
                    "(-fsanitize=thread), when it is older than LLVM 18, may die at start while "
                    "it is above 28."),
                .cure = STR_CONST("test on a newer system, or under a kernel with 48-bit "
                                  "addresses"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.19#race, src/runtime/race of each release, "
                                    "github.com/google/sanitizers/issues/1716"),
            },
        .run = check_libc,
    },
};

const CheckGroup doctor_race_libc = {rows, COUNT_OF(rows)};
