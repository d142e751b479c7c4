/* The kernel and its clock: old enough for the Go in use to refuse them, or set wrong? */
#include "doctor/kernel.h"

#include "doctor/cgroup.h"

#include "base/path.h"
#include "os/clock.h"
#include "os/file.h"

#define KERNEL_DAY_S (24 * 60 * 60)
#define KERNEL_MAX_VERSION_FILE (4 * KIB) /* VERSION has two lines */
#define KERNEL_MIN_WATCHES 8192           /* the kernel's own default since 2.6.13 */
#define KERNEL_MIN_INSTANCES 128

/* ---- GWD090: version ---- */

typedef struct {
    Str since; /* the first Go that needs it */
    Str arch;  /* empty: any */
    int64_t major, minor;
} KernelNeed;

/* The last row that fits counts. */
static const KernelNeed kernel_needs[] = {
    {STR_CONST("1.5"), {NULL, 0}, 2, 6},
    {STR_CONST("1.24"), {NULL, 0}, 3, 2},
    {STR_CONST("1.19"), STR_CONST("loong64"), 5, 19},
};

/* "6.1.0-13-amd64": 6 and 1. */
static bool parse_release(Str release, int64_t *ret_major, int64_t *ret_minor)
{
    StrCut major = str_cut(release, '.');
    isize n = 0;
    while (n < major.tail.len && major.tail.ptr[n] >= '0' && major.tail.ptr[n] <= '9') {
        n++;
    }
    return str_parse_decimal(major.head, INT32_MAX, ret_major) &&
           str_parse_decimal(str_to(major.tail, n), INT32_MAX, ret_minor);
}

static const KernelNeed *kernel_need(const Doctor *d)
{
    const KernelNeed *need = NULL;
    for (isize i = 0; i < COUNT_OF(kernel_needs); i++) {
        const KernelNeed *row = &kernel_needs[i];
        if (doctor_go_is_at_least(d, row->since) &&
            (row->arch.len == 0 || str_eq(row->arch, d->in->host_arch))) {
            need = row;
        }
    }
    return need;
}

static bool check_version(Doctor *d, Err *err)
{
    (void)err;
    int64_t major, minor;
    Str release = str_trim(cgroup_file(d, S("/proc/sys/kernel/osrelease")));
    const KernelNeed *need = kernel_need(d);
    if (need == NULL || !str_eq(d->in->host_os, S("linux")) ||
        !parse_release(release, &major, &minor) || major > need->major ||
        (major == need->major && minor >= need->minor)) {
        return true;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "%.*s needs Linux %lld.%lld; this is %.*s, and programs "
                                           "may fail in any way",
                                           STR_ARG(doctor_go_name(d)), (long long)need->major,
                                           (long long)need->minor, STR_ARG(release)),
                       .place = {.file = S("/proc/sys/kernel/osrelease")},
                       .evidence = release,
                       .remedy = S("a newer kernel, or an older Go: goward use 1.23"),
                   });
    return true;
}

/* ---- GWD100: inotify ---- */

static bool check_inotify(Doctor *d, Err *err)
{
    (void)err;
    static const struct {
        Str file;
        int64_t least;
        Str what, name;
    } limits[] = {
        {STR_CONST("/proc/sys/fs/inotify/max_user_watches"), KERNEL_MIN_WATCHES,
         STR_CONST("files and folders"), STR_CONST("fs.inotify.max_user_watches=524288")},
        {STR_CONST("/proc/sys/fs/inotify/max_user_instances"), KERNEL_MIN_INSTANCES,
         STR_CONST("programs at a time"), STR_CONST("fs.inotify.max_user_instances=512")},
    };
    for (isize i = 0; i < COUNT_OF(limits); i++) {
        int64_t n;
        Str text = str_trim(cgroup_file(d, limits[i].file));
        if (!str_parse_decimal(text, INT64_MAX, &n) || n >= limits[i].least) {
            continue;
        }
        doctor_find(d,
                    (Finding){
                        .severity = SEVERITY_INFO,
                        .title = str_format(d->arena,
                                            "this user may watch no more than %lld %.*s: "
                                            "editors and tools that rebuild miss changes",
                                            (long long)n, STR_ARG(limits[i].what)),
                        .place = {.file = limits[i].file},
                        .evidence = text,
                        .remedy = str_format(d->arena, "sudo sysctl %.*s", STR_ARG(limits[i].name)),
                    });
    }
    return true;
}

/* ---- GWD101: the clock ---- */

/* When the Go in use was made, as VERSION says since 1.21: "2026-08-28T16:20:06Z". */
static Str made_at(const Doctor *d)
{
    Str text, line;
    Err ignored;
    AUTO_CLOSE int fd = -1;
    if (d->in->goroot.len == 0 ||
        file_open(FILE_CWD, path_join(d->arena, d->in->goroot, S("VERSION")), &fd, &ignored) !=
            FILE_FOUND ||
        !file_read_fd(d->arena, fd, KERNEL_MAX_VERSION_FILE, &text, &ignored)) {
        return (Str){0};
    }
    while (str_next_line(&text, &line)) {
        if (str_eat_prefix(&line, S("time "))) {
            return str_trim(line);
        }
    }
    return (Str){0};
}

/* Times in this form sort as text. */
static bool is_time(Str text)
{
    return text.len == S("2026-08-28T16:20:06Z").len && text.ptr[4] == '-' && text.ptr[10] == 'T' &&
           str_ends_with(text, S("Z"));
}

