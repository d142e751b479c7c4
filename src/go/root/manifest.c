#include "go/root/manifest.h"

#include "base/map.h"
#include "base/panic.h"
#include "base/path.h"
#include "base/vec.h"
#include "go/mod/distname.h"
#include "go/root/treehash.h"
#include "os/dir.h"

Str manifest_prefix(Arena *a, Str version, Str os, Str arch)
{
    return str_format(a, "golang.org/toolchain@v0.0.1-go%.*s.%.*s-%.*s/", STR_ARG(version),
                      STR_ARG(os), STR_ARG(arch));
}

bool manifest_name(Arena *a, Str prefix, Str path, bool is_module_form, Str *ret_name)
{
    bool is_copy = is_module_form && str_eq(path_base(path), S("go.mod"));
    if (is_copy || !distname_counts(path)) {
        return false;
    }
    *ret_name = str_concat(a, prefix, distname_of_path(a, path));
    return true;
}

bool manifest_path(Arena *a, Str prefix, Str name, bool is_module_form, Str *ret_path)
{
    if (!str_eat_prefix(&name, prefix)) {
        return false;
    }
    *ret_path = is_module_form ? name : distname_to_path(a, name);
    return true;
}

/* The files of a walk, split by what the hash wants of them. */
typedef struct {
    VEC(Str) paths; /* that count, then (from n_counted on) the copies that cmd/go made */
    isize n_counted;
    Str *names;
} Sorted;

static bool is_copy(const Goroot *root, Str path)
{
    return root->is_module_form && distname_counts(path) && str_eq(path_base(path), S("go.mod"));
}

static Sorted sort_out(Arena *a, const DirTree *tree, const Goroot *root, Manifest *m)
{
    Sorted s = {.names = ARENA_ARRAY(a, Str, tree->len)};
    for (isize i = 0; i < tree->len; i++) {
        Str path = tree->ptr[i].path;
        bool is_regular = tree->ptr[i].kind == FILE_KIND_REGULAR;
        if (!is_regular && distname_counts(path)) {
            file_diffs_add(a, &m->wrong, path, FILE_DIFF_EXTRA);
        } else if (manifest_name(a, m->prefix, path, root->is_module_form, &s.names[s.paths.len])) {
            *VEC_PUSH(a, &s.paths) = path;
        }
    }
    s.n_counted = s.paths.len;
    for (isize i = 0; i < tree->len; i++) {
        if (tree->ptr[i].kind == FILE_KIND_REGULAR && is_copy(root, tree->ptr[i].path)) {
            *VEC_PUSH(a, &s.paths) = tree->ptr[i].path;
        }
    }
    return s;
}

/* The copy that belongs beside a _go.mod; false for every other file. */
static bool copy_of(Arena *a, Str path, Str *ret)
{
    if (!str_eq(path_base(path), S("_go.mod"))) {
        return false;
    }
    *ret = str_concat(a, str_to(path, path.len - S("_go.mod").len), S("go.mod"));
    return true;
}

/* The first go command that switches to a module copies each _go.mod to go.mod, src/go.mod last;
 * while that is there as long as src/_go.mod, none does so again (Go's cmd/go/internal/toolchain,
 * Exec). So before it is there, a missing copy only says that nobody ran this Go yet; afterwards
 * it stays missing, and the module beside it cannot be built. */
static void check_missing_copies(Arena *a, const Sorted *s, const Map *found, Manifest *m)
{
    if (map_get(found, S("src/go.mod")) == NULL) {
        return;
    }
    for (isize i = 0; i < s->n_counted; i++) {
        Str copy;
        if (m->is_module_form && copy_of(a, s->paths.ptr[i], &copy) &&
            map_get(found, copy) == NULL) {
            file_diffs_add(a, &m->wrong, copy, FILE_DIFF_MISSING);
        }
    }
}

