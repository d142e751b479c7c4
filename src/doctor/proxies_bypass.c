/* GWD061: the Go in use has a flaw that lets a proxy talk it past the checksum database. */
#include "doctor/proxies.h"

#include "base/strbuf.h"
#include "sumdb/bypass.h"

/* What the Go in use downloads by itself: with GOTOOLCHAIN=local no toolchains. */
static bool concerns(const Bypass *flaw, Str gotoolchain)
{
    return !flaw->is_of_toolchains || !str_eq(gotoolchain, S("local"));
}

/* Goes through a proxy that somebody chose, not the one that Go comes with. A folder (file://) is
 * none: its owner is asked for it anyway. */
static bool has_chosen_proxy(const Doctor *d, const Variable *proxies)
{
    ProxyList list;
    Err ignored;
    if (!variable_is_set(proxies) ||
        !proxy_list_parse(d->arena, proxies->got.value, &list, &ignored)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        if (list.ptr[i].kind == PROXY_URL) {
            return true;
        }
    }
    return false;
}

static bool check_bypass(Doctor *d, Err *err)
{
    (void)err;
    isize n = 0, n_concern = 0;
    StrBuf evidence = strbuf_init(d->arena);
    Variable proxies = doctor_variable(d, S("GOPROXY"));
    Str sumdb = doctor_variable(d, S("GOSUMDB")).got.value;
    Str gotoolchain = doctor_variable(d, S("GOTOOLCHAIN")).got.value;
    if (d->in->version.len == 0 || str_eq(sumdb, S("off"))) { /* GWD052 speaks of that */
        return true;
    }
    const Bypass *const *flaws = bypass_of(d->arena, d->in->version, &n);
    for (isize i = 0; i < n; i++) {
        if (concerns(flaws[i], gotoolchain)) {
            strbuf_add_format(&evidence, "%s%.*s: %.*s", n_concern++ > 0 ? "\n" : "",
                              STR_ARG(flaws[i]->id), STR_ARG(flaws[i]->summary));
        }
    }
    if (n_concern == 0) {
        return true;
    }
    bool is_chosen = has_chosen_proxy(d, &proxies);
    if (is_chosen) {
        strbuf_add_format(&evidence, "\n%.*s",
                          STR_ARG(proxies_hide(d->arena, variable_evidence(d->arena, &proxies))));
    }
    doctor_find(d, (Finding){.severity = is_chosen ? SEVERITY_WARN : SEVERITY_INFO,
                             .title = str_format(d->arena,
                                                 "%.*s can be talked past the checksum database by "
                                                 "its proxy: what it downloads is only as genuine "
                                                 "as that",
                                                 STR_ARG(doctor_go_name(d))),
                             .place = variable_place(&proxies),
                             .evidence = strbuf_str(&evidence),
                             .remedy = S("goward use --global stable")});
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD061"),
                .title = STR_CONST("the Go in use cannot be talked past the checksum database"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the version of the Go in use, GOPROXY, GOSUMDB and "
                                      "GOTOOLCHAIN"),
                .why = STR_CONST(
                    "Releases before 1.25.10, 1.26.3 (CVE-2026-42501), 1.25.13, 1.26.6 "
                    "(CVE-2026-56864, CVE-2026-56865), 1.26.9 and 1.27.2 (CVE-2026-94447) accept "
                    "some forged answers. A module or toolchain that such a Go downloads by itself "
                    "is only as genuine as the proxy it came from, whatever go.sum says later. "
                    "goward proves toolchains with a client of its own."),
                .cure = STR_CONST("goward install the newest patch of the same line, then goward "
                                  "use it"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/issue/79070, go.dev/issue/80744, go.dev/issue/80745, "
                                    "go.dev/issue/81834"),
            },
        .run = check_bypass,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies_bypass = {rows, COUNT_OF(rows)};
