/*
 * The log's word counts before all else. Where it is not at hand, goward's own record of what it
 * installed does for its trees, and for a release that the go command fetched the .ziphash beside
 * the download: go wrote it when the checksum database had agreed. All of these lie on the disk of
 * the same user and can be edited like the tree; whoever does both is found by `goward verify` with
 * the network, and by GWD069.
 */
#include "doctor/released.h"

#include "base/path.h"
#include "doctor/modcache.h"
#include "doctor/netcheck.h"
#include "doctor/proxies.h"
#include "doctor/which_gos.h"
#include "go/root/release.h"
#include "os/dir.h"
#include "os/proc.h"
#include "store/evidence.h"
#include "store/record.h"

#define MAX_HASH_FILE 4096 /* bytes of a .ziphash; 47 are used */

/* ---- what is measured ---- */

/* Below these lie Gos that were built by whoever packs for the system. */
static const Str packaged[] = {
    STR_CONST("/usr/lib"),       STR_CONST("/usr/lib64"),
    STR_CONST("/usr/libexec"),   STR_CONST("/usr/share"),
    STR_CONST("/usr/pkg"),       STR_CONST("/nix/store"),
    STR_CONST("/gnu/store"),     STR_CONST("/snap"),
    STR_CONST("/opt/homebrew"),  STR_CONST("/usr/local/Cellar"),
    STR_CONST("/opt/local/lib"), STR_CONST("/home/linuxbrew/.linuxbrew"),
};

/* Distributions spread a Go over several places and link them together; no release has a link. */
static bool is_packaged(const Doctor *d, Str root)
{
    static const Str parts[] = {STR_CONST("src"), STR_CONST("pkg"), STR_CONST("bin"),
                                STR_CONST("lib"), STR_CONST("VERSION")};
    for (isize i = 0; i < COUNT_OF(packaged); i++) {
        if (path_is_within(root, packaged[i])) {
            return true;
        }
    }
    for (isize i = 0; i < COUNT_OF(parts); i++) {
        FileStat st;
        Err ignored;
        Str path = path_join(d->arena, root, parts[i]);
        if (file_lstat(FILE_CWD, path, &st, &ignored) == FILE_FOUND &&
            st.kind == FILE_KIND_SYMLINK) {
            return true;
        }
    }
    return false;
}

static int64_t changed_at(Str path)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND ? st.mtime_ns : 0;
}

/* A file that stands in several trees is touched whenever one of them comes or goes; the folders of
 * the store are then, too. */
static void place_in_store(const Doctor *d, Str home, Released *r)
{
    Str trees = path_join(d->arena, home, S("trees"));
    r->by = RELEASED_STORE;
    r->id = path_base(r->root.path);
    r->whole_ns = changed_at(path_join(d->arena, path_join(d->arena, home, S("records")), r->id));
    r->linked_ns = MAX(r->whole_ns, MAX(changed_at(trees), changed_at(home)));
}

static Str real_path(const Doctor *d, Str path)
{
    Str real;
    Err ignored;
    return proc_real_path(d->arena, path, &real, &ignored) == FILE_FOUND ? real : path;
}

static Release release_of(const Released *r)
{
    return (Release){r->root.version, r->root.os, r->root.arch};
}

/* goward's own link chooses by itself, and lets the Go that it starts choose no more. */
static bool is_chosen_by_us(const ReleasedList *list)
{
    return list->len > 0 && list->ptr[0].by == RELEASED_STORE;
}

static bool read_root(const Doctor *d, Str path, Released *ret)
{
    Released r = {.by = RELEASED_ELSEWHERE};
    Str home = real_path(d, d->in->home);
    Err ignored;
    if (goroot_read(d->arena, real_path(d, path), &r.root, &ignored) != GOROOT_FOUND) {
        return false;
    }
    goroot_settle_version(d->arena, &r.root);
    if (r.root.version.len == 0 || r.root.os.len == 0) {
        return false;
    }
    if (str_eq(path_dir(r.root.path), path_join(d->arena, home, S("trees")))) {
        place_in_store(d, home, &r);
    } else if (str_starts_with(path_base(r.root.path), S("toolchain@v0.0.1-go"))) {
        r.by = RELEASED_MODULE_CACHE;
    } else if (is_packaged(d, r.root.path)) {
        return false;
    }
    *ret = r;
    return true;
}

