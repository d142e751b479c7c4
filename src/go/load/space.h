/* White space as Go has it (unicode.IsSpace): beyond ASCII too. */
#ifndef GO_LOAD_SPACE_H
#define GO_LOAD_SPACE_H

#include "base/str.h"

bool space_is(uint32_t rune);
/* Bytes of the white space that s begins with: of one rune; 0 for none. */
isize space_len(Str s);
/* strings.TrimSpace. */
Str space_trim(Str s);
/* Takes the next field off *rest (strings.Fields); false when there is none. */
bool space_next_field(Str *rest, Str *ret_field);

#endif
