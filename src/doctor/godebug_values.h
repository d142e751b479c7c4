/* What GODEBUG says: the text of the environment variable, taken apart as the runtime does. */
#ifndef DOCTOR_GODEBUG_VALUES_H
#define DOCTOR_GODEBUG_VALUES_H

#include "doctor/context.h"

/* GODEBUG of the environment. The go env file cannot set it: a line there is read by nobody. */
Variable godebug_variable(const Doctor *d);

typedef struct {
    Str field;      /* "gctrace=1" */
    Str key, value; /* of a field without '=' the key is all of it */
    bool has_value;
} GodebugField;

/* Takes the next field off *list; empty ones are passed over. */
bool godebug_next_field(Str *list, GodebugField *ret);

/* The number that the runtime makes of a value (strconv.ParseInt in 32 bits); false for what it
 * passes over. */
bool godebug_number(Str value, int64_t *ret);
/* The number of a key: of its last field that is one. */
bool godebug_number_of(const Variable *godebug, Str key, int64_t *ret);

/* The list without a key, or with the key renamed; empty when nothing is left. */
Str godebug_without(Arena *a, Str list, Str key);
Str godebug_renamed(Arena *a, Str list, Str key, Str name);

#endif
