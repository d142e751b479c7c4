#include "go/load/listjson.h"

#include "base/path.h"
#include "base/sort.h"
#include "format/json.h"
#include "format/utf8.h"
#include "go/load/modinfo.h"
#include "go/mod/version.h"

#define MAX_FIELDS 128
#define FIRST_WITHOUT_NULL S("1.24") /* releases of Go that write an absent ImportStack as [] */

/* One object of the output. */
typedef struct {
    StrBuf *out;
    int depth; /* tabs before a field */
    bool has_items;
} Obj;

/* ---- Go's encoding/json ---- */

static void add_escaped(StrBuf *b, unsigned char c)
{
    static const char short_forms[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    const char *at = c == 0 ? NULL : strchr(short_forms, c);
    if (at != NULL) {
        strbuf_add_byte(b, '\\');
        strbuf_add_byte(b, letters[at - short_forms]);
    } else {
        strbuf_add_format(b, "\\u%04x", c);
    }
}

/* Bytes that stand for themselves; "<", ">" and "&" do not, for the sake of HTML. */
static const bool plain[256] = {
    [' '] = true, ['!'] = true,         ['#' ... '%'] = true,  ['\'' ... ';'] = true,
    ['='] = true, ['?' ... '['] = true, [']' ... 0x7f] = true,
};

static void add_string(StrBuf *b, Str s)
{
    strbuf_add_byte(b, '"');
    for (isize i = 0; i < s.len;) {
        isize from = i;
        while (i < s.len && plain[(unsigned char)s.ptr[i]]) {
            i++;
        }
        strbuf_add(b, str_slice(s, from, i));
        if (i == s.len) {
            break;
        }
        unsigned char c = (unsigned char)s.ptr[i];
        uint32_t rune;
        int len = c < 0x80 ? 0 : utf8_decode(str_from(s, i), &rune);
        if (c < 0x80) {
            add_escaped(b, c);
            i++;
        } else if (len == 0) {
            strbuf_add(b, S("\\ufffd"));
            i++;
        } else if (rune == 0x2028 || rune == 0x2029) {
            strbuf_add_format(b, "\\u%04x", (unsigned)rune);
            i += len;
        } else {
            strbuf_add(b, str_slice(s, i, i + len));
            i += len;
        }
    }
    strbuf_add_byte(b, '"');
}

static void add_line(StrBuf *b, int depth)
{
    static const Str tabs = STR_CONST("\n\t\t\t\t\t\t\t\t");
    strbuf_add(b, str_to(tabs, depth + 1));
}

static Obj begin(StrBuf *b, int depth)
{
    strbuf_add_byte(b, '{');
    return (Obj){b, depth, false};
}

static void end(const Obj *o)
{
    if (o->has_items) {
        add_line(o->out, o->depth - 1);
    }
    strbuf_add_byte(o->out, '}');
}

static void add_key(Obj *o, Str key)
{
    if (o->has_items) {
        strbuf_add_byte(o->out, ',');
    }
    o->has_items = true;
    add_line(o->out, o->depth);
    add_string(o->out, key);
    strbuf_add(o->out, S(": "));
}

static void add_text(Obj *o, Str key, Str value)
{
    if (value.len > 0) {
        add_key(o, key);
        add_string(o->out, value);
    }
}

static void add_true(Obj *o, Str key, bool value)
{
    if (value) {
        add_key(o, key);
        strbuf_add(o->out, S("true"));
    }
}

static void begin_item(StrBuf *b, int depth, isize i)
{
    if (i > 0) {
        strbuf_add_byte(b, ',');
    }
    add_line(b, depth);
}

static void add_texts(Obj *o, Str key, const Strs *list)
{
    if (list->len == 0) {
        return;
    }
    add_key(o, key);
    strbuf_add_byte(o->out, '[');
    for (isize i = 0; i < list->len; i++) {
        begin_item(o->out, o->depth + 1, i);
        add_string(o->out, list->ptr[i]);
    }
    add_line(o->out, o->depth);
    strbuf_add_byte(o->out, ']');
}

/* ---- what is worked out for the output ---- */

/* Which packages each package needs, as one bit for each of them in the order of their names. */
typedef struct {
    uint64_t *bits;
    isize n_words;        /* of one package */
    uint64_t *with_error; /* the packages that have one */
    Package **by_name;
    isize *rank; /* by index in all */
    Str *lines;  /* by rank: the name as an item of a list, with the comma before it */
} DepSets;

struct ListJson {
    Loaded *l;
    Arena *a;
    bool wants[MAX_FIELDS];
    DepSets deps;
};

static int compare_names(const void *x, const void *y)
{
    const Package *const *p = x;
    const Package *const *q = y;
    return str_compare((*p)->import_path, (*q)->import_path);
}

/* An item of the lists of a package. */
static Str make_line(Arena *a, Str text)
{
    StrBuf b = strbuf_init(a);
    begin_item(&b, 2, 1);
    add_string(&b, text);
    return strbuf_str(&b);
}

/* Imports come first in all, so each set is complete when it is needed (but in cycles, where go
 * list leaves the same out). */
static DepSets make_dep_sets(Arena *a, const Packages *all)
{
    DepSets d = {.n_words = (all->len + 63) / 64};
    d.bits = ARENA_ARRAY(a, uint64_t, d.n_words * all->len);
    d.by_name = arena_copy(a, all->ptr, all->len * (isize)sizeof(Package *), _Alignof(Package *));
    d.rank = ARENA_ARRAY(a, isize, all->len);
    for (isize i = 0; i < all->len; i++) {
        all->ptr[i]->index = i;
    }
    sort_array(d.by_name, all->len, sizeof(Package *), compare_names);
    d.with_error = ARENA_ARRAY(a, uint64_t, d.n_words);
    d.lines = ARENA_ARRAY(a, Str, all->len);
    for (isize i = 0; i < all->len; i++) {
        d.rank[d.by_name[i]->index] = i;
        d.with_error[i / 64] |= (uint64_t)(d.by_name[i]->error != NULL) << (i % 64);
        d.lines[i] = make_line(a, d.by_name[i]->import_path);
    }
    for (isize i = 0; i < all->len; i++) {
        uint64_t *own = d.bits + i * d.n_words;
        for (isize k = 0; k < all->ptr[i]->deps.len; k++) {
            isize dep = all->ptr[i]->deps.ptr[k]->index, rank = d.rank[dep];
            own[rank / 64] |= (uint64_t)1 << (rank % 64);
            for (isize w = 0; w < d.n_words; w++) {
                own[w] |= d.bits[dep * d.n_words + w];
            }
        }
    }
    return d;
}

/* Most of what is printed: the names were written once, for all lists. */
static void add_deps(Obj *o, Str key, const ListJson *g, const Package *p)
{
    const DepSets *d = &g->deps;
    const uint64_t *own = d->bits + p->index * d->n_words;
    bool has_any = false;
    for (isize w = 0; w < d->n_words; w++) {
        for (uint64_t rest = own[w]; rest != 0; rest &= rest - 1) {
            Str line = d->lines[w * 64 + __builtin_ctzll(rest)];
            if (!has_any) {
                add_key(o, key);
                strbuf_add_byte(o->out, '[');
                line = str_from(line, 1); /* without the comma */
                has_any = true;
            }
            strbuf_add(o->out, line);
        }
    }
    if (has_any) {
        add_line(o->out, o->depth);
        strbuf_add_byte(o->out, ']');
    }
}

/* ---- errors ---- */

static void add_stack(StrBuf *b, const PackageError *e, int depth)
{
    strbuf_add_byte(b, '[');
    for (isize i = 0; i < e->stack.len; i++) {
        begin_item(b, depth + 1, i);
        add_string(b, e->stack.ptr[i].path);
    }
    if (e->stack.len > 0) {
        add_line(b, depth);
    }
    strbuf_add_byte(b, ']');
}

static void write_error(StrBuf *b, const ListJson *g, const PackageError *e, int depth)
{
    Obj o = begin(b, depth);
    bool may_be_null = goversion_compare(g->l->options.go_version, FIRST_WITHOUT_NULL) < 0;
    add_key(&o, S("ImportStack"));
    if (!e->has_stack && may_be_null) {
        strbuf_add(b, S("null"));
    } else {
        add_stack(b, e, depth);
    }
    add_key(&o, S("Pos"));
    add_string(b, e->pos);
    add_key(&o, S("Err"));
    add_string(b, e->words);
    end(&o);
}

static int compare_errors(const void *x, const void *y)
{
    const PackageError *e = *(PackageError *const *)x, *f = *(PackageError *const *)y;
    if (e->stack.len == 0 || f->stack.len == 0) {
        return e->stack.len == 0 && f->stack.len == 0 ? str_compare(e->words, f->words)
               : e->stack.len == 0                    ? -1
                                                      : 1;
    }
    return str_compare(e->stack.ptr[e->stack.len - 1].path, f->stack.ptr[f->stack.len - 1].path);
}

static void add_deps_errors(Obj *o, Str key, const ListJson *g, const Package *p)
{
    PackageErrors list = {0};
    const DepSets *d = &g->deps;
    const uint64_t *own = d->bits + p->index * d->n_words;
    for (isize w = 0; w < d->n_words; w++) {
        for (uint64_t rest = own[w] & d->with_error[w]; rest != 0; rest &= rest - 1) {
            *VEC_PUSH(g->a, &list) = d->by_name[w * 64 + __builtin_ctzll(rest)]->error;
        }
    }
    if (list.len == 0) {
        return;
    }
    sort_array(list.ptr, list.len, sizeof(PackageError *), compare_errors);
    add_key(o, key);
    strbuf_add_byte(o->out, '[');
    for (isize i = 0; i < list.len; i++) {
        begin_item(o->out, o->depth + 1, i);
        write_error(o->out, g, list.ptr[i], o->depth + 2);
    }
    add_line(o->out, o->depth);
    strbuf_add_byte(o->out, ']');
}

/* ---- modules ---- */

static void write_module(StrBuf *b, const ModInfo *m, int depth)
{
    Obj o = begin(b, depth);
    add_text(&o, S("Path"), m->path);
    add_text(&o, S("Version"), m->version);
    if (m->replace != NULL) {
        add_key(&o, S("Replace"));
        write_module(b, m->replace, depth + 1);
    }
    add_text(&o, S("Time"), m->time);
    add_true(&o, S("Main"), m->is_main);
    add_true(&o, S("Indirect"), m->is_indirect);
    add_text(&o, S("Dir"), m->dir);
    add_text(&o, S("GoMod"), m->go_mod);
    add_text(&o, S("GoVersion"), m->go_version);
    add_text(&o, S("Sum"), m->sum);
    add_text(&o, S("GoModSum"), m->go_mod_sum);
    end(&o);
}

static void add_module(Obj *o, Str key, const ListJson *g, const Package *p)
{
    if (p->module >= 0) {
        add_key(o, key);
        write_module(o->out, modinfo_of(g->a, g->l, p->module), o->depth + 1);
    }
}

/* ---- packages ---- */

typedef struct {
    Str raw, resolved;
} Mapped;

static int compare_mapped(const void *x, const void *y)
{
    return str_compare(((const Mapped *)x)->raw, ((const Mapped *)y)->raw);
}

static void add_import_map(Obj *o, Str key, const ListJson *g, const Package *p)
{
    VEC(Mapped) list = {0};
    for (isize i = 0; i < MIN(p->imports.len, p->raw.len); i++) {
        if (!str_eq(p->imports.ptr[i], p->raw.ptr[i])) {
            *VEC_PUSH(g->a, &list) = (Mapped){p->raw.ptr[i], p->imports.ptr[i]};
        }
    }
    if (list.len == 0) {
        return;
    }
    sort_array(list.ptr, list.len, sizeof(Mapped), compare_mapped);
    add_key(o, key);
    Obj map = begin(o->out, o->depth + 1);
    for (isize i = 0; i < list.len; i++) {
        if (i == 0 || !str_eq(list.ptr[i].raw, list.ptr[i - 1].raw)) {
            add_key(&map, list.ptr[i].raw);
            add_string(o->out, list.ptr[i].resolved);
        }
    }
    end(&map);
}

static void add_error(Obj *o, Str key, const ListJson *g, const Package *p)
{
    if (p->error != NULL) {
        add_key(o, key);
        write_error(o->out, g, p->error, o->depth + 1);
    }
}

typedef enum {
    FIELD_TEXT,       /* a Str of the package */
    FIELD_TRUE,       /* a bool */
    FIELD_TEXTS,      /* a Strs */
    FIELD_BUILD_TEXT, /* the same of its BuildPackage */
    FIELD_BUILD_TRUE,
    FIELD_BUILD_TEXTS,
    FIELD_OTHER,  /* write knows */
    FIELD_ABSENT, /* go list has it, and goward never a value */
} FieldKind;

typedef struct {
    Str name;
    FieldKind kind;
    size_t offset;
    void (*write)(Obj *o, Str key, const ListJson *g, const Package *p);
} Field;

static void add_dep_only(Obj *o, Str key, const ListJson *g, const Package *p)
{
    (void)g;
    add_true(o, key, !p->is_asked_for);
}

#define TEXT(name, field)                                           \
    {                                                               \
        STR_CONST(name), FIELD_TEXT, offsetof(Package, field), NULL \
    }
#define TRUE_(name, field)                                          \
    {                                                               \
        STR_CONST(name), FIELD_TRUE, offsetof(Package, field), NULL \
    }
#define TEXTS(name, field)                                           \
    {                                                                \
        STR_CONST(name), FIELD_TEXTS, offsetof(Package, field), NULL \
    }
#define LIST(name, list)                                                   \
    {                                                                      \
        STR_CONST(name), FIELD_TEXTS, offsetof(Package, lists[list]), NULL \
    }
#define BUILD(name, kind, field)                                                 \
    {                                                                            \
        STR_CONST(name), FIELD_BUILD_##kind, offsetof(BuildPackage, field), NULL \
    }
#define OTHER(name, write)                     \
    {                                          \
        STR_CONST(name), FIELD_OTHER, 0, write \
    }
#define ABSENT(name)                           \
    {                                          \
        STR_CONST(name), FIELD_ABSENT, 0, NULL \
    }

/* load.PackagePublic, in its order. */
static const Field fields[] = {
    TEXT("Dir", dir),
    TEXT("ImportPath", import_path),
    ABSENT("ImportComment"),
    TEXT("Name", name),
    BUILD("Doc", TEXT, doc),
    TEXT("Target", target),
    ABSENT("Shlib"),
    TEXT("Root", root),
    ABSENT("ConflictDir"),
    TEXT("ForTest", for_test),
    ABSENT("Export"),
    ABSENT("BuildID"),
    OTHER("Module", add_module),
    TEXTS("Match", match),
    TRUE_("Goroot", is_goroot),
    TRUE_("Standard", is_standard),
    OTHER("DepOnly", add_dep_only),
    BUILD("BinaryOnly", TRUE, is_binary_only),
    TRUE_("Incomplete", is_incomplete),
    TEXT("DefaultGODEBUG", default_godebug),
    ABSENT("Stale"),
    ABSENT("StaleReason"),
    LIST("GoFiles", LIST_GO),
    LIST("CgoFiles", LIST_CGO),
    ABSENT("CompiledGoFiles"),
    LIST("IgnoredGoFiles", LIST_IGNORED_GO),
    LIST("InvalidGoFiles", LIST_INVALID_GO),
    LIST("IgnoredOtherFiles", LIST_IGNORED_OTHER),
    LIST("CFiles", LIST_C),
    LIST("CXXFiles", LIST_CXX),
    LIST("MFiles", LIST_M),
    LIST("HFiles", LIST_H),
    LIST("FFiles", LIST_F),
    LIST("SFiles", LIST_S),
    LIST("SwigFiles", LIST_SWIG),
    LIST("SwigCXXFiles", LIST_SWIG_CXX),
    LIST("SysoFiles", LIST_SYSO),
    TEXTS("EmbedPatterns", embed_patterns[BUILD_FILES]),
    TEXTS("EmbedFiles", embed_files[BUILD_FILES]),
    BUILD("CgoCFLAGS", TEXTS, cgo.of[CGO_CFLAGS]),
    BUILD("CgoCPPFLAGS", TEXTS, cgo.of[CGO_CPPFLAGS]),
    BUILD("CgoCXXFLAGS", TEXTS, cgo.of[CGO_CXXFLAGS]),
    BUILD("CgoFFLAGS", TEXTS, cgo.of[CGO_FFLAGS]),
    BUILD("CgoLDFLAGS", TEXTS, cgo.of[CGO_LDFLAGS]),
    BUILD("CgoPkgConfig", TEXTS, cgo.of[CGO_PKG_CONFIG]),
    TEXTS("Imports", imports),
    OTHER("ImportMap", add_import_map),
    OTHER("Deps", add_deps),
    OTHER("Error", add_error),
    OTHER("DepsErrors", add_deps_errors),
    LIST("TestGoFiles", LIST_TEST_GO),
    TEXTS("TestImports", test_imports[BUILD_TEST_FILES]),
    TEXTS("TestEmbedPatterns", embed_patterns[BUILD_TEST_FILES]),
    TEXTS("TestEmbedFiles", embed_files[BUILD_TEST_FILES]),
    LIST("XTestGoFiles", LIST_XTEST_GO),
    TEXTS("XTestImports", test_imports[BUILD_XTEST_FILES]),
    TEXTS("XTestEmbedPatterns", embed_patterns[BUILD_XTEST_FILES]),
    TEXTS("XTestEmbedFiles", embed_files[BUILD_XTEST_FILES]),
};

static void add_field(Obj *o, const Field *f, const ListJson *g, const Package *p)
{
    const char *of_package = (const char *)p + f->offset;
    const char *of_build = p->build == NULL ? NULL : (const char *)p->build + f->offset;
    switch (f->kind) {
    case FIELD_TEXT:
        add_text(o, f->name, *(const Str *)(const void *)of_package);
        return;
    case FIELD_TRUE:
        add_true(o, f->name, *(const bool *)(const void *)of_package);
        return;
    case FIELD_TEXTS:
        add_texts(o, f->name, (const Strs *)(const void *)of_package);
        return;
    case FIELD_BUILD_TEXT:
        add_text(o, f->name, of_build == NULL ? (Str){0} : *(const Str *)(const void *)of_build);
        return;
    case FIELD_BUILD_TRUE:
        add_true(o, f->name, of_build != NULL && *(const bool *)(const void *)of_build);
        return;
    case FIELD_BUILD_TEXTS:
        if (of_build != NULL) {
            add_texts(o, f->name, (const Strs *)(const void *)of_build);
        }
        return;
    case FIELD_OTHER:
        f->write(o, f->name, g, p);
        return;
    case FIELD_ABSENT:
        return;
    }
}

static bool choose_fields(ListJson *g, Str names, Err *err)
{
    for (isize i = 0; i < COUNT_OF(fields); i++) {
        g->wants[i] = names.len == 0;
    }
    for (StrCut cut = {.tail = names, .found = names.len > 0}; cut.found;) {
        isize at = 0;
        cut = str_cut(cut.tail, ',');
        while (at < COUNT_OF(fields) && !str_eq(fields[at].name, cut.head)) {
            at++;
        }
        if (at == COUNT_OF(fields)) {
            return FAIL(err, ERR_USAGE, "go list has no field '%.*s'", STR_ARG(cut.head));
        }
        g->wants[at] = true;
    }
    return true;
}

static bool wants_field(const ListJson *g,
                        void (*write)(Obj *, Str, const ListJson *, const Package *))
{
    for (isize i = 0; i < COUNT_OF(fields); i++) {
        if (fields[i].write == write) {
            return g->wants[i];
        }
    }
    return false;
}

ListJson *listjson_begin(Loaded *l, Str names, Err *err)
{
    ListJson *g = ARENA_NEW(l->arena, ListJson);
    *g = (ListJson){.l = l, .a = l->arena};
    if (!choose_fields(g, names, err)) {
        return NULL;
    }
    if (wants_field(g, add_deps) || wants_field(g, add_deps_errors)) {
        g->deps = make_dep_sets(g->a, &l->all);
    }
    return g;
}

void listjson_add(const ListJson *g, const Package *p, StrBuf *out)
{
    Obj o = begin(out, 1);
    for (isize k = 0; k < COUNT_OF(fields); k++) {
        if (g->wants[k]) {
            add_field(&o, &fields[k], g, p);
        }
    }
    end(&o);
    strbuf_add_byte(out, '\n');
}
