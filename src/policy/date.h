/* Days of the calendar, as numbers: what rules with a date count in. All dates are UTC. */
#ifndef POLICY_DATE_H
#define POLICY_DATE_H

#include "base/str.h"

#define DATE_SECONDS_A_DAY 86400

/* "2026-11-01" (no other form, years 1970 to 9999, days that exist): the number of days since
 * 1970-01-01. */
bool date_parse(Str text, int64_t *ret_day);
Str date_text(Arena *a, int64_t day);

#endif
