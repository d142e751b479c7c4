/* Whether the files that name a Go agree, name a release where one is meant, and one that is still
 * mended. */
#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/versions_mentions.h"
#include "go/mod/gomod.h"
#include "go/mod/releases.h"
#include "go/mod/version.h"

/* ---- GWD030: drift ---- */

/* One file, or all CI files together: a matrix tests several Gos, and agrees with each. */
static bool is_same_source(const Mention *x, const Mention *y)
{
    return x->kind == y->kind && (x->kind == MENTION_CI || str_eq(x->file, y->file));
}

/* Whether two mentions may mean one release: "1.26" and "1.26.8" may. */
static bool may_agree(Str x, Str y)
{
    if (!goversion_is_valid(x) || !goversion_is_valid(y)) {
        return true;
    }
    bool is_exact = mentions_is_exact(x) && mentions_is_exact(y);
    return is_exact ? str_eq(x, y) : str_eq(goversion_lang(x), goversion_lang(y));
}

/* Whether any mention of x's source agrees with any of y's. */
static bool sources_agree(const MentionList *list, const Mention *x, const Mention *y)
{
    for (isize i = 0; i < list->all.len; i++) {
        for (isize j = 0; j < list->all.len; j++) {
            const Mention *a = &list->all.ptr[i];
            const Mention *b = &list->all.ptr[j];
            if (is_same_source(a, x) && is_same_source(b, y) && may_agree(a->version, b->version)) {
                return true;
            }
        }
    }
    return false;
}

static void find_drift(Doctor *d, const Mention *x, const Mention *y)
{
    bool is_of_lang = !str_eq(goversion_lang(x->version), goversion_lang(y->version));
    doctor_find(
        d, (Finding){
               .severity = is_of_lang ? SEVERITY_WARN : SEVERITY_INFO,
               .title = str_format(d->arena, "%.*s means Go %.*s, and %.*s Go %.*s",
                                   STR_ARG(path_base(x->file)), STR_ARG(x->version),
                                   STR_ARG(path_base(y->file)), STR_ARG(y->version)),
               .place = {.file = y->file, .line = y->line},
               .evidence =
                   str_format(d->arena, "%.*s:%td: %.*s\n%.*s:%td: %.*s", STR_ARG(x->file), x->line,
                              STR_ARG(x->seen), STR_ARG(y->file), y->line, STR_ARG(y->seen)),
               .remedy = S("write the same release in both; goward use VERSION pins it for people"),
           });
}

/* One finding for each source that does not agree with the first one that differs from it. */
static bool check_drift(Doctor *d, Err *err)
{
    (void)err;
    const MentionList *list = mentions_of(d);
    for (isize j = 1; j < list->all.len; j++) {
        const Mention *y = &list->all.ptr[j];
        bool is_first = true;
        for (isize i = 0; i < j; i++) {
            is_first = is_first && !is_same_source(&list->all.ptr[i], y);
        }
        for (isize i = 0; is_first && i < j; i++) {
            const Mention *x = &list->all.ptr[i];
            if (!sources_agree(list, x, y)) {
                find_drift(d, x, y);
                break;
            }
        }
    }
    return true;
}

/* ---- GWD032: a release ---- */

/* "go1.26": the go command looks for a toolchain of that name, and there is none since 1.21. */
static bool is_no_toolchain(Str name)
{
    Str version = goversion_of_toolchain(name);
    return version.len > 0 && goversion_is_lang(version) &&
           goversion_compare(version, S("1.21")) >= 0;
}

static void check_toolchain_line(Doctor *d, Str path, Str text)
{
    GoModValue line = gomod_lookup(text, S("toolchain"));
    if (is_no_toolchain(line.value)) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_ERROR,
                           .title = str_format(d->arena,
                                               "%.*s is a language, not a release: no "
                                               "older Go can fetch it",
                                               STR_ARG(line.value)),
                           .place = {.file = path, .line = line.line},
                           .evidence = str_format(d->arena, "toolchain %.*s", STR_ARG(line.value)),
                           .remedy = str_format(d->arena, "go mod edit -toolchain=%.*s.0",
                                                STR_ARG(line.value)),
                       });
    }
}

static bool check_release(Doctor *d, Err *err)
{
    (void)err;
    const MentionList *list = mentions_of(d);
    Variable v = doctor_variable(d, S("GOTOOLCHAIN"));
    Str name = str_cut(v.got.value, '+').head;
    check_toolchain_line(d, list->mod_path, list->mod_text);
    if (is_no_toolchain(name) && !doctor_go_is_before(d, S("1.21"))) {
        doctor_find_variable(d, SEVERITY_ERROR, &v,
                             str_format(d->arena, "%.*s.0%.*s", STR_ARG(name),
                                        STR_ARG(str_from(v.got.value, name.len))),
                             "%.*s is a language, not a release: the go command cannot fetch it",
                             STR_ARG(name));
    }
    return true;
}

/* ---- GWD037: support ---- */

static Str newest_release(Doctor *d)
{
    return releases_newest(d->arena, d->in->home, d->in->version);
}

