/*
 * Runs a fuzz target without libFuzzer: first over each seed as it is, then for a bounded time over
 * mutated copies of them. Past crashes live among the seeds, so they stay fixed.
 *
 *     fuzz.NAME DIR [SECONDS] [RANDOM_SEED]
 *     fuzz.NAME FILE 0
 *
 * A target must not crash, leak or hang whatever it is fed: any of these ends the program. The
 * input it was working on then stands in $TMPDIR/NAME.input, because each one is written there
 * first. The target gets an exact-size heap copy, so that AddressSanitizer sees the first byte read
 * too far.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_MUTANT ((size_t)1 << 20) /* bytes; a mutated copy never grows past this */
#define MAX_SECONDS_PER_INPUT 20     /* more is a hang; sanitizers make everything 3x slower */
#define MAX_EDITS 8                  /* of one mutated copy */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    char *name;
    uint8_t *data;
    size_t len;
} Seed;

typedef struct {
    Seed *seeds;
    size_t n_seeds;
    int trace_fd; /* of the file that holds the current input */
    uint64_t random;
} Replay;

static _Noreturn void __attribute__((format(printf, 1, 2))) die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static void *allocate(size_t n)
{
    void *ptr = malloc(n == 0 ? 1 : n);
    if (ptr == NULL) {
        die("out of memory");
    }
    return ptr;
}

/* SplitMix64. */
static uint64_t next_random(Replay *r)
{
    r->random += 0x9e3779b97f4a7c15u;
    uint64_t x = r->random;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static size_t random_below(Replay *r, size_t n)
{
    return n == 0 ? 0 : (size_t)(next_random(r) % n);
}

static void run_input(Replay *r, const uint8_t *data, size_t len)
{
    if (pwrite(r->trace_fd, data, len, 0) != (ssize_t)len ||
        ftruncate(r->trace_fd, (off_t)len) != 0) {
        die("keeping the input: %s", strerror(errno));
    }
    uint8_t *exact = allocate(len);
    memcpy(exact, data, len);
    alarm(MAX_SECONDS_PER_INPUT);
    LLVMFuzzerTestOneInput(exact, len);
    alarm(0);
    free(exact);
}

/* Bytes at which formats change their mind: ends of ranges, separators, digits. */
static uint8_t telling_byte(Replay *r)
{
    static const uint8_t bytes[] = {0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, '\n', '\r', ' ', '/',
                                    '.',  '"',  '\\', '-',  '0',  '9',  '{',  '[',  ':', ','};
    return bytes[random_below(r, sizeof(bytes))];
}

/* Replaces buf[at, at+old) by n bytes; what would not fit in MAX_MUTANT is left as it was. */
static void replace_bytes(uint8_t *buf, size_t *len, size_t at, size_t old, const uint8_t *bytes,
                          size_t n)
{
    if (*len - old + n > MAX_MUTANT) {
        return;
    }
    memmove(buf + at + n, buf + at + old, *len - at - old);
    memcpy(buf + at, bytes, n);
    *len = *len - old + n;
}

static void edit_once(Replay *r, uint8_t *buf, size_t *len)
{
    size_t at = random_below(r, *len + 1);
    size_t span = random_below(r, (*len - at < 32 ? *len - at : 32) + 1);
    const Seed *other = &r->seeds[random_below(r, r->n_seeds)];
    size_t from = random_below(r, other->len + 1);
    size_t n = random_below(r, (other->len - from < 256 ? other->len - from : 256) + 1);
    uint8_t byte = telling_byte(r);

    switch (random_below(r, 6)) {
    case 0: /* flip a bit */
        if (at < *len) {
            buf[at] ^= (uint8_t)(1u << random_below(r, 8));
        }
        break;
    case 1: /* put a telling byte over one that is there */
        replace_bytes(buf, len, at, at < *len, &byte, 1);
        break;
    case 2: /* insert one */
        replace_bytes(buf, len, at, 0, &byte, 1);
        break;
    case 3: /* remove some */
        replace_bytes(buf, len, at, span, &byte, 0);
        break;
    case 4: /* cut off the rest */
        *len = at;
        break;
    case 5: /* put a part of some seed there */
        replace_bytes(buf, len, at, span, other->data + from, n);
        break;
    }
}

static void run_mutated(Replay *r, uint8_t *buf)
{
    const Seed *seed = &r->seeds[random_below(r, r->n_seeds)];
    size_t len = seed->len < MAX_MUTANT ? seed->len : MAX_MUTANT;
    memcpy(buf, seed->data, len);
    for (size_t n = 1 + random_below(r, MAX_EDITS); n > 0; n--) {
        edit_once(r, buf, &len);
    }
    run_input(r, buf, len);
}

static void read_seed(int dirfd, const char *name, Seed *ret)
{
    int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        die("%s: %s", name, strerror(errno));
    }
    ret->name = strdup(name);
    ret->len = (size_t)st.st_size;
    ret->data = allocate(ret->len);
    for (size_t done = 0; done < ret->len;) {
        ssize_t n = read(fd, ret->data + done, ret->len - done);
        if (n <= 0) {
            die("%s: cannot be read", name);
        }
        done += (size_t)n;
    }
    close(fd);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The seeds of a folder in bytewise order, or one file; an empty folder gives the empty input. */
static void read_seeds(Replay *r, const char *path)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_visible, alphasort);
    if (n < 0 && errno != ENOTDIR) {
        die("%s: %s", path, strerror(errno));
    }
    r->n_seeds = n > 0 ? (size_t)n : 1;
    r->seeds = allocate(r->n_seeds * sizeof(Seed));
    if (n < 0) {
        read_seed(AT_FDCWD, path, &r->seeds[0]);
        return;
    }
    if (n == 0) {
        r->seeds[0] = (Seed){strdup("(empty)"), allocate(0), 0};
    }
    int dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < n; i++) {
        read_seed(dirfd, entries[i]->d_name, &r->seeds[i]);
        free(entries[i]);
    }
    free(entries);
    close(dirfd);
}

