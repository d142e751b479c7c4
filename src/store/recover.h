/* Putting the store right after a writer that died: forward past a commit point, back before it. */
#ifndef STORE_RECOVER_H
#define STORE_RECOVER_H

#include "store/store.h"

/* Under the lock, by store_open. Idempotent: dying in the middle of it is just another crash.
 * What it did goes to s->notes. */
bool store_recover(Store *s, Err *err);

#endif
