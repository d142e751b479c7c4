#include "support/store_fixture.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "format/base64.h"
#include "go/mod/distname.h"
#include "os/dir.h"
#include "store/audit.h"
#include "store/manifest_index.h"

#define MAX_FILE (4 * MIB)

StoreOutcome store_fixture_try_open(Arena *a, Str home, StoreMode mode, Store *ret, Err *err)
{
    StoreOptions options = {.home = home,
                            .mode = mode,
                            .lock_timeout_ms = 10000,
                            .command = S("goward test"),
                            .user = S("tester")};
    return store_open(a, &options, ret, err);
}

Store store_fixture_open(Arena *a, Str home, StoreMode mode)
{
    Store s;
    Err err;
    StoreOutcome outcome = store_fixture_try_open(a, home, mode, &s, &err);
    ASSERT(outcome == STORE_OPENED);
    return s;
}

/* ---- installing ---- */

static Str hex_of(Arena *a, const Sha256 *digest)
{
    char *hex = ARENA_ARRAY(a, char, 2 * SHA256_LEN);
    sha256_to_hex(digest, hex);
    return (Str){hex, 2 * SHA256_LEN};
}

static int compare_names(const void *x, const void *y)
{
    return str_compare(((const FixtureFile *)x)->name, ((const FixtureFile *)y)->name);
}

Str store_fixture_manifest(Arena *a, const FixtureToolchain *toolchain)
{
    StrBuf b = strbuf_init(a);
    FixtureFile *files = ARENA_ARRAY(a, FixtureFile, toolchain->n);
    for (isize i = 0; i < toolchain->n; i++) {
        files[i] = toolchain->files[i];
        files[i].name = distname_of_path(a, files[i].name);
    }
    sort_array(files, toolchain->n, (isize)sizeof(FixtureFile), compare_names);
    for (isize i = 0; i < toolchain->n; i++) {
        Sha256 digest = sha256_of(files[i].content);
        strbuf_add_format(&b, "%.*s  golang.org/toolchain@v0.0.1-%.*s/%.*s\n",
                          STR_ARG(hex_of(a, &digest)), STR_ARG(toolchain->id),
                          STR_ARG(files[i].name));
    }
    return strbuf_str(&b);
}

Str store_fixture_h1(Arena *a, Str manifest)
{
    Sha256 digest = sha256_of(manifest);
    return str_concat(a, S("h1:"), base64_encode(a, (Str){(const char *)digest.bytes, SHA256_LEN}));
}

static bool add_large(StoreTxn *t, const FixtureFile *file, const Sha256 *digest, Err *err)
{
    Mapping m;
    if (!store_txn_reserve(t, 0, file->name, file->is_exec, file->content.len, &m, err)) {
        return false;
    }
    memcpy(m.ptr, file->content.ptr, (size_t)file->content.len);
    return store_txn_settle(t, 0, &m, digest, err);
}

bool store_fixture_add_all(Arena *a, StoreTxn *t, const FixtureToolchain *toolchain, Err *err)
{
    Str *names = ARENA_ARRAY(a, Str, toolchain->n);
    for (isize i = 0; i < toolchain->n; i++) {
        names[i] = toolchain->files[i].name;
    }
    if (!store_txn_make_dirs(t, names, toolchain->n, err)) {
        return false;
    }
    for (isize i = 0; i < toolchain->n; i++) {
        const FixtureFile *file = &toolchain->files[i];
        Sha256 digest = sha256_of(file->content);
        bool ok = file->is_large
                      ? add_large(t, file, &digest, err)
                      : store_txn_add(t, 0, file->name, file->is_exec, file->content, &digest, err);
        if (!ok) {
            return false;
        }
    }
    return true;
}

