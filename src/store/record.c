#include "store/record.h"

#include "base/path.h"
#include "base/vec.h"
#include "format/gzip.h"
#include "os/dir.h"
#include "os/proc.h"
#include "store/lines.h"

#include <stddef.h>

/* The keys with one value each, in the order of the file. */
typedef struct {
    Str key;
    isize offset;
    bool is_required;
} Field;

static const Field text_fields[] = {
    {STR_CONST("version"), offsetof(StoreRecord, version), true},
    {STR_CONST("platform"), offsetof(StoreRecord, platform), true},
    {STR_CONST("status"), offsetof(StoreRecord, status), true},
    {STR_CONST("h1"), offsetof(StoreRecord, h1), true},
    {STR_CONST("source"), offsetof(StoreRecord, source), false},
    {STR_CONST("boot_id"), offsetof(StoreRecord, boot_id), false},
};

static const Field number_fields[] = {
    {STR_CONST("record"), offsetof(StoreRecord, record), false},
    {STR_CONST("tree_size"), offsetof(StoreRecord, tree_size), false},
    {STR_CONST("installed_at"), offsetof(StoreRecord, installed_at), false},
    {STR_CONST("files"), offsetof(StoreRecord, files), false},
    {STR_CONST("bytes"), offsetof(StoreRecord, bytes), false},
    {STR_CONST("written"), offsetof(StoreRecord, written), false},
};

static Str *text_at(StoreRecord *r, const Field *field)
{
    return (Str *)(void *)((char *)r + field->offset);
}

static int64_t *number_at(StoreRecord *r, const Field *field)
{
    return (int64_t *)(void *)((char *)r + field->offset);
}

static const Field *find_field(const Field *fields, isize n, Str key)
{
    for (isize i = 0; i < n; i++) {
        if (str_eq(fields[i].key, key)) {
            return &fields[i];
        }
    }
    return NULL;
}

Str record_format(Arena *a, const StoreRecord *r)
{
    StoreRecord copy = *r;
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < COUNT_OF(text_fields); i++) {
        lines_add(&b, text_fields[i].key, *text_at(&copy, &text_fields[i]));
    }
    for (isize i = 0; i < COUNT_OF(number_fields); i++) {
        lines_add_number(&b, number_fields[i].key, *number_at(&copy, &number_fields[i]));
    }
    for (isize i = 0; i < r->n_shares; i++) {
        strbuf_add_format(&b, "shared %lld %.*s\n", (long long)r->shares[i].files,
                          STR_ARG(r->shares[i].id));
    }
    return strbuf_str(&b);
}

/* "9475 go1.26.8.linux-amd64" */
static bool parse_share(Str value, RecordShare *ret, Err *err)
{
    StrCut cut = str_cut(value, ' ');
    if (!cut.found || !store_id_is_valid(cut.tail)) {
        return FAIL(err, ERR_FORMAT, "'shared' is not a number and an id");
    }
    ret->id = cut.tail;
    return lines_number(S("shared"), cut.head, &ret->files, err);
}

static bool parse_pair(Arena *a, Str key, Str value, StoreRecord *r, Err *err)
{
    const Field *field = find_field(text_fields, COUNT_OF(text_fields), key);
    if (field != NULL) {
        *text_at(r, field) = value;
        return true;
    }
    field = find_field(number_fields, COUNT_OF(number_fields), key);
    if (field != NULL) {
        return lines_number(key, value, number_at(r, field), err);
    }
    if (!str_eq(key, S("shared"))) {
        return true; /* of a later goward */
    }
    if (r->shares == NULL) {
        r->shares = ARENA_ARRAY(a, RecordShare, RECORD_MAX_SHARES);
    }
    if (r->n_shares == RECORD_MAX_SHARES) {
        return FAIL(err, ERR_LIMIT, "names more than %d other trees", RECORD_MAX_SHARES);
    }
    return parse_share(value, &r->shares[r->n_shares++], err);
}

bool record_parse(Arena *a, Str id, Str text, StoreRecord *ret, Err *err)
{
    StoreRecord r = {.id = id, .record = -1, .tree_size = -1};
    Str key, value;
    LinesOutcome outcome;
    while ((outcome = lines_next(a, &text, &key, &value, err)) == LINES_PAIR) {
        if (!parse_pair(a, key, value, &r, err)) {
            return false;
        }
    }
    if (outcome == LINES_BROKEN) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(text_fields); i++) {
        if (text_fields[i].is_required && text_at(&r, &text_fields[i])->len == 0) {
            return FAIL(err, ERR_FORMAT, "has no '%.*s'", STR_ARG(text_fields[i].key));
        }
    }
    *ret = r;
    return true;
}

