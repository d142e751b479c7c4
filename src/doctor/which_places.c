/*
 * Who gets which Go where a person's shell is not: in sudo, in cron, in a systemd unit. Only what
 * stands there literally is known: a PATH that is put together by a program, and files that the
 * caller may not read, are passed over without a verdict.
 */
#include "doctor/which_gos.h"

#include "base/path.h"
#include "os/dir.h"
#include "os/proc.h"

#define MAX_FILES 200 /* of one directory of units or tables */

/* Files of a directory, sorted by name. */
static DirList list_files(const Doctor *d, Str path)
{
    AUTO_CLOSE int fd = -1;
    DirList list = {0};
    Err ignored;
    if (dir_open(FILE_CWD, path, &fd, &ignored) != FILE_FOUND ||
        !dir_list(d->arena, fd, &list, &ignored)) {
        return (DirList){0};
    }
    list.len = MIN(list.len, MAX_FILES);
    return list;
}

/* Whether a command line of a shell starts go by its bare name: as its first word, or behind &&,
 * ||, ;, | or a "sh -c" whose quote it begins. */
static bool starts_go(Str command)
{
    Str word;
    bool at_start = true;
    while (str_next_field(&command, &word)) {
        bool ends = str_eat_suffix(&word, S(";"));
        bool is_quote = word.len > 0 && (word.ptr[0] == '"' || word.ptr[0] == '\'');
        Str bare = is_quote ? str_from(word, 1) : word;
        if ((at_start || is_quote) && str_eq(bare, S("go"))) {
            return true;
        }
        bool is_assignment = at_start && str_index_byte(word, '=') > 0;
        at_start = ends || is_assignment || str_eq(word, S("&&")) || str_eq(word, S("||")) ||
                   str_eq(word, S("|"));
    }
    return false;
}

/* Of a place that has a PATH of its own, and runs go: does it get the Go that this shell gets?
 * absent: how bad it is when it gets none. */
static void compare(Doctor *d, Str where, Str path_value, Place place, Severity absent, Str remedy)
{
    WhichGo here = which_in_use(d);
    WhichGo there = which_first(d, path_value, S("go"));
    if (here.kind == WHICH_NONE && there.kind == WHICH_NONE) {
        return;
    }
    if (there.kind == WHICH_NONE) {
        doctor_find(
            d, (Finding){
                   .severity = absent,
                   .title = str_format(d->arena, "%.*s does not find go", STR_ARG(where)),
                   .place = place,
                   .evidence = str_format(d->arena, "its PATH: %.*s\nhere: %.*s",
                                          STR_ARG(path_value), STR_ARG(which_say(d->arena, &here))),
                   .remedy = remedy,
               });
    } else if (here.version.len > 0 && there.version.len > 0 &&
               !str_eq(here.version, there.version)) {
        doctor_find(
            d,
            (Finding){
                .severity = SEVERITY_WARN,
                .title = str_format(d->arena, "%.*s runs Go %.*s, and this shell Go %.*s",
                                    STR_ARG(where), STR_ARG(there.version), STR_ARG(here.version)),
                .place = place,
                .evidence = str_format(d->arena, "its PATH: %.*s\n%.*s", STR_ARG(path_value),
                                       STR_ARG(which_say(d->arena, &there))),
                .remedy = remedy,
            });
    }
}

/* ---- GWD016: sudo ---- */

/* The last Defaults secure_path of the text. */
static void read_secure_path(Str file, Str text, Str *ret, Place *ret_place)
{
    Str line, word;
    for (isize n = 1; str_next_line(&text, &line); n++) {
        if (!str_next_field(&line, &word) || !str_starts_with(word, S("Defaults"))) {
            continue;
        }
        StrCut cut = str_cut(line, '=');
        if (cut.found && str_eq(str_trim(cut.head), S("secure_path"))) {
            *ret = which_unquoted(str_trim(cut.tail));
            *ret_place = (Place){file, n};
        }
    }
}

static bool check_sudo(Doctor *d, Err *err)
{
    (void)err;
    Str secure = {0}, text;
    Place place = {.line = 0};
    Str main_file = doctor_system_path(d, S("/etc/sudoers"));
    Str more = doctor_system_path(d, S("/etc/sudoers.d"));
    if (which_read_text(d, main_file, &text)) {
        read_secure_path(main_file, text, &secure, &place);
    }
    DirList files = list_files(d, more);
    for (isize i = 0; i < files.len; i++) {
        Str file = path_join(d->arena, more, files.ptr[i].name);
        if (str_index_byte(files.ptr[i].name, '.') < 0 && which_read_text(d, file, &text)) {
            read_secure_path(file, text, &secure, &place);
        }
    }
    if (secure.len > 0) {
        compare(d, S("sudo"), secure, place, SEVERITY_INFO, S("sudo env PATH=\"$PATH\" go ..."));
    }
    return true;
}

