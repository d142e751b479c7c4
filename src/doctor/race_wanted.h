/* Whether builds here use the race detector. */
#ifndef DOCTOR_RACE_WANTED_H
#define DOCTOR_RACE_WANTED_H

#include "doctor/context.h"

/* Whether GOFLAGS turns a flag without argument on, as in "-race" and "-race=true". */
bool race_flag_is_on(const GoEnv *env, Str name);

/* -race in GOFLAGS, or the profile of whoever asks. */
bool race_is_wanted(const Doctor *d);

#endif
