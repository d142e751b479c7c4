/*
 * One core can hash several messages in the time of one (sha256_x86.c says why), so everything here
 * is made of jobs, "fold these whole blocks into that state", which run_jobs keeps running in as
 * many lanes as the engine has: a lane whose job ends gets the next one at once, whatever the
 * lengths. Messages go through in windows of WINDOW: first the whole blocks of all of them where
 * they lie, longest first, so that the lanes run dry on short ones; then all the padded ends, which
 * are one or two blocks each.
 */
#include "format/sha256.h"

#include "base/panic.h"
#include "format/hex.h"
#include "format/sha256_engine.h"

#include <stdatomic.h>

#define WINDOW 64      /* messages taken together: 14 KB of the stack */
#define LENGTH_BYTES 8 /* the length in bits that ends the padding */

typedef struct {
    uint32_t *state;
    const uint8_t *data;
    isize n_blocks;
} Job;

static const uint32_t initial_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* The best engine of this CPU. Threads that ask first at the same time find the same answer. */
static const Sha256Engine *best_engine(void)
{
    static const Sha256Engine *_Atomic chosen;
    const Sha256Engine *engine = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (engine == NULL) {
        const Sha256Engine *native[SHA256_MAX_ENGINES];
        engine = sha256_native_engines(native) > 0 ? native[0] : &sha256_portable;
        atomic_store_explicit(&chosen, engine, memory_order_relaxed);
    }
    return engine;
}

/* -- Jobs -- */

typedef struct {
    uint32_t *states[SHA256_MAX_LANES];
    const uint8_t *data[SHA256_MAX_LANES];
    isize left[SHA256_MAX_LANES]; /* blocks */
    isize n;                      /* lanes at work: the first ones */
} Lanes;

static void start_job(Lanes *l, const Job *job)
{
    if (job->n_blocks > 0) {
        l->states[l->n] = job->state;
        l->data[l->n] = job->data;
        l->left[l->n++] = job->n_blocks;
    }
}

/* Runs all lanes until the first of them is done, and closes the gaps. */
static void advance(const Sha256Engine *engine, Lanes *l)
{
    isize n_blocks = l->left[0];
    for (isize i = 1; i < l->n; i++) {
        n_blocks = MIN(n_blocks, l->left[i]);
    }
    engine->compress(l->states, l->data, l->n, n_blocks);
    isize kept = 0;
    for (isize i = 0; i < l->n; i++) {
        if (l->left[i] > n_blocks) {
            l->states[kept] = l->states[i];
            l->data[kept] = l->data[i] + n_blocks * SHA256_BLOCK;
            l->left[kept++] = l->left[i] - n_blocks;
        }
    }
    l->n = kept;
}

/* Runs n jobs in this order, side by side. */
static void run_jobs(const Sha256Engine *engine, const Job *jobs, isize n)
{
    Lanes lanes = {.n = 0};
    isize next = 0;
    do {
        while (lanes.n < engine->lanes && next < n) {
            start_job(&lanes, &jobs[next++]);
        }
        if (lanes.n > 0) {
            advance(engine, &lanes);
        }
    } while (lanes.n > 0 || next < n);
}

/* Puts a job among n others that are in order, longest first. */
static void insert_job(Job *jobs, isize n, Job job)
{
    isize at = n;
    for (; at > 0 && jobs[at - 1].n_blocks < job.n_blocks; at--) {
        jobs[at] = jobs[at - 1];
    }
    jobs[at] = job;
}

/* -- Blocks and digests -- */

static void store_be32(uint8_t *p, uint32_t x)
{
    uint32_t bytes = sha256_big_endian(x);
    memcpy(p, &bytes, sizeof(bytes));
}

/* Writes the last blocks of a message of len bytes, whose last len % 64 bytes are at rest; their
 * number. */
static isize pad(const uint8_t *rest, uint64_t len, uint8_t ret[static 2 * SHA256_BLOCK])
{
    isize n_rest = (isize)(len % SHA256_BLOCK);
    isize n_blocks = n_rest + 1 + LENGTH_BYTES <= SHA256_BLOCK ? 1 : 2;
    uint8_t *length = ret + n_blocks * SHA256_BLOCK - LENGTH_BYTES;
    if (n_rest > 0) {
        memcpy(ret, rest, (size_t)n_rest);
    }
    ret[n_rest] = 0x80;
    memset(ret + n_rest + 1, 0, (size_t)(length - (ret + n_rest + 1)));
    store_be32(length, (uint32_t)(len >> 29));
    store_be32(length + 4, (uint32_t)(len << 3));
    return n_blocks;
}

static Sha256 digest_of_state(const uint32_t state[static 8])
{
    Sha256 digest;
    for (isize i = 0; i < 8; i++) {
        store_be32(digest.bytes + 4 * i, state[i]);
    }
    return digest;
}

/* -- Streams -- */

static isize buffered(const Sha256Stream *s)
{
    return (isize)(s->len % SHA256_BLOCK);
}

