/* Finding installed toolchains by what a person asks for. */
#ifndef TOOLCHAIN_INSTALLED_H
#define TOOLCHAIN_INSTALLED_H

#include "go/mod/spec.h"
#include "store/record.h"
#include "toolchain/context.h"
#include "toolchain/resolve.h"

typedef enum {
    INSTALLED_FAILED,
    INSTALLED_FOUND,
    INSTALLED_NONE, /* nothing that is installed answers to it */
} InstalledOutcome;

/* The newest installed toolchain of the platform that spec (a version SPEC) accepts. */
InstalledOutcome installed_find(ToolchainContext *c, Arena *a, const Spec *spec, Str os, Str arch,
                                StoreRecord *ret, Err *err);

/* Id of the official build: "go1.26.8.linux-amd64". version is "1.26.8". */
Str installed_id(Arena *a, Str version, Str os, Str arch);

/* For ResolveInput: answers from this machine's platform. The context is a ToolchainContext. */
bool installed_newest(void *context, Str spec, Str *ret_name);

#endif
