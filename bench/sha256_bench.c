/*
 * How fast each SHA-256 engine of this machine is, next to libsodium: MB/s of CPU time (user and
 * system), the best of several runs, on one core.
 *
 *     cc -std=gnu17 -O2 -iquote src bench/sha256_bench.c src/base/?*.c src/os/?*.c \
 *         src/format/?*.c -o sha256_bench -lsodium -ldeflate -lz
 *     ./sha256_bench [DIR]
 *
 * Without DIR: 64 messages of one length at a time. With DIR, a Go root for example: all of its
 * files, read into memory first, as one batch, in runs of 48 files as go/root/treehash takes
 * them, and one by one. `openssl speed -evp sha256 -bytes 4096` gives the figure to compare with.
 */
#define _GNU_SOURCE

#include "base/panic.h"
#include "base/vec.h"
#include "format/sha256_engine.h"
#include "os/dir.h"

#include <sodium.h>
#include <stdio.h>
#include <time.h>

#define N_MESSAGES 64
#define MAX_LEN (16 * MIB)
#define MIN_BYTES (64 * MIB) /* hashed in each run */
#define N_RUNS 5
#define RUN_FILES 48
#define MAX_FILES 300000
#define MAX_FILE (256 * MIB)

typedef struct {
    const Str *messages;
    isize n;
    int64_t bytes; /* of all messages */
    isize batch;   /* messages given to the engine at a time */
    Sha256 *digests;
} Load;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void hash_all(const Load *load, const Sha256Engine *engine)
{
    for (isize i = 0; engine != NULL && i < load->n; i += load->batch) {
        sha256_many_with(engine, load->messages + i, MIN(load->batch, load->n - i),
                         load->digests + i);
    }
    for (isize i = 0; engine == NULL && i < load->n; i++) {
        crypto_hash_sha256(load->digests[i].bytes, (const unsigned char *)load->messages[i].ptr,
                           (unsigned long long)load->messages[i].len);
    }
}

/* MB/s; engine NULL is libsodium. */
static double measure(const Load *load, const Sha256Engine *engine)
{
    int64_t n_rounds = MAX(1, MIN_BYTES / MAX(load->bytes, 1));
    double best = 0;
    for (int run = 0; run < N_RUNS; run++) {
        double start = cpu_seconds();
        for (int64_t round = 0; round < n_rounds; round++) {
            hash_all(load, engine);
        }
        double rate = (double)(load->bytes * n_rounds) / (cpu_seconds() - start) / 1e6;
        best = MAX(best, rate);
    }
    return best;
}

static void print_row(const char *what, const Load *load, const Sha256Engine *const *engines,
                      isize n_engines)
{
    printf("%-22s", what);
    for (isize i = 0; i < n_engines; i++) {
        printf("%10.0f", measure(load, engines[i]));
    }
    printf("%10.0f\n", measure(load, NULL));
    fflush(stdout);
}

static void bench_lengths(Arena a, const Sha256Engine *const *engines, isize n_engines)
{
    char *pool = ARENA_ARRAY(&a, char, MAX_LEN + N_MESSAGES);
    Sha256 digests[N_MESSAGES];
    for (isize i = 0; i < MAX_LEN + N_MESSAGES; i++) {
        pool[i] = (char)(i * i >> 9);
    }
    for (isize len = KIB; len <= MAX_LEN; len *= 4) {
        Str messages[N_MESSAGES];
        isize n = len > MIB ? 4 : N_MESSAGES;
        for (isize i = 0; i < n; i++) {
            messages[i] = (Str){pool + i, len};
        }
        char what[32];
        snprintf(what, sizeof(what), "%td KiB", len / KIB);
        Load load = {messages, n, n * len, n, digests};
        print_row(what, &load, engines, n_engines);
    }
}

/* All regular files below dir, in the order of their paths. */
static bool read_files(Arena *a, Str dir, Load *ret, Err *err)
{
    int fd = -1;
    DirTree tree;
    if (dir_open(FILE_CWD, dir, &fd, err) != FILE_FOUND) {
        return FAIL(err, ERR_NOT_FOUND, "'%.*s' is no directory", STR_ARG(dir));
    }
    if (!dir_walk(a, fd, MAX_FILES, &tree, err)) {
        return false;
    }
    Str *messages = ARENA_ARRAY(a, Str, tree.len);
    isize n = 0;
    int64_t bytes = 0;
    for (isize i = 0; i < tree.len; i++) {
        if (tree.ptr[i].kind != FILE_KIND_REGULAR) {
            continue;
        }
        if (file_read_all(a, fd, tree.ptr[i].path, MAX_FILE, &messages[n], err) != FILE_FOUND) {
            return false;
        }
        bytes += messages[n++].len;
    }
    file_close(&fd);
    *ret = (Load){messages, n, bytes, n, ARENA_ARRAY(a, Sha256, n)};
    return true;
}

static bool bench_tree(Arena a, Str dir, const Sha256Engine *const *engines, isize n_engines,
                       Err *err)
{
    Load load;
    if (!read_files(&a, dir, &load, err)) {
        return false;
    }
    printf("\n%td files, %lld bytes\n", load.n, (long long)load.bytes);
    print_row("all at once", &load, engines, n_engines);
    load.batch = RUN_FILES;
    print_row("in runs of 48", &load, engines, n_engines);
    load.batch = 1;
    print_row("one by one", &load, engines, n_engines);
    return true;
}

int main(int argc, char **argv)
{
    Arena a = arena_init(MIB);
    Err err;
    const Sha256Engine *engines[SHA256_MAX_ENGINES + 1];
    isize n_engines = sha256_native_engines(engines);
    engines[n_engines++] = &sha256_portable;

    printf("%-22s", "MB/s");
    for (isize i = 0; i < n_engines; i++) {
        printf("%10.*s", STR_ARG(engines[i]->name));
    }
    printf("%10s\n", "libsodium");
    bool ok = true;
    if (argc > 1) {
        ok = bench_tree(a, str_from_c(argv[1]), engines, n_engines, &err);
    } else {
        bench_lengths(a, engines, n_engines);
    }
    if (!ok) {
        fprintf(stderr, "%s\n", err.text);
    }
    arena_done(&a);
    return ok ? 0 : 1;
}
