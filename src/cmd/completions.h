/* The completion scripts: what a shell needs to ask `goward __complete` and to show the answer. */
#ifndef CMD_COMPLETIONS_H
#define CMD_COMPLETIONS_H

#include "cmd/complete.h"

Str completions_script(Shell shell);

#endif
