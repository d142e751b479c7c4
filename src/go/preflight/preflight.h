/*
 * Packages that are checked for one target after the other, and in one run after the other: each
 * package is checked again only where something that it can see differs. What comes out is what
 * go/types/typecheck.h finds for each target alone.
 */
#ifndef GO_PREFLIGHT_PREFLIGHT_H
#define GO_PREFLIGHT_PREFLIGHT_H

#include "go/preflight/checkcache.h"
#include "go/types/typecheck.h"

typedef struct Preflight Preflight;

typedef struct {
    isize jobs;        /* threads, at least 1 */
    bool is_single;    /* there will be one target alone */
    CheckCache *cache; /* of earlier runs, and for later ones; or NULL */
} PreflightOptions;

/* Release it with preflight_done. */
Preflight *preflight_new(const PreflightOptions *options);
void preflight_done(Preflight *p);

/* Checks all units; *options is as for typecheck_run, but jobs and room are p's. *ret has a result
 * for each, on a. The witness, for which there must be no cache, is shown whole what is checked,
 * and of that no more than what others need where an equal unit was there before. Files are read
 * once: what changes meanwhile may be seen as it was. */
bool preflight_run(Preflight *p, Arena *a, const TypecheckOptions *options,
                   const UnitResult *const **ret, Err *err);

/* Whether preflight_prepare for the next target saves time: of the last one little was known. */
bool preflight_wants_next(const Preflight *p);
/* Looks at the packages of a later run, while another thread is in preflight_run: there is less to
 * be done in it then, or no less where no thread can be had for it. a is not that run's. */
void preflight_prepare(Preflight *p, Arena *a, const TypecheckUnits *units);

/* Puts into the cache what was found out. After the last target; nothing without a cache. */
void preflight_keep(Preflight *p);

/* How many packages were checked, and how many were taken from a target or a run before. */
typedef struct {
    isize n_checked, n_known;
} PreflightCount;
PreflightCount preflight_count(const Preflight *p);

#endif
