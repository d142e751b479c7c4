/* goward files: for each file of a directory whether a build takes it, and why. */
#include "base/map.h"
#include "base/path.h"
#include "cmd/buildcontext.h"
#include "cmd/gofiles.h"
#include "cmd/packagedirs.h"
#include "cmd/table.h"
#include "go/load/tagsets.h"
#include "report/table.h"

/* A directory, and the one file of it that is asked for, if only one is. */
typedef struct {
    Str shown, file;
    BuildPackage package;
    bool is_read;
    Str trouble; /* why it cannot be listed */
    TagEffects effects;
} Folder;

typedef struct {
    Invocation *inv;
    Arena *arena;
    BuildContext build;
    VEC(Folder) folders;
} Files;

/* ---- what is asked for ---- */

static void add_folder(Files *f, Map *seen, Str shown, Str file)
{
    bool is_new;
    map_put(seen, path_join(f->arena, shown, file), &is_new);
    if (is_new) {
        *VEC_PUSH(f->arena, &f->folders) = (Folder){.shown = shown, .file = file};
    }
}

/* DIR/...: the directories below that hold Go files. */
static bool add_below(Files *f, Map *seen, Str argument, Err *err)
{
    Invocation one = *f->inv;
    GoFileList found;
    one.args = &argument;
    one.n_args = 1;
    if (!gofiles_find(&one, &found, err)) {
        return false;
    }
    for (isize i = 0; i < found.len; i++) {
        if (found.ptr[i].wrong.len == 0) {
            add_folder(f, seen, path_dir(found.ptr[i].path), S(""));
        }
    }
    return true;
}

static bool add_argument(Files *f, Map *seen, Str argument, Err *err)
{
    FileStat st;
    if (str_eq(argument, S("...")) || str_ends_with(argument, S("/..."))) {
        return add_below(f, seen, argument, err);
    }
    Str path = path_clean(f->arena, argument);
    if (file_stat(FILE_CWD, path, &st, err) == FILE_FOUND && st.kind != FILE_KIND_DIR) {
        add_folder(f, seen, path_dir(path), path_base(path));
    } else {
        add_folder(f, seen, path, S(""));
    }
    return true;
}

static bool find_folders(Files *f, Err *err)
{
    Map seen = map_init(f->arena);
    for (isize i = 0; i < f->inv->n_args; i++) {
        if (!add_argument(f, &seen, f->inv->args[i], err)) {
            return false;
        }
    }
    if (f->inv->n_args == 0) {
        add_folder(f, &seen, S("."), S(""));
    }
    return f->folders.len > 0 || FAIL(err, ERR_NOT_FOUND, "no Go files here or below");
}

static bool read_folder(Files *f, Folder *folder, Err *err)
{
    Err trouble;
    Str dir = path_absolute(f->arena, f->inv->dir, folder->shown);
    folder->is_read = buildpkg_read(f->arena, &f->build.target, dir, &folder->package, &trouble);
    if (!folder->is_read) {
        folder->trouble = err_format(f->arena, &trouble);
        return true;
    }
    return !option_is_set(f->inv, OPTION_TAG_SETS) ||
           tagsets_effects(f->arena, &f->build.target, &folder->package, &folder->effects, err);
}

/* ---- why ---- */

