#include "report/progress.h"

#include "os/clock.h"
#include "os/file.h"
#include "report/human.h"
#include "report/text.h"

#define NS_PER_MS 1000000LL
#define FIRST_DRAWN_NS (300 * NS_PER_MS) /* what is over by then needs no progress */
#define DRAWN_EVERY_NS (100 * NS_PER_MS) /* faster than that is flicker */
#define FIRST_LOGGED_NS (3000 * NS_PER_MS)
#define LOGGED_EVERY_NS (10000 * NS_PER_MS)
#define LABEL_COLUMNS 8
#define BAR_COLUMNS 20
#define MIN_COLUMNS_FOR_BAR 80
#define STDERR 2

Progress progress_begin(Report *r, Str label, ProgressUnit unit)
{
    return (Progress){.report = r, .label = label, .unit = unit, .begun_ns = clock_monotonic_ns()};
}

static Str amount(Arena *a, ProgressUnit unit, int64_t n)
{
    return unit == PROGRESS_BYTES ? human_bytes(a, n) : human_count(a, n);
}

/* "31.2 MB of 75.8 MB", or "31.2 MB" when the whole is unknown. */
static void add_amounts(StrBuf *b, Arena scratch, const Progress *p, int64_t done, int64_t total)
{
    strbuf_add(b, amount(&scratch, p->unit, done));
    if (total >= 0) {
        strbuf_add(b, S(" of "));
        strbuf_add(b, amount(&scratch, p->unit, total));
    }
    if (p->unit == PROGRESS_FILES) {
        strbuf_add(b, S(" files"));
    }
}

Str progress_text(Arena *a, const Progress *p, int64_t done, int64_t total, int64_t elapsed_ns)
{
    Str separator = style_separator(&p->report->styles[REPORT_TALK]);
    Arena scratch = arena_init(0);
    StrBuf b = strbuf_init(a);
    int64_t moved = done - p->first;
    add_amounts(&b, scratch, p, done, total);
    if (p->unit == PROGRESS_BYTES && moved > 0 && elapsed_ns > 0) {
        strbuf_add(&b, separator);
        strbuf_add(&b, human_rate(&scratch, moved, elapsed_ns));
    }
    if (total > done && moved > 0) {
        double left_s = (double)(total - done) * ((double)elapsed_ns / 1e9) / (double)moved;
        int64_t whole_s =
            left_s < 360000 ? (int64_t)left_s + 1 : 360000; /* 100 hours is "for ever" */
        strbuf_add(&b, separator);
        if (whole_s < 90) {
            strbuf_add_format(&b, "%lld s left", (long long)whole_s);
        } else {
            strbuf_add_format(&b, "%lld min left", (long long)(whole_s + 30) / 60);
        }
    }
    arena_done(&scratch);
    return strbuf_str(&b);
}

static void add_bar(StrBuf *b, const Style *style, int64_t done, int64_t total)
{
    int full = done >= total ? BAR_COLUMNS : (int)((double)done / (double)total * BAR_COLUMNS);
    for (int i = 0; i < BAR_COLUMNS; i++) {
        Str sign = i < full ? (style->utf8 ? S("━") : S("#")) : (style->utf8 ? S("─") : S("."));
        style_add(b, style, i < full ? INK_GOOD : INK_DIM, sign);
    }
    strbuf_add_byte(b, ' ');
}

/* The line on the terminal, in place of the one before; never so wide that it would wrap. */
static void draw(Progress *p, Str text, int64_t done, int64_t total)
{
    Report *r = p->report;
    const Style *style = &r->styles[REPORT_TALK];
    Arena scratch = arena_init(0);
    Arena line_arena = r->scratch;
    StrBuf line = strbuf_init(&line_arena);
    strbuf_add(&line, S("\r  "));
    isize columns = 2 + style_add(&line, style, INK_DIM, p->label);
    text_add_spaces(&line, MAX(LABEL_COLUMNS - (columns - 2), 0) + 1);
    columns = 2 + LABEL_COLUMNS + 1;
    if (total > 0 && style->width >= MIN_COLUMNS_FOR_BAR) {
        add_bar(&line, style, done, total);
        columns += BAR_COLUMNS + 1;
    }
    Str fitting = text_cut(&scratch, text, style->width - 1 - columns, style_ellipsis(style));
    style_add(&line, style, INK_PLAIN, fitting);
    strbuf_add(&line, S("\x1b[K"));
    Err unheard;
    r->talk_is_broken = !file_write(STDERR, strbuf_str(&line), &unheard);
    r->has_progress = true;
    arena_done(&scratch);
}

static bool is_due(const Progress *p, bool is_live, int64_t now)
{
    int64_t first = is_live ? FIRST_DRAWN_NS : FIRST_LOGGED_NS;
    int64_t every = is_live ? DRAWN_EVERY_NS : LOGGED_EVERY_NS;
    return p->shown_ns == 0 ? now - p->begun_ns >= first : now - p->shown_ns >= every;
}

void progress_update(void *progress, int64_t done, int64_t total)
{
    Progress *p = progress;
    Report *r = p->report;
    if (!p->has_first) {
        p->first = done;
        p->has_first = true;
    }
    if (report_is_silent(r, REPORT_TALK)) {
        return;
    }
    bool is_live = r->styles[REPORT_TALK].can_redraw;
    int64_t now = clock_monotonic_ns();
    if (!is_due(p, is_live, now)) {
        return;
    }
    p->shown_ns = now;
    Arena scratch = arena_init(0);
    Str text = progress_text(&scratch, p, done, total, now - p->begun_ns);
    if (is_live) {
        draw(p, text, done, total);
    } else {
        report_talk(r, "  %-*.*s %.*s", LABEL_COLUMNS, STR_ARG(p->label), STR_ARG(text));
    }
    arena_done(&scratch);
}

void progress_end(Progress *p)
{
    Report *r = p->report;
    if (r->has_progress && !r->talk_is_broken) {
        Err unheard;
        r->talk_is_broken = !file_write(STDERR, S("\r\x1b[K"), &unheard);
        r->has_progress = false;
    }
}
