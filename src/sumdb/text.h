/* What the texts of a log may hold: rules that signed notes, records and names share. */
#ifndef SUMDB_TEXT_H
#define SUMDB_TEXT_H

#include "base/str.h"

/* Valid UTF-8 (no surrogates, nothing overlong) without bytes below 0x20 but newline. */
bool text_is_clean(Str s);

/* The name of a signer: not empty, valid UTF-8, no "+" and no Unicode white space. */
bool text_is_name(Str s);

#endif
