/* A tree as text: `goward debug ast`, and what tests compare. docs/formats/debug.md describes
 * it. */
#ifndef GO_SYNTAX_AST_DUMP_H
#define GO_SYNTAX_AST_DUMP_H

#include "base/strbuf.h"
#include "go/syntax/ast.h"

void ast_dump(const AstFile *f, const NameTable *names, StrBuf *out);

#endif
