#include "go/load/defaultgodebug.h"

#include "base/sort.h"
#include "base/strbuf.h"
#include "go/mod/version.h"

typedef struct {
    Str key, value;
} Setting;

typedef struct {
    Arena *arena;
    VEC(Setting) list;
    Map by_key;  /* key -> 1 + index */
    Str version; /* of "default=" ; empty: it was not said */
} Settings;

DefaultGodebug defaultgodebug_init(Arena *a, const LoadOptions *options)
{
    DefaultGodebug d = {.local = options->go_version, .go_version = options->go_version};
    const MainMods *mains = options->mains;
    godebug_table_read(a, options->goroot, options->go_version, &d.table);
    if (mains == NULL) {
        return d;
    }
    if (mains->work_file.len > 0) {
        d.go_version = mainmods_go_of_work(&mains->work);
        d.lines = mains->work.godebugs.ptr;
        d.n_lines = mains->work.godebugs.len;
    } else {
        d.go_version = mainmods_go_of_mod(&mains->ptr[0].mod);
        d.lines = mains->ptr[0].mod.godebugs.ptr;
        d.n_lines = mains->ptr[0].mod.godebugs.len;
    }
    return d;
}

static void set(Settings *s, Str key, Str value)
{
    if (str_eq(key, S("default"))) {
        s->version = value;
        return;
    }
    bool is_new;
    isize *at = map_put(&s->by_key, key, &is_new);
    if (is_new) {
        *VEC_PUSH(s->arena, &s->list) = (Setting){key, value};
        *at = s->list.len;
    } else {
        s->list.ptr[*at - 1].value = value;
    }
}

/* "//go:debug key=value" */
static void add_directives(const DefaultGodebug *d, Settings *s, const BuildUses *directives)
{
    for (isize i = 0; i < directives->len; i++) {
        Str text = directives->ptr[i].text;
        if (!str_eat_prefix(&text, S("//go:debug")) || text.len == 0 ||
            (text.ptr[0] != ' ' && text.ptr[0] != '\t')) {
            continue;
        }
        StrCut cut = str_cut(str_trim(text), '=');
        Str ignored;
        if (cut.found && godebug_check(s->arena, &d->table, d->local, "//go:debug setting",
                                       cut.head, cut.tail, &ignored)) {
            set(s, cut.head, cut.tail);
        }
    }
}

/* N of Go 1.N; -1 for what is none. */
static int64_t minor_of(Str version)
{
    GoVersion v;
    int64_t n;
    return goversion_parse(version, &v) && str_eq(v.major, S("1")) &&
                   str_parse_decimal(v.minor, INT32_MAX, &n)
               ? n
               : -1;
}

static int compare_settings(const void *x, const void *y)
{
    return str_compare(((const Setting *)x)->key, ((const Setting *)y)->key);
}

static Str format(Arena *a, Settings *s)
{
    StrBuf b = strbuf_init(a);
    sort_array(s->list.ptr, s->list.len, sizeof(Setting), compare_settings);
    for (isize i = 0; i < s->list.len; i++) {
        strbuf_add_format(&b, "%s%.*s=%.*s", i == 0 ? "" : ",", STR_ARG(s->list.ptr[i].key),
                          STR_ARG(s->list.ptr[i].value));
    }
    return strbuf_str(&b);
}

Str defaultgodebug_of(Arena *a, const DefaultGodebug *d, const Package *p, const Package *of_tests)
{
    Settings said = {.arena = a, .by_key = map_init(a)}, all = {.arena = a, .by_key = map_init(a)};
    if (!str_eq(p->name, S("main"))) {
        return (Str){0};
    }
    for (isize i = 0; i < d->n_lines; i++) {
        set(&said, d->lines[i].key, d->lines[i].value);
    }
    if (p->build != NULL) {
        add_directives(d, &said, &p->build->directives[BUILD_FILES]);
    }
    for (BuildPart part = 0; of_tests != NULL && part < BUILD_PART_COUNT; part++) {
        add_directives(d, &said, &of_tests->build->directives[part]);
    }
    Str version = said.version;
    str_eat_prefix(&version, S("go"));
    int64_t minor = minor_of(goversion_is_valid(version) ? version : d->go_version);
    for (isize i = 0; minor >= 0 && i < d->table.keys.len; i++) {
        const GodebugKey *key = &d->table.keys.ptr[i];
        if (key->is_setting && minor < key->changed) {
            set(&all, key->name, key->old);
        }
    }
    for (isize i = 0; i < said.list.len; i++) {
        set(&all, said.list.ptr[i].key, said.list.ptr[i].value);
    }
    return format(a, &all);
}
