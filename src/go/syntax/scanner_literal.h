/* The parts of the scanner that read literals; for scanner.c alone. */
#ifndef GO_SYNTAX_SCANNER_LITERAL_H
#define GO_SYNTAX_SCANNER_LITERAL_H

#include "go/syntax/scanner.h"

/* Each reads the literal that begins at s->at, goes past it, and tells what is wrong with it. */
Token scanner_scan_number(Scanner *s);
Token scanner_scan_string(Scanner *s);
Token scanner_scan_raw_string(Scanner *s);
Token scanner_scan_char(Scanner *s);

/* ---- what they share with the rest of the scanner ---- */

/* Whether a zero byte at `at` is the end of the text. */
bool scanner_is_end(const Scanner *s, const char *at);
/* Decodes a byte of class ODD that is not the end, and reports it when no text may hold it. Gives
 * its length. */
int scanner_read_odd(Scanner *s, const char *at, uint32_t *ret_rune);
/* An error about a rune, which is written as "U+0040 '@'" for the one %s of format. */
void scanner_error_rune(Scanner *s, SourcePos pos, const char *format, uint32_t rune);

#endif
