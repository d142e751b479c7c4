/* What GWD047 tells, for the checks that meet the same value. */
#ifndef DOCTOR_GOENVFILE_H
#define DOCTOR_GOENVFILE_H

#include "doctor/context.h"

/* Whether the value holds bytes that nobody meant and GWD047, which is made as well, says so: what
 * follows from them is no finding of its own. */
bool goenvfile_explains(const Doctor *d, const Variable *v);

#endif
