#include "doctor/cgroup.h"

#include "base/path.h"
#include "os/file.h"
#include "os/proc.h"

#define CGROUP_MAX_FILE (1 * MIB) /* a machine with thousands of mounts has a long mountinfo */
#define CGROUP_MAX_LEVELS 64      /* groups above one another */
#define CGROUP_MAX_CPUS 8192      /* as Linux */
/* Version 1 writes "no limit" as the greatest multiple of a page. */
#define CGROUP_V1_NO_MEMORY ((int64_t)1 << 60)
#define CGROUP_MIN_PROCS 2 /* of Go: below that a collection stops the program */

typedef struct {
    Str dir;   /* of the group, under the mount */
    Str mount; /* where to stop on the way up */
    bool is_v1;
} Controller;

static Str read_small(const Doctor *d, Str path)
{
    Str text;
    Err ignored;
    AUTO_CLOSE int fd = -1;
    bool ok = file_open(FILE_CWD, path, &fd, &ignored) == FILE_FOUND &&
              file_read_fd(d->arena, fd, CGROUP_MAX_FILE, &text, &ignored);
    return ok ? text : (Str){0};
}

Str cgroup_file(const Doctor *d, Str path)
{
    return read_small(d, doctor_system_path(d, path));
}

Str cgroup_process_file(const Doctor *d, const char *name)
{
    return read_small(d, doctor_process_path(d, name));
}

Str cgroup_field(Str text, Str name)
{
    Str line;
    while (str_next_line(&text, &line)) {
        StrCut cut = str_cut(line, ':');
        if (cut.found && str_eq(cut.head, name)) {
            return str_trim(cut.tail);
        }
    }
    return (Str){0};
}

/* ---- which group ---- */

/* "4:cpu,cpuacct:/docker/x", "0::/user.slice": the path of the group; a version 1 hierarchy with
 * the controller goes before version 2. */
static bool find_group(Str text, Str controller, Str *ret_path, bool *ret_is_v1)
{
    Str line;
    bool found = false;
    while (str_next_line(&text, &line)) {
        StrCut number = str_cut(line, ':');
        StrCut rest = str_cut(number.tail, ':');
        if (!rest.found || !path_is_absolute(rest.tail)) {
            continue;
        }
        bool is_v2 = str_eq(number.head, S("0"));
        if (is_v2 || str_list_has(rest.head, controller)) {
            *ret_path = rest.tail;
            *ret_is_v1 = !is_v2;
            found = true;
            if (!is_v2) {
                break;
            }
        }
    }
    return found;
}

typedef struct {
    Str root, point, type, options;
} Mount;

/* A line of mountinfo; proc_pid_mountinfo(5). Paths with escaped characters are left as they are:
 * no group lies in one. */
static bool parse_mount(Str line, Mount *ret)
{
    Str word;
    Mount m = {0};
    for (int i = 0; i < 6; i++) {
        if (!str_next_field(&line, &word)) {
            return false;
        }
        m.root = i == 3 ? word : m.root;
        m.point = i == 4 ? word : m.point;
    }
    do {
        if (!str_next_field(&line, &word)) {
            return false;
        }
    } while (!str_eq(word, S("-")));
    bool ok = str_next_field(&line, &m.type) && str_next_field(&line, &word) &&
              str_next_field(&line, &m.options);
    *ret = m;
    return ok;
}

static bool fits(const Mount *m, Str controller, Str group, bool is_v1)
{
    bool is_kind = is_v1 ? str_eq(m->type, S("cgroup")) && str_list_has(m->options, controller)
                         : str_eq(m->type, S("cgroup2"));
    return is_kind && path_is_within(group, m->root);
}

static bool find_controller(const Doctor *d, Str controller, Controller *ret)
{
    Str group, line;
    Mount m;
    bool is_v1;
    if (!find_group(cgroup_process_file(d, "cgroup"), controller, &group, &is_v1)) {
        return false;
    }
    Str mounts = cgroup_file(d, S("/proc/self/mountinfo"));
    while (str_next_line(&mounts, &line)) {
        if (parse_mount(line, &m) && fits(&m, controller, group, is_v1)) {
            Str below = str_from(group, str_eq(m.root, S("/")) ? 0 : m.root.len);
            ret->dir = path_clean(d->arena, str_concat(d->arena, m.point, below));
            ret->mount = m.point;
            ret->is_v1 = is_v1;
            return path_is_within(ret->dir, ret->mount);
        }
    }
    return false;
}

/* ---- limits ---- */

/* A number of a file, CGROUP_UNLIMITED for "max", "-1" and what is no number. */
static int64_t read_number(const Doctor *d, Str dir, Str name)
{
    int64_t n;
    Str word, text = cgroup_file(d, path_join(d->arena, dir, name));
    return str_next_field(&text, &word) && str_parse_decimal(word, INT64_MAX, &n)
               ? n
               : CGROUP_UNLIMITED;
}

/* Thousandths of a processor: quota over period. */
static int64_t read_cpu(const Doctor *d, Str dir, bool is_v1)
{
    int64_t quota, period = CGROUP_UNLIMITED;
    if (is_v1) {
        quota = read_number(d, dir, S("cpu.cfs_quota_us"));
        period = read_number(d, dir, S("cpu.cfs_period_us"));
    } else {
        Str word, text = cgroup_file(d, path_join(d->arena, dir, S("cpu.max")));
        if (!str_next_field(&text, &word) || !str_parse_decimal(word, INT64_MAX, &quota) ||
            !str_next_field(&text, &word) || !str_parse_decimal(word, INT64_MAX, &period)) {
            return CGROUP_UNLIMITED;
        }
    }
    if (quota > INT64_MAX / 1000 || period == CGROUP_UNLIMITED || period == 0) {
        return CGROUP_UNLIMITED;
    }
    return quota * 1000 / period;
}

