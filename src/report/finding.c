#include "report/finding.h"

#include "base/panic.h"
#include "base/sort.h"
#include "report/human.h"
#include "report/text.h"

#define LABEL_COLUMNS 8 /* as in the steps of report.h, which findings stand below */
#define TEXT_INDENT (2 + LABEL_COLUMNS + 1)

static const struct {
    Str name;
    Ink ink;
} severities[SEVERITY_COUNT] = {
    [SEVERITY_NONE] = {STR_CONST("none"), INK_PLAIN},
    [SEVERITY_INFO] = {STR_CONST("info"), INK_PLAIN},
    [SEVERITY_WARN] = {STR_CONST("warn"), INK_WARN},
    [SEVERITY_ERROR] = {STR_CONST("error"), INK_BAD},
};

Str severity_name(Severity severity)
{
    ASSERT(severity >= 0 && severity < SEVERITY_COUNT);
    return severities[severity].name;
}

static int compare(const void *x, const void *y)
{
    const Finding *a = x;
    const Finding *b = y;
    if (a->severity != b->severity) {
        return a->severity > b->severity ? -1 : 1;
    }
    int order = str_compare(a->id, b->id);
    if (order == 0) {
        order = str_compare(a->place.file, b->place.file);
    }
    return order != 0 ? order : (a->place.line > b->place.line) - (a->place.line < b->place.line);
}

void findings_sort(FindingList *list)
{
    sort_array(list->ptr, list->len, (isize)sizeof(list->ptr[0]), compare);
}

bool findings_reach(const FindingList *list, Severity fail_on)
{
    for (isize i = 0; i < list->len; i++) {
        if (fail_on != SEVERITY_NONE && list->ptr[i].severity >= fail_on) {
            return true;
        }
    }
    return false;
}

isize findings_count(const FindingList *list, Severity severity)
{
    isize n = 0;
    for (isize i = 0; i < list->len; i++) {
        n += list->ptr[i].severity == severity;
    }
    return n;
}

Str findings_summary(Arena *a, const FindingList *list)
{
    static const struct {
        Severity severity;
        Str one, many;
    } kinds[] = {
        {SEVERITY_ERROR, STR_CONST("error"), STR_CONST("errors")},
        {SEVERITY_WARN, STR_CONST("warning"), STR_CONST("warnings")},
        {SEVERITY_INFO, STR_CONST("note"), STR_CONST("notes")},
    };
    Arena words = arena_init(0);
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        isize n = findings_count(list, kinds[i].severity);
        if (n > 0) {
            strbuf_add(&b, b.len > 0 ? S(", ") : S(""));
            strbuf_add(&b, human_plural(&words, n, kinds[i].one, kinds[i].many));
        }
    }
    arena_done(&words);
    return b.len > 0 ? strbuf_str(&b) : S("no findings");
}

/* A line in the column of the texts. */
static void print_indented(Report *r, ReportStream stream, Ink ink, Str prefix, Str text)
{
    Arena scratch = r->scratch;
    StrBuf line = strbuf_init(&scratch);
    text_add_spaces(&line, TEXT_INDENT);
    style_add(&line, &r->styles[stream], INK_PLAIN, prefix);
    style_add(&line, &r->styles[stream], ink, text);
    report_add_line(r, stream, &line);
}

static void print_title(Report *r, ReportStream stream, const Finding *f)
{
    const Style *style = &r->styles[stream];
    Arena scratch = r->scratch;
    StrBuf line = strbuf_init(&scratch);
    text_add_spaces(&line, 2);
    isize columns =
        style_add(&line, style, severities[f->severity].ink, severity_name(f->severity));
    text_add_spaces(&line, LABEL_COLUMNS - columns + 1);
    style_add(&line, style, INK_STRONG, f->id);
    strbuf_add_byte(&line, ' ');
    style_add(&line, style, INK_PLAIN, f->title);
    report_add_line(r, stream, &line);
}

static void print_place(Report *r, ReportStream stream, Place place)
{
    Arena scratch = r->scratch;
    StrBuf line = strbuf_init(&scratch);
    text_add_spaces(&line, TEXT_INDENT);
    report_add_place(r, &line, stream, INK_DIM, place);
    report_add_line(r, stream, &line);
}

static void print_finding(Report *r, ReportStream stream, const Finding *f)
{
    print_title(r, stream, f);
    if (f->place.file.len > 0) {
        print_place(r, stream, f->place);
    }
    Str evidence = f->evidence;
    Str line;
    while (str_next_line(&evidence, &line)) {
        print_indented(r, stream, INK_DIM, S(""), line);
    }
    if (f->remedy.len > 0) {
        print_indented(r, stream, INK_STRONG, S("try: "), f->remedy);
    }
}

void findings_print(Report *r, ReportStream stream, const FindingList *list)
{
    if (r->wants_json || report_is_silent(r, stream)) {
        return;
    }
    for (isize i = 0; i < list->len; i++) {
        print_finding(r, stream, &list->ptr[i]);
    }
}

void findings_json(JsonWriter *w, Str key, const FindingList *list)
{
    json_key_array(w, key);
    for (isize i = 0; i < list->len; i++) {
        const Finding *f = &list->ptr[i];
        json_begin_object(w);
        json_key_str(w, S("id"), f->id);
        json_key_str(w, S("severity"), severity_name(f->severity));
        json_key_str(w, S("title"), f->title);
        report_json_place(w, S("place"), f->place);
        json_key_str_or_null(w, S("evidence"), f->evidence);
        json_key_str_or_null(w, S("remedy"), f->remedy);
        json_end(w);
    }
    json_end(w);
}
