/* What a stream can show: colour, hyperlinks, UTF-8, width. And the few inks that goward uses. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

#include "base/strbuf.h"
#include "os/environ.h"

typedef enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER, COLOUR_COUNT } ColourWish;

/* Colour never carries meaning alone: every ink goes with a word that says the same. */
typedef enum {
    INK_PLAIN,
    INK_STRONG, /* the one word of a line that matters */
    INK_DIM,    /* labels, places, what may be skipped */
    INK_GOOD,
    INK_WARN,
    INK_BAD,
    INK_COUNT,
} Ink;

typedef struct {
    bool is_terminal;
    bool can_redraw; /* a terminal with cursor control: TERM is set and not "dumb" */
    bool colour;
    bool hyperlinks; /* OSC 8 */
    bool utf8;       /* the locale's encoding: else goward's own signs fall back to ASCII */
    int width;       /* columns; 0 when the stream is no terminal: never cut, never padded to fit */
} Style;

/* The style of descriptor fd. Colour: wish > NO_COLOR > FORCE_COLOR, CLICOLOR_FORCE > terminal with
 * TERM other than "dumb". Hyperlinks: such a terminal, unless no_hyperlinks or NO_HYPERLINKS. */
Style style_of(int fd, const Environ *env, ColourWish wish, bool no_hyperlinks);

/* The same rules for facts already known; style_of asks the kernel, this asks nobody. */
Style style_decide(const Environ *env, ColourWish wish, bool no_hyperlinks, bool is_terminal,
                   int width);

/* " · " (", " where the locale is not UTF-8), and the sign for "something was cut off". */
Str style_separator(const Style *s);
Str style_ellipsis(const Style *s);

/* Appends text, cleaned (report/text.h) and inked; gives the columns it takes. */
isize style_add(StrBuf *b, const Style *s, Ink ink, Str text);
/* The same as a link to the file at an absolute path, where the terminal can. */
isize style_add_link(StrBuf *b, const Style *s, Ink ink, Str path, Str text);

#endif
