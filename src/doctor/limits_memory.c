/* Memory: is there enough for the compilers that run at a time, and do GOGC, GOMEMLIMIT and
 * GOMAXPROCS say what their owner thinks? */
#include "doctor/cgroup.h"
#include "doctor/goflags.h"

#define MEMORY_LITTLE (512 * MIB)    /* compilers, linker and go command of a middling package */
#define MEMORY_LEAST (256 * MIB)     /* the same, where one compiler runs at a time */
#define MEMORY_PER_JOB (128 * MIB)   /* one compiler: net/http takes 170 MiB, most take 50 */
#define MEMORY_FREE_JOB (64 * MIB)   /* of what other programs leave free, which changes */
#define MEMORY_JOB (256 * MIB)       /* that a recommended number of jobs may have each */
#define MEMORY_LEAST_GOAL (32 * MIB) /* a GOMEMLIMIT below the go command's own needs */
#define MEMORY_COMMIT_LITTLE (1024 * MIB)
#define MEMORY_KIB 1024

/* "MemTotal:  24684092 kB" in bytes; 0 when there is none. */
static int64_t meminfo_bytes(Str text, Str name)
{
    int64_t kib;
    Str word, value = cgroup_field(text, name);
    return str_next_field(&value, &word) && str_parse_decimal(word, INT64_MAX / MEMORY_KIB, &kib)
               ? kib * MEMORY_KIB
               : 0;
}

/* ---- GWD095: room for compilers ---- */

typedef struct {
    int64_t bytes; /* that may be used, swap included */
    bool is_free;  /* it is what other programs leave now */
    Str evidence;
} Room;

static Room read_room(Doctor *d, const Cgroup *group)
{
    Str text = cgroup_file(d, S("/proc/meminfo"));
    int64_t total = meminfo_bytes(text, S("MemTotal")) + meminfo_bytes(text, S("SwapTotal"));
    if (group->memory.value < total || total == 0) {
        return (Room){.bytes = group->memory.value,
                      .evidence =
                          str_format(d->arena, "%.*s: %.*s", STR_ARG(group->memory.file),
                                     STR_ARG(str_trim(cgroup_file(d, group->memory.file))))};
    }
    return (Room){.bytes = total,
                  .evidence = str_format(d->arena, "/proc/meminfo: %lld MiB with swap",
                                         (long long)(total / MIB))};
}

/* What all other programs leave; without a limit where the kernel does not say. */
static Room read_free_room(Doctor *d)
{
    Str text = cgroup_file(d, S("/proc/meminfo"));
    int64_t memory = meminfo_bytes(text, S("MemAvailable"));
    int64_t swap = meminfo_bytes(text, S("SwapFree"));
    if (memory == 0) {
        return (Room){.bytes = CGROUP_UNLIMITED};
    }
    return (Room){.bytes = memory + swap,
                  .is_free = true,
                  .evidence = str_format(d->arena,
                                         "/proc/meminfo: MemAvailable %lld MiB, SwapFree %lld MiB",
                                         (long long)(memory / MIB), (long long)(swap / MIB))};
}

/* What has fewer compilers run at a time; where it is one, only memory helps. */
static Str room_remedy(Doctor *d, const Variable *goflags, const Room *room, isize jobs)
{
    isize better = MIN(MAX((isize)(room->bytes / MEMORY_JOB), 1), jobs);
    GoFlagWord word;
    if (jobs == 1 && room->is_free) {
        return S("ps -eo rss,pid,args --sort=-rss | head (end what uses the memory, or add swap)");
    }
    if (jobs == 1) {
        return S("more memory for the container or unit (docker run --memory=1g, MemoryMax=1G), or "
                 "swap");
    }
    Str rest = goflags_last(d, goflags, S("p"), &word) ? goflags_without(d, goflags, word.word)
                                                       : goflags->got.value;
    return variable_remedy(
        d->arena, goflags,
        str_format(d->arena, "%.*s%s-p=%td", STR_ARG(rest), rest.len > 0 ? " " : "", better));
}

static Str room_title(Doctor *d, const Room *room, isize jobs)
{
    long long mib = (long long)(room->bytes / MIB);
    if (room->is_free) {
        return str_format(d->arena,
                          "other programs leave %lld MiB of memory for %td compiler%s at a time: "
                          "some may be killed (\"signal: killed\")",
                          mib, jobs, jobs == 1 ? "" : "s");
    }
    if (room->bytes < MEMORY_LITTLE) {
        return str_format(d->arena,
                          "%lld MiB of memory are little for a build: the compiler may be killed "
                          "(\"signal: killed\")",
                          mib);
    }
    return str_format(d->arena,
                      "%td compilers run at a time in %lld MiB of memory: some may be killed "
                      "(\"signal: killed\")",
                      jobs, mib);
}

