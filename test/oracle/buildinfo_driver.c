/* Prints what go/buildinfo reads of the programs named as arguments, as `go version -m` does. */
#include "go/buildinfo/buildinfo.h"
#include "go/mod/quote.h"

#include <stdio.h>

static void print_module(const char *word, const BuildDependency *d)
{
    bool is_replaced = d->replace.path.len > 0;
    printf("\t%s\t%.*s\t%.*s", word, STR_ARG(d->module.path), STR_ARG(d->module.version));
    if (!is_replaced) {
        printf("\t%.*s\n", STR_ARG(d->module.sum));
        return;
    }
    /* BuildInfo.String ends a replaced module with an empty line. */
    printf("\n\t=>\t%.*s\t%.*s\t%.*s\n\t\n", STR_ARG(d->replace.path), STR_ARG(d->replace.version),
           STR_ARG(d->replace.sum));
}

/* Quoted where runtime/debug quotes. */
static Str quoted(Arena *a, Str s, bool is_key)
{
    bool is_plain = !is_key || (s.len > 0 && str_index_byte(s, '=') < 0);
    for (isize i = 0; i < s.len; i++) {
        is_plain = is_plain && str_index_byte(S(" \t\r\n\"`"), s.ptr[i]) < 0;
    }
    return is_plain ? s : quote_go(a, s);
}

static void print_info(Arena *a, Str path, const BuildInfo *info)
{
    printf("%.*s: %.*s\n", STR_ARG(path), STR_ARG(info->go_version));
    if (info->path.len > 0) {
        printf("\tpath\t%.*s\n", STR_ARG(info->path));
    }
    if (info->main.module.path.len > 0) {
        print_module("mod", &info->main);
    }
    for (isize i = 0; i < info->deps.len; i++) {
        print_module("dep", &info->deps.ptr[i]);
    }
    for (isize i = 0; i < info->settings.len; i++) {
        const BuildSetting *s = &info->settings.ptr[i];
        printf("\tbuild\t%.*s=%.*s\n", STR_ARG(quoted(a, s->key, true)),
               STR_ARG(quoted(a, s->value, false)));
    }
}

int main(int argc, char **argv)
{
    Arena a = arena_init(MIB);
    for (int i = 1; i < argc; i++) {
        Arena scratch = a;
        BuildInfo info;
        Err err = {0};
        Str path = str_from_c(argv[i]);
        if (buildinfo_read_file(&scratch, path, &info, &err) == BUILDINFO_FOUND) {
            print_info(&scratch, path, &info);
        }
    }
    arena_done(&a);
    return 0;
}
