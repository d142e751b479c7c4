/* Locks between processes: open-file-description locks, gone with their last descriptor. */
#ifndef OS_LOCK_H
#define OS_LOCK_H

#include "os/file.h"

typedef enum { LOCK_FAILED, LOCK_HELD, LOCK_BUSY } LockOutcome;

/* Takes the exclusive (or shared) lock of an open file, waiting at most timeout_ms (0: not at all,
 * -1: for ever). The lock lasts until the descriptor is closed. */
LockOutcome lock_acquire(int fd, bool exclusive, int64_t timeout_ms, Err *err);

#endif
