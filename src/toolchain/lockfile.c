/*
 * In: the text of a goward.lock. Out: its release and platforms, or the first fault with its line.
 *
 * The parser takes nothing that the writer would not write, but for carriage returns before the
 * line ends: a lock is made by a program and reviewed by people, and a line that is skipped in
 * silence would be a hash that is not checked.
 */
#include "toolchain/lockfile.h"

#include "base/panic.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "format/base64.h"
#include "go/mod/version.h"

#define HEADER S("goward-lock")
#define VERSION S("1")

typedef struct {
    Arena *arena;
    Str file;
    Str rest;
    isize line;
    Lockfile *lock;
    Err *err;
} Parser;

static bool fail_at(const Parser *p, const char *what, Str expected)
{
    return FAIL(p->err, ERR_FORMAT, "%.*s:%td: %s, expected %.*s", STR_ARG(p->file), p->line, what,
                STR_ARG(expected));
}

/* The next line as key and value. False at the end of the text. */
static bool next_line(Parser *p, StrCut *ret)
{
    Str line;
    if (!str_next_line(&p->rest, &line)) {
        return false;
    }
    p->line++;
    *ret = str_cut(line, ' ');
    return true;
}

static bool is_merge_mark(Str key)
{
    return str_eq(key, S("<<<<<<<")) || str_eq(key, S("=======")) || str_eq(key, S(">>>>>>>"));
}

static bool fail_merge(const Parser *p)
{
    fail_at(p, "this is a merge conflict", S("one side of it"));
    return err_hint(p->err, "goward use SPEC writes the lock anew");
}

static bool parse_header(Parser *p)
{
    StrCut line = {0};
    if (!next_line(p, &line) || !str_eq(line.head, HEADER)) {
        p->line = 1;
        return is_merge_mark(line.head) ? fail_merge(p)
                                        : fail_at(p, "this is no lock", S("\"goward-lock 1\""));
    }
    if (!str_eq(line.tail, VERSION)) {
        return FAIL(p->err, ERR_UNSUPPORTED,
                    "%.*s:%td: lock of version '%.*s', this goward reads version 1",
                    STR_ARG(p->file), p->line, STR_ARG(line.tail));
    }
    return true;
}

/* "go" and the version of a release, without the suffix of a custom build: no log knows those. */
static bool is_release_name(Str name)
{
    Str version = goversion_of_toolchain(name);
    return version.len > 0 && version.len == name.len - 2 && !goversion_is_lang(version);
}

static bool parse_name(Parser *p)
{
    StrCut line = {0};
    p->lock->name_line = p->line + 1;
    if (!next_line(p, &line) || !str_eq(line.head, S("go"))) {
        p->line = p->lock->name_line;
        return is_merge_mark(line.head) ? fail_merge(p)
                                        : fail_at(p, "no release", S("\"go go1.26.8\""));
    }
    if (!is_release_name(line.tail)) {
        return fail_at(p, "that is no release", S("one such as go1.26.8"));
    }
    p->lock->name = line.tail;
    return true;
}

static bool add_platform(Parser *p, Str text)
{
    Platform platform;
    Lockfile *lock = p->lock;
    if (!platform_parse(text, &platform) || !str_eq(platform_format(p->arena, platform), text)) {
        return fail_at(p, "that is no platform", S("one such as linux/amd64"));
    }
    if (lockfile_find(lock, platform) != NULL) {
        return fail_at(p, "this platform stands here twice", S("each once"));
    }
    if (lock->n_platforms == LOCKFILE_MAX_PLATFORMS) {
        return FAIL(p->err, ERR_LIMIT, "%.*s:%td: more than %d platforms", STR_ARG(p->file),
                    p->line, LOCKFILE_MAX_PLATFORMS);
    }
    lock->platforms[lock->n_platforms++] = (LockPlatform){.platform = platform, .line = p->line};
    return true;
}

static bool set_h1(Parser *p, LockPlatform *entry, Str text)
{
    if (entry == NULL || entry->h1.len > 0) {
        return fail_at(p, "a hash without a platform of its own",
                       S("\"platform os/arch\" before each"));
    }
    if (!lockfile_is_h1(text)) {
        return fail_at(p, "that is no hash", S("\"h1:\" and the base64 of 32 bytes"));
    }
    entry->h1 = text;
    return true;
}

