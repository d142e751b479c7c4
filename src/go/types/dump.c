#include "go/types/dump.h"

#include "base/sort.h"
#include "go/types/recording.h"

typedef struct {
    const Checker *check;
    Arena *arena;
    uint32_t file;
    isize left; /* bytes that may still be made; < 0: no line is begun any more */
    VEC(Str) lines;
} Dump;

/* ---- parts of a line ---- */

static void add_place(StrBuf *b, const TypeFile *f, SourcePos pos)
{
    LinePos at = lines_at(&f->lines, pos);
    strbuf_add_format(b, "%td:%td", at.line, at.column);
}

/* A line of a node, up to the tab; it ends with end_line. */
static StrBuf begin_line(const Dump *d, AstNode n)
{
    const TypeFile *f = &d->check->program->files[d->file];
    StrBuf b = strbuf_init(d->arena);
    strbuf_add(&b, f->path);
    strbuf_add_byte(&b, ':');
    add_place(&b, f, ast_pos(&f->ast, n));
    strbuf_add_byte(&b, '-');
    add_place(&b, f, ast_end(&f->ast, n));
    strbuf_add_byte(&b, '\t');
    return b;
}

/* What may hold line ends, as tags and constants do, stays one line. */
static void add_escaped(StrBuf *b, Str s)
{
    for (isize i = 0; i < s.len; i++) {
        char byte = s.ptr[i];
        if (byte == '\n' || byte == '\t' || byte == '\\') {
            strbuf_add_byte(b, '\\');
            byte = byte == '\n' ? 'n' : byte == '\t' ? 't' : '\\';
        }
        strbuf_add_byte(b, byte);
    }
}

static void add_type(const Dump *d, StrBuf *b, Type *t)
{
    StrBuf text = strbuf_init(d->arena);
    if (t == NULL) {
        strbuf_add(b, S("()"));
        return;
    }
    type_write_paths(&text, d->check->program, t);
    add_escaped(b, strbuf_str(&text));
}

static void add_value(const Dump *d, StrBuf *b, Constant value)
{
    strbuf_add(b, S(" = "));
    add_escaped(b, constant_format_within(d->arena, value, MAX(0, d->left)));
}

static void end_line(Dump *d, const StrBuf *b)
{
    *VEC_PUSH(d->arena, &d->lines) = strbuf_str(b);
    d->left -= b->len;
}

/* ---- lines ---- */

static const Str mode_names[] = {
    [MODE_INVALID] = STR_CONST("other"),      [MODE_NO_VALUE] = STR_CONST("void"),
    [MODE_BUILTIN] = STR_CONST("builtin"),    [MODE_TYPE] = STR_CONST("type"),
    [MODE_CONSTANT] = STR_CONST("constant"),  [MODE_VARIABLE] = STR_CONST("variable"),
    [MODE_MAP_INDEX] = STR_CONST("mapindex"), [MODE_VALUE] = STR_CONST("value"),
    [MODE_COMMA_OK] = STR_CONST("commaok"),   [MODE_COMMA_ERR] = STR_CONST("value"),
    [MODE_CGO_FUNC] = STR_CONST("other"),
};

static void dump_expr(Dump *d, AstNode n)
{
    RecordedType e = recorded_type(d->check->program, d->file, n);
    bool is_nil = e.mode == MODE_VALUE && e.type == check_basic(d->check, BASIC_UNTYPED_NIL);
    if (e.mode == MODE_INVALID) {
        return;
    }
    StrBuf b = begin_line(d, n);
    strbuf_add(&b, S("type "));
    strbuf_add(&b, is_nil ? S("nil") : mode_names[e.mode]);
    strbuf_add_byte(&b, ' ');
    add_type(d, &b, e.type);
    if (e.mode == MODE_CONSTANT && constant_kind(e.value) != CONSTANT_UNKNOWN) {
        add_value(d, &b, e.value);
    }
    end_line(d, &b);
}

static void dump_name(Dump *d, AstNode n, RecordedKind kind, Str what)
{
    const Program *p = d->check->program;
    if (!recorded_has(p, d->file, n, kind)) {
        return;
    }
    StrBuf b = begin_line(d, n);
    strbuf_add(&b, what);
    strbuf_add(&b, name_text(p->names, ast_name(&p->files[d->file].ast, n)));
    const Object *o = recorded_object(p, d->file, n, kind);
    if (o == NULL) {
        strbuf_add(&b, S(" nothing"));
        end_line(d, &b);
        return;
    }
    strbuf_add_byte(&b, ' ');
    if (o->pos.file > 0) {
        strbuf_add(&b, p->files[o->pos.file].path);
        strbuf_add_byte(&b, ':');
        add_place(&b, &p->files[o->pos.file], o->pos.pos);
    } else {
        strbuf_add_byte(&b, '-');
    }
    strbuf_add_byte(&b, ' ');
    if (o->type != NULL) {
        add_type(d, &b, o->type);
    } else {
        strbuf_add_byte(&b, '-');
    }
    if (o->kind == OBJECT_CONST && constant_kind(o->value) != CONSTANT_UNKNOWN) {
        add_value(d, &b, o->value);
    }
    end_line(d, &b);
}

static void dump_selection(Dump *d, AstNode n)
{
    const AstFile *f = &d->check->program->files[d->file].ast;
    const RecordedSelection *s = recorded_selection(d->check->program, d->file, n);
    if (s == NULL) {
        return;
    }
    StrBuf b = begin_line(d, ast_selector_expr(f, n)->sel);
    strbuf_add_format(&b, "selection %u ", s->kind);
    add_type(d, &b, s->recv);
    strbuf_add(&b, S(" ["));
    for (isize i = 0; i < s->n_path; i++) {
        strbuf_add_format(&b, i > 0 ? " %d" : "%d", s->path[i]);
    }
    strbuf_add(&b, s->is_indirect ? S("] true") : S("] false"));
    end_line(d, &b);
}

static void dump_instance(Dump *d, AstNode n)
{
    const RecordedInstance *i = recorded_instance(d->check->program, d->file, n);
    if (i == NULL) {
        return;
    }
    StrBuf b = begin_line(d, n);
    strbuf_add(&b, S("instance ["));
    for (isize k = 0; k < i->targs.len; k++) {
        strbuf_add(&b, k > 0 ? S(",") : S(""));
        add_type(d, &b, i->targs.ptr[k]);
    }
    strbuf_add(&b, S("] "));
    add_type(d, &b, i->type);
    end_line(d, &b);
}

static void dump_file(Dump *d)
{
    const AstFile *f = &d->check->program->files[d->file].ast;
    for (AstNode n = ast_first(f); n != 0 && d->left >= 0; n = ast_next(f, n)) {
        dump_expr(d, n);
        dump_name(d, n, RECORDED_DEF, S("def "));
        dump_name(d, n, RECORDED_USE, S("use "));
        dump_selection(d, n);
        dump_instance(d, n);
    }
}

void dump_package(const Checker *c, isize max, StrBuf *out)
{
    Arena own = arena_init(MIB);
    Dump d = {.check = c, .arena = &own, .left = max};
    for (isize i = 0; c->records && i < c->pkg->n_files; i++) {
        d.file = c->pkg->files[i];
        dump_file(&d);
    }
    sort_strings(d.lines.ptr, d.lines.len);
    for (isize i = 0; i < d.lines.len; i++) {
        strbuf_add(out, d.lines.ptr[i]);
        strbuf_add_byte(out, '\n');
    }
    arena_done(&own);
}
