/* The two tables keep the promises that parser, help, pages and documents build on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/explain.h"
#include "cmd/help.h"
#include "cmd/parse.h"
#include "os/file.h"
#include "support/assert_str.h"

#define MAX_SUMMARY 64 /* columns: fits a line of `goward help` */
#define MAX_HELP 72    /* of an option */

static void complain(const Command *command, const char *what)
{
    fail_msg("%.*s: %s", STR_ARG(command->name), what);
}

static void test_every_command_is_described_in_full(void **state)
{
    (void)state;
    for (isize i = 0; i < n_commands; i++) {
        const Command *c = &commands[i];
        if (c->run == NULL) {
            complain(c, "no function");
        }
        if (c->summary.len == 0 || c->summary.len > MAX_SUMMARY ||
            str_ends_with(c->summary, S("."))) {
            complain(c, "the summary is missing, too long or ends with a full stop");
        }
        if (!c->is_hidden && (c->group == GROUP_NONE || c->description.len == 0)) {
            complain(c, "no group or no description");
        }
        if (c->examples[0].line.len == 0) {
            complain(c, "no example");
        }
        if (c->max_args >= 0 && c->min_args > c->max_args) {
            complain(c, "wants more arguments than it takes");
        }
        if ((c->max_args != 0) != (c->arguments.len > 0)) {
            complain(c, "arguments and their number disagree");
        }
        if (command_find(c->name) != c) {
            complain(c, "name is used twice");
        }
    }
    assert_null(command_find(S("proof")));
    assert_null(command_find(S("")));
}

static void test_every_option_is_described_in_full(void **state)
{
    (void)state;
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        const Option *o = &options[id];
        bool is_used = o->is_global;
        for (isize i = 0; i < n_commands; i++) {
            is_used |= command_takes(&commands[i], (OptionId)id);
        }
        if (o->name.len == 0 || o->help.len == 0 || o->help.len > MAX_HELP || !is_used ||
            (o->type == OPTION_CHOICE) != (o->n_choices > 0) ||
            (o->type == OPTION_FLAG) != (o->value_name.len == 0)) {
            fail_msg("option %d (%.*s)", id, STR_ARG(o->name));
        }
    }
}

static void test_no_command_takes_two_options_of_one_name_or_letter(void **state)
{
    (void)state;
    for (isize i = 0; i < n_commands; i++) {
        OptionId id = OPTION_NONE;
        while ((id = command_next_option(&commands[i], id)) != OPTION_NONE) {
            if (command_find_long(&commands[i], options[id].name) != id ||
                (options[id].letter != 0 &&
                 command_find_short(&commands[i], options[id].letter) != id)) {
                complain(&commands[i], "two options share a name or letter");
            }
        }
    }
}

/* The words of an example after "goward", up to a shell operator. */
static isize split_example(Arena *a, Str line, Str *ret)
{
    isize n = 0;
    Str word;
    isize start = str_index(line, S("goward"));
    assert_true(start >= 0);
    Str rest = str_from(line, start + 6);
    while (str_next_field(&rest, &word)) {
        StrCut end = str_cut(word, ')');
        if (str_eq(word, S("|")) || str_starts_with(word, S(">"))) {
            break;
        }
        ret[n++] = str_copy(a, end.head);
        if (end.found) {
            break;
        }
    }
    return n;
}

static void test_every_example_is_a_command_line_that_parses(void **state)
{
    (void)state;
    Environ env = {0};
    for (isize i = 0; i < n_commands; i++) {
        for (isize e = 0; e < COMMAND_MAX_EXAMPLES && commands[i].examples[e].line.len > 0; e++) {
            Arena a = arena_init(0);
            Str line = commands[i].examples[e].line;
            Str words[16];
            isize n = split_example(&a, line, words);
            CommandLine parsed;
            Err err;
            if (!command_line_parse(&a, words, n, &env, &parsed, &err)) {
                fail_msg("%.*s: %s", STR_ARG(line), err.text);
            }
            arena_done(&a);
        }
    }
}

