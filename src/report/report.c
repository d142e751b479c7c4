#include "report/report.h"

#include "base/panic.h"
#include "base/path.h"
#include "os/file.h"
#include "report/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define STDOUT 1
#define STDERR 2

#define LABEL_COLUMNS 8
#define VALUE_COLUMNS 13 /* of a first part that a place follows */
#define BLOCK (64 * KIB) /* written at once, of output that has no end */
#define MAX_CLIMBS 3     /* "../../../go.mod" is still easier to read than an absolute path */

void report_open(Report *r, Style data, Style talk)
{
    *r = (Report){.data_arena = arena_init(0), .scratch = arena_init(0)};
    r->data = strbuf_init(&r->data_arena);
    r->styles[REPORT_DATA] = data;
    r->styles[REPORT_TALK] = talk;
}

void report_close(Report *r)
{
    arena_done(&r->data_arena);
    arena_done(&r->scratch);
}

bool report_is_silent(const Report *r, ReportStream stream)
{
    return stream == REPORT_DATA ? r->wants_json : r->is_quiet || r->talk_is_broken;
}

/* Takes the progress line, if one stands there, off the terminal. */
static void write_talk(Report *r, Str text)
{
    Err unheard;
    if (r->has_progress && !r->talk_is_broken) {
        r->talk_is_broken = !file_write(STDERR, S("\r\x1b[K"), &unheard);
        r->has_progress = false;
    }
    if (!r->talk_is_broken) {
        r->talk_is_broken = !file_write(STDERR, text, &unheard);
    }
}

void report_add_line(Report *r, ReportStream stream, StrBuf *line)
{
    if (report_is_silent(r, stream)) {
        return;
    }
    strbuf_add_byte(line, '\n'); /* one write a line: other programs talk here too */
    if (stream == REPORT_TALK) {
        write_talk(r, strbuf_str(line));
    } else {
        strbuf_add(&r->data, strbuf_str(line));
    }
}

static Str format_args(Arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, again);
    va_end(again);
    ASSERT(need >= 0);
    char *ptr = ARENA_ARRAY(a, char, need + 1);
    vsnprintf(ptr, (size_t)need + 1, format, args);
    return (Str){ptr, need};
}

/* One line: a prefix, then the formatted text in its ink. */
static void add_formatted(Report *r, ReportStream stream, Ink ink, Str prefix, const char *format,
                          va_list args)
{
    if (report_is_silent(r, stream)) {
        return;
    }
    Arena scratch = r->scratch;
    Str text = format_args(&scratch, format, args);
    StrBuf line = strbuf_init(&scratch);
    style_add(&line, &r->styles[stream], INK_WARN, prefix);
    style_add(&line, &r->styles[stream], ink, text);
    report_add_line(r, stream, &line);
}

void report_talk(Report *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_formatted(r, REPORT_TALK, INK_PLAIN, (Str){0}, format, args);
    va_end(args);
}

void report_detail(Report *r, const char *format, ...)
{
    if (!r->is_verbose) {
        return;
    }
    va_list args;
    va_start(args, format);
    add_formatted(r, REPORT_TALK, INK_DIM, (Str){0}, format, args);
    va_end(args);
}

void report_warn(Report *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_formatted(r, REPORT_TALK, INK_PLAIN, S("goward: warning: "), format, args);
    va_end(args);
}

void report_line(Report *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_formatted(r, REPORT_DATA, INK_PLAIN, (Str){0}, format, args);
    va_end(args);
}

void report_verdict(Report *r, ReportStream stream, Ink ink, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_formatted(r, stream, ink, (Str){0}, format, args);
    va_end(args);
}

void report_raw(Report *r, Str bytes)
{
    if (!r->wants_json) {
        strbuf_add(&r->data, bytes);
    }
}

StrBuf *report_json_stream(Report *r)
{
    return &r->data;
}

bool report_pass_on(Report *r, Err *err)
{
    return r->data.len < BLOCK || report_flush(r, err);
}

/* The parts up to the first empty one, joined; gives the columns they take. */
static isize add_parts(StrBuf *b, const Style *style, Ink first_ink, const Str *parts, isize n)
{
    isize columns = 0;
    for (isize i = 0; i < n && parts[i].len > 0; i++) {
        if (i > 0) {
            columns += style_add(b, style, INK_PLAIN, style_separator(style));
        }
        columns += style_add(b, style, i == 0 ? first_ink : INK_PLAIN, parts[i]);
    }
    return columns;
}

static void add_step(Report *r, ReportStream stream, const Step *step)
{
    if (report_is_silent(r, stream)) {
        return;
    }
    const Style *style = &r->styles[stream];
    Arena scratch = r->scratch;
    StrBuf line = strbuf_init(&scratch);
    text_add_spaces(&line, 2);
    isize columns = style_add(&line, style, INK_DIM, step->label);
    text_add_spaces(&line, MAX(LABEL_COLUMNS - columns, 0) + 1);
    columns = add_parts(&line, style, step->ink, step->parts, STEP_MAX_PARTS);
    if (step->place.file.len > 0) {
        text_add_spaces(&line, columns == 0 ? 0 : MAX(VALUE_COLUMNS - columns + 1, 2));
        report_add_place(r, &line, stream, INK_DIM, step->place);
    }
    report_add_line(r, stream, &line);
}

