/* What every https connection of the go command rests on: certificate authorities. */
#include "doctor/netcheck.h"
#include "os/dir.h"

#define CERTS_MAX_FILE (8 * MIB) /* of one bundle; the usual one has 200 KiB */
#define CERTS_MAX_TRIED 2000     /* files of a directory */

/* ---- GWD065: certificate authorities ---- */

/* x509/root_linux.go: the first bundle that can be read counts, and all directories. */
static const Str bundles[] = {
    STR_CONST("/etc/ssl/certs/ca-certificates.crt"),
    STR_CONST("/etc/pki/tls/certs/ca-bundle.crt"),
    STR_CONST("/etc/ssl/ca-bundle.pem"),
    STR_CONST("/etc/pki/tls/cacert.pem"),
    STR_CONST("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
    STR_CONST("/etc/ssl/cert.pem"),
};
static const Str bundle_dirs[] = {STR_CONST("/etc/ssl/certs"), STR_CONST("/etc/pki/tls/certs")};

static bool has_certificate(Arena scratch, int dirfd, Str path)
{
    Str text;
    Err ignored;
    return file_read_all(&scratch, dirfd, path, CERTS_MAX_FILE, &text, &ignored) == FILE_FOUND &&
           str_contains(text, S("-----BEGIN CERTIFICATE-----"));
}

static bool dir_has_certificate(Arena scratch, Str path)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    if (dir_open(FILE_CWD, path, &fd, &ignored) != FILE_FOUND ||
        !dir_list(&scratch, fd, &list, &ignored)) {
        return false;
    }
    for (isize i = 0; i < MIN(list.len, CERTS_MAX_TRIED); i++) {
        if (list.ptr[i].kind != FILE_KIND_DIR && has_certificate(scratch, fd, list.ptr[i].name)) {
            return true;
        }
    }
    return false;
}

static bool find_bundle(const Doctor *d, Str file)
{
    if (file.len > 0) {
        return has_certificate(*d->arena, FILE_CWD, file);
    }
    for (isize i = 0; i < COUNT_OF(bundles); i++) {
        Str path = doctor_system_path(d, bundles[i]);
        FileStat st;
        Err ignored;
        if (file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND) {
            return has_certificate(*d->arena, FILE_CWD, path);
        }
    }
    return false;
}

static bool find_in_dirs(const Doctor *d, Str dirs)
{
    if (dirs.len == 0) {
        for (isize i = 0; i < COUNT_OF(bundle_dirs); i++) {
            if (dir_has_certificate(*d->arena, doctor_system_path(d, bundle_dirs[i]))) {
                return true;
            }
        }
        return false;
    }
    for (StrCut cut = {.tail = dirs, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ':');
        if (cut.head.len > 0 && dir_has_certificate(*d->arena, cut.head)) {
            return true;
        }
    }
    return false;
}

/* Whether builds may ask an https server at all. */
static bool uses_https(const Doctor *d)
{
    Variable v;
    ProxyList list;
    Err ignored;
    if (!proxies_variable(d, S("GOPROXY"), &v) || v.got.value.len == 0 ||
        !proxy_list_parse(d->arena, v.got.value, &list, &ignored)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        const ProxyEntry *e = &list.ptr[i];
        if (e->kind == PROXY_DIRECT ||
            (e->kind == PROXY_URL && str_starts_with(e->url, S("https://")))) {
            return true;
        }
    }
    return false;
}

static void find_useless_setting(Doctor *d, const Variable *v, bool works)
{
    if (v->got.value.len > 0 && !works) {
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "%.*s names no certificates: what is meant to be trusted is not",
                             STR_ARG(v->name));
    }
}

typedef struct {
    Variable file, dirs;
    bool has_file, has_dir; /* certificates are found there */
} Authorities;

static Authorities read_authorities(const Doctor *d)
{
    Authorities ret = {netcheck_variable(d, S("SSL_CERT_FILE")),
                       netcheck_variable(d, S("SSL_CERT_DIR")), .has_file = false};
    ret.has_file = find_bundle(d, ret.file.got.value);
    ret.has_dir = find_in_dirs(d, ret.dirs.got.value);
    return ret;
}

Variable netcheck_variable(const Doctor *d, Str name)
{
    Str value = environ_value(d->in->env->environ, name);
    return (Variable){name, {.value = value, .origin = GOENV_ORIGIN_PROCESS}};
}

bool netcheck_lacks_authorities(const Doctor *d)
{
    Authorities a = read_authorities(d);
    return uses_https(d) &&
           ((!a.has_file && !a.has_dir) || (a.file.got.value.len > 0 && !a.has_file) ||
            (a.dirs.got.value.len > 0 && !a.has_dir));
}

static bool check_authorities(Doctor *d, Err *err)
{
    (void)err;
    if (!uses_https(d)) {
        return true;
    }
    Authorities a = read_authorities(d);
    Str none = S("no certificate authority is known: every download over https fails");
    if (a.has_file || a.has_dir) {
        find_useless_setting(d, &a.file, a.has_file);
        find_useless_setting(d, &a.dirs, a.has_dir);
    } else if (a.file.got.value.len > 0 || a.dirs.got.value.len > 0) {
        doctor_find_variable(d, SEVERITY_ERROR, a.file.got.value.len > 0 ? &a.file : &a.dirs,
                             (Str){0}, "%.*s", STR_ARG(none));
    } else {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_ERROR,
                           .title = none,
                           .evidence = S("neither /etc/ssl/certs nor any other place that Go looks "
                                         "in has a certificate"),
                           .remedy = S("install the package ca-certificates"),
                       });
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD065"),
                .title = STR_CONST("Go finds certificate authorities"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("SSL_CERT_FILE and SSL_CERT_DIR, else the bundles and "
                                      "directories below /etc that crypto/x509 looks in; only when "
                                      "GOPROXY leads to https"),
                .why = STR_CONST(
                    "Without authorities every download fails with `certificate signed by unknown "
                    "authority`, as in small images without the package ca-certificates. "
                    "SSL_CERT_FILE replaces the bundle of the system, and SSL_CERT_DIR its "
                    "directories: a path that is not there takes trust away without a word. A "
                    "company that inspects TLS has an authority of its own, which belongs into the "
                    "system's bundle."),
                .cure = STR_CONST("install ca-certificates; unset SSL_CERT_FILE; put an authority "
                                  "of your own into /usr/local/share/ca-certificates and run "
                                  "update-ca-certificates"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("crypto/x509/root_linux.go, root_unix.go"),
            },
        .run = check_authorities,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_netcheck = {rows, COUNT_OF(rows)};
