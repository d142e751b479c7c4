/* The limits of a process (ulimit): how many files, threads and bytes builds may have. */
#include "doctor/cgroup.h"

#define UNLIMITED CGROUP_UNLIMITED

/* A line of /proc/self/limits. */
typedef struct {
    Str name;       /* "Max open files" */
    char option;    /* of ulimit */
    int64_t least;  /* below this small builds fail */
    int64_t little; /* below this large ones do */
    int64_t unit;   /* of ulimit, in those of the file */
    Str what;       /* "open files" */
    Str symptom;    /* what a build then says */
} LimitRule;

/* Measured with Go 1.26 on linux/amd64, with one small program to build: below the first number
 * the build fails, below the second larger ones do. */
static const LimitRule files_rules[] = {
    {STR_CONST("Max open files"), 'n', 20, 256, 1, STR_CONST("open files"),
     STR_CONST("\"too many open files\"")},
};

static const LimitRule thread_rules[] = {
    {STR_CONST("Max processes"), 'u', 12, 128, 1, STR_CONST("processes and threads of this user"),
     STR_CONST("\"failed to create new OS thread\"")},
};

static const LimitRule size_rules[] = {
    {STR_CONST("Max address space"), 'v', 700 * MIB, 4096 * MIB, 1024,
     STR_CONST("KiB of address space"), STR_CONST("\"failed to reserve page summary memory\"")},
    {STR_CONST("Max data size"), 'd', 128 * MIB, 1024 * MIB, 1024, STR_CONST("KiB of data"),
     STR_CONST("\"cannot allocate memory\"")},
    {STR_CONST("Max file size"), 'f', 4 * MIB, 512 * MIB, 1024, STR_CONST("KiB in one file"),
     STR_CONST("\"file too large\"")},
    {STR_CONST("Max cpu time"), 't', 10, 600, 1, STR_CONST("seconds of processor time"),
     STR_CONST("\"signal: killed\"")},
};

/* Of a line "NAME  SOFT  HARD  UNITS", columns apart by two spaces and more. */
static bool read_limit(Str text, Str name, int64_t *ret_soft, int64_t *ret_hard)
{
    Str line, word;
    int64_t *const values[] = {ret_soft, ret_hard};
    while (str_next_line(&text, &line)) {
        if (!str_eat_prefix(&line, name)) {
            continue;
        }
        for (isize i = 0; i < COUNT_OF(values); i++) {
            if (!str_next_field(&line, &word)) {
                return false;
            }
            if (!str_parse_decimal(word, INT64_MAX, values[i])) {
                *values[i] = UNLIMITED;
            }
        }
        return true;
    }
    return false;
}

/* The soft limit can be raised to the hard one by anybody; beyond that it takes the one who
 * started the session, the service or the container. */
static Str limit_remedy(const Doctor *d, const LimitRule *rule, int64_t hard)
{
    if (hard == UNLIMITED) {
        return str_format(d->arena, "ulimit -%c unlimited", rule->option);
    }
    if (hard >= rule->little && rule->option == 'f') {
        return S("ulimit -f $(ulimit -H -f)"); /* shells differ in the unit */
    }
    if (hard >= rule->little) {
        return str_format(d->arena, "ulimit -%c %lld", rule->option,
                          (long long)(hard / rule->unit));
    }
    return S("raise the hard limit where the session begins: /etc/security/limits.conf, Limit...= "
             "of a systemd unit, or --ulimit of a container");
}

static Str limit_text(Arena *a, int64_t limit)
{
    return limit == UNLIMITED ? S("unlimited") : str_format(a, "%lld", (long long)limit);
}

static void judge_limit(Doctor *d, const LimitRule *rule, int64_t value, int64_t soft, int64_t hard)
{
    if (value >= rule->little) {
        return;
    }
    doctor_find(
        d, (Finding){
               .severity = value < rule->least ? SEVERITY_ERROR : SEVERITY_WARN,
               .title = str_format(
                   d->arena, "no more than %lld %.*s are allowed: builds end with %.*s",
                   (long long)(value / rule->unit), STR_ARG(rule->what), STR_ARG(rule->symptom)),
               .evidence = str_format(d->arena, "%.*s: soft %.*s, hard %.*s", STR_ARG(rule->name),
                                      STR_ARG(limit_text(d->arena, soft)),
                                      STR_ARG(limit_text(d->arena, hard))),
               .remedy = limit_remedy(d, rule, hard),
           });
}