static bool set_proof(Parser *p, LockPlatform *entry, Str text)
{
    if (entry == NULL || entry->h1.len == 0 || entry->proof.len > 0) {
        return fail_at(p, "a proof without a hash of its own", S("one behind each h1 line"));
    }
    if (text.len > LOCKFILE_MAX_PROOF) {
        return FAIL(p->err, ERR_LIMIT, "%.*s:%td: a proof of %td bytes", STR_ARG(p->file), p->line,
                    text.len);
    }
    if (!base64_decode(p->arena, text, &entry->proof) || entry->proof.len == 0) {
        return fail_at(p, "the proof is damaged", S("base64"));
    }
    return true;
}

static bool is_complete(Parser *p)
{
    Lockfile *lock = p->lock;
    if (lock->n_platforms > 0 && lock->platforms[lock->n_platforms - 1].h1.len == 0) {
        p->line = lock->platforms[lock->n_platforms - 1].line;
        return fail_at(p, "a platform without hash", S("an h1 line behind it"));
    }
    return true;
}

static bool parse_entry(Parser *p, StrCut line)
{
    Lockfile *lock = p->lock;
    LockPlatform *last = lock->n_platforms == 0 ? NULL : &lock->platforms[lock->n_platforms - 1];
    if (str_eq(line.head, S("platform"))) {
        return is_complete(p) && add_platform(p, line.tail);
    }
    if (str_eq(line.head, S("h1"))) {
        return set_h1(p, last, line.tail);
    }
    if (str_eq(line.head, S("proof"))) {
        return set_proof(p, last, line.tail);
    }
    return is_merge_mark(line.head)
               ? fail_merge(p)
               : fail_at(p, "unknown line", S("\"platform\", \"h1\" or \"proof\""));
}

bool lockfile_parse(Arena *a, Str file, Str text, Lockfile *ret, Err *err)
{
    Lockfile *lock = ARENA_NEW(a, Lockfile);
    Parser p = {.arena = a, .file = file, .rest = text, .lock = lock, .err = err};
    if (!parse_header(&p) || !parse_name(&p)) {
        return false;
    }
    StrCut line;
    while (next_line(&p, &line)) {
        if (!parse_entry(&p, line)) {
            return false;
        }
    }
    if (!is_complete(&p)) {
        return false;
    }
    *ret = *lock;
    return true;
}

static int compare_platforms(const void *x, const void *y)
{
    const LockPlatform *a = x, *b = y;
    int order = str_compare(a->platform.os, b->platform.os);
    return order != 0 ? order : str_compare(a->platform.arch, b->platform.arch);
}

Str lockfile_format(Arena *a, const Lockfile *lock)
{
    ASSERT(is_release_name(lock->name));
    ASSERT(lock->n_platforms >= 0 && lock->n_platforms <= LOCKFILE_MAX_PLATFORMS);
    LockPlatform *sorted = ARENA_ARRAY(a, LockPlatform, lock->n_platforms);
    memcpy(sorted, lock->platforms, (size_t)lock->n_platforms * sizeof(*sorted));
    sort_array(sorted, lock->n_platforms, sizeof(*sorted), compare_platforms);
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "goward-lock 1\ngo %.*s\n", STR_ARG(lock->name));
    for (isize i = 0; i < lock->n_platforms; i++) {
        const LockPlatform *p = &sorted[i];
        ASSERT(lockfile_is_h1(p->h1));
        strbuf_add_format(&b, "platform %.*s/%.*s\nh1 %.*s\n", STR_ARG(p->platform.os),
                          STR_ARG(p->platform.arch), STR_ARG(p->h1));
        if (p->proof.len > 0) {
            Str proof = base64_encode(a, p->proof);
            strbuf_add(&b, S("proof "));
            strbuf_add(&b, proof);
            strbuf_add_byte(&b, '\n');
        }
    }
    return strbuf_str(&b);
}

static bool is_base64_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* 32 bytes are 43 characters and one "="; the last character carries four bits, its low two are
 * 0. */
bool lockfile_is_h1(Str text)
{
    if (!str_eat_prefix(&text, S("h1:")) || text.len != 44 || text.ptr[43] != '=') {
        return false;
    }
    for (isize i = 0; i < 43; i++) {
        if (!is_base64_char(text.ptr[i])) {
            return false;
        }
    }
    return strchr("AEIMQUYcgkosw048", text.ptr[42]) != NULL;
}

const LockPlatform *lockfile_find(const Lockfile *lock, Platform platform)
{
    for (isize i = 0; i < lock->n_platforms; i++) {
        if (platform_eq(lock->platforms[i].platform, platform)) {
            return &lock->platforms[i];
        }
    }
    return NULL;
}