/* ---- GWD017: cron ---- */

typedef struct {
    Str file;
    Str path;        /* PATH of the lines that follow */
    isize n_columns; /* before the command: five, and the user in a table of the system */
} CronTable;

static void check_job(Doctor *d, const CronTable *table, Str line, isize number)
{
    Str word;
    isize columns = table->n_columns;
    if (line.ptr[0] == '@') {
        columns -= 4; /* "@daily" stands for five */
    }
    for (isize i = 0; i < columns; i++) {
        if (!str_next_field(&line, &word)) {
            return;
        }
    }
    if (starts_go(line)) {
        compare(d, S("the job in the crontab"), table->path, (Place){table->file, number},
                SEVERITY_WARN, S("write go with its whole path, or a PATH= line above the job"));
    }
}

static void check_table(Doctor *d, Str file, isize n_columns)
{
    Str text, line;
    CronTable table = {file, S("/usr/bin:/bin"), n_columns}; /* cron's own */
    if (!which_read_text(d, file, &text)) {
        return;
    }
    for (isize n = 1; str_next_line(&text, &line); n++) {
        Str rest = str_trim(line);
        StrCut cut = str_cut(rest, '=');
        if (rest.len == 0 || rest.ptr[0] == '#') {
            continue;
        }
        if (cut.found && str_eq(str_trim(cut.head), S("PATH"))) {
            table.path = which_unquoted(str_trim(cut.tail));
        } else {
            check_job(d, &table, rest, n);
        }
    }
}

static bool check_cron(Doctor *d, Err *err)
{
    (void)err;
    Str dir = doctor_system_path(d, S("/etc/cron.d"));
    DirList files = list_files(d, dir);
    check_table(d, doctor_system_path(d, S("/etc/crontab")), 6);
    for (isize i = 0; i < files.len; i++) {
        check_table(d, path_join(d->arena, dir, files.ptr[i].name), 6);
    }
    Str own = str_concat(d->arena, S("/var/spool/cron/crontabs/"), proc_user_name(d->arena));
    check_table(d, doctor_system_path(d, own), 5);
    return true;
}

/* ---- GWD018: systemd ---- */

/* Where systemd looks for the program of an Exec line, whatever Environment= says (the default of
 * systemd.exec(5)). */
#define UNIT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

typedef struct {
    Str file;
    Str path;          /* PATH of Environment=, else systemd's */
    bool has_home;     /* HOME, XDG_CACHE_HOME or GOCACHE is there */
    Str command;       /* the first Exec line that has to do with go */
    isize line;        /* of it; 0: none */
    bool is_looked_up; /* its first word is "go" itself */
} Unit;

static bool names_go(Str command, bool *ret_is_looked_up)
{
    Str rest = command, first;
    if (!str_next_field(&rest, &first)) {
        return false;
    }
    while (first.len > 0 && str_index_byte(S("@-:+!"), first.ptr[0]) >= 0) {
        first = str_from(first, 1);
    }
    *ret_is_looked_up = str_eq(first, S("go"));
    return str_eq(path_base(first), S("go")) || starts_go(rest);
}

static void read_environment(Unit *unit, Str value)
{
    Str word;
    while (str_next_field(&value, &word)) {
        StrCut cut = str_cut(which_unquoted(word), '=');
        if (str_eq(cut.head, S("PATH"))) {
            unit->path = cut.tail;
        }
        unit->has_home = unit->has_home || str_eq(cut.head, S("HOME")) ||
                         str_eq(cut.head, S("XDG_CACHE_HOME")) || str_eq(cut.head, S("GOCACHE"));
    }
}