static void check_rules(Doctor *d, const LimitRule *rules, isize n, bool uses_hard)
{
    Str text = cgroup_process_file(d, "limits");
    for (isize i = 0; i < n; i++) {
        int64_t soft, hard;
        if (read_limit(text, rules[i].name, &soft, &hard)) {
            judge_limit(d, &rules[i], uses_hard ? hard : soft, soft, hard);
        }
    }
}

static bool check_files(Doctor *d, Err *err)
{
    (void)err;
    /* Since Go 1.19 programs raise the soft limit to the hard one when they start. */
    check_rules(d, files_rules, COUNT_OF(files_rules), !doctor_go_is_before(d, S("1.19")));
    return true;
}

/* The limit on processes does not hold for root. */
static bool is_root(const Doctor *d)
{
    Str uid, uids = cgroup_field(cgroup_process_file(d, "status"), S("Uid"));
    return str_next_field(&uids, &uid) && str_eq(uid, S("0"));
}

static bool check_threads(Doctor *d, Err *err)
{
    (void)err;
    Cgroup group = cgroup_read(d);
    if (!is_root(d)) {
        check_rules(d, thread_rules, COUNT_OF(thread_rules), false);
    }
    if (group.pids.value < thread_rules[0].little) {
        doctor_find(
            d, (Finding){
                   .severity =
                       group.pids.value < thread_rules[0].least ? SEVERITY_ERROR : SEVERITY_WARN,
                   .title = str_format(d->arena,
                                       "the control group takes no more than %lld further threads: "
                                       "builds end with \"failed to create new OS thread\"",
                                       (long long)group.pids.value),
                   .place = {.file = group.pids.file},
                   .evidence = str_format(d->arena, "%.*s: %.*s", STR_ARG(group.pids.file),
                                          STR_ARG(str_trim(cgroup_file(d, group.pids.file)))),
                   .remedy = S("--pids-limit of the container, TasksMax= of the systemd unit"),
               });
    }
    return true;
}

static bool check_sizes(Doctor *d, Err *err)
{
    (void)err;
    check_rules(d, size_rules, COUNT_OF(size_rules), false);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD091"),
                .title = STR_CONST("builds may open as many files as they need"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the limit on open files (ulimit -n) in /proc/self/limits: "
                                      "the hard one, which Go programs take since 1.19"),
                .why = STR_CONST("The go command and the linker hold the files of many packages "
                                 "open at a time. With fewer than some 20 not even a small program "
                                 "is built; with fewer than 256 large ones and test servers fail "
                                 "with \"too many open files\"."),
                .cure = STR_CONST("ulimit -n 4096, or the hard limit of the session"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.19#os"),
            },
        .run = check_files,
        .modes = MODE_PROCESS,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD092"),
                .title = STR_CONST("builds may start as many threads as they need"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the limit on processes (ulimit -u) in /proc/self/limits, "
                                      "which does not hold for root; pids.max and pids.current of "
                                      "the control group"),
                .why = STR_CONST("Every Go program starts five threads and more, and a build runs "
                                 "as many compilers at a time as there are processors. Threads "
                                 "count as processes, and those of all programs of the user are "
                                 "counted together."),
                .cure = STR_CONST("ulimit -u 4096; docker run --pids-limit 1024"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/runtime/os_linux.go, newosproc"),
            },
        .run = check_threads,
        .modes = MODE_PROCESS,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD093"),
                .title = STR_CONST("limits on memory, file sizes and time leave room for builds"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("ulimit -v, -d, -f and -t in /proc/self/limits"),
                .why = STR_CONST(
                    "A Go program reserves some 600 MiB of addresses at its start, which cost no "
                    "memory; a limit on addresses below that stops every one, the go command "
                    "included. A limit on the size of files stops the linker, one on processor "
                    "time kills whatever is running."),
                .cure = STR_CONST("ulimit -v unlimited; limit memory with a control group instead"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/runtime/mpagealloc_64bit.go"),
            },
        .run = check_sizes,
        .modes = MODE_PROCESS,
    },
};

const CheckGroup doctor_limits = {rows, COUNT_OF(rows)};
