/*
 * Which files goward.yaml may run commands.
 *
 * A goward.yaml comes with a clone, and its checks are commands: none of them runs before the user
 * has said so. What is said is kept in <home>/trust, one record for each file: the SHA-256 of the
 * file and of every file of the project that its commands run (policy/programfiles.h). When one of
 * them is another by now, nothing runs until it was looked at again.
 *
 * Trusted without asking: the system's file when it belongs to root and nobody else may write to
 * it, and the user's own.
 *
 * A record's name is the SHA-256 of two real paths: of the file (a link to a trusted one is trusted
 * for its text) and of the folder it was found in (but only there, where its relative paths mean
 * what they meant). docs/formats/trust.md describes the format.
 */
#ifndef POLICY_CHECKTRUST_H
#define POLICY_CHECKTRUST_H

#include "policy/programfiles.h"

typedef struct {
    Str file;           /* real path of the goward.yaml */
    Str folder;         /* real path of where it was found, in which its commands run */
    ProgramFiles files; /* the file itself under its base name, then its programs */
    ConfigLayer layer;
    uint32_t owner, mode; /* of the file */
} TrustSubject;

typedef enum {
    TRUST_NONE,
    TRUST_GIVEN,   /* by the user, and all is as it was then */
    TRUST_OWN,     /* of the system or the user: nobody was asked */
    TRUST_MISSING, /* never given */
    TRUST_CHANGED, /* given, but something is another by now */
    TRUST_STATE_COUNT,
} TrustState;

typedef struct {
    TrustState state;
    Str because; /* of CHANGED: lines such as "scripts/check.sh has changed" */
} TrustVerdict;

/* What trusting the file would mean now. Reads the programs of its commands, but for a file that is
 * trusted without asking; env is the caller's, for PATH. */
bool checktrust_look(Arena *a, const ConfigFile *file, const ProjectChecks *checks,
                     const Environ *env, TrustSubject *ret, Err *err);

/* home: goward's own. False for a record that cannot be read, or a folder of records that others
 * may write to: then it says nothing about anything. */
bool checktrust_judge(Arena *a, Str home, const TrustSubject *s, TrustVerdict *ret, Err *err);

/* Keeps that the user trusts it as it is. A crash leaves the old record or the new one. */
bool checktrust_keep(Arena scratch, Str home, const TrustSubject *s, Err *err);

/* Takes the trust in the goward.yaml of a folder back, whether or not the file is still there.
 * FILE_ABSENT: there was none. */
FileOutcome checktrust_forget(Arena scratch, Str home, Str folder, Err *err);

/* "given", "own", "missing", "changed": for --json. */
Str checktrust_state_name(TrustState state);

#endif
