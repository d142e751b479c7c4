/* What goward calls itself. */
#ifndef CMD_VERSION_H
#define CMD_VERSION_H

#include "report/report.h"

#define GOWARD_VERSION "0.1.0"       /* the one of meson.build */
#define GOWARD_RELEASED "2026-11-21" /* stands in the manual pages */

/* One line, or the object of --json. Always true. */
bool version_print(Report *r);

/* The line straight to standard output, with nothing set up before: for main. The exit code. */
int version_answer(void);

#endif
