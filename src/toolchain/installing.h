/* Steps of an installation that its ways have in common. For install.c and install_place.c. */
#ifndef TOOLCHAIN_INSTALLING_H
#define TOOLCHAIN_INSTALLING_H

#include "toolchain/install.h"
#include "toolchain/unpack.h"

typedef struct {
    ToolchainContext *context;
    Arena *arena;
    Store *store; /* once claimed */
    const InstallOptions *wish;
    Release release;
    Str id;
    Installed *done;
    Str path;         /* of the archive on this machine, if it comes from one */
    ArchiveKind kind; /* of that archive */
} Install;

/* For the official build of a release. */
Install installing_begin(ToolchainContext *c, Arena *a, const Release *release,
                         const InstallOptions *wish, Installed *done);

/* Claims the store; true when the toolchain is there, else what go_on says. */
bool installing_unless_there(Install *in, bool (*go_on)(Install *in, Err *err), Err *err);

/* Fills done->proof, which must agree with expected_h1. */
bool installing_ask_log(Install *in, Err *err);
/* Asks the log, then installs from the context's source. */
bool installing_from_log_and_source(Install *in, Err *err);

/* Unpacks and commits an archive that must be what done->proof says. */
bool installing_archive(Install *in, int fd, int64_t len, ArchiveKind kind, Err *err);

/* Bytes that are no archive prove as little as wrong ones: such an *err becomes ERR_VERIFY. What
 * the kernel said stays what it is. Returns false. */
bool installing_refuse(Err *err);

/* Commits what was unpacked; fills done->record. */
bool installing_commit(Install *in, StoreTxn *txn, const Unpacked *unpacked, Status status,
                       Err *err);

#endif
