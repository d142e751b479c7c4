/* What --help and `goward help` show. All of it comes from the tables. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/command.h"

/* Help on one command; with command NULL on a group of them ("proof"); with neither on all. As an
 * object with --json. Always true. */
bool help_print(Report *r, const Command *command, Str group);

/* For the manual pages, which say the same things in the same words. */
extern const Str help_groups[GROUP_COUNT]; /* headings */
extern const ExitNote help_exit_codes[];   /* all of them, in order */
extern const isize n_help_exit_codes;
/* "-C DIR, --directory=DIR" in parts: "-C" or empty, "--directory", " DIR", "=WHEN" or
 * "[=FIELDS]". */
typedef struct {
    Str letter, name, value;
} OptionSpelling;
OptionSpelling help_spell_option(Arena *a, OptionId id);
/* The next visible command after it whose heading is group (GROUP_NONE: any), NULL at the end. NULL
 * starts. */
const Command *help_next_command(const Command *after, CommandGroup group);
/* Text of an exit code for this command, empty when it never gives it. */
Str help_exit_text(const Command *command, int code);

#endif
