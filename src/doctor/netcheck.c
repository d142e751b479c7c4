/*
 * What every https connection of the go command rests on, without using the network: certificate
 * authorities, HTTP proxies of the environment, the clock.
 */
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/proxies.h"
#include "os/clock.h"
#include "os/dir.h"

#define CERTS_MAX_FILE (8 * MIB) /* of one bundle; the usual one has 200 KiB */
#define CERTS_MAX_TRIED 2000     /* files of a directory */
#define VERSION_MAX_FILE (4 * KIB)
#define DAY_S (24 * 60 * 60)

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

/* Of the environment alone: the go env file is only for Go's own. */
static Variable process_variable(const Doctor *d, Str name)
{
    Str value = environ_value(d->in->env->environ, name);
    return (Variable){name, {.value = value, .origin = GOENV_ORIGIN_PROCESS}};
}

static bool check_authorities(Doctor *d, Err *err)
{
    (void)err;
    Variable file = process_variable(d, S("SSL_CERT_FILE"));
    Variable dirs = process_variable(d, S("SSL_CERT_DIR"));
    if (!uses_https(d)) {
        return true;
    }
    bool has_file = find_bundle(d, file.got.value);
    bool has_dir = find_in_dirs(d, dirs.got.value);
    bool is_set = file.got.value.len > 0 || dirs.got.value.len > 0;
    if (has_file || has_dir) {
        find_useless_setting(d, &file, has_file);
        find_useless_setting(d, &dirs, has_dir);
    } else if (is_set) {
        doctor_find_variable(d, SEVERITY_ERROR, file.got.value.len > 0 ? &file : &dirs, (Str){0},
                             "no certificate authority is known: every download over https fails");
    } else {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_ERROR,
                           .title = S("no certificate authority is known: every download over "
                                      "https fails"),
                           .evidence = S("neither /etc/ssl/certs nor any other place that Go looks "
                                         "in has a certificate"),
                           .remedy = S("install the package ca-certificates"),
                       });
    }
    return true;
}

/* ---- GWD066: HTTP proxies ---- */

static const struct {
    Str big, small;
} proxy_names[] = {
    {STR_CONST("HTTPS_PROXY"), STR_CONST("https_proxy")},
    {STR_CONST("HTTP_PROXY"), STR_CONST("http_proxy")},
    {STR_CONST("NO_PROXY"), STR_CONST("no_proxy")},
};

/* Why Go cannot use the address of an HTTP proxy; NULL when it can. Without a scheme it is taken as
 * http. */
static const char *why_no_proxy(Str value)
{
    static const Str schemes[] = {STR_CONST("http"), STR_CONST("https"), STR_CONST("socks5"),
                                  STR_CONST("socks5h")};
    isize scheme = str_index(value, S("://"));
    bool is_known = scheme < 0;
    for (isize i = 0; i < COUNT_OF(schemes) && !is_known; i++) {
        is_known = str_eq_fold(str_to(value, scheme), schemes[i]);
    }
    Str host = scheme < 0 ? value : str_from(value, scheme + 3);
    host = str_cut(host, '/').head;
    host = str_from(host, str_last_index_byte(host, '@') + 1);
    StrCut port = str_cut_last(host, ':');
    int64_t number;
    if (!is_known) {
        return "has a scheme that Go does not speak";
    }
    if (host.len == 0 || str_index_byte(host, ' ') >= 0) {
        return "has no host";
    }
    bool has_port = port.found && str_index_byte(port.tail, ']') < 0;
    return has_port && port.tail.len > 0 && !str_parse_decimal(port.tail, 65535, &number)
               ? "has a port that is no number, and is passed over without a word"
               : NULL;
}

static void check_pair(Doctor *d, Str big, Str small)
{
    Str of_big = environ_value(d->in->env->environ, big);
    Str of_small = environ_value(d->in->env->environ, small);
    if (of_big.len == 0 || of_small.len == 0 || str_eq(of_big, of_small)) {
        return;
    }
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_WARN,
                    .title = str_format(d->arena,
                                        "%.*s and %.*s differ: Go reads the first, curl and "
                                        "git may read the second",
                                        STR_ARG(big), STR_ARG(small)),
                    .evidence = str_format(d->arena, "%.*s=%.*s\n%.*s=%.*s", STR_ARG(big),
                                           STR_ARG(proxies_hide(d->arena, of_big)), STR_ARG(small),
                                           STR_ARG(proxies_hide(d->arena, of_small))),
                    .remedy = str_format(d->arena, "unset %.*s", STR_ARG(small)),
                });
}

static void check_no_proxy(Doctor *d, const Variable *v)
{
    if (str_contains(v->got.value, S("://"))) {
        proxies_find(d, SEVERITY_WARN, v, (Str){0},
                     str_format(d->arena, "%.*s holds a URL, and takes hosts only: it excepts none",
                                STR_ARG(v->name)));
    } else if (str_index_byte(v->got.value, ';') >= 0 ||
               (str_index_byte(str_trim(v->got.value), ' ') >= 0 &&
                str_index_byte(v->got.value, ',') < 0)) {
        proxies_find(
            d, SEVERITY_WARN, v, (Str){0},
            str_format(d->arena, "the hosts in %.*s are parted by commas only", STR_ARG(v->name)));
    }
}