static void find_old(Doctor *d, Severity severity, Str version, Place place, Str seen)
{
    Str since;
    Str lang = goversion_lang(version);
    Str newest = newest_release(d);
    if (version.len == 0 || !releases_is_over(lang, newest, &since)) {
        return;
    }
    doctor_find(
        d, (Finding){
               .severity = severity,
               .title = str_format(d->arena, "Go %.*s gets no security fixes any more%s%.*s",
                                   STR_ARG(lang), since.len > 0 ? ", since " : "", STR_ARG(since)),
               .place = place,
               .evidence = str_format(d->arena,
                                      "%.*s\nthe newest that this goward knows is "
                                      "Go %.*s; the two newest are mended",
                                      STR_ARG(seen), STR_ARG(newest)),
               .remedy = str_format(d->arena, "go on to Go %.*s", STR_ARG(newest)),
           });
}

/* Whether CI tests a Go that is mended. Libraries test old ones beside it on purpose. */
static bool is_ci_mended(Doctor *d, const MentionList *list)
{
    Str ignored;
    Str newest = newest_release(d);
    for (isize i = 0; i < list->all.len; i++) {
        const Mention *m = &list->all.ptr[i];
        if (m->kind == MENTION_CI &&
            (m->version.len == 0 ||
             !releases_is_over(goversion_lang(m->version), newest, &ignored))) {
            return true;
        }
    }
    return false;
}

static bool is_said_before(const MentionList *list, isize at)
{
    const Mention *m = &list->all.ptr[at];
    for (isize i = 0; i < at; i++) {
        const Mention *other = &list->all.ptr[i];
        if (str_eq(other->file, m->file) && str_eq(other->version, m->version)) {
            return true;
        }
    }
    return false;
}

static bool check_support(Doctor *d, Err *err)
{
    (void)err;
    const MentionList *list = mentions_of(d);
    bool is_mended = is_ci_mended(d, list);
    /* A distribution mends the Go that it brings itself, so this is only worth knowing. */
    find_old(d, SEVERITY_INFO, d->in->version, (Place){.file = d->in->goroot},
             str_format(d->arena, "the Go in use is %.*s", STR_ARG(d->in->version)));
    for (isize i = 0; i < list->all.len; i++) {
        const Mention *m = &list->all.ptr[i];
        bool is_ci = m->kind == MENTION_CI;
        if (!is_said_before(list, i) && !(is_ci && is_mended)) {
            find_old(d, is_ci ? SEVERITY_INFO : SEVERITY_WARN, m->version,
                     (Place){.file = m->file, .line = m->line}, m->seen);
        }
    }
    return true;
}

#define LOOKS_AT                                                                              \
    STR_CONST(                                                                                \
        ".go-version, .tool-versions, mise.toml, goward.lock, Dockerfiles (down to two "      \
        "folders deep), devcontainer.json, .github/workflows, .gitlab-ci.yml, .circleci and " \
        ".travis.yml from the root of the project on")

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD030"),
                .title = STR_CONST("the files that name a Go mean the same one"),
                .severity = SEVERITY_WARN,
                .looks_at = LOOKS_AT,
                .why = STR_CONST(
                    "What people build with, what CI tests and what the image ships are often "
                    "three files that are raised one at a time. What differs between releases "
                    "(loop variables, timers, TLS defaults) is then found after the release. A "
                    "matrix agrees with each of its versions, and 1.26 with 1.26.8; the go line of "
                    "go.mod is a minimum and takes no part."),
                .cure = STR_CONST("write one release everywhere, or let setup-go read go.mod "
                                  "(go-version-file)"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain"),
            },
        .run = check_drift,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD032"),
                .title = STR_CONST("a toolchain is named by its release"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the toolchain line of go.mod, and GOTOOLCHAIN"),
                .why = STR_CONST(
                    "Since Go 1.21 go1.26 names the language and go1.26.0 its first release. In a "
                    "go line the language is fine; as a toolchain it cannot be fetched: 'go: "
                    "invalid toolchain: go1.26 is a language version but not a toolchain "
                    "version'."),
                .cure = STR_CONST("go mod edit -toolchain=go1.26.0; go env -w "
                                  "GOTOOLCHAIN=go1.26.0"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain#version"),
            },
        .run = check_release,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD037"),
                .title = STR_CONST("the Go that is built with still gets security fixes"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the Go in use, version files, images and CI files, against "
                                      "the newest minor release that goward knows: of its own "
                                      "list, its store and the Go in use. No network is asked, so "
                                      "a newer one may be out"),
                .why =
                    STR_CONST("Go's project mends its two newest minor releases. Faults of "
                              "net/http, crypto/tls or archive/zip that were found since stay in "
                              "what an older one builds. A distribution may mend its own, which "
                              "is why the Go in use is only noted."),
                .cure = STR_CONST("raise the version in the file that is named"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/devel/release#policy"),
            },
        .run = check_support,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_versions_drift = {rows, COUNT_OF(rows)};
