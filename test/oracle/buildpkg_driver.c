/*
 * Prints what goward makes of directories, for test/oracle/buildpkg.py: the argument is a GOROOT,
 * the environment says what is built for, the lines of standard input are directories. First come
 * the tags of the target, then after "== DIR" one line for each thing that go/build.Package has and
 * that is not empty: its name, and its values as quoted strings.
 */
#include "base/sort.h"
#include "go/load/buildpkg.h"
#include "go/mod/quote.h"

#include <stdio.h>

#define MAX_NAME 4096

static void print_strs(Arena scratch, Str name, const Strs *list)
{
    if (list->len == 0) {
        return;
    }
    printf("%.*s", STR_ARG(name));
    for (isize i = 0; i < list->len; i++) {
        Arena each = scratch;
        printf(" %.*s", STR_ARG(quote_go(&each, list->ptr[i])));
    }
    printf("\n");
}

static void print_str(Arena scratch, const char *name, Str value)
{
    Strs one = {&value, 1, 1};
    if (value.len > 0) {
        print_strs(scratch, str_from_c(name), &one);
    }
}

static void print_uses(const char *name, const BuildUses *uses)
{
    for (isize i = 0; i < uses->len; i++) {
        const BuildUse *use = &uses->ptr[i];
        printf("%s %.*s %.*s:%td:%td@%td\n", name, STR_ARG(use->text), STR_ARG(use->pos.file),
               use->pos.line, use->pos.column, use->pos.offset);
    }
}

static void print_package(Arena scratch, const BuildPackage *p)
{
    static const char *const imports[] = {"Imports", "TestImports", "XTestImports"};
    static const char *const embeds[] = {"EmbedPatterns", "TestEmbedPatterns",
                                         "XTestEmbedPatterns"};
    static const char *const directives[] = {"Directives", "TestDirectives", "XTestDirectives"};
    print_str(scratch, "Name", p->name);
    print_str(scratch, "Doc", p->doc);
    if (p->is_binary_only) {
        printf("BinaryOnly\n");
    }
    for (int list = 0; list < LIST_COUNT; list++) {
        print_strs(scratch, buildpkg_list_name((BuildList)list), &p->lists[list]);
    }
    for (int kind = 0; kind < CGO_FLAGS_COUNT; kind++) {
        print_strs(scratch, cgoflags_list_name((CgoFlagKind)kind), &p->cgo.of[kind]);
    }
    for (int part = 0; part < BUILD_PART_COUNT; part++) {
        print_uses(imports[part], &p->imports[part]);
        print_uses(embeds[part], &p->embed_patterns[part]);
        print_uses(directives[part], &p->directives[part]);
    }
    print_strs(scratch, S("AllTags"), &p->all_tags);
    print_str(scratch, "error", p->message);
    for (isize i = 0; i < p->faults.len; i++) {
        Arena each = scratch;
        const HeadFault *fault = &p->faults.ptr[i];
        printf("fault %.*s:%td:%td %.*s\n", STR_ARG(fault->pos.file), fault->pos.line,
               fault->pos.column, STR_ARG(quote_go(&each, fault->message)));
    }
}

int main(int argc, char **argv)
{
    Arena a = arena_init(MIB), scratch = arena_init(MIB);
    Environ environ = environ_get(&a);
    Str goroot = str_from_c(argc > 1 ? argv[1] : ""), line;
    GoEnv env;
    Target target;
    Err err;
    if (!goenv_load(&a, &environ, goroot, &env, &err) ||
        !target_of_env(&a, &env, goroot, NULL, &target, &err)) {
        printf("%.*s\n", STR_ARG(err_format(&a, &err)));
        return 1;
    }
    sort_strings(target.tool_tags.ptr, target.tool_tags.len);
    print_strs(scratch, S("ToolTags"), &target.tool_tags);
    print_strs(scratch, S("BuildTags"), &target.tags);
    printf("Release %td\nCgoEnabled %s\n", target.go_minor, target.has_cgo ? "true" : "false");
    char name[MAX_NAME];
    while (fgets(name, (int)sizeof(name), stdin) != NULL) {
        Arena each = arena_init(MIB);
        line = str_from_c(name);
        str_eat_suffix(&line, S("\n"));
        BuildPackage p;
        printf("== %.*s\n", STR_ARG(line));
        if (buildpkg_read(&each, &target, line, &p, &err)) {
            print_package(scratch, &p);
        }
        arena_done(&each);
    }
    arena_done(&scratch);
    arena_done(&a);
    return 0;
}
