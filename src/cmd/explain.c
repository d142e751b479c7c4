#include "cmd/explain.h"

#include "base/sort.h"
#include "cmd/table.h"
#include "doctor/check.h"
#include "doctor/errors.h"
#include "report/table.h"
#include "report/text.h"
#include "toolchain/conflict.h"

#define LABEL_COLUMNS 10
#define DEFAULT_WIDTH 80
#define MAX_WIDTH 100

/* GWT001 to GWT019: toolchains; up, verify and why make these findings. From GWT020 on the findings
 * are those of toolchain/conflict.h. */
static const Explanation toolchain_rows[] = {
    {
        .id = STR_CONST("GWT001"),
        .title = STR_CONST("this Go is not proved"),
        .severity = SEVERITY_ERROR,
        .looks_at = STR_CONST("the answer of the checksum database for this version and platform, "
                              "and the proof that was stored when it was installed"),
        .why = STR_CONST(
            "There was no answer to compare the files with: no network, a proxy that does not pass "
            "the database on, or --offline without a stored proof. The files may be right. Nobody "
            "knows."),
        .cure =
            STR_CONST("goward verify, with the network; where the proxy hides the database, with a "
                      "GOPROXY that passes it on"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.dev/ref/mod#checksum-database"),
    },
    {
        .id = STR_CONST("GWT002"),
        .title = STR_CONST("files of this Go are not the published ones"),
        .severity = SEVERITY_ERROR,
        .looks_at = STR_CONST("every file of the tree but api, doc, misc and test, hashed as the "
                              "checksum database hashes a toolchain"),
        .why = STR_CONST(
            "A file was changed, is missing, or does not belong there. An edited compiler or "
            "standard library goes into everything that is built with it, and go version, go build "
            "and go mod verify do not notice. Often the cause is harmless (a tool installed into "
            "the tree, a patched file that was forgotten); it looks the same as one that is not."),
        .cure =
            STR_CONST("goward verify --repair puts back the files that differ; or remove the Go "
                      "and install it again"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.dev/doc/toolchain#download"),
    },
    {
        .id = STR_CONST("GWT003"),
        .title = STR_CONST("go.env of this Go was edited"),
        .severity = SEVERITY_WARN,
        .looks_at = STR_CONST("go.env in the root of the Go, compared with the published one; all "
                              "other files are proved"),
        .why = STR_CONST(
            "go.env holds the defaults of GOPROXY, GOSUMDB and GOTOOLCHAIN for everybody who runs "
            "this Go. Images and packages often set GOTOOLCHAIN=local there: then a go.mod that "
            "asks for a newer Go fails instead of getting it. A changed GOPROXY or GOSUMDB decides "
            "whom to trust."),
        .cure =
            STR_CONST("read the difference that goward verify shows; goward verify --repair puts "
                      "the published file back; settings of your own belong into go env -w"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.dev/doc/toolchain#GOTOOLCHAIN"),
    },
    {
        .id = STR_CONST("GWT005"),
        .title = STR_CONST("the checksum database contradicts itself"),
        .severity = SEVERITY_ERROR,
        .looks_at = STR_CONST("the signed tree head that was stored, and the one that was just "
                              "received: one must be a prefix of the other"),
        .why = STR_CONST(
            "Two tree heads with valid signatures cannot both be true. Either the database shows "
            "different histories to different people, which is what it exists to prevent, or its "
            "key is in other hands, or the stored head was damaged. Both notes are shown: they are "
            "the evidence."),
        .cure =
            STR_CONST("install nothing until it is cleared up; ask from another network; report "
                      "both notes to security@golang.org"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.googlesource.com/proposal, design/25530-sumdb.md"),
    },
    {
        .id = STR_CONST("GWT006"),
        .title = STR_CONST("this Go can be talked past the checksum database"),
        .severity = SEVERITY_WARN,
        .looks_at = STR_CONST("the version of the Go that runs, and GOPROXY"),
        .why = STR_CONST(
            "Releases before 1.25.10, 1.26.3 (CVE-2026-42501), 1.25.13, 1.26.6 (CVE-2026-56864, "
            "CVE-2026-56865), 1.26.9 and 1.27.2 (CVE-2026-94447) accept some forged answers. What "
            "such a Go downloads by itself, a newer toolchain or a module, is only as genuine as "
            "the proxy it came from. goward proves toolchains with a client of its own, and keeps "
            "such a Go from downloading others."),
        .cure = STR_CONST("goward install the newest patch of the same line, then goward use it"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.dev/issue/79070, go.dev/issue/80744, go.dev/issue/80745, "
                            "go.dev/issue/81834"),
    },
    {
        .id = STR_CONST("GWT007"),
        .title = STR_CONST("this machine stopped without warning since the Go was installed"),
        .severity = SEVERITY_INFO,
        .looks_at = STR_CONST("the boot in which the store was last written, and whether it was "
                              "closed in order"),
        .why = STR_CONST(
            "The store survives a crash or a power cut: what was installed is whole, or was never "
            "there. A disk that lies about what it has written can still lose blocks of it."),
        .cure = STR_CONST("goward verify all"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("docs/formats/store.md"),
    },
    {
        .id = STR_CONST("GWT008"),
        .title = STR_CONST("the go command will refuse to load this module"),
        .severity = SEVERITY_ERROR,
        .looks_at =
            STR_CONST("the Go that starts, what its GOTOOLCHAIN allows, and the go lines of "
                      "go.work and go.mod"),
        .why = STR_CONST(
            "The go line says which Go a module needs at least. A Go that is older and may not "
            "switch to another (GOTOOLCHAIN=local, or an exact name) still prints its version, but "
            "every command that loads the module fails."),
        .cure = STR_CONST("goward up; or GOTOOLCHAIN=auto"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.dev/doc/toolchain#select"),
    },
    {
        .id = STR_CONST("GWT009"),
        .title = STR_CONST("this Go is not an official build"),
        .severity = SEVERITY_WARN,
        .looks_at = STR_CONST("VERSION in the root of the Go, and the answer of the checksum "
                              "database for it"),
        .why = STR_CONST(
            "The database holds what the Go project publishes. A distribution's own build, a "
            "development version and most Gos before 1.21 are not in it, so nothing can be said "
            "about their files, good or bad."),
        .cure =
            STR_CONST("goward install the official build of the same version; keep this one only "
                      "if you trust where it came from"),
        .since = STR_CONST("0.1.0"),
        .source = STR_CONST("go.dev/blog/rebuild"),
    },
};

static const Explanation *toolchain_explanation(isize i)
{
    return i < COUNT_OF(toolchain_rows) ? &toolchain_rows[i] : NULL;
}

static const Explanation *conflict_explanation(isize i)
{
    return i < conflict_explanations.len ? &conflict_explanations.rows[i] : NULL;
}

/* Of each pillar: its i-th row, NULL past the end. */
static const Explanation *(*const pillars[])(isize i) = {
    doctor_explanation,
    toolchain_explanation,
    conflict_explanation,
    errors_explanation,
};

const Explanation *explain_row(isize i)
{
    for (isize p = 0; p < COUNT_OF(pillars); p++) {
        const Explanation *row = pillars[p](i);
        if (row != NULL) {
            return row;
        }
        isize len = 0;
        while (pillars[p](len) != NULL) {
            len++;
        }
        i -= len;
    }
    return NULL;
}

const Explanation *explain_find(Str id)
{
    for (isize p = 0; p < COUNT_OF(pillars); p++) {
        const Explanation *row;
        for (isize i = 0; (row = pillars[p](i)) != NULL; i++) {
            if (str_eq_fold(row->id, id)) {
                return row;
            }
        }
    }
    return NULL;
}

static int compare_rows(const void *x, const void *y)
{
    return str_compare((*(const Explanation *const *)x)->id, (*(const Explanation *const *)y)->id);
}

typedef VEC(const Explanation *) RowList;

/* All of them, by id. */
static RowList sorted_rows(Arena *a)
{
    RowList list = {0};
    for (isize p = 0; p < COUNT_OF(pillars); p++) {
        const Explanation *row;
        for (isize i = 0; (row = pillars[p](i)) != NULL; i++) {
            *VEC_PUSH(a, &list) = row;
        }
    }
    sort_array(list.ptr, list.len, (isize)sizeof(*list.ptr), compare_rows);
    return list;
}

/* ---- one ---- */

void explain_field(Report *r, Str label, Str text)
{
    Arena scratch = r->scratch;
    const Style *style = &r->styles[REPORT_DATA];
    isize width = MIN(style->width > 0 ? style->width : DEFAULT_WIDTH, MAX_WIDTH);
    StrBuf b = strbuf_init(&scratch);
    text_add_spaces(&b, 2);
    isize columns = style_add(&b, style, INK_DIM, label);
    text_add_spaces(&b, LABEL_COLUMNS - columns);
    text_add_wrapped(&b, text, width, 2 + LABEL_COLUMNS);
    report_add_line(r, REPORT_DATA, &b);
}

static void print_row(Report *r, const Explanation *e)
{
    report_verdict(r, REPORT_DATA, INK_STRONG, "%.*s: %.*s", STR_ARG(e->id), STR_ARG(e->title));
    explain_field(r, S("severity"), severity_name(e->severity));
    explain_field(r, S("looks at"), e->looks_at);
    explain_field(r, S("why"), e->why);
    explain_field(r, S("cure"), e->cure);
    explain_field(r, S("since"), e->since);
    explain_field(r, S("source"), e->source);
}

static void write_row(JsonWriter *w, const Explanation *e)
{
    json_begin_object(w);
    json_key_str(w, S("id"), e->id);
    json_key_str(w, S("title"), e->title);
    json_key_str(w, S("severity"), severity_name(e->severity));
    json_key_str(w, S("looks_at"), e->looks_at);
    json_key_str(w, S("why"), e->why);
    json_key_str(w, S("cure"), e->cure);
    json_key_str(w, S("since"), e->since);
    json_key_str(w, S("source"), e->source);
    json_end(w);
}

/* ---- the command ---- */

static bool fail_unknown(Str id, Err *err)
{
    const Explanation *nearest = NULL;
    const Explanation *row;
    for (isize i = 0; (row = explain_row(i)) != NULL; i++) {
        if (nearest == NULL || str_distance(row->id, id) < str_distance(nearest->id, id)) {
            nearest = row;
        }
    }
    FAIL(err, ERR_NOT_FOUND, "there is no finding '%.*s'", STR_ARG(id));
    if (nearest != NULL && str_distance(nearest->id, id) <= 2) {
        return err_hint(err, "goward explain %.*s", STR_ARG(nearest->id));
    }
    return err_hint(err, "goward explain");
}

static void print_all(Invocation *inv)
{
    static const Column columns[] = {
        {.head = STR_CONST("ID")},
        {.head = STR_CONST("SEVERITY")},
        {.head = STR_CONST("ABOUT"), .may_cut = true},
    };
    Table table = table_init(inv->arena, columns, COUNT_OF(columns));
    RowList list = sorted_rows(inv->arena);
    for (isize i = 0; i < list.len; i++) {
        const Explanation *e = list.ptr[i];
        Row *row = table_add(&table);
        row->cells[0].text = e->id;
        row->cells[1].text = severity_name(e->severity);
        row->cells[2].text = e->title;
    }
    table_print(inv->report, REPORT_DATA, &table);
}

/* The rows named, or all of them. */
static void write_json(Invocation *inv)
{
    JsonWriter *w = report_json_begin(inv->report, S("explain"), 1);
    json_key_array(w, S("explanations"));
    RowList list = sorted_rows(inv->arena);
    for (isize i = 0; inv->n_args == 0 && i < list.len; i++) {
        write_row(w, list.ptr[i]);
    }
    for (isize i = 0; i < inv->n_args; i++) {
        write_row(w, explain_find(inv->args[i]));
    }
    json_end(w);
    report_json_end(inv->report);
}

bool cmd_explain(Invocation *inv, int *ret_code, Err *err)
{
    (void)ret_code;
    for (isize i = 0; i < inv->n_args; i++) {
        if (explain_find(inv->args[i]) == NULL) {
            return fail_unknown(inv->args[i], err);
        }
    }
    if (inv->wants_json) {
        write_json(inv);
        return true;
    }
    if (inv->n_args == 0) {
        print_all(inv);
    }
    for (isize i = 0; i < inv->n_args; i++) {
        if (i > 0) {
            report_line(inv->report, "%s", "");
        }
        print_row(inv->report, explain_find(inv->args[i]));
    }
    return true;
}
