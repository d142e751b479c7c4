/*
 * The commands of a script, as far as a linter needs them: words, and what joins one command to the
 * next. Not a shell: nothing is expanded, and what is compound (loops, functions) is seen as the
 * commands in it.
 */
#ifndef DOCTOR_CIFILES_SHELL_H
#define DOCTOR_CIFILES_SHELL_H

#include "format/yaml.h"

#define SHELL_MAX_WORDS 400     /* of one command; the rest is passed over */
#define SHELL_MAX_COMMANDS 5000 /* of one script */

typedef enum {
    SHELL_END, /* a line break, ";", "&", a bracket, or the end */
    SHELL_AND,
    SHELL_OR,
    SHELL_PIPE,
    SHELL_JOIN_COUNT,
} ShellJoin;

typedef struct {
    const Str *words; /* without quotes; assignments and keywords before the program included */
    isize n_words;
    isize program;  /* index of the program among them; n_words when there is none */
    bool is_asked;  /* after if, while, until or "!": its failure is looked at */
    isize line;     /* of the file */
    ShellJoin then; /* what joins the next command to it */
} ShellCommand;

typedef struct {
    ShellCommand *ptr;
    isize len;
} ShellScript;

bool shell_is_among(Str word, const Str *list, isize n);

ShellScript shell_read(Arena *a, const YamlNode *script);

/* Word i after the program (0: the program itself, without its folder); empty past the end. */
Str shell_word(const ShellCommand *command, isize i);
/* The subcommand of a go command ("test"), whatever flags stand before it; empty when it is not
 * one. *ret_args is the index, for shell_word, of the first word after it. */
Str shell_go_verb(const ShellCommand *command, isize *ret_args);
/* Whether one of the program's arguments is word. */
bool shell_has_word(const ShellCommand *command, Str word);

#endif