static bool check_http_proxies(Doctor *d, Err *err)
{
    (void)err;
    for (isize i = 0; i < COUNT_OF(proxy_names); i++) {
        Str big = proxy_names[i].big, small = proxy_names[i].small;
        check_pair(d, big, small);
        Str name = environ_value(d->in->env->environ, big).len > 0 ? big : small;
        Variable v = process_variable(d, name);
        if (v.got.value.len == 0) {
            continue;
        }
        if (str_eq(big, S("NO_PROXY"))) {
            check_no_proxy(d, &v);
        } else if (why_no_proxy(v.got.value) != NULL) {
            proxies_find(d, SEVERITY_ERROR, &v, (Str){0},
                         str_format(d->arena, "the HTTP proxy in %.*s %s", STR_ARG(name),
                                    why_no_proxy(v.got.value)));
        }
    }
    return true;
}

/* ---- GWD069: the clock ---- */

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    /* March is the first month of a year, so that February's length is last. */
    year -= month <= 2;
    int64_t era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146097 + days - 719468;
}

/* "2026-08-01T12:00:00Z" to the day. */
static bool parse_day(Str text, int64_t *ret_s)
{
    int64_t year, month, day;
    if (text.len < 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !str_parse_decimal(str_to(text, 4), 9999, &year)) {
        return false;
    }
    Str m = str_slice(text, 5, 7), of_month = str_slice(text, 8, 10);
    str_eat_prefix(&m, S("0"));
    str_eat_prefix(&of_month, S("0"));
    if (!str_parse_decimal(m, 12, &month) || !str_parse_decimal(of_month, 31, &day) || month < 1 ||
        day < 1) {
        return false;
    }
    *ret_s = days_from_civil(year, month, day) * DAY_S;
    return true;
}

/* When the Go in use was made: "time 2026-08-01T..." in VERSION, since Go 1.21. */
static bool time_of_go(const Doctor *d, Str file, int64_t *ret_s)
{
    Str text, line;
    Err ignored;
    if (file_read_all(d->arena, FILE_CWD, file, VERSION_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return false;
    }
    while (str_next_line(&text, &line)) {
        if (str_eat_prefix(&line, S("time "))) {
            return parse_day(line, ret_s);
        }
    }
    return false;
}

static bool check_clock(Doctor *d, Err *err)
{
    (void)err;
    int64_t made_s, now_s = clock_wall_s();
    Str file = path_join(d->arena, d->in->goroot, S("VERSION"));
    if (d->in->goroot.len == 0 || !time_of_go(d, file, &made_s) || now_s >= made_s - DAY_S) {
        return true;
    }
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_ERROR,
                    .title = S("the clock is behind: the Go in use was made later than now, and "
                               "certificates will not be valid yet"),
                    .place = {.file = file},
                    .evidence = str_format(d->arena, "now %.*s, made %.*s",
                                           STR_ARG(clock_format_utc(d->arena, now_s)),
                                           STR_ARG(clock_format_utc(d->arena, made_s))),
                    .remedy = S("set the clock: timedatectl set-ntp true, or start the container "
                                "or virtual machine anew"),
                });
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
    {
        .about =
            {
                .id = STR_CONST("GWD066"),
                .title = STR_CONST("HTTP proxies of the environment are well-formed"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("HTTPS_PROXY, HTTP_PROXY, NO_PROXY and the same names in "
                                      "small letters. Whether they answer, GWD067 asks with --net"),
                .why = STR_CONST(
                    "Go reads the name in capitals first, curl and git often the other one, so two "
                    "values make the same address reachable from one and not from the other. An "
                    "address that cannot be read is passed over without a word, and connections "
                    "are tried directly. NO_PROXY takes hosts, parted by commas, and no URLs."),
                .cure = STR_CONST("export HTTPS_PROXY=http://proxy.example.com:3128"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("golang.org/x/net/http/httpproxy"),
            },
        .run = check_http_proxies,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD069"),
                .title = STR_CONST("the clock is not before the day on which this Go was made"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the time line of VERSION in the GOROOT (Go 1.21 and later), "
                                      "and the clock"),
                .why = STR_CONST(
                    "With a clock that is behind, certificates are `not yet valid` and nothing can "
                    "be downloaded. Builds compare times of files, too: with sources from the "
                    "future the go command distrusts its cache, and make builds again and again. "
                    "Virtual machines that slept and boards without a battery have such clocks."),
                .cure = STR_CONST("timedatectl set-ntp true"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.21 (VERSION), crypto/x509"),
            },
        .run = check_clock,
    },
};

const CheckGroup doctor_netcheck = {rows, COUNT_OF(rows)};