static void test_exit_notes_are_known_codes(void **state)
{
    (void)state;
    for (isize i = 0; i < n_commands; i++) {
        for (isize e = 0; e < COMMAND_MAX_EXITS; e++) {
            const ExitNote *note = &commands[i].exits[e];
            bool is_known = note->when.len == 0;
            for (isize k = 0; k < n_help_exit_codes; k++) {
                is_known |= help_exit_codes[k].code == note->code;
            }
            if (!is_known) {
                complain(&commands[i], "an exit code that goward does not have");
            }
        }
    }
    assert_str(help_exit_text(command_find(S("verify")), 5), S("at least one is not proved"));
    assert_str(help_exit_text(command_find(S("version")), 5), S(""));
    assert_str(help_exit_text(command_find(S("version")), 0), S("done"));
}

/* The part of docs/formats/json.md below "## goward/<name>". */
static Str find_section(Arena *a, Str doc, Str name)
{
    Str head = str_format(a, "\n## goward/%.*s\n", STR_ARG(name));
    isize start = str_index(doc, head);
    if (start < 0) {
        fail_msg("docs/formats/json.md has no section on goward/%.*s", STR_ARG(name));
    }
    Str section = str_from(doc, start + head.len);
    isize end = str_index(section, S("\n## "));
    return end < 0 ? section : str_to(section, end);
}

static void test_every_json_field_is_documented(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str doc;
    assert_int_equal(file_read_all(&a, FILE_CWD, S("docs/formats/json.md"), MIB, &doc, &err),
                     FILE_FOUND);
    for (isize i = 0; i < n_commands; i++) {
        if (commands[i].fields.len == 0) {
            continue;
        }
        StrCut words = str_cut(commands[i].name, ' ');
        Str name = words.found
                       ? str_format(&a, "%.*s-%.*s", STR_ARG(words.head), STR_ARG(words.tail))
                       : commands[i].name;
        Str section = find_section(&a, doc, name);
        StrCut field = {.tail = commands[i].fields};
        do {
            field = str_cut(field.tail, ',');
            if (!str_contains(section, str_format(&a, "\n| `%.*s` |", STR_ARG(field.head)))) {
                fail_msg("docs/formats/json.md, goward/%.*s: no row for `%.*s`", STR_ARG(name),
                         STR_ARG(field.head));
            }
        } while (field.found);
    }
    find_section(&a, doc, S("error"));
    arena_done(&a);
}

static void test_every_finding_is_explained_in_full(void **state)
{
    (void)state;
    const Explanation *e;
    isize n = 0;
    for (; (e = explain_row(n)) != NULL; n++) {
        bool is_id = e->id.len == 6 && str_starts_with(e->id, S("GW"));
        if (!is_id || e->title.len == 0 || e->severity == SEVERITY_NONE || e->looks_at.len == 0 ||
            e->why.len == 0 || e->cure.len == 0 || e->since.len == 0 || e->source.len == 0) {
            fail_msg("%.*s is not explained in full", STR_ARG(e->id));
        }
        assert_ptr_equal(explain_find(e->id), e); /* used once */
        for (isize i = 0; i < e->title.len; i++) {
            assert_true((unsigned char)e->title.ptr[i] < 0x80);
        }
    }
    assert_true(n >= 8);
    assert_non_null(explain_find(S("gwt002")));
    assert_null(explain_find(S("GWT")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_is_described_in_full),
        cmocka_unit_test(test_every_option_is_described_in_full),
        cmocka_unit_test(test_no_command_takes_two_options_of_one_name_or_letter),
        cmocka_unit_test(test_every_example_is_a_command_line_that_parses),
        cmocka_unit_test(test_exit_notes_are_known_codes),
        cmocka_unit_test(test_every_json_field_is_documented),
        cmocka_unit_test(test_every_finding_is_explained_in_full),
    };
    return cmocka_run_group_tests_name("cmd/table", tests, NULL, NULL);
}