static int64_t read_memory(const Doctor *d, Str dir, bool is_v1)
{
    int64_t most = read_number(d, dir, is_v1 ? S("memory.limit_in_bytes") : S("memory.max"));
    int64_t high = is_v1 ? CGROUP_UNLIMITED : read_number(d, dir, S("memory.high"));
    int64_t least = MIN(most, high);
    return least >= CGROUP_V1_NO_MEMORY ? CGROUP_UNLIMITED : least;
}

static int64_t read_pids(const Doctor *d, Str dir, bool is_v1)
{
    (void)is_v1; /* both versions name them alike */
    int64_t most = read_number(d, dir, S("pids.max"));
    int64_t now = read_number(d, dir, S("pids.current"));
    return most == CGROUP_UNLIMITED || now == CGROUP_UNLIMITED ? CGROUP_UNLIMITED
                                                               : MAX(most - now, 0);
}

static const struct {
    Str controller;
    int64_t (*read)(const Doctor *d, Str dir, bool is_v1);
    Str file_v1, file_v2;
} controllers[] = {
    {STR_CONST("cpu"), read_cpu, STR_CONST("cpu.cfs_quota_us"), STR_CONST("cpu.max")},
    {STR_CONST("memory"), read_memory, STR_CONST("memory.limit_in_bytes"), STR_CONST("memory.max")},
    {STR_CONST("pids"), read_pids, STR_CONST("pids.max"), STR_CONST("pids.max")},
};

/* From the group up to the mount. */
static CgroupLimit read_limit(const Doctor *d, isize i)
{
    CgroupLimit limit = {.value = CGROUP_UNLIMITED, .own = CGROUP_UNLIMITED};
    Controller c;
    if (!find_controller(d, controllers[i].controller, &c)) {
        return limit;
    }
    for (int level = 0; level < CGROUP_MAX_LEVELS; level++) {
        int64_t value = controllers[i].read(d, c.dir, c.is_v1);
        limit.own = level == 0 ? value : limit.own;
        if (value < limit.value) {
            limit.value = value;
            limit.file = path_join(d->arena, c.dir,
                                   c.is_v1 ? controllers[i].file_v1 : controllers[i].file_v2);
        }
        if (str_eq(c.dir, c.mount)) {
            break;
        }
        c.dir = path_dir(c.dir);
    }
    return limit;
}

/* "oom_kill 3" of memory.events or memory.oom_control. */
static int64_t read_oom_kills(const Doctor *d)
{
    Controller c;
    if (!find_controller(d, S("memory"), &c)) {
        return 0;
    }
    Str line, word;
    int64_t n;
    Str text = cgroup_file(
        d, path_join(d->arena, c.dir, c.is_v1 ? S("memory.oom_control") : S("memory.events")));
    while (str_next_line(&text, &line)) {
        if (str_next_field(&line, &word) && str_eq(word, S("oom_kill")) &&
            str_next_field(&line, &word) && str_parse_decimal(word, INT64_MAX, &n)) {
            return n;
        }
    }
    return 0;
}

Cgroup cgroup_read(const Doctor *d)
{
    return (Cgroup){.cpu = read_limit(d, 0),
                    .memory = read_limit(d, 1),
                    .pids = read_limit(d, 2),
                    .oom_kills = read_oom_kills(d)};
}

/* ---- processors ---- */

/* "0-3,8": 5. */
isize cgroup_cpus(const Doctor *d)
{
    Str list = cgroup_field(cgroup_process_file(d, "status"), S("Cpus_allowed_list"));
    int64_t sum = 0;
    while (list.len > 0) {
        StrCut cut = str_cut(list, ',');
        StrCut range = str_cut(cut.head, '-');
        int64_t from, to;
        if (!str_parse_decimal(range.head, CGROUP_MAX_CPUS, &from) ||
            !str_parse_decimal(range.found ? range.tail : range.head, CGROUP_MAX_CPUS, &to) ||
            to < from) {
            return proc_cpus();
        }
        sum += to - from + 1;
        list = cut.tail;
    }
    return sum > 0 ? (isize)sum : proc_cpus();
}

/* strconv.ParseInt of 32 bits, and more than zero. */
isize cgroup_gomaxprocs_set(const Doctor *d)
{
    Str text = environ_value(d->in->env->environ, S("GOMAXPROCS"));
    int64_t n = 0;
    str_eat_prefix(&text, S("+"));
    while (text.len > 1 && str_eat_prefix(&text, S("0"))) {
    }
    return str_parse_decimal(text, INT32_MAX, &n) ? (isize)n : 0;
}

isize cgroup_gomaxprocs(const Doctor *d, const Cgroup *group)
{
    Variable godebug = doctor_variable(d, S("GODEBUG"));
    isize set = cgroup_gomaxprocs_set(d);
    isize cpus = cgroup_cpus(d);
    Str value = {0};
    if (set > 0) {
        return set;
    }
    bool is_off =
        doctor_godebug_value(&godebug, S("containermaxprocs"), &value) && str_eq(value, S("0"));
    if (is_off || doctor_go_is_before(d, S("1.25")) || group->cpu.own == CGROUP_UNLIMITED) {
        return cpus;
    }
    return MIN(cpus, MAX((isize)((group->cpu.own + 999) / 1000), CGROUP_MIN_PROCS));
}