void report_step(Report *r, const Step *step)
{
    add_step(r, REPORT_TALK, step);
}

void report_fact(Report *r, const Step *step)
{
    add_step(r, REPORT_DATA, step);
}

void report_headline(Report *r, ReportStream stream, const Str *parts, isize n_parts)
{
    Arena scratch = r->scratch;
    StrBuf line = strbuf_init(&scratch);
    add_parts(&line, &r->styles[stream], INK_STRONG, parts, n_parts);
    report_add_line(r, stream, &line);
}

/* file relative to the working directory: below it, or a few folders up; else as it is. */
static Str shorten(const Report *r, Arena *a, Str file)
{
    Str dir = r->dir;
    int max_climbs = r->dir_is_linked ? 0 : MAX_CLIMBS;
    if (str_eq(file, dir)) {
        return S(".");
    }
    if (!path_is_absolute(file) || !path_is_absolute(dir)) {
        return file;
    }
    StrBuf b = strbuf_init(a);
    for (int climbs = 0; climbs <= max_climbs && !str_eq(dir, S("/")); climbs++) {
        Str rest = file;
        if (str_eat_prefix(&rest, dir) && str_eat_prefix(&rest, S("/"))) {
            strbuf_add(&b, rest);
            return strbuf_str(&b);
        }
        strbuf_add(&b, S("../"));
        dir = path_dir(dir);
    }
    return file;
}

Str report_place(const Report *r, Arena *a, Place place)
{
    if (place.file.len == 0) {
        return (Str){0};
    }
    Str file = shorten(r, a, place.file);
    return place.line == 0 ? file
                           : str_format(a, "%.*s:%lld", STR_ARG(file), (long long)place.line);
}

isize report_add_place(const Report *r, StrBuf *b, ReportStream stream, Ink ink, Place place)
{
    Arena scratch = arena_init(0);
    Str path = path_is_absolute(r->dir) ? path_absolute(&scratch, r->dir, place.file) : place.file;
    Str text = report_place(r, &scratch, place);
    isize columns = style_add_link(b, &r->styles[stream], ink, path, text);
    arena_done(&scratch);
    return columns;
}

JsonWriter *report_json_begin(Report *r, Str name, int version)
{
    Arena scratch = r->scratch;
    strbuf_truncate(&r->data, 0);
    r->json = json_writer_init(&r->data, r->fields);
    json_begin_object(&r->json);
    json_key_str(&r->json, S("schema"), str_concat(&scratch, S("goward/"), name));
    json_key_number(&r->json, S("version"), version);
    return &r->json;
}

void report_json_end(Report *r)
{
    json_end(&r->json);
    ASSERT(r->json.depth == 0);
    strbuf_add_byte(&r->data, '\n');
}

void report_json_place(JsonWriter *w, Str key, Place place)
{
    if (place.file.len == 0) {
        json_key_null(w, key);
        return;
    }
    json_key_object(w, key);
    json_key_str(w, S("file"), place.file);
    if (place.line > 0) {
        json_key_number(w, S("line"), place.line);
    } else {
        json_key_null(w, S("line"));
    }
    json_end(w);
}

static void write_error_json(Report *r, const Err *err, Str message)
{
    JsonWriter *w = report_json_begin(r, S("error"), 1);
    json_key_object(w, S("error"));
    json_key_str(w, S("kind"), err_kind_name(err->kind));
    json_key_str(w, S("message"), message);
    json_key_str_or_null(w, S("hint"), str_from_c(err->hint));
    json_end(w);
    report_json_end(r);
}

/* What is wrong with a file may be a list, each in an indented line of its own. Any other newline
 * is part of a name. */
static void add_message(StrBuf *b, const Style *style, Str message)
{
    isize at;
    while ((at = str_index(message, S("\n    "))) >= 0) {
        style_add(b, style, INK_PLAIN, str_to(message, at));
        strbuf_add_byte(b, '\n');
        message = str_from(message, at + 1);
    }
    style_add(b, style, INK_PLAIN, message);
}

void report_error(Report *r, const Err *err)
{
    const Style *style = &r->styles[REPORT_TALK];
    Arena scratch = arena_init(0);
    Str message = err_format(&scratch, err);
    if (r->wants_json) {
        write_error_json(r, err, message);
    }
    if (!r->wants_json || !r->is_quiet) {
        StrBuf lines = strbuf_init(&scratch);
        style_add(&lines, style, INK_BAD, S("goward: "));
        add_message(&lines, style, message);
        if (err->hint[0] != '\0') {
            strbuf_add(&lines, S("\n  try: "));
            style_add(&lines, style, INK_STRONG, str_from_c(err->hint));
        }
        strbuf_add_byte(&lines, '\n');
        write_talk(r, strbuf_str(&lines));
    }
    arena_done(&scratch);
}

bool report_flush(Report *r, Err *err)
{
    Str data = strbuf_str(&r->data);
    strbuf_truncate(&r->data, 0);
    if (data.len == 0 || r->data_is_broken || file_write(STDOUT, data, err)) {
        return true;
    }
    r->data_is_broken = true;
    return err->errnum == EPIPE || FAIL_IN(err, "writing to standard output");
}