static const struct {
    Str code, says; /* behind says comes the file's own text */
} reasons[BUILD_REASON_COUNT] = {
    [BUILD_REASON_NONE] = {STR_CONST("none"), {0}},
    [BUILD_BUILT] = {STR_CONST("built"), {0}},
    [BUILD_TEST] = {STR_CONST("test"), STR_CONST("when the package is tested")},
    [BUILD_XTEST] = {STR_CONST("xtest"), STR_CONST("when the package is tested, from outside")},
    [BUILD_NAME_HIDDEN] = {STR_CONST("hidden"), STR_CONST("its name begins with \"_\" or \".\"")},
    [BUILD_NAME_SUFFIX] = {STR_CONST("name"), STR_CONST("its name says that it is for ")},
    [BUILD_CONSTRAINT] = {STR_CONST("constraint"), STR_CONST("")},
    [BUILD_CONSTRAINT_WRONG] = {STR_CONST("constraint-wrong"),
                                STR_CONST("its build constraint cannot be read: ")},
    [BUILD_NO_CGO] = {STR_CONST("no-cgo"), STR_CONST("it imports \"C\", and cgo is off")},
    [BUILD_NEEDS_CGO] = {STR_CONST("needs-cgo"),
                         STR_CONST("it is for the C compiler, and no file here imports \"C\"")},
    [BUILD_DOCUMENTATION] = {STR_CONST("documentation"),
                             STR_CONST("it is of package documentation, which is never built")},
    [BUILD_KIND_UNKNOWN] = {STR_CONST("kind"), STR_CONST("a build takes no files of this kind")},
    [BUILD_IRREGULAR] = {STR_CONST("irregular"), STR_CONST("it is no file")},
    [BUILD_UNREADABLE] = {STR_CONST("unreadable"), STR_CONST("")},
    [BUILD_FAULTY] = {STR_CONST("faulty"), STR_CONST("")},
};

static Str why(Arena *a, const BuildFile *file)
{
    bool has_text = file->reason != BUILD_IRREGULAR && file->reason != BUILD_BUILT;
    Str says = str_concat(a, reasons[file->reason].says, has_text ? file->text : S(""));
    if (file->reason == BUILD_CONSTRAINT) {
        Str expression = file->line;
        str_eat_prefix(&expression, S("//go:build"));
        bool is_all = str_eq(str_trim(expression), file->text);
        says = is_all ? str_format(a, "%.*s does not hold", STR_ARG(file->line))
                      : str_format(a, "%.*s does not hold, in %.*s", STR_ARG(file->text),
                                   STR_ARG(file->line));
    }
    return says;
}

static bool has_ignored(const BuildPackage *p)
{
    return p->lists[LIST_IGNORED_GO].len > 0;
}

static bool has_tests(const BuildPackage *p)
{
    return p->lists[LIST_TEST_GO].len + p->lists[LIST_XTEST_GO].len > 0;
}

static bool has_sources(const BuildPackage *p)
{
    return p->lists[LIST_GO].len + p->lists[LIST_CGO].len + p->lists[LIST_INVALID_GO].len > 0;
}

/* cmd/go's words for a directory without a file to build; empty when it has one. */
static Str exclusion(Arena *a, const BuildPackage *p)
{
    if (has_sources(p)) {
        return (Str){0};
    }
    return str_concat(a,
                      has_ignored(p) ? S("build constraints exclude all Go files in ")
                      : has_tests(p) ? S("no non-test Go files in ")
                                     : S("no Go files in "),
                      p->dir);
}

/* What stands in the way of a directory; empty: nothing. */
static Str fault(Arena *a, const Folder *folder)
{
    if (!folder->is_read) {
        return folder->trouble;
    }
    bool has_fault =
        folder->package.fault != BUILDPKG_FINE && folder->package.fault != BUILDPKG_NO_GO;
    return has_fault ? folder->package.message : exclusion(a, &folder->package);
}

/* The name of a file as a person would give it. */
static Str shown_name(Arena *a, const Folder *folder, const BuildFile *file)
{
    return str_eq(folder->shown, S(".")) ? file->name : path_join(a, folder->shown, file->name);
}

static bool is_asked_for(const Folder *folder, const BuildFile *file)
{
    return folder->file.len == 0 || str_eq(folder->file, file->name);
}

/* ---- for people ---- */

static Str joined(Arena *a, const Strs *list)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < list->len; i++) {
        strbuf_add(&b, i > 0 ? S(", ") : S(""));
        strbuf_add(&b, list->ptr[i]);
    }
    return strbuf_str(&b);
}

static void tell_target(const Files *f)
{
    const Target *t = &f->build.target;
    Str tags = joined(f->arena, &t->tags);
    report_talk(f->inv->report, "for %.*s/%.*s, cgo %s, Go 1.%td%s%.*s", STR_ARG(t->os),
                STR_ARG(t->arch), t->has_cgo ? "on" : "off", t->go_minor,
                tags.len > 0 ? ", tags " : "", STR_ARG(tags));
}

