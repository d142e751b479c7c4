/* GOFLAGS as the Go in use reads it, and what a remedy makes of it. */
#ifndef DOCTOR_GOFLAGS_H
#define DOCTOR_GOFLAGS_H

#include "doctor/context.h"
#include "go/env/goflags.h"

/* The last word of that name; false when there is none. */
bool goflags_last(const Doctor *d, const Variable *goflags, Str name, GoFlagWord *ret);
/* Whether the Go in use reads quotes. */
bool goflags_have_quotes(const Doctor *d);
/* GOFLAGS without one of its words, for the remedy. */
Str goflags_without(Doctor *d, const Variable *goflags, Str word);

#endif
