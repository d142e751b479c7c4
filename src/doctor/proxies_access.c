/* Credentials for modules: netrc, passwords in GOPROXY, GOAUTH. */
#include "base/path.h"
#include "doctor/proxies.h"
#include "os/file.h"
#include "os/proc.h"

#define NETRC_MODE_OTHERS 077 /* what nobody else may do with a file of passwords */
#define NETRC_MODE 0600

static void check_netrc(Doctor *d)
{
    Str named = environ_value(d->in->env->environ, S("NETRC"));
    Str home = environ_value(d->in->env->environ, S("HOME"));
    Str path = named.len > 0 ? named : path_join(d->arena, home, S(".netrc"));
    FileStat st;
    Err ignored;
    if (named.len == 0 && home.len == 0) {
        return;
    }
    if (file_stat(FILE_CWD, path, &st, &ignored) != FILE_FOUND) {
        if (named.len > 0) {
            doctor_find(d, (Finding){
                               .severity = SEVERITY_WARN,
                               .title = S("NETRC names a file that is not there: no password is "
                                          "sent"),
                               .evidence = str_concat(d->arena, S("NETRC="), named),
                               .remedy = S("unset NETRC"),
                           });
        }
        return;
    }
    if ((st.mode & NETRC_MODE_OTHERS) == 0 || st.kind != FILE_KIND_REGULAR) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = S("other users may read the passwords in netrc"),
                       .place = {.file = path},
                       .evidence = str_format(d->arena, "mode %04o", (unsigned)st.mode),
                       .remedy = str_format(d->arena, "chmod 600 '%.*s'", STR_ARG(path)),
                   });
    if (st.uid == proc_user_id()) {
        doctor_fix(d, (Fix){
                          .kind = FIX_MODE,
                          .path = path,
                          .mode = NETRC_MODE,
                          .says = str_format(d->arena, "chmod 600 %.*s", STR_ARG(path)),
                      });
    }
}

/* A password in GOPROXY: in a file that others read, or where every `go env` shows it. */
static void check_proxy_password(Doctor *d)
{
    Variable v = doctor_variable(d, S("GOPROXY"));
    FileStat st;
    Err ignored;
    if (str_index_byte(v.got.value, '@') < 0 ||
        str_eq(proxies_hide(d->arena, v.got.value), v.got.value)) {
        return;
    }
    bool is_open = v.got.file.len > 0 &&
                   file_stat(FILE_CWD, v.got.file, &st, &ignored) == FILE_FOUND &&
                   (st.mode & NETRC_MODE_OTHERS) != 0;
    if (is_open) {
        proxies_find(d, SEVERITY_WARN, &v, (Str){0},
                     str_format(d->arena, "GOPROXY holds a password, and other users may read %.*s",
                                STR_ARG(v.got.file)));
    } else {
        proxies_find(
            d, SEVERITY_INFO, &v, (Str){0},
            S("GOPROXY holds a password, which `go env` and the logs of builds show; netrc "
              "does not"));
    }
}

/* "git /dir", "netrc", "off" or a command: what is wrong with it. */
static const char *why_no_auth(Str command, bool is_only)
{
    Str rest = command, word, dir;
    FileStat st;
    Err ignored;
    if (!str_next_field(&rest, &word)) {
        return "has an empty command";
    }
    if (str_eq(word, S("off")) && !is_only) {
        return "has off beside other commands";
    }
    if (!str_eq(word, S("git"))) {
        return NULL;
    }
    if (!str_next_field(&rest, &dir) || !path_is_absolute(dir) || str_trim(rest).len > 0) {
        return "has git without one absolute directory behind it";
    }
    bool is_dir = file_stat(FILE_CWD, dir, &st, &ignored) == FILE_FOUND && st.kind == FILE_KIND_DIR;
    return is_dir ? NULL : "has git with a directory that is not there";
}

static void check_goauth(Doctor *d)
{
    Variable v = doctor_variable(d, S("GOAUTH"));
    if (!variable_is_set(&v) || doctor_go_is_before(d, S("1.24"))) {
        return;
    }
    bool is_only = str_index_byte(v.got.value, ';') < 0;
    for (StrCut cut = {.tail = v.got.value, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ';');
        const char *why = why_no_auth(cut.head, is_only);
        if (why != NULL) {
            doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                                 "GOAUTH %s: every download over https stops", why);
            return;
        }
    }
}

static bool check_credentials(Doctor *d, Err *err)
{
    (void)err;
    check_netrc(d);
    check_proxy_password(d);
    check_goauth(d);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD054"),
                .title = STR_CONST("passwords for modules are kept from others, and are found"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the rights of ~/.netrc or of what NETRC names, whether "
                                      "GOPROXY holds a password and who may read the file that it "
                                      "stands in, GOAUTH. No password is shown"),
                .why = STR_CONST(
                    "The go command sends what netrc says to proxies and code hosts, whatever the "
                    "rights of that file are. A password in GOPROXY is shown by `go env`, by "
                    "every bug report and in the logs of builds. A GOAUTH that cannot be read "
                    "stops every download over https (Go 1.24 and later)."),
                .cure = STR_CONST("chmod 600 ~/.netrc; keep passwords there instead of in GOPROXY"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#private-module-repo-auth, "
                                    "pkg.go.dev/cmd/go#hdr-GOAUTH_environment_variable"),
            },
        .run = check_credentials,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies_access = {rows, COUNT_OF(rows)};
