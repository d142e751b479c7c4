/*
 * How fast the front end reads Go: scans or parses the files that standard input names, all of
 * which are read into memory first, on one core.
 *
 *     cc -std=gnu17 -O2 -iquote src bench/frontend_bench.c src/base/?*.c src/os/?*.c \
 *         src/format/?*.c src/go/syntax/?*.c -o frontend_bench -ldeflate -lz -lsodium -lyaml
 *     ./frontend_bench scan|parse|keep|read [ROUNDS]
 *
 * "keep" keeps all trees, "read" does nothing with the files. Prints seconds of CPU of the fastest
 * round, lines, bytes, tokens or words of trees, and KiB that the process took at most.
 * bench/frontend/main.go does the same with go/scanner and go/parser.
 */
#define _GNU_SOURCE

#include "base/panic.h"
#include "base/vec.h"
#include "go/syntax/lines.h"
#include "go/syntax/parser.h"
#include "go/syntax/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define MAX_NAME 4096

typedef struct {
    VEC(Str) texts;
    isize n_bytes, n_lines;
    NameTable *names;
    Arena kept;   /* trees */
    isize n_made; /* tokens, or words of trees */
} Load;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void load(Arena *a, Load *l)
{
    char name[MAX_NAME];
    Str text;
    Err err;
    while (fgets(name, (int)sizeof(name), stdin) != NULL) {
        if (source_read(a, FILE_CWD, str_trim(str_from_c(name)), &text, &err) != FILE_FOUND) {
            fprintf(stderr, "%s cannot be read\n", name);
            exit(1);
        }
        *VEC_PUSH(a, &l->texts) = text;
        l->n_bytes += text.len;
        for (isize i = 0; i < text.len; i++) {
            l->n_lines += text.ptr[i] == '\n';
        }
    }
}

static void scan(Load *l)
{
    Arena comments = arena_init(MIB);
    l->n_made = 0;
    for (isize i = 0; i < l->texts.len; i++) {
        Arena scratch = comments;
        DiagnosticList errors = {.arena = &scratch};
        Scanner s;
        scanner_init(&s, &scratch, l->texts.ptr[i], &errors);
        while (scanner_next(&s) != TOKEN_EOF) {
            l->n_made++;
        }
        lines_of(&scratch, l->texts.ptr[i]); /* go/scanner makes this table as it reads */
    }
    arena_done(&comments);
}

static void parse(Load *l, bool keeps)
{
    Arena own = arena_init(MIB), cached = arena_init(MIB), each = arena_init(MIB);
    ParserRoom room = {.arena = &own};
    NameCache *cache = name_cache_new(&cached, l->names);
    l->n_made = 0;
    for (isize i = 0; i < l->texts.len; i++) {
        Arena scratch = each;
        Arena *a = keeps ? &l->kept : &scratch;
        ParserInput in = {.arena = a, .room = &room, .names = cache};
        DiagnosticList errors = {.arena = &scratch};
        AstFile file;
        parser_parse(&in, l->texts.ptr[i], &file, &errors);
        lines_of(a, l->texts.ptr[i]);
        l->n_made += file.n_words;
    }
    arena_done(&each);
    arena_done(&cached);
    arena_done(&own);
}

int main(int argc, char **argv)
{
    Arena a = arena_init(MIB);
    Load l = {.names = names_new(), .kept = arena_init(MIB)};
    const char *what = argc > 1 ? argv[1] : "parse";
    int rounds = argc > 2 ? atoi(argv[2]) : 1;
    double best = 1e9;
    load(&a, &l);
    for (int round = 0; round < rounds; round++) {
        double begin = cpu_seconds();
        if (strcmp(what, "scan") == 0) {
            scan(&l);
        } else if (strcmp(what, "read") != 0) {
            parse(&l, strcmp(what, "keep") == 0);
        }
        double took = cpu_seconds() - begin;
        best = took < best ? took : best;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.4f %td %td %td %ld\n", best, l.n_lines, l.n_bytes, l.n_made, usage.ru_maxrss);
    names_done(l.names);
    return 0;
}
