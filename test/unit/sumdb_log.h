/*
 * A checksum database made for tests: a key, records, the tree, and what a server of it answers.
 * A test bends the answers with a hook. It keeps all hashes in memory and computes nothing with the
 * code under test but single hashes.
 */
#ifndef TEST_UNIT_SUMDB_LOG_H
#define TEST_UNIT_SUMDB_LOG_H

#include "base/map.h"
#include "base/panic.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "format/base64.h"
#include "sumdb/client.h"
#include "sumdb/tile.h"

#include <sodium.h>

#define LOG_LEVELS 62

/* Numbers for tests that try random things: the same in every run. */
static inline uint64_t log_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline int64_t log_random_below(uint64_t *state, int64_t bound)
{
    return (int64_t)(log_random(state) % (uint64_t)bound);
}

static inline Sha256 log_random_hash(uint64_t *state)
{
    uint64_t bits = log_random(state);
    return sha256_of((Str){(const char *)&bits, (isize)sizeof(bits)});
}

static inline Str log_hash_str(const Sha256 *hash)
{
    return (Str){(const char *)hash->bytes, SHA256_LEN};
}

/* Keys */

typedef struct {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    NoteVerifier verifier;
    Str vkey; /* as GOSUMDB takes it */
} LogKey;

static inline LogKey log_key(Arena *a, Str name, uint8_t seed_byte)
{
    LogKey key;
    Err err;
    uint8_t seed[crypto_sign_SEEDBYTES], encoded[1 + crypto_sign_PUBLICKEYBYTES] = {1};
    memset(seed, seed_byte, sizeof(seed));
    crypto_sign_seed_keypair(encoded + 1, key.secret, seed);
    Str hashed = str_format(a, "%.*s\n", STR_ARG(name));
    Str public_key = {(const char *)encoded, (isize)sizeof(encoded)};
    Sha256 digest = sha256_of(str_concat(a, hashed, public_key));
    key.vkey =
        str_format(a, "%.*s+%02x%02x%02x%02x+%.*s", STR_ARG(name), digest.bytes[0], digest.bytes[1],
                   digest.bytes[2], digest.bytes[3], STR_ARG(base64_encode(a, public_key)));
    ASSERT(note_verifier_parse(*a, key.vkey, &key.verifier, &err));
    return key;
}

static inline Str log_sign(Arena *a, const LogKey *key, Str text)
{
    uint8_t bytes[4 + crypto_sign_BYTES];
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(key->verifier.hash >> (24 - 8 * i));
    }
    crypto_sign_detached(bytes + 4, NULL, (const uint8_t *)text.ptr, (unsigned long long)text.len,
                         key->secret);
    Str signature = base64_encode(a, (Str){(const char *)bytes, (isize)sizeof(bytes)});
    return str_format(a, "%.*s\n\xe2\x80\x94 %.*s %.*s\n", STR_ARG(text),
                      STR_ARG(key->verifier.name), STR_ARG(signature));
}

static inline Str log_sign_tree(Arena *a, const LogKey *key, TlogTree tree)
{
    return log_sign(a, key, tlog_tree_format(a, &tree));
}

/* Trees */

typedef struct {
    Arena *arena;
    VEC(Str) records;
    VEC(Sha256) levels[LOG_LEVELS]; /* hashes of complete subtrees */
} Log;

static inline void log_add(Log *log, Str record)
{
    *VEC_PUSH(log->arena, &log->records) = record;
    *VEC_PUSH(log->arena, &log->levels[0]) = tlog_leaf_hash(record);
    for (int level = 0; log->levels[level].len % 2 == 0; level++) {
        const Sha256 *pair = log->levels[level].ptr + log->levels[level].len - 2;
        *VEC_PUSH(log->arena, &log->levels[level + 1]) = tlog_node_hash(&pair[0], &pair[1]);
    }
}

static inline Sha256 log_read(const void *context, TlogNode node)
{
    const Log *log = context;
    ASSERT(node.n < log->levels[node.level].len);
    return log->levels[node.level].ptr[node.n];
}

/* MTH of RFC 6962, 2.1, word for word, but that complete subtrees are looked up. */
static inline Sha256 log_hash(const Log *log, int64_t lo, int64_t hi)
{
    int64_t n = hi - lo;
    ASSERT(n > 0);
    if ((n & (n - 1)) == 0 && lo % n == 0) {
        return log->levels[__builtin_ctzll((uint64_t)n)].ptr[lo / n];
    }
    int64_t k = 1;
    while (k * 2 < n) {
        k *= 2;
    }
    Sha256 left = log_hash(log, lo, lo + k), right = log_hash(log, lo + k, hi);
    return tlog_node_hash(&left, &right);
}

static inline TlogTree log_tree(const Log *log, int64_t size)
{
    return size == 0 ? tlog_empty_tree() : (TlogTree){size, log_hash(log, 0, size)};
}

/* Records as the real database writes them, with a hash that depends on their content. */
static inline Str log_record(Arena *a, Str module, Str version, Str content)
{
    Sha256 digest = sha256_of(content);
    Str hash = base64_encode(a, log_hash_str(&digest));
    return str_format(a, "%.*s %.*s h1:%.*s\n%.*s %.*s/go.mod h1:%.*s\n", STR_ARG(module),
                      STR_ARG(version), STR_ARG(hash), STR_ARG(module), STR_ARG(version),
                      STR_ARG(hash));
}

/* The record at each place is example.com/m v0.0.<place>. */
static inline Log log_make(Arena *a, int64_t size, Str content)
{
    Log log = {.arena = a};
    for (int64_t i = 0; i < size; i++) {
        Str version = str_format(a, "v0.0.%lld", (long long)i);
        log_add(&log, log_record(a, S("example.com/m"), version, content));
    }
    return log;
}