/* In the module cache; empty where there is none to go on as. */
static Str next_root(const Doctor *d)
{
    ModcachePlace place;
    Str name = proxies_switches_to(d);
    if (name.len == 0) {
        return name;
    }
    Str version = str_format(d->arena, "v0.0.1-%.*s.%.*s-%.*s", STR_ARG(name),
                             STR_ARG(d->in->host_os), STR_ARG(d->in->host_arch));
    return modcache_place(d, S(RELEASE_MODULE), version, &place) ? place.dir : (Str){0};
}

ReleasedList released_in_use(const Doctor *d)
{
    ReleasedList list = {0};
    Released r;
    Str root = which_root(d);
    if (root.len == 0 || d->in->pid != 0) {
        return list;
    }
    if (read_root(d, root, &r)) {
        *VEC_PUSH(d->arena, &list) = r;
    }
    Str next = is_chosen_by_us(&list) ? (Str){0} : next_root(d);
    if (next.len > 0 && read_root(d, next, &r)) {
        *VEC_PUSH(d->arena, &list) = r;
    }
    return list;
}

/* ---- what is known ---- */

static bool open_store(const Doctor *d, Store *ret)
{
    Err ignored;
    StoreOptions options = {.home = d->in->home, .mode = STORE_READ};
    return store_open(d->arena, &options, ret, &ignored) == STORE_OPENED;
}

/* "off" does not concern toolchains, and one that cannot be read is GWD052's. */
static bool read_database(const Doctor *d, Gosumdb *ret)
{
    Err ignored;
    Str value = goenv_value(d->in->env, S("GOSUMDB"));
    return gosumdb_parse_for_toolchain(*d->arena, value, ret, &ignored) ||
           gosumdb_parse_for_toolchain(*d->arena, (Str){0}, ret, &ignored);
}

static bool recall_from_store(const Doctor *d, Store *store, const Gosumdb *database, Released *r)
{
    SumdbRecord record;
    StoreRecord installed;
    Err ignored;
    Release release = release_of(r);
    Str official = evidence_id(d->arena, &release);
    bool is_other = r->by == RELEASED_STORE && !str_eq(r->id, official);
    if (!is_other && evidence_record(d->arena, store, database, &release, &record)) {
        r->is_official = true;
        r->h1 = record.h1;
        r->source = str_format(d->arena, "%.*s/proofs/%.*s.tlog-proof", STR_ARG(d->in->home),
                               STR_ARG(official));
        return true;
    }
    if (r->by != RELEASED_STORE ||
        record_read(d->arena, store, r->id, &installed, &ignored) != FILE_FOUND) {
        return false;
    }
    r->h1 = installed.h1;
    r->source = str_format(d->arena, "%.*s/records/%.*s", STR_ARG(d->in->home), STR_ARG(r->id));
    return true;
}

/* What goward has asked before, about this release or not: proved again, without a request. */
static bool recall_from_log(const Doctor *d, const Gosumdb *database, Released *r)
{
    AUTO_CLOSE int fd = -1;
    SumdbClient client;
    SumdbRecord record;
    Err ignored;
    Release release = release_of(r);
    Str state = path_join(d->arena, d->in->home, S("sumdb"));
    if (dir_open(FILE_CWD, state, &fd, &ignored) != FILE_FOUND ||
        !sumdb_open_read_only(&client, d->arena, fd, &database->verifier, NULL, NULL, &ignored) ||
        !sumdb_lookup(&client, d->arena, S(RELEASE_MODULE),
                      release_module_version(d->arena, &release), &record, &ignored)) {
        return false;
    }
    r->is_official = true;
    r->h1 = record.h1;
    r->source = path_join(d->arena, state, database->verifier.name);
    return true;
}

