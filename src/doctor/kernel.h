/* The kernel and its clock, for checks that meet their consequences. */
#ifndef DOCTOR_KERNEL_H
#define DOCTOR_KERNEL_H

#include "doctor/context.h"

/* Whether GWD101 finds that the clock is behind the Go in use. */
bool kernel_clock_is_behind(const Doctor *d);

#endif