/* A tile's coordinates from its path, strictly: "tile/8/0/x241/187" or "...p/31". */
static inline bool log_parse_tile(Arena scratch, Str path, Tile *ret)
{
    Str rest = path, part;
    int64_t level, group, width = TILE_MAX_WIDTH, n = 0;
    StrCut partial = {.head = path};
    isize at = str_index(path, S(".p/"));
    if (at >= 0) {
        partial = (StrCut){str_to(path, at), str_from(path, at + 3), true};
    }
    rest = partial.head;
    if (!str_eat_prefix(&rest, S("tile/8/")) ||
        (partial.found && !str_parse_decimal(partial.tail, TILE_MAX_WIDTH - 1, &width))) {
        return false;
    }
    StrCut cut = str_cut(rest, '/');
    if (!str_parse_decimal(cut.head, TILE_MAX_LEVELS - 1, &level) || !cut.found) {
        return false;
    }
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        part = cut.head;
        str_eat_prefix(&part, S("x"));
        while (part.len > 1 && str_eat_prefix(&part, S("0"))) {
        }
        if (!str_parse_decimal(part, 999, &group) || n > INT64_MAX / 1001) {
            return false;
        }
        n = n * 1000 + group;
    }
    *ret = (Tile){(int)level, n, (int)width};
    return width > 0 && str_eq(tile_path(&scratch, *ret), path);
}

/* A tile's bytes; false when a log of that size has not (or no longer) this tile. */
static inline bool log_tile(Arena *a, const Log *log, Tile tile, int64_t size, Str *ret)
{
    int64_t n_hashes = size >> (TILE_HEIGHT * tile.level);
    if ((tile.n << TILE_HEIGHT) + tile.width > n_hashes) {
        return false;
    }
    StrBuf data = strbuf_init(a);
    for (int i = 0; i < tile.width; i++) {
        Sha256 hash =
            log_read(log, (TlogNode){TILE_HEIGHT * tile.level, (tile.n << TILE_HEIGHT) + i});
        strbuf_add(&data, log_hash_str(&hash));
    }
    *ret = strbuf_str(&data);
    return true;
}

/* Servers */

typedef struct LogServer LogServer;
/* Bends one answer. */
typedef void (*LogHook)(LogServer *server, Arena *a, Str path, SumdbReply *reply);

struct LogServer {
    const Log *log;
    LogKey key;
    int64_t size;        /* of the tree that is served now */
    int64_t reply_size;  /* of the heads that come with replies; 0 for the newest */
    int64_t tiles_size;  /* of the tree whose tiles are served; 0 for the same */
    bool drops_partials; /* partial tiles that have since become wider are gone */
    LogHook hook;
    Str hook_path; /* what the hook is for, or whatever else it wants to know */
    Str hook_body;
    const Map *canned; /* answers by path that go before all others: index into canned_bodies */
    const Str *canned_bodies;
    VEC(Str) asked; /* paths, on asked_arena */
    Arena *asked_arena;
};

static inline Str log_reply(Arena *a, const LogServer *server, int64_t id, Str record,
                            int64_t head_size)
{
    Str head = log_sign_tree(a, &server->key, log_tree(server->log, head_size));
    return str_format(a, "%lld\n%.*s\n%.*s", (long long)id, STR_ARG(record), STR_ARG(head));
}

/* "example.com/m@v0.0.<id>" */
static inline bool log_answer_lookup(LogServer *server, Arena *a, Str subject, Str *ret)
{
    int64_t id, head = server->reply_size == 0 ? server->size : server->reply_size;
    if (!str_eat_prefix(&subject, S("example.com/m@v0.0.")) ||
        !str_parse_decimal(subject, server->size - 1, &id)) {
        return false;
    }
    *ret = log_reply(a, server, id, server->log->records.ptr[id], head);
    return true;
}

static inline bool log_answer(LogServer *server, Arena *a, Str path, Str *ret)
{
    Str rest = path;
    Tile tile;
    isize *canned = server->canned == NULL ? NULL : map_get(server->canned, path);
    if (canned != NULL) {
        *ret = server->canned_bodies[*canned];
        return true;
    }
    if (server->log == NULL) {
        return false;
    }
    if (str_eq(path, S("latest"))) {
        *ret = log_sign_tree(a, &server->key, log_tree(server->log, server->size));
        return true;
    }
    if (str_eat_prefix(&rest, S("lookup/"))) {
        return log_answer_lookup(server, a, rest, ret);
    }
    if (!log_parse_tile(*a, path, &tile)) {
        return false;
    }
    int64_t size = server->tiles_size == 0 ? server->size : server->tiles_size;
    bool is_gone = server->drops_partials && !tile_is_full(tile) &&
                   tile_width(tile.level, tile.n, size) != tile.width;
    return !is_gone && log_tile(a, server->log, tile, size, ret);
}

/* A SumdbGet over a LogServer. */
static inline bool log_get(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                           Err *err)
{
    LogServer *server = context;
    (void)err;
    for (isize i = 0; i < n; i++) {
        if (server->asked_arena != NULL) {
            *VEC_PUSH(server->asked_arena, &server->asked) =
                str_copy(server->asked_arena, paths[i]);
        }
        ret[i].status = log_answer(server, a, paths[i], &ret[i].body) ? 200 : 404;
        if (server->hook != NULL) {
            server->hook(server, a, paths[i], &ret[i]);
        }
    }
    return true;
}

#endif
