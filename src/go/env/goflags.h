/*
 * GOFLAGS: its words, what the go command of a release takes for a flag, and for its value.
 *
 * The words are parted as cmd/internal/quoted does it: quotes count around a whole word only, and
 * there is no escape ('-ldflags=-s -w' is one word, -ldflags='-s -w' is two). Before Go 1.20 quotes
 * meant nothing. The rules are InitGOFLAGS and SetFromGOFLAGS of cmd/go/internal/base.
 */
#ifndef GO_ENV_GOFLAGS_H
#define GO_ENV_GOFLAGS_H

#include "base/str.h"

typedef enum {
    GOFLAG_NONE,
    GOFLAG_BOOL, /* to each command that has it */
    GOFLAG_TEXT, /* needs a value, in each command that has it */
    GOFLAG_ANY,  /* of commands that do not agree, or of one that is seldom used */
} GoFlagKind;

typedef struct {
    Str name;  /* without dashes */
    Str since; /* first Go that has it: "1.21"; empty: before 1.20 */
    GoFlagKind kind;
    bool is_of_builds; /* go list and go build have it; the others pass over it */
} GoFlag;

/* The first release that the table does not know: it may have got other flags. */
#define GOFLAGS_UNKNOWN_GO S("1.28")

/* False for a name that no known Go takes. All flags that a Go had, its successors have. */
bool goflag_find(Str name, GoFlag *ret);
/* The flag of a known Go whose name is most like it; empty when none is. */
Str goflag_nearest(Str name);

typedef struct {
    Str word;
    Str name;  /* without dashes; empty when the word is no flag */
    Str value; /* after '=' */
    bool has_value;
} GoFlagWord;

typedef enum {
    GOFLAG_END,
    GOFLAG_WORD,
    GOFLAG_UNTERMINATED, /* a quote that nothing closes; the word begins with it */
} GoFlagNext;

/* Takes the next word off *rest. */
GoFlagNext goflags_next(Str *rest, bool has_quotes, GoFlagWord *ret);
/* The same for any list that the go command splits so: "-s -w" of -ldflags. */
GoFlagNext goflags_next_quoted(Str *rest, bool has_quotes, Str *ret_word);

/* Whether a command that has the flag takes the value, as far as the word alone tells. When it does
 * not, *ret_why says what is expected, on a. */
bool goflag_check_value(Arena *a, const GoFlagWord *word, const GoFlag *flag, Str *ret_why);
/* Whether strconv.ParseBool takes it. */
bool goflag_is_bool(Str value, bool *ret);

#endif
