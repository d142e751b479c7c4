/* What a build here would be made with: the Go in use, its variables, the target. For commands with
 * --target and --tags, and perhaps --goroot and --goexperiment. */
#ifndef CMD_BUILDCONTEXT_H
#define CMD_BUILDCONTEXT_H

#include "cmd/session.h"
#include "go/load/target.h"
#include "go/mod/mainmods.h"

typedef struct {
    Str goroot, go_version; /* of the Go that runs when go is typed here */
    GoEnv env;              /* as that Go sees it */
    Target target;
    TargetWish wish; /* what the options said */
    Str tags;
    Environ environ; /* the caller's, with what the options say instead */
} BuildContext;

/* Fills *ret, which stays where it is. ERR_NOT_FOUND when no Go runs here; ERR_USAGE for a word of
 * GOFLAGS with which go list and go build end before they look at anything. */
bool buildcontext_find(Invocation *inv, ToolchainContext *c, BuildContext *ret, Err *err);

/* The same in two steps, for several targets of one Go, whatever --target and --tags say: all but
 * the target, and then, as often as wanted, a copy of that with a target. goroot empty: the Go that
 * runs here; it and what wish points to must live as long. */
bool buildcontext_find_go(Invocation *inv, ToolchainContext *c, Str goroot, Str go_version,
                          BuildContext *ret, Err *err);
bool buildcontext_aim(Arena *a, const BuildContext *go, const TargetWish *wish, BuildContext *ret,
                      Err *err);

/* The go.mod or go.work around; *ret is NULL when there is none, which is no error: the standard
 * library can be looked at anywhere. mains is where it is kept. Without a goroot in b its godebug
 * lines are not judged. */
bool buildcontext_find_mains(Invocation *inv, const BuildContext *b, Str dir, MainMods *mains,
                             const MainMods **ret, Err *err);

/* The patterns of the arguments; without them all that the project is: the module around the
 * directory, from there on, else every module of the workspace. mains may be NULL. */
Strs buildcontext_patterns(const Invocation *inv, const MainMods *mains, Str dir);

/* A go.mod or go.work asks for a newer Go than the one here: the go command would refuse, or fetch
 * another. What can be told is told all the same, with a warning, and *ret_code EXIT_FINDINGS. */
void buildcontext_warn_of_newer_go(const Invocation *inv, const BuildContext *b,
                                   const MainMods *mains, int *ret_code);

#endif
