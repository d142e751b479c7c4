/*
 * GWD108: AppArmor, SELinux, Landlock. What they refuse looks like a wrong mode ("permission
 * denied") where the mode is right, so the mode is looked at first: a directory that belongs to
 * this user, and lets him in, and cannot be opened all the same.
 *
 * Being confined is no fault by itself. The profiles that container engines give to all containers
 * keep Go from nothing and are passed over; others are told of, for what they refuse they refuse to
 * the go command as well, however it is started.
 */
#include "doctor/cgroup.h"
#include "doctor/folders.h"

#include "base/path.h"
#include "os/dir.h"
#include "os/proc.h"

#include <errno.h>

#define MODE_OWNER_IN 0500 /* read, search */

/* ---- what confines ---- */

typedef struct {
    Str module; /* "AppArmor", "SELinux"; empty: neither is known to restrict this process */
    Str name;   /* of the profile or the context */
} Confinement;

/* "docker-default (enforce)", "unconfined". */
static bool read_apparmor(Str text, Confinement *ret)
{
    isize at = str_last_index_byte(text, '(');
    if (at < 1 || !str_eq(str_from(text, at), S("(enforce)"))) {
        return false;
    }
    *ret = (Confinement){S("AppArmor"), str_trim(str_to(text, at))};
    return true;
}

/* "system_u:system_r:container_t:s0:c1,c2": the third field is the type. */
static bool read_selinux(Str context, Confinement *ret)
{
    static const Str free_types[] = {
        STR_CONST("unconfined_t"), STR_CONST("unconfined_service_t"),
        STR_CONST("spc_t"),        STR_CONST("kernel_t"),
        STR_CONST("initrc_t"),
    };
    StrCut user = str_cut(context, ':'), role = str_cut(user.tail, ':');
    Str type = str_cut(role.tail, ':').head;
    for (isize i = 0; i < COUNT_OF(free_types); i++) {
        if (str_eq(type, free_types[i])) {
            return false;
        }
    }
    if (type.len == 0) { /* "kernel": no policy is loaded */
        return false;
    }
    *ret = (Confinement){S("SELinux"), context};
    return true;
}

/* Without its newline and the NUL that SELinux ends it with. */
static Str attribute(const Doctor *d, const char *name)
{
    Str text = cgroup_process_file(d, name);
    isize nul = str_index_byte(text, '\0');
    return str_trim(nul < 0 ? text : str_to(text, nul));
}

static Confinement confinement_of(const Doctor *d)
{
    Confinement ret = {0};
    Str enforces = str_trim(cgroup_file(d, S("/sys/fs/selinux/enforce")));
    if (str_eq(enforces, S("1")) && read_selinux(attribute(d, "attr/current"), &ret)) {
        return ret;
    }
    Str profile = attribute(d, "attr/apparmor/current"); /* since Linux 5.1 */
    if (profile.len == 0 && enforces.len == 0) {
        profile = attribute(d, "attr/current");
    }
    read_apparmor(profile, &ret);
    return ret;
}

/* What engines give to each container: mounts, /proc and ptrace are restricted, files are not. */
static bool is_usual(const Confinement *c)
{
    static const Str profiles[] = {
        STR_CONST("docker-default"), STR_CONST("containers-default"),
        STR_CONST("crio-default"),   STR_CONST("cri-containerd.apparmor.d"),
        STR_CONST("buildkit"),       STR_CONST("lxc-container-default"),
        STR_CONST("lxd-"),           STR_CONST("incus-"),
    };
    for (isize i = 0; i < COUNT_OF(profiles); i++) {
        if (str_starts_with(c->name, profiles[i])) {
            return true;
        }
    }
    return str_contains(c->name, S(":container_t:"));
}

/* ---- what is refused ---- */

/* Whether dir is this user's, on a disk of this machine, lets him in, and cannot be opened. */
static bool is_refused(const Doctor *d, Str dir, FileStat *ret)
{
    Err err = {0}, ignored;
    Filesystem fs;
    AUTO_CLOSE int fd = -1;
    bool is_owners = file_stat(FILE_CWD, dir, ret, &ignored) == FILE_FOUND &&
                     ret->kind == FILE_KIND_DIR && ret->uid == proc_user_id() &&
                     (ret->mode & MODE_OWNER_IN) == MODE_OWNER_IN;
    if (!is_owners || dir_open(FILE_CWD, dir, &fd, &err) != FILE_FAILED || err.errnum != EACCES) {
        return false;
    }
    return filesystem_look(d->arena, FILE_CWD, dir, &fs, &ignored) != FILE_FOUND ||
           fs.kind == FILESYSTEM_LOCAL;
}

