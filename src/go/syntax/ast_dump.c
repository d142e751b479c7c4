/* One node a line, its children indented below it, each behind the name of the field that holds it:
 * X: BinaryExpr + OpPos=3:9 X: Ident NamePos=3:7 "a" Y: BasicLit INT ValuePos=3:11 ValueEnd=3:12
 * Fields that hold nothing are left out. Below MAX_DEPTH levels there is only "...": a long chain
 * of operators is that deep, and the indentation grows with its square. */
#include "go/syntax/ast_dump.h"

#include "go/syntax/lines.h"

#define MAX_DEPTH 1000

typedef struct {
    const AstFile *file;
    const NameTable *names;
    Lines lines;
    StrBuf *out;
} Dump;

static void add_pos(const Dump *d, Str name, SourcePos pos)
{
    LinePos at = lines_at(&d->lines, pos);
    strbuf_add_format(d->out, " %.*s=%td:%td", STR_ARG(name), at.line, at.column);
}

/* What the first word holds beside the kind. */
static void add_head(const Dump *d, AstNode n, AstKind kind)
{
    if (kind == AST_IDENT) {
        return;
    }
    Token tok = ast_tok(d->file, n);
    unsigned flags = ast_flags(d->file, n);
    if (tok != TOKEN_ILLEGAL) {
        strbuf_add_format(d->out, " %.*s", STR_ARG(token_text(tok)));
    }
    if (kind == AST_CHAN_TYPE) {
        strbuf_add_format(d->out, " Dir=%u", flags);
    }
    if (kind == AST_EMPTY_STMT && (flags & AST_IMPLICIT) != 0) {
        strbuf_add(d->out, S(" Implicit"));
    }
}

static void add_node(const Dump *d, Str field, AstNode n, int depth);

static void add_line_start(const Dump *d, Str field, int depth)
{
    for (int i = 0; i < depth; i++) {
        strbuf_add(d->out, S("  "));
    }
    strbuf_add_format(d->out, "%.*s: ", STR_ARG(field));
}

static void add_list(const Dump *d, Str field, const AstNode *list, int depth)
{
    AstNodes nodes = ast_list(d->file, list);
    for (isize i = 0; i < nodes.len; i++) {
        add_node(d, field, nodes.ptr[i], depth);
    }
}

static void add_node(const Dump *d, Str field, AstNode n, int depth)
{
    AstKind kind = ast_kind(d->file, n);
    const AstInfo *info = &ast_infos[kind];
    const uint32_t *words = d->file->words + n + 1;
    add_line_start(d, field, depth);
    if (depth == MAX_DEPTH) {
        strbuf_add(d->out, S("...\n"));
        return;
    }
    strbuf_add(d->out, info->name);
    add_head(d, n, kind);
    for (isize i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind == AST_FIELD_POS && words[i] != 0) {
            add_pos(d, info->fields[i].name, words[i]);
        }
    }
    if (kind == AST_IDENT) {
        Str name = name_text(d->names, ast_name(d->file, n));
        strbuf_add_format(d->out, " \"%.*s\"", STR_ARG(name));
    }
    strbuf_add_byte(d->out, '\n');
    for (isize i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind == AST_FIELD_NODE && words[i] != 0) {
            add_node(d, info->fields[i].name, words[i], depth + 1);
        } else if (info->fields[i].kind == AST_FIELD_NODES) {
            add_list(d, info->fields[i].name, &words[i], depth + 1);
        }
    }
}

void ast_dump(const AstFile *f, const NameTable *names, StrBuf *out)
{
    Dump d = {f, names, lines_of(out->arena, f->text), out};
    strbuf_add(out, S("File"));
    add_pos(&d, S("Package"), f->package);
    strbuf_add_byte(out, '\n');
    add_node(&d, S("Name"), f->name, 1);
    add_list(&d, S("Decls"), &f->decls, 1);
}
