/* The stages of cmd/compile behind the type checker, each of which ends the work where it finds
 * errors (checkFiles of noder/irgen.go, unified, Main of gc/main.go). */
#include "go/types/compiler.h"

static bool has_errors(const Checker *c, const CompilerInput *in)
{
    bool has = c->errors.len > 0;
    for (isize i = 0; i < c->pkg->n_files; i++) {
        has = has || in->errors[i].len > 0;
    }
    return has;
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
}