/* Reads a file of one of the store's directories that is named by an id. */
static FileOutcome read_named(Arena *a, Store *s, StoreDir dir, Str name, isize max, Str *ret,
                              Err *err)
{
    int dir_fd;
    AUTO_CLOSE int fd = -1;
    if (!store_dir(s, dir, &dir_fd, err)) {
        return FILE_FAILED;
    }
    FileOutcome opened = file_open_beneath(dir_fd, name, &fd, err);
    if (opened != FILE_FOUND) {
        return opened;
    }
    if (!file_read_fd(a, fd, max, ret, err)) {
        FAIL_IN(err, "reading '%.*s'", STR_ARG(name));
        return FILE_FAILED;
    }
    return FILE_FOUND;
}

FileOutcome record_read(Arena *a, Store *s, Str id, StoreRecord *ret, Err *err)
{
    Str text;
    if (!store_id_is_valid(id)) {
        return FILE_ABSENT;
    }
    FileOutcome found = read_named(a, s, STORE_DIR_RECORDS, id, RECORD_MAX_LEN, &text, err);
    if (found == FILE_FOUND && !record_parse(a, id, text, ret, err)) {
        FAIL_IN(err, "the record of %.*s", STR_ARG(id));
        return FILE_FAILED;
    }
    return found;
}

/* What the id alone says, for a record that cannot be read. */
static StoreRecord damaged_record(Arena *a, Str id)
{
    StoreRecord r = {.id = id, .record = -1, .tree_size = -1, .is_damaged = true};
    Str platform;
    if (store_id_split(id, &r.version, &platform)) {
        StrCut cut = str_cut(platform, '-');
        r.platform = path_join(a, cut.head, cut.tail);
    }
    return r;
}

bool record_list(Arena *a, Store *s, RecordList *ret, Err *err)
{
    int dir_fd;
    DirList names;
    VEC(StoreRecord) records = {0};
    if (!store_dir(s, STORE_DIR_RECORDS, &dir_fd, err) || !dir_list(a, dir_fd, &names, err)) {
        return FAIL_IN(err, "listing the toolchains of the store");
    }
    for (isize i = 0; i < names.len; i++) {
        Str id = names.ptr[i].name;
        if (!store_id_is_valid(id)) {
            continue;
        }
        if (records.len == STORE_MAX_TOOLCHAINS) {
            return FAIL(err, ERR_LIMIT, "the store has more than %d toolchains",
                        STORE_MAX_TOOLCHAINS);
        }
        StoreRecord r;
        Err damage;
        FileOutcome found = record_read(a, s, id, &r, &damage);
        if (found != FILE_ABSENT) { /* removed since it was listed */
            *VEC_PUSH(a, &records) = found == FILE_FOUND ? r : damaged_record(a, id);
        }
    }
    *ret = (RecordList){records.ptr, records.len};
    return true;
}

bool record_rewrite(Store *s, const StoreRecord *r, Err *err)
{
    int dir_fd;
    Arena a = arena_init(0);
    bool ok = store_dir(s, STORE_DIR_RECORDS, &dir_fd, err) &&
              store_place_file(s, record_format(&a, r), 0444, true, dir_fd, r->id, err);
    arena_done(&a);
    return ok;
}

bool record_needs_recheck(Arena scratch, const StoreRecord *r)
{
    return r->boot_id.len > 0 && !str_eq(r->boot_id, proc_boot_id(&scratch));
}

bool record_confirm(Store *s, Str id, Err *err)
{
    StoreRecord r;
    Arena a = arena_init(0);
    FileOutcome found = record_read(&a, s, id, &r, err);
    bool ok = found == FILE_FOUND;
    if (found == FILE_ABSENT) {
        FAIL(err, ERR_NOT_FOUND, "%.*s is not installed", STR_ARG(id));
    }
    if (ok && r.boot_id.len > 0) {
        r.boot_id = (Str){0};
        ok = record_rewrite(s, &r, err);
    }
    arena_done(&a);
    return ok;
}

FileOutcome record_read_manifest(Arena *a, Store *s, Str id, Str *ret, Err *err)
{
    if (!store_id_is_valid(id)) {
        return FILE_ABSENT;
    }
    Str packed;
    Str name = str_concat(a, id, STORE_MANIFEST_SUFFIX);
    FileOutcome found =
        read_named(a, s, STORE_DIR_MANIFESTS, name, STORE_MAX_MANIFEST, &packed, err);
    if (found == FILE_FOUND && !gzip_unpack(a, packed, STORE_MAX_MANIFEST, ret, err)) {
        FAIL_IN(err, "the manifest of %.*s", STR_ARG(id));
        return FILE_FAILED;
    }
    return found;
}

FileOutcome record_read_proof(Arena *a, Store *s, Str id, Str *ret, Err *err)
{
    if (!store_id_is_valid(id)) {
        return FILE_ABSENT;
    }
    Str name = str_concat(a, id, STORE_PROOF_SUFFIX);
    return read_named(a, s, STORE_DIR_PROOFS, name, STORE_MAX_PROOF, ret, err);
}