static void read_unit(const Doctor *d, Unit *unit, Str text)
{
    Str line;
    (void)d;
    for (isize n = 1; str_next_line(&text, &line); n++) {
        StrCut cut = str_cut(str_trim(line), '=');
        Str key = str_trim(cut.head), value = str_trim(cut.tail);
        bool is_looked_up;
        if (str_eq(key, S("Environment"))) {
            read_environment(unit, value);
        } else if (str_eq(key, S("User")) || str_eq(key, S("DynamicUser")) ||
                   str_eq(key, S("EnvironmentFile")) || str_eq(key, S("CacheDirectory"))) {
            unit->has_home = true; /* or may have: not to be known from here */
        } else if (str_starts_with(key, S("Exec")) && unit->line == 0 &&
                   names_go(value, &is_looked_up)) {
            unit->command = value;
            unit->line = n;
            unit->is_looked_up = is_looked_up;
        }
    }
}

static void check_unit(Doctor *d, Str file, bool is_of_user)
{
    Str text, word = {0};
    Unit unit = {.file = file, .path = S(UNIT_PATH), .has_home = is_of_user};
    if (!str_ends_with(file, S(".service")) || !which_read_text(d, file, &text)) {
        return;
    }
    read_unit(d, &unit, text);
    if (unit.line == 0) {
        return;
    }
    Str rest = unit.command;
    str_next_field(&rest, &word);
    if (unit.is_looked_up || starts_go(rest)) {
        compare(d, S("the unit"), unit.is_looked_up ? S(UNIT_PATH) : unit.path,
                (Place){file, unit.line}, SEVERITY_WARN,
                S("write go with its whole path in the Exec line"));
    }
    if (!unit.has_home) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_WARN,
                           .title = S("the unit runs go without HOME: builds say that the build "
                                      "cache could not be located"),
                           .place = {file, unit.line},
                           .evidence = unit.command,
                           .remedy = S("Environment=HOME=DIR, or Environment=GOCACHE=DIR, in "
                                       "the unit's [Service]"),
                       });
    }
}

static bool check_systemd(Doctor *d, Err *err)
{
    (void)err;
    Str home = environ_value(d->in->env->environ, S("HOME"));
    const struct {
        Str dir;
        bool is_of_user;
    } places[] = {
        {doctor_system_path(d, S("/etc/systemd/system")), false},
        {doctor_system_path(d, S("/etc/systemd/user")), true},
        {path_join(d->arena, home, S(".config/systemd/user")), true},
    };
    for (isize i = 0; i < COUNT_OF(places); i++) {
        DirList files =
            path_is_absolute(places[i].dir) ? list_files(d, places[i].dir) : (DirList){0};
        for (isize f = 0; f < files.len; f++) {
            check_unit(d, path_join(d->arena, places[i].dir, files.ptr[f].name),
                       places[i].is_of_user);
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD016"),
                .title = STR_CONST("sudo runs the same Go"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("secure_path in /etc/sudoers and /etc/sudoers.d, where they "
                                      "can be read, and the Go that it leads to"),
                .why = STR_CONST(
                    "sudo replaces PATH. sudo go then says command not found, or runs the "
                    "distribution's older Go, which leaves files of root in the caches."),
                .cure = STR_CONST("sudo env PATH=\"$PATH\" go ...; better: no go as root"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("sudoers(5), secure_path"),
            },
        .run = check_sudo,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD017"),
                .title = STR_CONST("cron finds the go that its jobs start"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("/etc/crontab, /etc/cron.d and the user's own crontab, where "
                                      "they can be read: jobs that start go by its bare name, and "
                                      "the PATH= line above them"),
                .why = STR_CONST(
                    "cron knows no profile: its PATH is /usr/bin:/bin unless the table says "
                    "otherwise. The job ends with go: not found, in a mail that nobody reads, or "
                    "is built by another Go."),
                .cure = STR_CONST("PATH=/usr/local/go/bin:/usr/bin:/bin at the head of the table"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("crontab(5)"),
            },
        .run = check_cron,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD018"),
                .title = STR_CONST("systemd units that run go find it and its cache"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "*.service in /etc/systemd/system, /etc/systemd/user and "
                    "~/.config/systemd/user: Exec lines that name go, Environment= and User="),
                .why = STR_CONST(
                    "A unit has systemd's PATH and not the shell's; a program named without a path "
                    "is looked for there whatever Environment=PATH says. A unit of the system "
                    "without User= has no HOME: build cache is required, but could not be located: "
                    "GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined."),
                .cure =
                    STR_CONST("the whole path in ExecStart=, and Environment=HOME= or GOCACHE="),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("systemd.exec(5), systemd.service(5)"),
            },
        .run = check_systemd,
    },
};

const CheckGroup doctor_which_places = {rows, COUNT_OF(rows)};
