/*
 * Do a login shell and the others put the same Go into PATH? Files of a shell are programs: only
 * lines that assign a PATH literally are read, and conditions around them are not worked out.
 */
#include "doctor/which_gos.h"

#include "base/path.h"

typedef struct {
    WhichGo go; /* of the last assignment that puts a Go before what PATH had */
    Place place;
} ShellGo;

/* $HOME and ~ are known; an element with anything else to work out is not. */
static bool expand(const Doctor *d, Str element, Str *ret)
{
    static const Str homes[] = {STR_CONST("$HOME/"), STR_CONST("${HOME}/"), STR_CONST("~/")};
    Str home = environ_value(d->in->env->environ, S("HOME"));
    for (isize i = 0; i < COUNT_OF(homes); i++) {
        if (str_eat_prefix(&element, homes[i])) {
            *ret = path_join(d->arena, home, element);
            return path_is_absolute(home) && str_index_byte(element, '$') < 0;
        }
    }
    *ret = element;
    return path_is_absolute(element) && str_index_byte(element, '$') < 0;
}

/* "export PATH=VALUE" or "PATH=VALUE". */
static bool is_assignment(Str line, Str *ret_value)
{
    line = str_trim(line);
    str_eat_prefix(&line, S("export "));
    line = str_trim(line);
    if (!str_eat_prefix(&line, S("PATH="))) {
        return false;
    }
    *ret_value = which_unquoted(str_trim(str_cut(line, ';').head));
    return true;
}

static void read_assignment(const Doctor *d, Str value, Place place, ShellGo *found)
{
    bool is_before = true; /* $PATH: a Go behind it does not win over one that PATH had */
    while (value.len > 0) {
        StrCut cut = str_cut(value, ':');
        Str dir;
        value = cut.tail;
        is_before = is_before && !str_eq(cut.head, S("$PATH")) && !str_eq(cut.head, S("${PATH}"));
        if (!expand(d, which_unquoted(cut.head), &dir)) {
            continue;
        }
        WhichGo go = which_first(d, dir, S("go"));
        if (go.kind == WHICH_GO && (is_before || found->go.kind == WHICH_NONE)) {
            *found = (ShellGo){go, place};
            return;
        }
    }
}

static ShellGo read_shell_files(const Doctor *d, const Str *files, isize n)
{
    ShellGo found = {.place = {.line = 0}};
    for (isize i = 0; i < n; i++) {
        Str text, line, value;
        if (!path_is_absolute(files[i]) || !which_read_text(d, files[i], &text)) {
            continue;
        }
        for (isize at = 1; str_next_line(&text, &line); at++) {
            if (is_assignment(line, &value)) {
                read_assignment(d, value, (Place){files[i], at}, &found);
            }
        }
    }
    return found;
}

static void find_apart(Doctor *d, const ShellGo *login, const ShellGo *other)
{
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_WARN,
               .title = str_format(d->arena,
                                   "a login shell gets Go %.*s, any other interactive shell Go "
                                   "%.*s",
                                   STR_ARG(login->go.version), STR_ARG(other->go.version)),
               .place = other->place,
               .evidence =
                   str_format(d->arena, "%.*s:%td: %.*s\n%.*s:%td: %.*s",
                              STR_ARG(login->place.file), login->place.line,
                              STR_ARG(which_say(d->arena, &login->go)), STR_ARG(other->place.file),
                              other->place.line, STR_ARG(which_say(d->arena, &other->go))),
               .remedy = str_format(d->arena, "make %.*s:%td and %.*s:%td name one Go",
                                    STR_ARG(login->place.file), login->place.line,
                                    STR_ARG(other->place.file), other->place.line),
           });
}

static bool check_shells(Doctor *d, Err *err)
{
    (void)err;
    Str home = environ_value(d->in->env->environ, S("HOME"));
    bool is_zsh = str_eq(path_base(environ_value(d->in->env->environ, S("SHELL"))), S("zsh"));
    const Str login_files[] = {
        doctor_system_path(d, S("/etc/profile")),
        path_join(d->arena, home, is_zsh ? S(".zprofile") : S(".profile")),
        path_join(d->arena, home, is_zsh ? S(".zlogin") : S(".bash_profile")),
    };
    const Str other_files[] = {
        doctor_system_path(d, is_zsh ? S("/etc/zsh/zshrc") : S("/etc/bash.bashrc")),
        path_join(d->arena, home, is_zsh ? S(".zshrc") : S(".bashrc")),
    };
    ShellGo login = read_shell_files(d, login_files, COUNT_OF(login_files));
    ShellGo other = read_shell_files(d, other_files, COUNT_OF(other_files));
    if (login.go.kind == WHICH_GO && other.go.kind == WHICH_GO &&
        !str_eq(login.go.version, other.go.version)) {
        find_apart(d, &login, &other);
    } else if (login.go.kind == WHICH_NONE && other.go.kind == WHICH_GO) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_INFO,
                           .title = S("only interactive shells are told where Go is: ssh HOST go, "
                                      "services and editors may not find it"),
                           .place = other.place,
                           .evidence = which_say(d->arena, &other.go),
                           .remedy = S("put the line into the profile as well"),
                       });
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD019"),
                .title = STR_CONST("all shells of the user get one Go"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "PATH= lines in /etc/profile, ~/.profile, ~/.bash_profile, ~/.bashrc and "
                    "/etc/bash.bashrc, or their kin for zsh; $HOME and ~ are worked out, "
                    "conditions "
                    "and other variables are not"),
                .why = STR_CONST(
                    "A login shell reads other files than the one in a terminal or in an editor. "
                    "Where both set PATH and name different Gos, it depends on the window which Go "
                    "builds; where only one does, ssh HOST go finds none."),
                .cure = STR_CONST("set PATH once, in the profile, and let the others read it"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("bash(1), INVOCATION"),
            },
        .run = check_shells,
    },
};

const CheckGroup doctor_which_shells = {rows, COUNT_OF(rows)};
