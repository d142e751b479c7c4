/* Reads an argument vector by the tables of commands and options. */
#ifndef CMD_PARSE_H
#define CMD_PARSE_H

#include "cmd/command.h"

typedef struct {
    const Command *command; /* that of `status` when none was named; NULL when an unknown one was */
    bool is_named;          /* the command was typed */
    Str group;              /* "proof", when its second word is missing; command is then NULL */
    OptionValue options[OPTION_COUNT];
    const Str *args; /* positional, without the words of the command's name */
    isize n_args;
} CommandLine;

/* argv without the program's name. Options that were not given get their value from the
 * environment variable of their row, else the row's fallback. With --help or --version arguments
 * may be missing.
 *
 * On failure (always ERR_USAGE, the first mistake) *line still holds every option that could be
 * read, before and after the mistake: how to print the error is among them. */
bool command_line_parse(Arena *a, const Str *argv, isize argc, const Environ *env,
                        CommandLine *line, Err *err);

/* What the environment variable of a flag says, false when it is not set: for the shim, which takes
 * no options. */
bool flag_variable_is_set(const Environ *env, OptionId id, bool *ret, Err *err);

/* Whether command takes the option: a global one, or one of its row. */
bool command_takes(const Command *command, OptionId id);
/* The next option that command (NULL: none) takes after id, starting with OPTION_NONE; OPTION_NONE
 * at the end. */
OptionId command_next_option(const Command *command, OptionId id);

/* The option of that name (without "--") or letter that command takes, else OPTION_NONE. */
OptionId command_find_long(const Command *command, Str name);
OptionId command_find_short(const Command *command, char letter);

/* The command that was probably meant, or empty. */
Str command_suggest(Str typed);

/* Whether some command's name is this word and another one: "proof". */
bool command_is_group(Str word);

#endif
