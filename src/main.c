/*
 * goward and its shim are one program: what it is called decides.
 *
 * As `go` or `gofmt` it only finds the right Go and becomes it; nothing is set up for that, because
 * everybody who types `go` pays for it. As anything else it is the command line of cmd/table.c.
 */
#include "base/path.h"
#include "cmd/command.h"
#include "cmd/shim.h"
#include "cmd/version.h"
#include "os/standard.h"

int main(int argc, char **argv)
{
    Str name = path_base(str_from_c(argc > 0 ? argv[0] : NULL));
    if (str_eq(name, S("go")) || str_eq(name, S("gofmt"))) {
        return shim_main(argc, argv);
    }
    standard_prepare();
    if (argc == 2 && str_eq(str_from_c(argv[1]), S("--version"))) {
        return version_answer();
    }
    return command_main(argc, argv);
}
