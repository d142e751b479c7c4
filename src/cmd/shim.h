/* goward under the name go or gofmt: resolve, install when wanted and allowed, become it. */
#ifndef CMD_SHIM_H
#define CMD_SHIM_H

#include "base/str.h"

/* Whether argv[0] is the name of a shim; *ret_tool is then "go" or "gofmt". */
bool shim_is_called(const char *argv0, Str *ret_tool);

/* Becomes the tool of the selected Go. Comes back only with an exit code, after saying why. */
int shim_main(Str tool, int argc, char **argv);

#endif