static void tell_table(const Files *f, const Folder *folder)
{
    static const Column columns[] = {
        {.head = STR_CONST("file")},
        {.head = STR_CONST("build")},
        {.head = STR_CONST("why"), .may_cut = true},
    };
    Table table = table_init(f->arena, columns, COUNT_OF(columns));
    for (isize i = 0; i < folder->package.files.len; i++) {
        const BuildFile *file = &folder->package.files.ptr[i];
        if (is_asked_for(folder, file)) {
            bool is_in = tagsets_is_in(file);
            Row *row = table_add(&table);
            row->cells[0].text = shown_name(f->arena, folder, file);
            row->cells[0].ink = is_in ? INK_STRONG : INK_DIM;
            row->cells[1].text = is_in ? S("in") : S("out");
            row->cells[2].text = why(f->arena, file);
        }
    }
    table_print(f->inv->report, REPORT_DATA, &table);
}

static void tell_effects(const Files *f, const Folder *folder)
{
    Report *r = f->inv->report;
    for (isize i = 0; i < folder->effects.len; i++) {
        const TagEffect *effect = &folder->effects.ptr[i];
        Str adds = joined(f->arena, &effect->adds), removes = joined(f->arena, &effect->removes);
        report_line(r, "%s %.*s:%s%.*s%s%.*s%s", effect->is_set ? "without" : "with",
                    STR_ARG(effect->tag), adds.len > 0 ? " adds " : "", STR_ARG(adds),
                    removes.len > 0 ? " takes out " : "", STR_ARG(removes),
                    adds.len + removes.len == 0 ? " changes nothing" : "");
    }
    for (isize i = 0; i < folder->package.files.len; i++) {
        const BuildFile *file = &folder->package.files.ptr[i];
        if (file->has_plus_only) {
            report_line(r,
                        "%.*s has only \"// +build\" lines, which were replaced in Go 1.17: "
                        "gofmt -w writes the \"//go:build\" line",
                        STR_ARG(shown_name(f->arena, folder, file)));
        } else if (file->line.len > 0 &&
                   tagsets_possible(f->arena, &f->build.target, file->line) == TAGSETS_IMPOSSIBLE) {
            report_line(r, "%.*s: no build can ever have %.*s",
                        STR_ARG(shown_name(f->arena, folder, file)), STR_ARG(file->line));
        }
    }
}

static void tell_text(const Files *f)
{
    tell_target(f);
    for (isize i = 0; i < f->folders.len; i++) {
        const Folder *folder = &f->folders.ptr[i];
        Str trouble = fault(f->arena, folder);
        tell_table(f, folder);
        if (folder->file.len == 0) {
            tell_effects(f, folder);
        }
        if (trouble.len > 0) {
            report_line(f->inv->report, "%.*s", STR_ARG(trouble));
        }
    }
}

/* ---- for programs ---- */

static void add_list(JsonWriter *w, Str key, const Strs *list)
{
    json_key_array(w, key);
    for (isize i = 0; i < list->len; i++) {
        json_str(w, list->ptr[i]);
    }
    json_end(w);
}

static void add_file(const Files *f, JsonWriter *w, const BuildFile *file)
{
    bool wants_tags = option_is_set(f->inv, OPTION_TAG_SETS);
    json_begin_object(w);
    json_key_str(w, S("name"), file->name);
    json_key_bool(w, S("built"), tagsets_is_in(file));
    json_key_str_or_null(w, S("list"),
                         file->list == LIST_COUNT ? S("") : buildpkg_list_name(file->list));
    json_key_str(w, S("reason"), reasons[file->reason].code);
    json_key_str(w, S("says"), why(f->arena, file));
    json_key_str_or_null(w, S("constraint"), file->line);
    if (wants_tags) {
        bool is_impossible =
            file->line.len > 0 && !file->has_plus_only &&
            tagsets_possible(f->arena, &f->build.target, file->line) == TAGSETS_IMPOSSIBLE;
        json_key_bool(w, S("obsolete"), file->has_plus_only);
        json_key_bool(w, S("impossible"), is_impossible);
    }
    json_end(w);
}

