/*
 * Answers for test/oracle/resolve_matrix.py what goward's model of the go command would do, many
 * cases in one process. Standard input holds cases of lines "key value": root (the GOROOT of the Go
 * that starts), name (its version), dir (the kernel's name of it), env (one entry), arg; "run" ends
 * one. Each is answered by one line with tabs between: outcome, name or refusal, later refusal.
 */
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "os/file.h"
#include "toolchain/toonew.h"

#include <stdio.h>

#define MAX_WORDS 64          /* arguments, or environment entries, of a case */
#define MAX_INPUT (256 * MIB) /* of all cases */

typedef struct {
    Str root, name, dir;
    Str env[MAX_WORDS], args[MAX_WORDS];
    isize n_env, n_args;
} Case;

static const char *const outcome_names[GOSELECT_OUTCOME_COUNT] = {
    [GOSELECT_NONE] = "none",
    [GOSELECT_LOCAL] = "local",
    [GOSELECT_TOOL] = "tool",
    [GOSELECT_REFUSED] = "refused",
};

static void print_line(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        putchar(s.ptr[i] == '\n' || s.ptr[i] == '\t' ? ' ' : s.ptr[i]);
    }
}

static void run_case(Arena scratch, const Case *c)
{
    Err err;
    Environ environ = {.entries = (Str *)(uintptr_t)c->env, .len = c->n_env};
    GoEnv goenv;
    GoSelection s;
    Str later;
    GoSelectPath path = {.arena = &scratch, .environ = &environ};
    GoSelectInput in = {.goenv = &goenv,
                        .base_name = c->name,
                        .argv = c->args,
                        .argc = c->n_args,
                        .find = goselect_find_on_path,
                        .find_context = &path};
    if (!workdir_of_go(&scratch, &environ, c->dir, &in.working_dir, &err) ||
        !goenv_load(&scratch, &environ, c->root, &goenv, &err) ||
        !goselect_run(&scratch, &in, &s, &err) || !toonew_run(&scratch, &in, &s, &later, &err)) {
        printf("error\t");
        print_line(err_format(&scratch, &err));
        printf("\t\n");
        return;
    }
    printf("%s\t", outcome_names[s.outcome]);
    print_line(s.outcome == GOSELECT_REFUSED ? s.refusal : s.name);
    putchar('\t');
    print_line(later);
    putchar('\n');
}

/* One line of a case into *c. */
static void read_line(Case *c, Str line)
{
    StrCut cut = str_cut(line, ' ');
    if (str_eq(cut.head, S("root"))) {
        c->root = cut.tail;
    } else if (str_eq(cut.head, S("name"))) {
        c->name = cut.tail;
    } else if (str_eq(cut.head, S("dir"))) {
        c->dir = cut.tail;
    } else if (str_eq(cut.head, S("env")) && c->n_env < MAX_WORDS) {
        c->env[c->n_env++] = cut.tail;
    } else if (str_eq(cut.head, S("arg")) && c->n_args < MAX_WORDS) {
        c->args[c->n_args++] = cut.tail;
    }
}

int main(void)
{
    Arena arena = arena_init(1 * MIB);
    Err err;
    Str input;
    if (!file_read_fd(&arena, 0, MAX_INPUT, &input, &err)) {
        fprintf(stderr, "resolve_driver: %.*s\n", STR_ARG(err_format(&arena, &err)));
        return 1;
    }
    Case c = {0};
    while (input.len > 0) {
        StrCut cut = str_cut(input, '\n');
        input = cut.tail;
        if (str_eq(cut.head, S("run"))) {
            run_case(arena, &c);
            c = (Case){0};
        } else {
            read_line(&c, cut.head);
        }
    }
    arena_done(&arena);
    return 0;
}