static int open_trace(const char *program)
{
    const char *slash = strrchr(program, '/');
    const char *tmp = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/%s.input", tmp != NULL ? tmp : "/tmp",
                 slash != NULL ? slash + 1 : program) < 0) {
        die("out of memory");
    }
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        die("%s: %s", path, strerror(errno));
    }
    free(path);
    return fd;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        die("usage: %s DIR [SECONDS] [RANDOM_SEED]", argv[0]);
    }
    double seconds = argc > 2 ? atof(argv[2]) : 1;
    uint64_t random = argc > 3 ? strtoull(argv[3], NULL, 0) : (uint64_t)time(NULL);
    Replay r = {.random = random, .trace_fd = open_trace(argv[0])};
    read_seeds(&r, argv[1]);

    fprintf(stderr, "random seed %llu\n", (unsigned long long)random);
    for (size_t i = 0; i < r.n_seeds; i++) {
        fprintf(stderr, "%s\n", r.seeds[i].name);
        run_input(&r, r.seeds[i].data, r.seeds[i].len);
    }

    fprintf(stderr, "mutated copies\n");
    uint8_t *buf = allocate(MAX_MUTANT);
    unsigned long n_mutated = 0;
    for (double end = now() + seconds; now() < end; n_mutated++) {
        run_mutated(&r, buf);
    }
    printf("%lu mutated copies of %zu seeds\n", n_mutated, r.n_seeds);
    printf("%zu passed, 0 failed, 0 skipped\n", r.n_seeds + 1);

    free(buf);
    for (size_t i = 0; i < r.n_seeds; i++) {
        free(r.seeds[i].name);
        free(r.seeds[i].data);
    }
    free(r.seeds);
    return 0;
}