static void add_tags(JsonWriter *w, const TagEffects *effects)
{
    json_key_array(w, S("tags"));
    for (isize i = 0; i < effects->len; i++) {
        json_begin_object(w);
        json_key_str(w, S("tag"), effects->ptr[i].tag);
        json_key_bool(w, S("set"), effects->ptr[i].is_set);
        add_list(w, S("adds"), &effects->ptr[i].adds);
        add_list(w, S("removes"), &effects->ptr[i].removes);
        json_end(w);
    }
    json_end(w);
}

static void add_json_folder(const Files *f, JsonWriter *w, const Folder *folder)
{
    json_begin_object(w);
    json_key_str(w, S("dir"), path_absolute(f->arena, f->inv->dir, folder->shown));
    json_key_str_or_null(w, S("name"), folder->package.name);
    json_key_str_or_null(w, S("error"), fault(f->arena, folder));
    json_key_array(w, S("files"));
    for (isize i = 0; i < folder->package.files.len; i++) {
        if (is_asked_for(folder, &folder->package.files.ptr[i])) {
            add_file(f, w, &folder->package.files.ptr[i]);
        }
    }
    json_end(w);
    if (option_is_set(f->inv, OPTION_TAG_SETS)) {
        add_tags(w, &folder->effects);
    }
    json_end(w);
}

static void tell_json(const Files *f)
{
    const Target *t = &f->build.target;
    JsonWriter *w = report_json_begin(f->inv->report, S("files"), 1);
    json_key_object(w, S("target"));
    json_key_str(w, S("os"), t->os);
    json_key_str(w, S("arch"), t->arch);
    json_key_bool(w, S("cgo"), t->has_cgo);
    json_key_str(w, S("release"), str_format(f->arena, "go1.%td", t->go_minor));
    add_list(w, S("tags"), &t->tags);
    add_list(w, S("tool_tags"), &t->tool_tags);
    json_end(w);
    json_key_array(w, S("packages"));
    for (isize i = 0; i < f->folders.len; i++) {
        add_json_folder(f, w, &f->folders.ptr[i]);
    }
    json_end(w);
    report_json_end(f->inv->report);
}

/* ---- the command ---- */

/* A directory that was named alone must be there; a file that was named must be in one. */
static bool check_found(const Files *f, Err *err)
{
    for (isize i = 0; i < f->folders.len; i++) {
        const Folder *folder = &f->folders.ptr[i];
        bool is_found = folder->is_read && folder->file.len == 0;
        for (isize k = 0; folder->is_read && k < folder->package.files.len; k++) {
            is_found = is_found || is_asked_for(folder, &folder->package.files.ptr[k]);
        }
        if (is_found) {
            return true;
        }
    }
    const Folder *first = &f->folders.ptr[0];
    return FAIL(err, ERR_NOT_FOUND, "%.*s",
                STR_ARG(first->is_read ? str_concat(f->arena, S("there is no file "), first->file)
                                       : first->trouble));
}

/* Directories without any Go file are nothing to look at, unless there are others. */
static int judge(const Files *f)
{
    isize n_faulty = 0, n_empty = 0;
    for (isize i = 0; i < f->folders.len; i++) {
        const Folder *folder = &f->folders.ptr[i];
        const BuildPackage *p = &folder->package;
        n_faulty += fault(f->arena, folder).len > 0;
        n_empty += folder->is_read && !has_sources(p) && !has_ignored(p) && !has_tests(p);
    }
    return n_faulty == 0 ? EXIT_OK : n_empty == f->folders.len ? EXIT_NOTHING : EXIT_FINDINGS;
}

static bool run_files(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Files f = {.inv = inv, .arena = inv->arena};
    if (!packagedirs_expand(inv, c, err) || !find_folders(&f, err) ||
        !buildcontext_find(inv, c, &f.build, err)) {
        return false;
    }
    for (isize i = 0; i < f.folders.len; i++) {
        if (!read_folder(&f, &f.folders.ptr[i], err)) {
            return false;
        }
    }
    if (!check_found(&f, err)) {
        return false;
    }
    if (inv->wants_json) {
        tell_json(&f);
    } else {
        tell_text(&f);
    }
    *ret_code = judge(&f);
    return true;
}

bool cmd_files(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, run_files, ret_code, err);
}
