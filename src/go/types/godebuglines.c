#include "go/types/godebuglines.h"

#include "base/map.h"

/* The settings that lines of one package name. */
typedef struct {
    GodebugLines *g;
    Map seen;
    DiagnosisParts *faults;
} PackageLines;

static void add_fault(const PackageLines *l, const BuildUse *use, const char *what, Str of)
{
    *VEC_PUSH(l->g->arena, l->faults) =
        (DiagnosisPart){.message = str_concat(l->g->arena, str_from_c(what), of),
                        .at = {use->pos.file, use->pos.line, use->pos.column}};
}

/* ParseGoDebug of cmd/go/internal/load: whether the line means something; its key is empty when it
 * is none of them after all. */
static bool read_setting(GodebugLines *g, Str text, Str *ret_key, Str *ret_why)
{
    const LoadOptions *o = g->options;
    isize at = 0;
    while (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != '\t') {
        at++;
    }
    StrCut cut = str_cut(str_trim(str_from(text, at)), '=');
    *ret_key = S("");
    if (at == text.len && !str_eq(text, S("//go:debug"))) {
        return true;
    }
    if (!cut.found) {
        *ret_why = S("missing key=value");
        return false;
    }
    if (g->table == NULL) {
        g->table = ARENA_NEW(g->arena, GodebugTable);
        godebug_table_read(g->arena, o->goroot, o->go_version, g->table);
    }
    *ret_key = cut.head;
    return godebug_check(g->arena, g->table, o->go_version, "//go:debug setting", cut.head,
                         cut.tail, ret_why);
}

static void check_lines(PackageLines *l, const BuildUses *lines)
{
    for (isize i = 0; i < lines->len; i++) {
        const BuildUse *use = &lines->ptr[i];
        Str key, why;
        bool is_new;
        if (!str_starts_with(use->text, S("//go:debug"))) {
            continue;
        }
        if (!read_setting(l->g, use->text, &key, &why)) {
            add_fault(l, use, "invalid //go:debug: ", why);
            continue;
        }
        map_put(&l->seen, key, &is_new);
        if (!is_new) {
            add_fault(l, use, "repeated //go:debug for ", key);
        }
    }
}

/* The files of the test outside of the package count by themselves. */
void godebuglines_check(GodebugLines *g, const Package *p, DiagnosisParts *faults)
{
    if (p->build == NULL || p->is_standard) {
        return;
    }
    PackageLines inside = {g, map_init(g->arena), faults};
    PackageLines outside = {g, map_init(g->arena), faults};
    check_lines(&inside, &p->build->directives[BUILD_FILES]);
    if (str_eq(p->for_test, p->source_path)) {
        check_lines(&inside, &p->build->directives[BUILD_TEST_FILES]);
        check_lines(&outside, &p->build->directives[BUILD_XTEST_FILES]);
    }
}
