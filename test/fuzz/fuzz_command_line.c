/* A command line, one argument a line: parsed, completed, and shown as text. */
#include "base/panic.h"
#include "cmd/complete.h"
#include "cmd/parse.h"
#include "format/utf8.h"
#include "report/text.h"

#define MAX_ARGS 32
#define WIDTH 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parser(Arena scratch, const Str *argv, isize n)
{
    Environ env = {0};
    CommandLine line;
    Err err = {0};
    if (command_line_parse(&scratch, argv, n, &env, &line, &err)) {
        ASSERT(line.command != NULL || line.options[OPTION_HELP].is_set ||
               line.options[OPTION_VERSION].is_set);
        ASSERT(line.n_args <= n);
    } else {
        ASSERT(err.kind == ERR_USAGE && err.text[0] != '\0');
    }
}

static void check_completions(Arena scratch, const Str *argv, isize n)
{
    Environ env = {0};
    for (int shell = SHELL_NONE + 1; shell < SHELL_COUNT; shell++) {
        Completions found;
        complete_line(&scratch, &env, (Shell)shell, argv, n, &found);
        ASSERT(found.n_skipped <= n);
    }
}

/* What was cleaned is text, and clean: cleaning it again changes nothing. */
static void check_text(Arena scratch, Str text)
{
    Str clean = text_clean(&scratch, text);
    ASSERT(utf8_is_valid(clean));
    ASSERT(str_eq(text_clean(&scratch, clean), clean));
    ASSERT(text_columns(text_cut(&scratch, clean, WIDTH, S("..."))) <= WIDTH);
    StrBuf wrapped = strbuf_init(&scratch);
    text_add_wrapped(&wrapped, clean, WIDTH, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Str text = {(const char *)data, (isize)size};
    Str argv[MAX_ARGS];
    isize n = 0;
    StrCut cut = {.tail = text};
    do {
        cut = str_cut(cut.tail, '\n');
        argv[n++] = cut.head;
    } while (cut.found && n < MAX_ARGS);
    check_parser(a, argv, n);
    check_completions(a, argv, n);
    check_text(a, text);
    arena_done(&a);
    return 0;
}
