/* How goward compat tells its answer. */
#ifndef CMD_COMPATREPORT_H
#define CMD_COMPATREPORT_H

#include "cmd/checkgrid.h"
#include "go/compat/floor.h"

typedef struct {
    StdSymbols std;
    CodeUses uses;
    Floor floor;
    Compat modules;
    bool has_modules;
    CompatGos gos;
    bool is_asked;                       /* --go was given */
    isize n_packages, n_files, n_errors; /* that were asked for; what is wrong with them */
    isize n_left_out; /* Go files of these that are built for none of the targets */
    const CheckGrid *grid;
} CompatAnswer;

/* For people, or with --json for programs. *ret_code becomes EXIT_FINDINGS when the go line is too
 * low, types could not be checked, or a Go of --go is too old. */
void compatreport_tell(Invocation *inv, const CompatAnswer *answer, int *ret_code);

#endif
