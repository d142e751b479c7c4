/*
 * The version control stamp: since Go 1.18 the go command asks git for the commit of what it
 * builds. git answers nobody but the owner of a repository, or whoever names it in safe.directory;
 * cmd/go then says "error obtaining VCS status: exit status 128" and keeps git's reason for itself.
 *
 * git's rule (setup.c, ensure_valid_ownership) is followed offline: the working tree, .git and what
 * it points to must belong to the effective user, for root under sudo also to SUDO_UID. Of git's
 * configuration only the files of the system and the user count. One with an include is taken to
 * allow it: what is not read is not accused.
 */
#include "doctor/context.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/spawn.h"

#define MAX_CONFIG (1 * MIB)
#define MAX_GITFILE (4 * KIB)

typedef struct {
    Str go_dir; /* that holds .git, as the go command names it */
    Str dir;    /* the same with no symlink on the way, as git does */
    Str git;    /* .git itself */
    Str target; /* the directory that it is, or names: of a worktree or a submodule */
} Repository;

/* ---- the repository ---- */

static bool find_repository(const Doctor *d, Repository *ret)
{
    FileStat st;
    Err ignored;
    Str dir = d->in->dir, text;
    for (;;) {
        Str git = path_join(d->arena, dir, S(".git"));
        if (file_stat(FILE_CWD, git, &st, &ignored) == FILE_FOUND) {
            Str real = dir;
            proc_real_path(d->arena, dir, &real, &ignored);
            git = path_join(d->arena, real, S(".git"));
            *ret = (Repository){.go_dir = dir, .dir = real, .git = git, .target = git};
            break;
        }
        if (str_eq(dir, S("/"))) {
            return false;
        }
        dir = path_dir(dir);
    }
    if (st.kind == FILE_KIND_DIR) {
        return true;
    }
    if (file_read_all(d->arena, FILE_CWD, ret->git, MAX_GITFILE, &text, &ignored) == FILE_FOUND &&
        str_eat_prefix(&text, S("gitdir: "))) {
        ret->target = path_absolute(d->arena, ret->dir, str_trim(text));
        return true;
    }
    return false;
}

/* Of the three, the first that is somebody else's. */
static bool is_foreign(const Doctor *d, const Repository *r, Str *ret_path, uint32_t *ret_owner)
{
    const Str paths[] = {r->git, r->dir, r->target};
    uint32_t user = proc_user_id();
    int64_t sudo_user = -1;
    if (user == 0 && !str_parse_decimal(environ_value(d->in->env->environ, S("SUDO_UID")),
                                        UINT32_MAX, &sudo_user)) {
        sudo_user = -1;
    }
    for (isize i = 0; i < COUNT_OF(paths); i++) {
        FileStat st;
        Err ignored;
        /* git asks about .git without following it. */
        if (file_lstat(FILE_CWD, paths[i], &st, &ignored) == FILE_FOUND && st.uid != user &&
            st.uid != sudo_user) {
            *ret_path = paths[i];
            *ret_owner = st.uid;
            return true;
        }
    }
    return false;
}

/* ---- safe.directory ---- */

typedef enum { TRUST_NO, TRUST_YES, TRUST_UNKNOWN } Trust;

/* The value of a line "directory = X"; quotes around it are taken away. */
static Str value_of(Str line)
{
    Str value = str_trim(str_cut(line, '=').tail);
    if (value.len >= 2 && value.ptr[0] == '"') {
        value = str_cut(str_from(value, 1), '"').head;
    } else {
        isize hash = str_index_byte(value, '#');
        value = hash < 0 ? value : str_trim(str_to(value, hash));
    }
    return value;
}

/* "*", the directory, and since git 2.46 "/a/" with "*" after it; an empty value forgets. */
static Trust trust_of(const Doctor *d, Str value, Str dir, Trust before)
{
    if (value.len == 0) {
        return TRUST_NO;
    }
    if (str_eat_prefix(&value, S("~/"))) {
        value = path_join(d->arena, environ_value(d->in->env->environ, S("HOME")), value);
    }
    Str prefix = value;
    bool covers = str_eat_suffix(&prefix, S("/*")) && path_is_within(dir, prefix);
    bool is_it = str_eq(value, S("*")) || str_eq(path_clean(d->arena, value), dir);
    return covers || is_it ? TRUST_YES : before;
}

static Trust read_config(const Doctor *d, Str path, Str dir, Trust trust)
{
    Str text, line;
    Err ignored;
    bool is_safe = false;
    if (path.len == 0 ||
        file_read_all(d->arena, FILE_CWD, path, MAX_CONFIG, &text, &ignored) != FILE_FOUND) {
        return trust;
    }
    while (str_next_line(&text, &line)) {
        line = str_trim(line);
        if (str_eat_prefix(&line, S("["))) {
            StrCut cut = str_cut(line, ']');
            is_safe = str_eq_fold(str_trim(cut.head), S("safe"));
            if (str_starts_with(line, S("include"))) {
                return TRUST_UNKNOWN;
            }
            line = str_trim(cut.tail);
        }
        if (is_safe && line.len > 9 && str_eq_fold(str_to(line, 9), S("directory"))) {
            trust = trust_of(d, value_of(line), dir, trust);
        }
    }
    return trust;
}

static Str value_or(const Environ *env, Str name, Str otherwise)
{
    Str value = environ_value(env, name);
    return value.len > 0 ? value : otherwise;
}

