#include "go/preflight/checkcache.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "format/crc32.h"
#include "format/reader.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/proc.h"
#include "os/random.h"

#define MAGIC "goward-checks 1\n"
#define FOLDER "checks"
#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define OTHERS_MAY_WRITE 022
#define MAX_FILE (512 * MIB)
#define PADDING 16 /* readable bytes behind the last record */
#define MAX_AGE 30 /* runs that wrote, and did not ask for the record */
#define NS INT64_C(1000000000)
#define DAY (24 * 60 * 60)
#define STALE_FILE (30 * DAY) /* seconds until a file that nobody writes is removed, */
#define STALE_TEMPORARY 600   /* and one that somebody has begun and left */
#define REFRESHED_AFTER DAY   /* that it is written although nothing is new: somebody uses it */

typedef struct {
    Fingerprint key;
    Str bytes;
    uint32_t age;
    bool is_used; /* atomic */
} Record;

struct CheckCache {
    Arena arena;
    Str home, name, build, trouble;
    VEC(Record) records;
    uint32_t *slots; /* 1 + index in records; 0: free */
    isize n_slots;   /* a power of two */
    bool is_changed;
};

/* ---- the table ---- */

static uint32_t *slot_of(const CheckCache *c, Fingerprint key)
{
    uint64_t mask = (uint64_t)c->n_slots - 1, at = key.lo;
    while (c->slots[at & mask] != 0) {
        const Record *r = &c->records.ptr[c->slots[at & mask] - 1];
        if (r->key.lo == key.lo && r->key.hi == key.hi) {
            break;
        }
        at++;
    }
    return &c->slots[at & mask];
}

static void make_room(CheckCache *c)
{
    if (c->records.len < c->n_slots / 2) {
        return;
    }
    c->n_slots = MAX(c->n_slots * 2, 1024);
    c->slots = ARENA_ARRAY(&c->arena, uint32_t, c->n_slots);
    for (isize i = 0; i < c->records.len; i++) {
        *slot_of(c, c->records.ptr[i].key) = (uint32_t)i + 1;
    }
}

static void add_record(CheckCache *c, Record r)
{
    make_room(c);
    uint32_t *slot = slot_of(c, r.key);
    if (*slot == 0) {
        *VEC_PUSH(&c->arena, &c->records) = r;
        *slot = (uint32_t)c->records.len;
    } else {
        c->records.ptr[*slot - 1] = r;
    }
}

bool checkcache_find(const CheckCache *c, Fingerprint key, Str *ret)
{
    uint32_t at = c->n_slots == 0 ? 0 : *slot_of(c, key);
    if (at == 0) {
        return false;
    }
    Record *r = &c->records.ptr[at - 1];
    __atomic_store_n(&r->is_used, true, __ATOMIC_RELAXED);
    *ret = r->bytes;
    return true;
}

void checkcache_put(CheckCache *c, Fingerprint key, Str bytes)
{
    add_record(c, (Record){.key = key, .bytes = bytes, .is_used = true});
    c->is_changed = true;
}

void checkcache_put_all(CheckCache *c, const CheckRecord *list, isize len)
{
    for (isize i = 0; i < len; i++) {
        checkcache_put(c, list[i].key, list[i].bytes);
    }
}

/* ---- reading ---- */

/* All records of a file whose head was read; false: it is not in order. */
static bool read_records(CheckCache *c, Reader *r)
{
    uint32_t crc = reader_u32le(r);
    if (r->is_failed || crc32_of(r->rest) != crc) {
        return false;
    }
    while (r->rest.len > 0) {
        Record record = {.key.lo = reader_u64le(r)};
        record.key.hi = reader_u64le(r);
        record.age = reader_u32le(r);
        record.bytes = reader_bytes(r, (isize)reader_u32le(r));
        if (r->is_failed) {
            return false;
        }
        add_record(c, record);
    }
    return true;
}

