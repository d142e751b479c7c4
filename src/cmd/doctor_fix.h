/* doctor --fix and doctor undo: what is shown, the question, and the journal in goward's home. */
#ifndef CMD_DOCTOR_FIX_H
#define CMD_DOCTOR_FIX_H

#include "cmd/checks.h"
#include "doctor/fixer.h"

typedef enum {
    FIXES_NOT_MADE, /* a dry run, or nothing to do */
    FIXES_MADE,
    FIXES_DECLINED, /* the answer was no */
    FIXES_UNASKED,  /* nobody could be asked, and --yes was not given */
} FixesOutcome;

typedef struct {
    FixPlan plan;
    FixesOutcome outcome;
} Fixes;

/* Puts right what an earlier run left half done, and says so. Does nothing, and makes nothing, when
 * no fix was ever made. */
bool doctor_fix_recover(Invocation *inv, ToolchainContext *c, Err *err);

/* Works out what the fixes that the checks propose would change. Reads only. */
bool doctor_fix_plan(Invocation *inv, ToolchainContext *c, const Checks *checks, Str goroot,
                     FixPlan *ret, Err *err);

/* Shows what would be changed, asks, and does it. */
bool doctor_fix_offer(Invocation *inv, ToolchainContext *c, const Checks *checks, Str goroot,
                      Fixes *ret, Err *err);

/* Removes the sets of fixes that are not needed any more, as fixer_collect says; what an earlier
 * run left half done is put right first. None where no fix was ever made. */
bool doctor_fix_collect(Invocation *inv, ToolchainContext *c, FixCollected *ret, Err *err);

/* The key "fixes": an array of {id, kind, path, says, done, because}. */
void doctor_fix_json(JsonWriter *w, const Fixes *fixes);

#endif