static bool has_hardware_clock(const Doctor *d)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, doctor_system_path(d, S("/sys/class/rtc/rtc0")), &st, &ignored) ==
           FILE_FOUND;
}

bool kernel_clock_is_behind(const Doctor *d)
{
    Str made = made_at(d);
    return is_time(made) &&
           str_compare(clock_format_utc(d->arena, clock_wall_s() + KERNEL_DAY_S), made) < 0;
}

static bool check_clock(Doctor *d, Err *err)
{
    (void)err;
    if (!kernel_clock_is_behind(d)) {
        return true;
    }
    Str made = made_at(d);
    Str now = clock_format_utc(d->arena, clock_wall_s());
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena,
                                   "the clock is wrong: it says %.*s, and %.*s was made on "
                                   "%.*s; downloads fail",
                                   STR_ARG(str_to(now, 10)), STR_ARG(doctor_go_name(d)),
                                   STR_ARG(str_to(made, 10))),
               .evidence = str_format(d->arena, "time %.*s in VERSION, now %.*s%s", STR_ARG(made),
                                      STR_ARG(now),
                                      has_hardware_clock(d) ? "" : "\nthere is no hardware clock"),
               .remedy = S("sudo timedatectl set-ntp true"),
           });
    return true;
}

/* ---- GWD103: addresses ---- */

#define ADDRESS_BITS 64

/* Bits of the highest address of this process: of the stack, which lies at the top. 0 when it is
 * not known. */
static int address_bits(const Doctor *d)
{
    Str line, maps = cgroup_file(d, S("/proc/self/maps"));
    while (str_next_line(&maps, &line)) {
        uint64_t address = 0;
        if (!str_ends_with(line, S("[stack]"))) {
            continue;
        }
        for (isize i = 0; i < line.len && line.ptr[i] != '-'; i++) {
            char c = line.ptr[i];
            address = address << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        return address == 0 ? 0 : ADDRESS_BITS - __builtin_clzll(address);
    }
    return 0;
}

static bool check_addresses(Doctor *d, Err *err)
{
    (void)err;
    enum { NEEDED = 48 };
    int bits = address_bits(d);
    if (!str_eq(d->in->host_arch, S("arm64")) || !str_eq(d->in->arch, S("arm64")) || bits == 0 ||
        bits >= NEEDED) {
        return true;
    }
    doctor_find(
        d, (Finding){
               .severity = d->in->profile == PROFILE_RACE ? SEVERITY_ERROR : SEVERITY_INFO,
               .title = str_format(d->arena,
                                   "go test -race does not run here: the kernel gives "
                                   "programs addresses of %d bits, the race detector needs "
                                   "48",
                                   bits),
               .place = {.file = S("/proc/self/maps")},
               .evidence = str_format(d->arena, "the stack lies at an address of %d bits", bits),
               .remedy = S("a kernel with CONFIG_ARM64_VA_BITS=48"),
           });
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD090"),
                .title = STR_CONST("the kernel is one that the Go in use runs on"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("/proc/sys/kernel/osrelease and the version of the Go in "
                                      "use. What goward itself likes to have (openat2, Landlock) "
                                      "it does without on older kernels"),
                .why = STR_CONST(
                    "Go 1.24 and newer need Linux 3.2, earlier ones 2.6.32; linux/loong64 needs "
                    "5.19. On an older kernel programs start and fail later, when they make a call "
                    "that it lacks."),
                .cure = STR_CONST("a newer kernel, or goward use 1.23"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.24#linux, go.dev/wiki/MinimumRequirements"),
            },
        .run = check_version,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD100"),
                .title = STR_CONST("editors can watch the files of a project"),
                .severity = SEVERITY_INFO,
                .looks_at = STR_CONST("fs.inotify.max_user_watches and max_user_instances"),
                .why = STR_CONST("gopls clients and tools that build on each change watch every "
                                 "folder of a project. Past the limit they miss changes, or say "
                                 "\"no space left on device\" on a disk with room."),
                .cure = STR_CONST("sudo sysctl fs.inotify.max_user_watches=524288"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("man7.org/linux/man-pages/man7/inotify.7.html"),
            },
        .run = check_inotify,
        .profiles = PROFILE_DEV,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD101"),
                .title = STR_CONST("the clock is not set before the Go in use was made"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the clock, and the line \"time\" that VERSION of the Go in "
                                      "use has since 1.21"),
                .why = STR_CONST(
                    "A machine without a hardware clock, or one that was asleep for long, begins "
                    "in the past. Certificates are then not valid yet: downloads end with \"x509: "
                    "certificate has expired or is not yet valid\"."),
                .cure = STR_CONST("sudo timedatectl set-ntp true"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/crypto/x509#CertificateInvalidError"),
            },
        .run = check_clock,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD103"),
                .title = STR_CONST("the race detector has the addresses that it needs"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("how high the stack lies in /proc/self/maps, on arm64; an "
                                      "error with --profile race"),
                .why = STR_CONST("On arm64 the race detector keeps its notes at fixed addresses "
                                 "above 39 bits. Some kernels for small boards are built for 39 "
                                 "bits; there go test -race stops at its start."),
                .cure = STR_CONST("a kernel with CONFIG_ARM64_VA_BITS=48"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/articles/race_detector#Requirements"),
            },
        .run = check_addresses,
    },
};

const CheckGroup doctor_kernel = {rows, COUNT_OF(rows)};
