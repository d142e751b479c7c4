/* The stages of cmd/compile behind the type checker, each of which ends the work where it finds
 * errors (checkFiles of noder/irgen.go, unified, Main of gc/main.go). */
#include "go/types/compiler.h"

#include "go/types/scope.h"

static bool has_errors(const Checker *c, const CompilerInput *in)
{
    bool has = c->errors.len > 0;
    for (isize i = 0; i < c->pkg->n_files; i++) {
        has = has || in->errors[i].len > 0;
    }
    return has;
}

/* The linker has no place for it: what makes the package a program is its name. */
static void check_main(const Checker *c, const CompilerInput *in)
{
    if (!in->is_program || c->pkg->n_files == 0 ||
        scope_lookup(c->pkg->scope, c->program->known.main) != NULL) {
        return;
    }
    const AstFile *f = &c->program->files[c->pkg->files[0]].ast;
    diagnostic_add(&in->errors[0], ast_pos(f, f->name), "%s",
                   "function main is undeclared in the main package");
}

void compiler_check(Checker *c, const CompilerInput *in)
{
    compiler_check_cycles(c);
    if (!has_errors(c, in)) {
        compiler_check_decls(c, in);
        compiler_check_sizes(c, in);
    }
    if (!has_errors(c, in)) {
        compiler_check_embeds(c, in);
        compiler_check_frames(c, in);
    }
    if (!has_errors(c, in)) {
        check_main(c, in);
    }
}