static void read_text(CheckCache *c, Str text)
{
    Reader r = reader_init(text);
    if (!str_eq(reader_bytes(&r, sizeof MAGIC - 1), S(MAGIC))) {
        c->trouble = S("it is not one of goward's");
    } else if (!str_eq(reader_bytes(&r, (isize)reader_u32le(&r)), c->build)) {
        c->trouble = S("another build of goward wrote it");
    } else if (!read_records(c, &r)) {
        c->trouble = S("it is damaged");
    }
    if (c->trouble.len > 0) {
        c->records.len = 0;
        c->n_slots = 0;
    }
}

static bool is_only_ours(int fd, FileStat *ret)
{
    Err ignored;
    return file_fstat(fd, ret, &ignored) && ret->uid == proc_user_id() &&
           (ret->mode & OTHERS_MAY_WRITE) == 0;
}

static bool open_folder(const CheckCache *c, int *ret_fd)
{
    AUTO_CLOSE int home = -1;
    FileStat st;
    Err ignored;
    return file_open_plain(FILE_CWD, c->home, &home, &ignored) == FILE_FOUND &&
           is_only_ours(home, &st) &&
           file_open_beneath(home, S(FOLDER), ret_fd, &ignored) == FILE_FOUND &&
           is_only_ours(*ret_fd, &st);
}

/* The name of a file that holds what is known of `name`. */
static Str file_name(Arena *a, Str name)
{
    Fingerprint f = fingerprint_of(name.ptr, name.len);
    return str_format(a, "%016llx%016llx", (unsigned long long)f.lo, (unsigned long long)f.hi);
}

static bool read_file(CheckCache *c, int folder, Str *ret)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    Err ignored;
    isize n = 0;
    if (file_open_beneath(folder, file_name(&c->arena, c->name), &fd, &ignored) != FILE_FOUND) {
        c->trouble = S("there is none yet");
        return false;
    }
    if (!is_only_ours(fd, &st) || st.kind != FILE_KIND_REGULAR || st.size > MAX_FILE) {
        c->trouble = S("it is no file of this user alone, or too large");
        return false;
    }
    char *text = arena_alloc(&c->arena, (isize)st.size + PADDING, 1, 1);
    if (!file_read(fd, text, (isize)st.size, &n, &ignored)) {
        c->trouble = S("it cannot be read");
        return false;
    }
    c->is_changed = st.mtime_ns / NS < clock_wall_s() - REFRESHED_AFTER;
    *ret = (Str){text, n};
    return true;
}

static CheckCache *make_empty(Str build)
{
    Arena own = arena_init(64 * KIB);
    CheckCache *c = ARENA_NEW(&own, CheckCache);
    c->build = build;
    c->arena = own;
    return c;
}

CheckCache *checkcache_read(Str text, Str build)
{
    CheckCache *c = make_empty(build);
    read_text(c, text);
    return c;
}

CheckCache *checkcache_open(Str home, Str name, Str build)
{
    CheckCache *c = make_empty(build);
    c->home = home;
    c->name = name;
    AUTO_CLOSE int folder = -1;
    Str text;
    if (!open_folder(c, &folder)) {
        c->trouble = S("its folder is not there, or not this user's alone");
    } else if (read_file(c, folder, &text)) {
        read_text(c, text);
    }
    return c;
}

void checkcache_done(CheckCache *c)
{
    Arena own = c->arena;
    arena_done(&own);
}

Str checkcache_trouble(const CheckCache *c)
{
    return c->trouble;
}

/* ---- writing ---- */

static void add_u32(StrBuf *b, uint32_t n)
{
    for (int shift = 0; shift < 32; shift += 8) {
        strbuf_add_byte(b, (char)(n >> shift));
    }
}

static void add_u64(StrBuf *b, uint64_t n)
{
    add_u32(b, (uint32_t)n);
    add_u32(b, (uint32_t)(n >> 32));
}