StoreTxnOutcome store_fixture_install(Arena *a, Store *s, const FixtureToolchain *toolchain,
                                      Err *err)
{
    StoreTxn *t;
    Str manifest = store_fixture_manifest(a, toolchain);
    StoreRecord record = {.platform = S("linux/amd64"),
                          .status = S("proved"),
                          .h1 = store_fixture_h1(a, manifest),
                          .record = toolchain->proof.len > 0 ? 7 : -1,
                          .tree_size = toolchain->proof.len > 0 ? 1000 : -1,
                          .source = S("a test")};
    Str platform;
    if (!store_id_split(toolchain->id, &record.version, &platform) ||
        !store_txn_begin(a, s, toolchain->id, 1, &t, err)) {
        return STORE_TXN_FAILED;
    }
    if (!store_fixture_add_all(a, t, toolchain, err)) {
        store_txn_abort(t);
        return STORE_TXN_FAILED;
    }
    return store_txn_commit(t, manifest, toolchain->proof, &record, err);
}

GenerationOutcome store_fixture_switch(Store *s, Str id, const Str *visible, isize n,
                                       const GenerationEdit *edit, int64_t *ret_number, Err *err)
{
    GenerationPlan plan = {.change = id.len > 0 ? GENERATION_DEFAULT_SET : GENERATION_DEFAULT_NONE,
                           .default_id = id,
                           .visible = visible,
                           .n_visible = n,
                           .action = S("use"),
                           .project = S("/home/a/shop"),
                           .reason = S("go.mod:5 asks for it"),
                           .edit = edit};
    return generation_switch(s, &plan, ret_number, err);
}

/* ---- judging ---- */

typedef struct {
    Arena *a;
    Store *s;
    StrBuf faults;
} Judge;

#define FAULT(judge, ...)                                 \
    do {                                                  \
        strbuf_add_format(&(judge)->faults, __VA_ARGS__); \
        strbuf_add_byte(&(judge)->faults, '\n');          \
    } while (0)

/* One file of a tree against its line of the manifest. That there is no other file, the count
 * says. */
static void judge_file(Judge *j, int root, Str path, const Sha256 *wanted)
{
    Err err;
    Str content;
    FileStat st;
    if (file_read_all(j->a, root, path, MAX_FILE, &content, &err) != FILE_FOUND ||
        file_lstat(root, path, &st, &err) != FILE_FOUND) {
        FAULT(j, "'%.*s' cannot be read", STR_ARG(path));
        return;
    }
    Sha256 digest = sha256_of(content);
    if (!sha256_eq(&digest, wanted)) {
        FAULT(j, "'%.*s' differs from its manifest (%td bytes)", STR_ARG(path), content.len);
    }
    if ((st.mode & 0222) != 0 || (st.mode & 0400) == 0) {
        FAULT(j, "'%.*s' has mode %03o", STR_ARG(path), (unsigned)st.mode);
    }
}

static void judge_tree(Judge *j, const StoreRecord *r)
{
    Err err;
    AUTO_CLOSE int root = -1;
    int trees;
    Str manifest, proof;
    DirTree files;
    if (r->is_damaged) {
        FAULT(j, "the record of %.*s is damaged", STR_ARG(r->id));
        return;
    }
    if (record_read_manifest(j->a, j->s, r->id, &manifest, &err) != FILE_FOUND ||
        !str_eq(store_fixture_h1(j->a, manifest), r->h1)) {
        FAULT(j, "the manifest of %.*s is missing or wrong", STR_ARG(r->id));
        return;
    }
    if (r->record >= 0 && (record_read_proof(j->a, j->s, r->id, &proof, &err) != FILE_FOUND ||
                           !str_eq(proof, S("proof\n")))) {
        FAULT(j, "the proof of %.*s is missing or wrong", STR_ARG(r->id));
    }
    if (!store_dir(j->s, STORE_DIR_TREES, &trees, &err) ||
        file_open_beneath(trees, r->id, &root, &err) != FILE_FOUND ||
        !dir_walk(j->a, root, 1000, &files, &err)) {
        FAULT(j, "the tree of %.*s is missing", STR_ARG(r->id));
        return;
    }
    DirhashFile *named;
    isize n;
    if (!manifest_files(j->a, manifest, &named, &n, &err) || n != files.len) {
        FAULT(j, "%.*s has %td files, not those of its manifest", STR_ARG(r->id), files.len);
        return;
    }
    for (isize i = 0; i < n; i++) {
        judge_file(j, root, distname_to_path(j->a, named[i].name), &named[i].digest);
    }
}