/* A copy go.mod is what Go reads, so it must be its _go.mod, which is what the log knows. */
static void check_copies(Arena *a, const Sorted *s, const Sha256 *digests, Manifest *m)
{
    Map counted = map_init(a);
    Map copies = map_init(a);
    for (isize i = 0; i < s->n_counted; i++) {
        *map_put(&counted, s->paths.ptr[i], NULL) = i;
    }
    for (isize i = s->n_counted; i < s->paths.len; i++) {
        Str path = s->paths.ptr[i];
        *map_put(&copies, path, NULL) = i;
        Str original = str_concat(a, str_to(path, path.len - S("go.mod").len), S("_go.mod"));
        const isize *at = map_get(&counted, original);
        if (at == NULL) {
            file_diffs_add(a, &m->wrong, path, FILE_DIFF_EXTRA);
        } else if (!sha256_eq(&digests[*at], &digests[i])) {
            file_diffs_add(a, &m->wrong, path, FILE_DIFF_CHANGED);
        }
    }
    check_missing_copies(a, s, &copies, m);
}

bool manifest_of_tree(Arena *a, int root_fd, const Goroot *root, isize n_workers, Manifest *ret,
                      Err *err)
{
    DirTree tree;
    if (!dir_walk(a, root_fd, MANIFEST_MAX_FILES, &tree, err)) {
        return false;
    }
    Manifest m = {.prefix = manifest_prefix(a, root->version, root->os, root->arch),
                  .is_module_form = root->is_module_form};
    Sorted s = sort_out(a, &tree, root, &m);
    Sha256 *digests = ARENA_ARRAY(a, Sha256, s.paths.len);
    if (!treehash_files(root_fd, s.paths.ptr, s.paths.len, n_workers, digests, err)) {
        return false;
    }
    m.paths = s.paths.ptr;
    m.n = s.n_counted;
    m.files = ARENA_ARRAY(a, DirhashFile, m.n);
    for (isize i = 0; i < m.n; i++) {
        m.files[i] = (DirhashFile){s.names[i], digests[i]};
    }
    check_copies(a, &s, digests, &m);
    *ret = m;
    return true;
}

bool manifest_diff(Arena *a, const Manifest *found, Str proved_text, FileDiffs *ret, Err *err)
{
    DirhashFile *proved;
    isize n_proved;
    if (!dirhash_parse_summary(a, proved_text, &proved, &n_proved, err)) {
        return false;
    }
    Map wanted = map_init(a);
    for (isize i = 0; i < n_proved; i++) {
        *map_put(&wanted, proved[i].name, NULL) = i;
    }
    FileDiffs diffs = {0};
    bool *is_found = ARENA_ARRAY(a, bool, n_proved + 1);
    for (isize i = 0; i < found->n; i++) {
        const isize *at = map_get(&wanted, found->files[i].name);
        if (at == NULL) {
            file_diffs_add(a, &diffs, found->paths[i], FILE_DIFF_EXTRA);
            continue;
        }
        is_found[*at] = true;
        if (!sha256_eq(&found->files[i].digest, &proved[*at].digest)) {
            file_diffs_add(a, &diffs, found->paths[i], FILE_DIFF_CHANGED);
        }
    }
    for (isize i = 0; i < n_proved; i++) {
        Str path;
        if (!is_found[i] &&
            manifest_path(a, found->prefix, proved[i].name, found->is_module_form, &path)) {
            file_diffs_add(a, &diffs, path, FILE_DIFF_MISSING);
        }
    }
    for (isize i = 0; i < found->wrong.len; i++) {
        file_diffs_add(a, &diffs, found->wrong.ptr[i].path, found->wrong.ptr[i].kind);
    }
    file_diffs_sort(&diffs);
    *ret = diffs;
    return true;
}

static const char pristine_go_env[] =
    "98fcab78e155e9fa0c36b18874add30724d04c2452078117c78618107ebfbc9e";

Sha256 manifest_pristine_go_env(void)
{
    Sha256 digest;
    ASSERT(sha256_from_hex(str_from_c(pristine_go_env), &digest));
    return digest;
}

Str manifest_text(Arena *a, const Manifest *m, const Sha256 *replaced_go_env)
{
    if (replaced_go_env == NULL) {
        return dirhash_summary(a, m->files, m->n);
    }
    DirhashFile *files = ARENA_ARRAY(a, DirhashFile, m->n);
    for (isize i = 0; i < m->n; i++) {
        files[i] = m->files[i];
        if (str_eq(m->paths[i], S("go.env"))) {
            files[i].digest = *replaced_go_env;
        }
    }
    return dirhash_summary(a, files, m->n);
}