static void write_records(const CheckCache *c, StrBuf *b)
{
    for (isize i = 0; i < c->records.len; i++) {
        const Record *r = &c->records.ptr[i];
        if (!r->is_used && r->age >= MAX_AGE) {
            continue;
        }
        add_u64(b, r->key.lo);
        add_u64(b, r->key.hi);
        add_u32(b, r->is_used ? 0 : r->age + 1);
        add_u32(b, (uint32_t)r->bytes.len);
        strbuf_add(b, r->bytes);
    }
}

/* Head and records, in two pieces. */
static void write_text(const CheckCache *c, StrBuf *head, StrBuf *records)
{
    write_records(c, records);
    strbuf_add(head, S(MAGIC));
    add_u32(head, (uint32_t)c->build.len);
    strbuf_add(head, c->build);
    add_u32(head, crc32_of(strbuf_str(records)));
}

static bool make_folder(const CheckCache *c, int *ret_fd, Err *err)
{
    AUTO_CLOSE int home = -1;
    if (open_folder(c, ret_fd)) {
        return true;
    }
    file_close(ret_fd);
    if (!dir_make_all(FILE_CWD, c->home, FOLDER_MODE, err)) {
        return false;
    }
    FileOutcome found = file_open_plain(FILE_CWD, c->home, &home, err);
    if (found == FILE_FAILED ||
        (found == FILE_FOUND && !dir_make(home, S(FOLDER), FOLDER_MODE, err))) {
        return false;
    }
    return open_folder(c, ret_fd) ||
           FAIL(err, ERR_CONFLICT, "'%.*s/" FOLDER "' is not this user's alone", STR_ARG(c->home));
}

static bool write_file(int folder, Str name, Str temporary, Str head, Str records, Err *err)
{
    AUTO_CLOSE int fd = -1;
    if (!file_create(folder, temporary, FILE_MODE, &fd, err)) {
        return false;
    }
    if (!file_write(fd, head, err) || !file_write(fd, records, err) ||
        !file_rename(folder, temporary, folder, name, err)) {
        Err ignored;
        file_unlink(folder, temporary, &ignored);
        return false;
    }
    return true;
}

static void remove_stale(Arena scratch, int folder)
{
    DirList entries;
    Err ignored;
    int64_t now = clock_wall_s();
    if (!dir_list(&scratch, folder, &entries, &ignored)) {
        return;
    }
    for (isize i = 0; i < entries.len; i++) {
        Str name = entries.ptr[i].name;
        int64_t limit = str_ends_with(name, S(".tmp")) ? STALE_TEMPORARY : STALE_FILE;
        FileStat st;
        if (file_lstat(folder, name, &st, &ignored) == FILE_FOUND && st.kind == FILE_KIND_REGULAR &&
            st.mtime_ns / NS < now - limit) {
            file_unlink(folder, name, &ignored);
        }
    }
}

bool checkcache_save(CheckCache *c, Err *err)
{
    AUTO_CLOSE int folder = -1;
    if (!c->is_changed) {
        return true;
    }
    Arena a = arena_init(MIB);
    Str name = file_name(&a, c->name);
    Str temporary = str_format(&a, "%.*s.%.*s.tmp", STR_ARG(name), STR_ARG(random_name(&a)));
    StrBuf head = strbuf_init(&a), records = strbuf_init(&c->arena);
    write_text(c, &head, &records);
    bool ok = records.len <= MAX_FILE - head.len ||
              FAIL(err, ERR_LIMIT, "more than %td bytes would be kept", MAX_FILE);
    ok = ok && make_folder(c, &folder, err) &&
         write_file(folder, name, temporary, strbuf_str(&head), strbuf_str(&records), err);
    if (ok) {
        remove_stale(a, folder);
        c->is_changed = false;
    }
    arena_done(&a);
    return ok || FAIL_IN(err, "keeping what was checked in '%.*s/" FOLDER "'", STR_ARG(c->home));
}
