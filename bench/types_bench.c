/*
 * How fast packages are checked from source: those of a plan, one or several threads, with what is
 * found out of each expression or without. bench/types/main.go does the same with go/types, and
 * bench/typecheck.py writes the plan.
 *
 *     ./types_bench PLAN types|records WORKERS
 *
 * Prints seconds of CPU and of wall time, lines, KiB that the process took at most, errors.
 */
#define _GNU_SOURCE

#include "base/panic.h"
#include "base/vec.h"
#include "go/types/typecheck.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define MAX_PLAN (64 * MIB)
#define GO_MINOR 27

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef VEC(Str) Files;
typedef VEC(UnitImport) Imports;

static void finish(TypecheckUnit *unit, Files *files, Imports *imports)
{
    if (unit != NULL) {
        unit->files = files->ptr;
        unit->n_files = files->len;
        unit->imports = imports->ptr;
        unit->n_imports = imports->len;
    }
    *files = (Files){0};
    *imports = (Imports){0};
}

/* Lines of a letter, a space and a word: p package, v version, f file, i import=unit. */
static void read_plan(Arena *a, Str text, TypecheckUnits *units)
{
    TypecheckUnit *unit = NULL;
    Files files = {0};
    Imports imports = {0};
    for (Str line; str_next_line(&text, &line);) {
        Str word = str_from(line, 2);
        StrCut cut = str_cut_last(word, '=');
        int64_t number = 0;
        switch (line.ptr[0]) {
        case 'p':
            finish(unit, &files, &imports);
            unit = VEC_PUSH(a, units);
            *unit = (TypecheckUnit){.path = word, .takes_c = true, .is_asked_for = true};
            break;
        case 'v':
            str_parse_decimal(word, GO_MINOR, &number);
            unit->version = (int)number;
            break;
        case 'f':
            *VEC_PUSH(a, &files) = word;
            break;
        default:
            str_parse_decimal(cut.tail, INT32_MAX, &number);
            *VEC_PUSH(a, &imports) = (UnitImport){.path = cut.head, .unit = (isize)number};
            break;
        }
    }
    finish(unit, &files, &imports);
}

int main(int argc, char **argv)
{
    Arena a = arena_init(MIB);
    Err err;
    Str text;
    TypecheckUnits units = {0};
    Typecheck *checked;
    if (argc != 4 ||
        file_read_all(&a, FILE_CWD, str_from_c(argv[1]), MAX_PLAN, &text, &err) != FILE_FOUND) {
        fprintf(stderr, "types_bench PLAN types|records WORKERS\n");
        return 2;
    }
    read_plan(&a, text, &units);
    TypecheckOptions options = {.units = &units,
                                .arch = S("amd64"),
                                .go_minor = GO_MINOR,
                                .tells_all = true, /* as go/types: nothing is asked of a compiler */
                                .records = strcmp(argv[2], "records") == 0,
                                .jobs = atoi(argv[3])};
    double begun = seconds(CLOCK_MONOTONIC);
    if (!typecheck_run(&a, &options, &checked, &err)) {
        fprintf(stderr, "%.*s\n", STR_ARG(err_format(&a, &err)));
        return 1;
    }
    double wall = seconds(CLOCK_MONOTONIC) - begun, cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    int64_t n_lines = 0, n_errors = 0;
    for (isize i = 0; i < units.len; i++) {
        const UnitResult *result = typecheck_result(checked, i);
        n_lines += result->n_lines;
        n_errors += result->errors.len;
        if (result->errors.len > 0) {
            const Diagnosis *first = &result->errors.ptr[0];
            fprintf(stderr, "%.*s:%td: %.*s\n", STR_ARG(first->main.at.file), first->main.at.line,
                    STR_ARG(first->main.message));
        }
    }
    typecheck_done(checked);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.4f %.4f %lld %ld %lld\n", cpu, wall, (long long)n_lines, usage.ru_maxrss,
           (long long)n_errors);
    return 0;
}