static void find_little_memory(Doctor *d, const Room *room, isize jobs)
{
    Variable goflags = doctor_variable(d, S("GOFLAGS"));
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = room_title(d, room, jobs),
                       .evidence = room->evidence,
                       .remedy = room_remedy(d, &goflags, room, jobs),
                   });
}

static bool check_room(Doctor *d, Err *err)
{
    (void)err;
    Cgroup group = cgroup_read(d);
    Room room = read_room(d, &group), left = read_free_room(d);
    isize jobs = cgroup_gomaxprocs(d, &group);
    Str flag;
    int64_t n;
    if (goenv_flag(d->in->env, S("p"), &flag) && str_parse_decimal(flag, INT32_MAX, &n) && n > 0) {
        jobs = (isize)n;
    }
    if (room.bytes < (jobs == 1 ? MEMORY_LEAST : MEMORY_LITTLE) ||
        room.bytes / jobs < MEMORY_PER_JOB) {
        find_little_memory(d, &room, jobs);
    } else if (left.bytes < MEMORY_LEAST || left.bytes / jobs < MEMORY_FREE_JOB) {
        find_little_memory(d, &left, jobs);
    }
    if (group.oom_kills > 0) {
        doctor_find(d, (Finding){.severity = SEVERITY_INFO,
                                 .title = str_format(d->arena,
                                                     "the kernel has killed %lld programs of this "
                                                     "control group because memory ran out",
                                                     (long long)group.oom_kills),
                                 .evidence = room.evidence});
    }
    return true;
}

/* ---- GWD096: what the runtime is told ---- */

/* parseByteCount of the runtime: digits, then nothing, "B" or "KiB" to "TiB". */
static bool parse_goal(Str text, int64_t *ret)
{
    static const struct {
        Str suffix;
        int shift;
    } units[] = {
        {STR_CONST("KiB"), 10}, {STR_CONST("MiB"), 20}, {STR_CONST("GiB"), 30},
        {STR_CONST("TiB"), 40}, {STR_CONST("B"), 0},
    };
    int shift = 0;
    for (isize i = 0; i < COUNT_OF(units); i++) {
        if (str_eat_suffix(&text, units[i].suffix)) {
            shift = units[i].shift;
            break;
        }
    }
    while (text.len > 1 && str_eat_prefix(&text, S("0"))) {
    }
    int64_t n;
    if (!str_parse_decimal(text, INT64_MAX >> shift, &n)) {
        return false;
    }
    *ret = n << shift;
    return true;
}

/* The runtime asks the process alone, not the go env file. */
static Variable runtime_variable(const Doctor *d, Str name)
{
    return (Variable){name,
                      {environ_value(d->in->env->environ, name), GOENV_ORIGIN_PROCESS, {0}, 0}};
}

static void check_goal(Doctor *d, const Cgroup *group)
{
    Variable v = runtime_variable(d, S("GOMEMLIMIT"));
    int64_t goal;
    if (v.got.value.len == 0 || str_eq(v.got.value, S("off"))) {
        return;
    }
    if (!parse_goal(v.got.value, &goal)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, S("2GiB"),
                             "every Go program stops at its start, the go command included: "
                             "GOMEMLIMIT takes a number with B, KiB, MiB, GiB or TiB");
    } else if (goal < MEMORY_LEAST_GOAL) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "GOMEMLIMIT is below what the go command itself needs: it collects "
                             "garbage without end");
    } else if (goal > group->memory.value) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "GOMEMLIMIT is above the %lld MiB of the control group: programs are "
                             "killed before it has an effect",
                             (long long)(group->memory.value / MIB));
    }
}

/* strconv.ParseInt of 32 bits. */
static bool is_number(Str text)
{
    int64_t n;
    if (!str_eat_prefix(&text, S("-"))) {
        str_eat_prefix(&text, S("+"));
    }
    while (text.len > 1 && str_eat_prefix(&text, S("0"))) {
    }
    return str_parse_decimal(text, INT32_MAX, &n);
}