/* What git would say; settings that come through the environment are not looked into. */
static Trust read_trust(const Doctor *d, Str dir)
{
    const Environ *env = d->in->env->environ;
    Str home = environ_value(env, S("HOME")), ignored;
    if (environ_value(env, S("GIT_CONFIG_COUNT")).len > 0 ||
        environ_value(env, S("GIT_CONFIG_PARAMETERS")).len > 0) {
        return TRUST_UNKNOWN;
    }
    Str of_system =
        value_or(env, S("GIT_CONFIG_SYSTEM"), doctor_system_path(d, S("/etc/gitconfig")));
    if (environ_lookup(env, S("GIT_CONFIG_NOSYSTEM"), &ignored)) {
        of_system = (Str){0};
    }
    Trust trust = read_config(d, of_system, dir, TRUST_NO);
    Str global = environ_value(env, S("GIT_CONFIG_GLOBAL"));
    if (trust != TRUST_UNKNOWN && global.len > 0) {
        return read_config(d, global, dir, trust);
    }
    Str xdg = value_or(env, S("XDG_CONFIG_HOME"), path_join(d->arena, home, S(".config")));
    if (trust != TRUST_UNKNOWN) {
        trust = read_config(d, path_join(d->arena, xdg, S("git/config")), dir, trust);
    }
    if (trust != TRUST_UNKNOWN && home.len > 0) {
        trust = read_config(d, path_join(d->arena, home, S(".gitconfig")), dir, trust);
    }
    return trust;
}

/* ---- the verdict ---- */

static void check_owner(Doctor *d, const Repository *r)
{
    Str path;
    uint32_t owner;
    if (!is_foreign(d, r, &path, &owner) || read_trust(d, r->dir) != TRUST_NO) {
        return;
    }
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = S("git refuses to answer in a repository that belongs to another user: go "
                          "build stops with \"error obtaining VCS status: exit status 128\""),
               .place = {.file = path},
               .evidence = str_format(
                   d->arena,
                   "%.*s belongs to user %u, and this is user %u; no safe.directory "
                   "of git names %.*s",
                   STR_ARG(path), (unsigned)owner, (unsigned)proc_user_id(), STR_ARG(r->dir)),
               .remedy = str_format(d->arena, "git config --global --add safe.directory %.*s",
                                    STR_ARG(doctor_shell_word(d->arena, r->dir))),
           });
}

static void check_program(Doctor *d, const Repository *r, bool is_demanded)
{
    bool matters = is_demanded || d->in->profile == PROFILE_RELEASE;
    Variable flags = doctor_variable(d, S("GOFLAGS"));
    doctor_find(d, (Finding){
                       .severity = is_demanded ? SEVERITY_ERROR
                                   : matters   ? SEVERITY_WARN
                                               : SEVERITY_INFO,
                       .title = is_demanded
                                    ? S("-buildvcs=true needs git, which is not in PATH: builds of "
                                        "programs stop")
                                    : S("git is not in PATH: programs are built without the commit "
                                        "that they come from, and nothing says so"),
                       .place = {.file = r->git},
                       .evidence = is_demanded ? variable_evidence(d->arena, &flags) : (Str){0},
                       .remedy = S("install git"),
                   });
}

static bool check_stamp(Doctor *d, Err *err)
{
    (void)err;
    Repository r;
    Str module, mode = {0}, program;
    bool is_set = goenv_flag(d->in->env, S("buildvcs"), &mode);
    bool is_demanded = is_set && (mode.len == 0 || str_eq(mode, S("true")) || str_eq(mode, S("1")));
    bool is_auto = !is_set || str_eq(mode, S("auto"));
    if (d->in->goroot.len == 0 || doctor_go_is_before(d, S("1.18")) || (!is_demanded && !is_auto) ||
        !gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &module) ||
        !find_repository(d, &r)) {
        return true;
    }
    Str root = path_dir(module);
    if (!path_is_within(root, r.go_dir) && !path_is_within(r.go_dir, root)) {
        return true; /* cmd/go leaves the stamp out */
    }
    if (spawn_find(d->arena, d->in->env->environ, S("git"), &program)) {
        check_owner(d, &r);
    } else {
        check_program(d, &r, is_demanded);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD088"),
                .title = STR_CONST("git answers when a build asks for the commit"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "-buildvcs in GOFLAGS; git in PATH; the owners of .git, of the directory that "
                    "holds it and of what it points to, against this user and SUDO_UID; "
                    "safe.directory in /etc/gitconfig, ~/.config/git/config and ~/.gitconfig (or "
                    "the files that GIT_CONFIG_SYSTEM and GIT_CONFIG_GLOBAL name)"),
                .why = STR_CONST(
                    "Since Go 1.18 a program carries the commit that it was built from. git does "
                    "not answer in a repository of another user, which is the rule in containers "
                    "that mount the sources and build as root. The go command then stops, and "
                    "does not pass git's reason on.\n\n"
                    "Without git it leaves the stamp out and says nothing; with -buildvcs=true it "
                    "stops."),
                .cure = STR_CONST("git config --global --add safe.directory DIR; or build as its "
                                  "owner, or with -buildvcs=false; or install git"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/issue/64275, git-config(1) safe.directory"),
            },
        .run = check_stamp,
    },
};

const CheckGroup doctor_vcs_stamp = {rows, COUNT_OF(rows)};
