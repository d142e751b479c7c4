/*
 * goward and its shim are one program: what it is called decides.
 *
 * As `go` or `gofmt` it only finds the right Go and becomes it; nothing is set up for that, because
 * everybody who types `go` pays for it. As anything else it is the command line of cmd/table.c.
 */
#include "cmd/command.h"
#include "cmd/shim.h"
#include "cmd/version.h"
#include "os/stack.h"
#include "os/standard.h"

static int run(int argc, char **argv)
{
    Str tool;
    if (argc > 0 && shim_is_called(argv[0], &tool)) {
        return shim_main(tool, argc, argv);
    }
    standard_prepare();
    if (argc == 2 && str_eq(str_from_c(argv[1]), S("--version"))) {
        return version_answer();
    }
    return command_main(argc, argv);
}

int main(int argc, char **argv)
{
    return stack_call(run, argc, argv);
}