static void check_collector(Doctor *d)
{
    Variable v = runtime_variable(d, S("GOGC"));
    Str goal = environ_value(d->in->env->environ, S("GOMEMLIMIT"));
    bool is_off = str_eq(v.got.value, S("off"));
    if (v.got.value.len > 0 && !is_off && !is_number(v.got.value)) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "GOGC is passed over: it is neither a number nor off");
    } else if (is_off && (goal.len == 0 || str_eq(goal, S("off")))) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "nothing bounds the memory of compilers and tests: GOGC is off, and "
                             "there is no GOMEMLIMIT");
    }
}

static bool check_settings(Doctor *d, Err *err)
{
    (void)err;
    Cgroup group = cgroup_read(d);
    Variable procs = runtime_variable(d, S("GOMAXPROCS"));
    check_goal(d, &group);
    check_collector(d);
    if (procs.got.value.len > 0 && cgroup_gomaxprocs_set(d) == 0) {
        doctor_find_variable(d, SEVERITY_WARN, &procs, (Str){0},
                             "GOMAXPROCS is passed over: it is no number above 0");
    }
    return true;
}

/* ---- GWD102: memory that must be there ---- */

static bool check_overcommit(Doctor *d, Err *err)
{
    (void)err;
    Str mode = str_trim(cgroup_file(d, S("/proc/sys/vm/overcommit_memory")));
    Str text = cgroup_file(d, S("/proc/meminfo"));
    int64_t limit = meminfo_bytes(text, S("CommitLimit"));
    int64_t left = limit - meminfo_bytes(text, S("Committed_AS"));
    if (!str_eq(mode, S("2")) || limit == 0 || left >= MEMORY_COMMIT_LITTLE) {
        return true;
    }
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_WARN,
                    .title = str_format(d->arena,
                                        "the kernel promises no more than %lld MiB further "
                                        "memory: builds end with \"cannot allocate memory\"",
                                        (long long)(MAX(left, 0) / MIB)),
                    .place = {.file = S("/proc/sys/vm/overcommit_memory")},
                    .evidence = str_format(d->arena, "vm.overcommit_memory=2, CommitLimit %lld MiB",
                                           (long long)(limit / MIB)),
                    .remedy = S("sudo sysctl vm.overcommit_ratio=100, or more swap"),
                });
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD095"),
                .title = STR_CONST("there is memory for the compilers that run at a time"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "memory.max and memory.high of the control group and of those above it, "
                    "MemTotal, MemAvailable and the swap in /proc/meminfo, -p in GOFLAGS or else "
                    "GOMAXPROCS; oom_kill in memory.events"),
                .why = STR_CONST(
                    "The go command starts one compiler per processor, each of which takes 50 to "
                    "500 MiB. In a small container on a large machine that is more than there is: "
                    "the kernel kills one, and the build says \"compile: signal: killed\"."),
                .cure = STR_CONST("go env -w GOFLAGS=-p=2; more memory or swap"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies"),
            },
        .run = check_room,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD096"),
                .title = STR_CONST("GOMEMLIMIT, GOGC and GOMAXPROCS are taken by the runtime"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the three variables in the environment of the process, and "
                                      "the memory that the control group gives"),
                .why = STR_CONST(
                    "A malformed GOMEMLIMIT (\"2G\", \"2GB\") stops every Go program at its start, "
                    "the go command included. A malformed GOGC or GOMAXPROCS is passed over "
                    "without a word. A GOMEMLIMIT above the limit of the container protects "
                    "nothing, and GOGC=off without one lets compilers grow until they are killed."),
                .cure = STR_CONST("export GOMEMLIMIT=2GiB; unset GOGC GOMAXPROCS"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/runtime#hdr-Environment_Variables"),
            },
        .run = check_settings,
        .modes = MODE_PROCESS,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD102"),
                .title = STR_CONST("the kernel promises the memory that builds ask for"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("vm.overcommit_memory, CommitLimit and Committed_AS in "
                                      "/proc/meminfo"),
                .why = STR_CONST(
                    "With vm.overcommit_memory=2 the kernel promises no more than CommitLimit, by "
                    "default half of the memory and the swap. Builds then end with \"cannot "
                    "allocate memory\" on a machine whose memory is half free, and the race "
                    "detector cannot reserve its shadow memory."),
                .cure = STR_CONST("sudo sysctl vm.overcommit_memory=0"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("docs.kernel.org/mm/overcommit-accounting.html"),
            },
        .run = check_overcommit,
    },
};

const CheckGroup doctor_limits_memory = {rows, COUNT_OF(rows)};