/* Data that is added to a stream, in the order in which it is hashed. */
typedef struct {
    Job head; /* the stream's own block, now full; no blocks when it was empty or is not full */
    Job body; /* whole blocks of the data */
    Str rest; /* for the stream's block, once head is done */
} Addition;

static Addition take(Sha256Stream *s, Str data)
{
    ASSERT(data.len >= 0);
    isize held = buffered(s);
    isize n_head = MIN(held == 0 ? 0 : SHA256_BLOCK - held, data.len);
    s->len += (uint64_t)data.len;
    if (n_head > 0) {
        memcpy(s->block + held, data.ptr, (size_t)n_head);
        data = str_from(data, n_head);
    }
    isize n_body = data.len / SHA256_BLOCK;
    return (Addition){
        .head = {s->state, s->block, n_head > 0 && held + n_head == SHA256_BLOCK},
        .body = {s->state, (const uint8_t *)data.ptr, n_body},
        .rest = str_from(data, n_body * SHA256_BLOCK),
    };
}

static void keep_rest(Sha256Stream *s, Str rest)
{
    if (rest.len > 0) {
        memcpy(s->block, rest.ptr, (size_t)rest.len);
    }
}

static void add_window(const Sha256Engine *engine, Sha256Stream *const *streams, const Str *data,
                       isize n)
{
    Job heads[WINDOW], bodies[WINDOW];
    Str rests[WINDOW];
    for (isize i = 0; i < n; i++) {
        Addition addition = take(streams[i], data[i]);
        heads[i] = addition.head;
        rests[i] = addition.rest;
        insert_job(bodies, i, addition.body);
    }
    run_jobs(engine, heads, n);
    run_jobs(engine, bodies, n);
    for (isize i = 0; i < n; i++) {
        keep_rest(streams[i], rests[i]);
    }
}

void sha256_add_many_with(const Sha256Engine *engine, Sha256Stream *const *streams, const Str *data,
                          isize n)
{
    for (isize i = 0; i < n; i += WINDOW) {
        add_window(engine, streams + i, data + i, MIN(WINDOW, n - i));
    }
}

void sha256_add_many(Sha256Stream *const *streams, const Str *data, isize n)
{
    sha256_add_many_with(best_engine(), streams, data, n);
}

Sha256Stream sha256_begin(void)
{
    Sha256Stream s = {.len = 0};
    memcpy(s.state, initial_state, sizeof(s.state));
    return s;
}

void sha256_add(Sha256Stream *s, const void *data, isize len)
{
    const Sha256Engine *engine = best_engine();
    Addition addition = take(s, (Str){data, len});
    run_jobs(engine, &addition.head, 1);
    run_jobs(engine, &addition.body, 1);
    keep_rest(s, addition.rest);
}

Sha256 sha256_end(Sha256Stream *s)
{
    uint8_t end[2 * SHA256_BLOCK];
    Job job = {s->state, end, pad(s->block, s->len, end)};
    run_jobs(best_engine(), &job, 1);
    return digest_of_state(s->state);
}

/* -- Messages -- */

static void hash_window(const Sha256Engine *engine, const Str *messages, isize n, Sha256 *ret)
{
    uint32_t states[WINDOW][8];
    uint8_t ends[WINDOW][2 * SHA256_BLOCK];
    Job bodies[WINDOW], tails[WINDOW];
    for (isize i = 0; i < n; i++) {
        const uint8_t *data = (const uint8_t *)messages[i].ptr;
        isize n_blocks = messages[i].len / SHA256_BLOCK;
        memcpy(states[i], initial_state, sizeof(states[i]));
        insert_job(bodies, i, (Job){states[i], data, n_blocks});
        const uint8_t *rest = n_blocks > 0 ? data + n_blocks * SHA256_BLOCK : data;
        tails[i] = (Job){states[i], ends[i], pad(rest, (uint64_t)messages[i].len, ends[i])};
    }
    run_jobs(engine, bodies, n);
    run_jobs(engine, tails, n);
    for (isize i = 0; i < n; i++) {
        ret[i] = digest_of_state(states[i]);
    }
}

void sha256_many_with(const Sha256Engine *engine, const Str *messages, isize n, Sha256 *ret)
{
    for (isize i = 0; i < n; i += WINDOW) {
        hash_window(engine, messages + i, MIN(WINDOW, n - i), ret + i);
    }
}

void sha256_many(const Str *messages, isize n, Sha256 *ret)
{
    sha256_many_with(best_engine(), messages, n, ret);
}

Sha256 sha256_of(Str data)
{
    Sha256Stream s = sha256_begin();
    sha256_add(&s, data.ptr, data.len);
    return sha256_end(&s);
}

/* -- Text -- */

void sha256_to_hex(const Sha256 *digest, char ret[static 64])
{
    hex_encode(digest->bytes, SHA256_LEN, ret);
}

bool sha256_from_hex(Str hex, Sha256 *ret)
{
    return hex_decode(hex, SHA256_LEN, ret->bytes);
}

Str sha256_engine(void)
{
    return best_engine()->name;
}