static bool has_record(const RecordList *records, Str id)
{
    for (isize i = 0; i < records->len; i++) {
        if (str_eq(records->ptr[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* Nothing in the directory but what a record names. */
static void judge_dir(Judge *j, StoreDir dir, Str suffix, const RecordList *records)
{
    int fd;
    Err err;
    DirList list;
    if (!store_dir(j->s, dir, &fd, &err) || !dir_list(j->a, fd, &list, &err)) {
        FAULT(j, "a directory is missing: %s", err.text);
        return;
    }
    for (isize i = 0; i < list.len; i++) {
        Str name = list.ptr[i].name;
        if (!str_eat_suffix(&name, suffix) || records == NULL || !has_record(records, name)) {
            FAULT(j, "'%.*s' belongs to nothing", STR_ARG(list.ptr[i].name));
        }
    }
}

static void judge_link(Judge *j, int dir_fd, Str path, Str id)
{
    Err err;
    Str target;
    FileStat st;
    if (file_readlink(j->a, dir_fd, path, &target, &err) != FILE_FOUND ||
        !str_contains(target, id)) {
        FAULT(j, "the link '%.*s' does not lead to %.*s", STR_ARG(path), STR_ARG(id));
    } else if (file_stat(dir_fd, path, &st, &err) != FILE_FOUND) {
        FAULT(j, "the link '%.*s' leads nowhere", STR_ARG(path));
    }
}

static void judge_generation(Judge *j, const Generation *g)
{
    int fd;
    Err err;
    if (g->is_damaged) {
        FAULT(j, "generation %lld is damaged", (long long)g->number);
        return;
    }
    if (!store_dir(j->s, STORE_DIR_GENERATIONS, &fd, &err)) {
        FAULT(j, "there are no generations");
        return;
    }
    if (!g->is_current) {
        return; /* its toolchains may have been removed */
    }
    if (g->default_id.len > 0) {
        judge_link(j, fd, str_format(j->a, "%lld/go", (long long)g->number), g->default_id);
    }
    for (isize i = 0; i < g->n_visible; i++) {
        Str version, platform;
        store_id_split(g->visible[i], &version, &platform);
        judge_link(j, fd, str_format(j->a, "%lld/bin/%.*s", (long long)g->number, STR_ARG(version)),
                   g->visible[i]);
    }
}

static void judge_generations(Judge *j)
{
    Err err;
    GenerationList list;
    AuditLog log;
    int64_t current = -1;
    if (!generation_list(j->a, j->s, &list, &err)) {
        FAULT(j, "generations cannot be listed: %s", err.text);
        return;
    }
    for (isize i = 0; i < list.len; i++) {
        judge_generation(j, &list.ptr[i]);
        if (list.ptr[i].is_current) {
            current = list.ptr[i].number;
        }
    }
    if (current < 0) {
        FAULT(j, "'current' leads nowhere");
    }
    if (!audit_read(j->a, j->s, &log, &err) || !log.is_whole || log.len == 0) {
        FAULT(j, "the audit log does not hold");
    } else if (log.ptr[log.len - 1].to != current) {
        FAULT(j, "the audit log ends at generation %lld, current is %lld",
              (long long)log.ptr[log.len - 1].to, (long long)current);
    }
}

static void judge_home(Judge *j)
{
    Err err;
    DirList list;
    static const Str known[] = {
        STR_CONST("audit.log"), STR_CONST("bin"),         STR_CONST("current"),
        STR_CONST("format"),    STR_CONST("generations"), STR_CONST("incoming"),
        STR_CONST("lock"),      STR_CONST("manifests"),   STR_CONST("proofs"),
        STR_CONST("records"),   STR_CONST("trash"),       STR_CONST("trees"),
    };
    ASSERT(dir_list(j->a, j->s->home_fd, &list, &err));
    isize k = 0;
    for (isize i = 0; i < list.len; i++) {
        if (k < COUNT_OF(known) && str_eq(list.ptr[i].name, known[k])) {
            k++;
        } else {
            FAULT(j, "the home holds '%.*s'", STR_ARG(list.ptr[i].name));
        }
    }
    if (k != COUNT_OF(known)) {
        FAULT(j, "the home lacks '%.*s'", STR_ARG(known[k]));
    }
}

Str store_fixture_find_fault(Arena *a, Str home)
{
    Err err;
    Store s;
    RecordList records;
    if (store_fixture_try_open(a, home, STORE_READ, &s, &err) != STORE_OPENED) {
        return str_format(a, "the store cannot be opened: %s", err.text);
    }
    Judge j = {a, &s, strbuf_init(a)};
    judge_home(&j);
    if (!record_list(a, &s, &records, &err)) {
        FAULT(&j, "records cannot be listed: %s", err.text);
    } else {
        for (isize i = 0; i < records.len; i++) {
            judge_tree(&j, &records.ptr[i]);
        }
        judge_dir(&j, STORE_DIR_TREES, S(""), &records);
        judge_dir(&j, STORE_DIR_MANIFESTS, STORE_MANIFEST_SUFFIX, &records);
        judge_dir(&j, STORE_DIR_PROOFS, STORE_PROOF_SUFFIX, &records);
        judge_dir(&j, STORE_DIR_INCOMING, S(""), NULL);
        judge_dir(&j, STORE_DIR_TRASH, S(""), NULL);
    }
    judge_generations(&j);
    store_close(&s);
    return strbuf_str(&j.faults);
}

/* What the log tells, but for times. */
static void describe_log(Arena *a, Store *s, StrBuf *b)
{
    Err err;
    AuditLog log;
    ASSERT(audit_read(a, s, &log, &err));
    for (isize i = 0; i < log.len; i++) {
        const AuditEntry *e = &log.ptr[i];
        strbuf_add_format(b, "log %lld %.*s %lld to %lld: %.*s\n", (long long)e->sequence,
                          STR_ARG(e->action), (long long)e->from, (long long)e->to,
                          STR_ARG(e->detail));
    }
}

Str store_fixture_describe(Arena *a, Str home)
{
    Err err;
    Store s;
    RecordList records;
    GenerationList generations;
    StrBuf b = strbuf_init(a);
    if (store_fixture_try_open(a, home, STORE_READ, &s, &err) != STORE_OPENED) {
        return S("no store\n");
    }
    ASSERT(record_list(a, &s, &records, &err) && generation_list(a, &s, &generations, &err));
    for (isize i = 0; i < records.len; i++) {
        strbuf_add_format(&b, "toolchain %.*s %.*s\n", STR_ARG(records.ptr[i].id),
                          STR_ARG(records.ptr[i].h1));
    }
    for (isize i = 0; i < generations.len; i++) {
        const Generation *g = &generations.ptr[i];
        strbuf_add_format(&b, "generation %lld from %lld default %.*s%s", (long long)g->number,
                          (long long)g->parent, STR_ARG(g->default_id),
                          g->is_current ? " (current)" : "");
        for (isize k = 0; k < g->n_visible; k++) {
            strbuf_add_format(&b, " %.*s", STR_ARG(g->visible[k]));
        }
        strbuf_add_byte(&b, '\n');
    }
    describe_log(a, &s, &b);
    store_close(&s);
    return strbuf_str(&b);
}
