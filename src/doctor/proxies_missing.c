/* GWD098: modules that are not in the cache, where nothing may be downloaded. */
#include "doctor/gomodfile.h"
#include "doctor/modcache.h"
#include "doctor/proxies.h"
#include "doctor/variables.h"

/* Whether a build may need the module's files, and they are not here: go.sum has the hash of those
 * that gave packages when it was made. */
static bool is_missing(const Doctor *d, const MainModule *m, const GoSum *sum,
                       const GoModRequire *r)
{
    return gomodfile_replacement(m, r->path, r->version) == NULL &&
           gosum_find(*d->arena, sum, r->path, r->version, false) != NULL &&
           !modcache_has(d, r->path, r->version);
}

static void find_missing(Doctor *d, const MainModule *m, const Variable *v,
                         const GoModRequire *first, isize n)
{
    Str usual = variables_default(d->in, d->arena, S("GOPROXY"));
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_WARN,
               .title = str_format(d->arena,
                                   "%td %s that go.mod requires %s not here, and GOPROXY=off keeps "
                                   "%s away: builds that need %s fail",
                                   n, n == 1 ? "module" : "modules", n == 1 ? "is" : "are",
                                   n == 1 ? "it" : "them", n == 1 ? "it" : "them"),
               .place = {.file = m->file, .line = first->pos.line},
               .evidence =
                   str_format(d->arena, "%.*s@%.*s\n%.*s", STR_ARG(first->path),
                              STR_ARG(first->version), STR_ARG(variable_evidence(d->arena, v))),
               .remedy = str_format(d->arena, "GOPROXY=%.*s go mod download",
                                    STR_ARG(doctor_shell_word(d->arena, usual))),
           });
}

static bool check_missing(Doctor *d, Err *err)
{
    (void)err;
    MainModule m;
    GoSum sum;
    ProxyList list;
    Err ignored;
    const GoModRequire *first = NULL;
    isize n = 0;
    Variable v = doctor_variable(d, S("GOPROXY"));
    if (!proxy_list_parse(d->arena, v.got.value, &list, &ignored) || list.len == 0 ||
        list.ptr[0].kind != PROXY_OFF || !gomodfile_main(d, &m) || gomodfile_is_vendored(d, &m) ||
        !gomodfile_read_sums(d, &m, &sum, &ignored)) {
        return true;
    }
    for (isize i = 0; i < m.mod.requires.len; i++) {
        const GoModRequire *r = &m.mod.requires.ptr[i];
        if (is_missing(d, &m, &sum, r)) {
            first = n++ == 0 ? r : first;
        }
    }
    if (n > 0) {
        find_missing(d, &m, &v, first, n);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD098"),
                .title = STR_CONST("what is required is here, where nothing may be downloaded"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("with GOPROXY=off: the requirements of go.mod whose hash is "
                                      "in go.sum, and GOMODCACHE"),
                .why = STR_CONST(
                    "With GOPROXY=off the go command takes modules from the module cache alone: "
                    "'module lookup disabled by GOPROXY=off'. On a machine without a network that "
                    "comes out when it is too late to fetch them."),
                .cure = STR_CONST("go mod download where there is a network, or go mod vendor"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#environment-variables"),
            },
        .run = check_missing,
        .cost = COST_TREE,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies_missing = {rows, COUNT_OF(rows)};