static Str remedy_of(Doctor *d, const Confinement *c, Str dir)
{
    Str word = doctor_shell_word(d->arena, dir);
    if (str_eq(c->module, S("SELinux"))) {
        return str_format(d->arena,
                          "sudo ausearch -m avc -ts recent shows what was refused; sudo restorecon "
                          "-Rv %.*s, and of a volume of a container mount it with :z",
                          STR_ARG(word));
    }
    if (str_eq(c->module, S("AppArmor"))) {
        return str_format(d->arena,
                          "sudo journalctl -k | grep DENIED shows what was refused; allow %.*s in "
                          "the profile, or start go outside of it",
                          STR_ARG(word));
    }
    return S("start go outside of the sandbox (Landlock) that this program runs in, or have it "
             "allow the directory");
}

static void find_refused(Doctor *d, const Confinement *c, const Variable *v, Str dir,
                         const FileStat *st)
{
    Str who = c->module.len == 0
                  ? S("neither AppArmor nor SELinux is seen: a sandbox")
                  : str_format(d->arena, "%.*s: %.*s", STR_ARG(c->module), STR_ARG(c->name));
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "%.*s cannot be opened although its owner and mode "
                                           "allow it: a security module refuses it",
                                           STR_ARG(dir)),
                       .place = variable_place(v),
                       .evidence = str_format(d->arena,
                                              "%.*s\n%.*s: user %u, mode %04o, permission "
                                              "denied\n%.*s",
                                              STR_ARG(variable_evidence(d->arena, v)), STR_ARG(dir),
                                              (unsigned)st->uid, (unsigned)st->mode, STR_ARG(who)),
                       .remedy = remedy_of(d, c, dir),
                   });
}

/* Whether one of the places is refused. */
static bool check_places(Doctor *d, const Confinement *c)
{
    const Variable places[] = {
        {S("GOROOT"), {.value = d->in->goroot}}, doctor_variable(d, S("GOCACHE")),
        doctor_variable(d, S("GOMODCACHE")),     folders_tmp(d),
        {S("PWD"), {.value = d->in->dir}},
    };
    isize before = d->findings.len;
    for (isize i = 0; i < COUNT_OF(places); i++) {
        FileStat st;
        Str dir = places[i].got.value;
        if (path_is_absolute(dir) && is_refused(d, dir, &st)) {
            find_refused(d, c, &places[i], dir, &st);
        }
    }
    return d->findings.len > before;
}

/* ---- GWD108 ---- */

static bool check_security(Doctor *d, Err *err)
{
    (void)err;
    Confinement c = confinement_of(d);
    bool is_refused_here = d->in->pid == 0 && check_places(d, &c);
    if (!is_refused_here && c.module.len > 0 && !is_usual(&c)) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_INFO,
                           .title = str_format(d->arena,
                                               "%.*s restricts this program, and with it what go "
                                               "may do that is started from here",
                                               STR_ARG(c.module)),
                           .evidence = c.name,
                       });
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD108"),
                .title = STR_CONST("no security module keeps Go from its directories"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the AppArmor profile and the SELinux context of this process "
                    "(/proc/self/attr), whether they are enforced, and whether GOROOT, GOCACHE, "
                    "GOMODCACHE, the folder for temporary files and the working directory can be "
                    "opened where owner and mode allow it. Nothing is written and no program is "
                    "started, so a refusal of these alone does not show"),
                .why = STR_CONST(
                    "An editor out of a snap, a CI agent with a profile, a volume without its "
                    "label: the go command says \"permission denied\", and ls -l shows nothing "
                    "wrong. What is refused to a shell is refused to all that it starts."),
                .cure = STR_CONST("sudo journalctl -k | grep DENIED; sudo ausearch -m avc -ts "
                                  "recent; docker run -v DIR:DIR:z"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("apparmor(7), selinux(8), landlock(7)"),
            },
        .run = check_security,
        .modes = MODE_PROCESS,
    },
};

const CheckGroup doctor_security = {rows, COUNT_OF(rows)};
