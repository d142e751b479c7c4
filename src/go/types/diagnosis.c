#include "go/types/diagnosis_add.h"

#include "base/sort.h"

#define OLDEST_OF_FILE 21 /* a file cannot ask for less (initFiles of go/types) */

typedef struct {
    ErrCode code;
    Str name;
} CodeName;

static const CodeName code_names[] = {
#define ERRCODE(name, text, number) {CODE_##name, STR_CONST(text)},
#include "go/types/errcode.def"
#undef ERRCODE
};

Str diagnosis_code_name(ErrCode code)
{
    for (isize i = 0; i < COUNT_OF(code_names); i++) {
        if (code_names[i].code == code) {
            return code_names[i].name;
        }
    }
    return (Str){0};
}

int diagnosis_code_number(Str code)
{
    for (isize i = 0; i < COUNT_OF(code_names); i++) {
        if (str_eq(code_names[i].name, code)) {
            return (int)code_names[i].code;
        }
    }
    return 0;
}

/* ---- places ---- */

static Excerpt excerpt_at(Arena *a, const Lines *lines, Str text, SourcePos pos)
{
    if (text.len == 0 || pos > text.len) {
        return (Excerpt){0};
    }
    SourcePos begin = lines->starts[lines_at(lines, pos).line - 1];
    Str line = str_cut(str_from(text, begin), '\n').head;
    str_eat_suffix(&line, S("\r"));
    if (str_trim(line).len == 0) {
        return (Excerpt){0};
    }
    return excerpt_of(a, line, MIN((isize)(pos - begin), line.len));
}

/* Behind the token that begins at pos; text is followed by padding. */
static SourcePos token_end(Str text, SourcePos pos)
{
    Arena own = arena_init(KIB);
    DiagnosticList ignored = {.arena = &own};
    Scanner s;
    scanner_init(&s, &own, str_from(text, pos), &ignored);
    SourcePos end = scanner_next(&s) == TOKEN_EOF ? pos : pos + s.end;
    arena_done(&own);
    return end;
}

static DiagnosisPart part_at(Arena *a, const Positions *p, Str text, SourcePos pos, Str message)
{
    return (DiagnosisPart){.at = position_at(p, pos),
                           .message = str_copy(a, message),
                           .excerpt = excerpt_at(a, &p->lines, text, pos)};
}

/* ---- syntax ---- */

void diagnosis_add_syntax(Arena *a, Diagnoses *list, const Positions *p, Str text,
                          const DiagnosticList *errors)
{
    PlacedList placed = positions_place(a, p, errors);
    for (isize i = 0; i < placed.len; i++) {
        const Placed *one = &placed.ptr[i];
        *VEC_PUSH(a, list) =
            (Diagnosis){.main = part_at(a, p, text, one->what.pos, one->what.message)};
    }
}

/* ---- types ---- */

static DiagnosisPart part_of(Arena *a, const Program *program, const Positions *positions,
                             const ErrorPart *e)
{
    if (e->pos.file == 0) {
        return (DiagnosisPart){.message = str_copy(a, e->text)};
    }
    const Positions *p = &positions[e->pos.file];
    Str text = program->files[e->pos.file].ast.text;
    DiagnosisPart part = part_at(a, p, text, e->pos.pos, e->text);
    if (e->end.pos > e->pos.pos && e->end.file == e->pos.file) {
        part.end = position_at(p, e->end.pos);
    } else if (e->pos.pos < text.len) {
        part.end = position_at(p, token_end(text, e->pos.pos));
    }
    return part;
}

/* Whether a newer version of the language is wanted (versionErrorRx of the compiler's noder). */
static bool is_of_version(const TypeError *e)
{
    isize at = str_index(e->main.text, S("requires go1."));
    return e->main.pos.file > 0 && at >= 0 &&
           str_contains(str_from(e->main.text, at), S(" or later"));
}

/* What makes a file of its version; nothing for the newest that there is. */
static void add_source(Arena *a, const TypeFile *f, Diagnosis *d)
{
    bool is_own = f->asked != LANGVERSION_NONE && f->version == MAX(f->asked, OLDEST_OF_FILE);
    LangVersion v = {.minor = f->asked, .module = f->version, .is_file = is_own};
    if (f->version != LANGVERSION_ANY) {
        d->related[d->n_related++] = (DiagnosisPart){.message = langversion_source(a, v)};
    }
}

static void add_error(Arena *a, Diagnoses *list, const Program *program, const Positions *positions,
                      const TypeError *e)
{
    Diagnosis d = {.code = diagnosis_code_name(e->code),
                   .is_soft = e->is_soft,
                   .main = part_of(a, program, positions, &e->main),
                   .related = ARENA_ARRAY(a, DiagnosisPart, e->n_related + 1)};
    for (isize k = 0; k < e->n_related; k++) {
        d.related[d.n_related++] = part_of(a, program, positions, &e->related[k]);
    }
    if (is_of_version(e)) {
        add_source(a, &program->files[e->main.pos.file], &d);
    }
    *VEC_PUSH(a, list) = d;
}

void diagnosis_add_errors(Arena *a, Diagnoses *list, const Program *program,
                          const Positions *positions, const TypeErrors *errors)
{
    for (isize i = 0; i < errors->len; i++) {
        add_error(a, list, program, positions, &errors->ptr[i]);
    }
}

/* ---- order ---- */

static int compare_sizes(isize x, isize y)
{
    return (x > y) - (x < y);
}

static int compare(const void *a, const void *b)
{
    const DiagnosisPart *x = &((const Diagnosis *)a)->main, *y = &((const Diagnosis *)b)->main;
    int order = str_compare(x->at.file, y->at.file);
    order = order != 0 ? order : compare_sizes(x->at.line, y->at.line);
    order = order != 0 ? order : compare_sizes(x->at.column, y->at.column);
    return order != 0 ? order : str_compare(x->message, y->message);
}

void diagnosis_sort(Diagnoses *list)
{
    isize kept = 0;
    if (list->len == 0) {
        return;
    }
    sort_array(list->ptr, list->len, sizeof(*list->ptr), compare);
    for (isize i = 1; i < list->len; i++) {
        if (compare(&list->ptr[kept], &list->ptr[i]) != 0) {
            list->ptr[++kept] = list->ptr[i];
        }
    }
    list->len = kept + 1;
}

/* ---- copies ---- */

static DiagnosisPart copy_part(Arena *a, const DiagnosisPart *p)
{
    DiagnosisPart copy = *p;
    copy.at.file = str_copy(a, p->at.file);
    copy.end.file = str_copy(a, p->end.file);
    copy.message = str_copy(a, p->message);
    copy.excerpt = (Excerpt){str_copy(a, p->excerpt.line), str_copy(a, p->excerpt.caret)};
    return copy;
}

Diagnosis diagnosis_copy(Arena *a, const Diagnosis *d)
{
    Diagnosis copy = *d;
    copy.code = str_copy(a, d->code);
    copy.main = copy_part(a, &d->main);
    copy.related = ARENA_ARRAY(a, DiagnosisPart, d->n_related);
    for (isize i = 0; i < d->n_related; i++) {
        copy.related[i] = copy_part(a, &d->related[i]);
    }
    return copy;
}

Diagnoses diagnoses_copy(Arena *a, const Diagnoses *list)
{
    Diagnoses copy = {.ptr = ARENA_ARRAY(a, Diagnosis, list->len), .len = list->len};
    copy.cap = copy.len;
    for (isize i = 0; i < list->len; i++) {
        copy.ptr[i] = diagnosis_copy(a, &list->ptr[i]);
    }
    return copy;
}
