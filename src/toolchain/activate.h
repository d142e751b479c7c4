/* Making toolchains the ones that run: generations, and the shims that lead to them. */
#ifndef TOOLCHAIN_ACTIVATE_H
#define TOOLCHAIN_ACTIVATE_H

#include "store/generation.h"
#include "store/switch.h"
#include "toolchain/context.h"

typedef struct {
    Str id;          /* to make visible; must be installed */
    bool as_default; /* and the machine's default */
    Str action, project, reason;
    const GenerationEdit *edit; /* NULL: none */
} Activation;

/* Switches to a generation in which the toolchain is visible; *ret_number is the current one
 * afterwards. GENERATION_UNCHANGED when it was. The store must be claimed. */
GenerationOutcome activate_toolchain(Store *store, const Activation *wanted, int64_t *ret_number,
                                     Err *err);

/* Switches to a generation without the toolchain, unless it is the default (left as it is). */
bool activate_hide(Store *store, Str id, Err *err);

/* Puts go, gofmt and goward into <home>/bin, as links to the running program. */
bool activate_shims(Store *store, Err *err);

#endif