static bool place_in_module_cache(const Doctor *d, const Released *r, ModcachePlace *ret)
{
    Release release = release_of(r);
    return modcache_place(d, S(RELEASE_MODULE), release_module_version(d->arena, &release), ret);
}

/* A tree of the module cache is measured by what lies in the same cache, whichever is set now. */
static Str hash_file_of(const Doctor *d, const Released *r)
{
    ModcachePlace place;
    if (r->by == RELEASED_MODULE_CACHE) {
        Str cache = path_dir(path_dir(r->root.path));
        return str_format(d->arena, "%.*s/cache/download/" RELEASE_MODULE "/@v/%.*s.ziphash",
                          STR_ARG(cache), STR_ARG(str_cut(path_base(r->root.path), '@').tail));
    }
    return place_in_module_cache(d, r, &place) ? str_concat(d->arena, place.download, S(".ziphash"))
                                               : (Str){0};
}

static bool recall_from_go(const Doctor *d, Released *r)
{
    Str file = hash_file_of(d, r), text;
    Err ignored;
    if (file.len == 0 ||
        file_read_all(d->arena, FILE_CWD, file, MAX_HASH_FILE, &text, &ignored) != FILE_FOUND ||
        !str_starts_with(text, S("h1:"))) {
        return false;
    }
    r->is_official = true;
    r->h1 = str_trim(text);
    r->source = file;
    return true;
}

bool released_recall(const Doctor *d, Released *r)
{
    Store store;
    Gosumdb database;
    bool has_database = read_database(d, &database), is_known = false;
    if (has_database && open_store(d, &store)) {
        is_known = recall_from_store(d, &store, &database, r);
        store_close(&store);
    }
    return is_known || (has_database && recall_from_log(d, &database, r)) || recall_from_go(d, r);
}

bool released_ask(Doctor *d, Released *r, Err *err)
{
    NetLog log;
    Gosumdb database;
    SumdbRecord record;
    Release release = release_of(r);
    if (!read_database(d, &database) || !netcheck_log_open(d, &database, &log, err)) {
        return false;
    }
    bool ok = sumdb_lookup(&log.client, d->arena, S(RELEASE_MODULE),
                           release_module_version(d->arena, &release), &record, err);
    netcheck_log_close(&log);
    if (ok) {
        r->is_official = true;
        r->h1 = record.h1;
        r->source = str_format(d->arena, "record %lld of %.*s", (long long)record.id,
                               STR_ARG(database.verifier.name));
    }
    return ok;
}

/* ---- the list of the files ---- */

static bool list_from_store(const Doctor *d, Released *r)
{
    Store store;
    Release release = release_of(r);
    Str id = r->by == RELEASED_STORE ? r->id : evidence_id(d->arena, &release);
    if (!open_store(d, &store)) {
        return false;
    }
    bool ok = evidence_manifest(d->arena, &store, id, r->h1, &r->manifest);
    store_close(&store);
    return ok;
}

static bool list_from_tree(const Doctor *d, Str path, Released *r)
{
    Goroot other;
    Manifest files;
    Err ignored;
    AUTO_CLOSE int fd = -1;
    if (str_eq(real_path(d, path), r->root.path) ||
        goroot_read(d->arena, path, &other, &ignored) != GOROOT_FOUND ||
        !str_eq(other.version, r->root.version) || !str_eq(other.os, r->root.os) ||
        !str_eq(other.arch, r->root.arch) ||
        dir_open(FILE_CWD, path, &fd, &ignored) != FILE_FOUND ||
        !manifest_of_tree(d->arena, fd, &other, proc_cpus(), &files, &ignored)) {
        return false;
    }
    Str text = manifest_text(d->arena, &files, NULL);
    if (!str_eq(dirhash_h1(d->arena, text), r->h1)) {
        return false;
    }
    r->manifest = text;
    return true;
}

bool released_list(const Doctor *d, Released *r)
{
    ModcachePlace place;
    return list_from_store(d, r) ||
           (place_in_module_cache(d, r, &place) && list_from_tree(d, place.dir, r));
}
