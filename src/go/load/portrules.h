/*
 * What can be done on a port: race detector, sanitizers, build modes, position-independent
 * programs.
 *
 * The go command asks functions of src/internal/platform/supported.go of its own sources, which
 * change with releases; so they are read there and followed, not compiled in. They are switches
 * over words. What is beyond comparing words is not followed, and the answer then unknown.
 */
#ifndef GO_LOAD_PORTRULES_H
#define GO_LOAD_PORTRULES_H

#include "base/err.h"
#include "go/syntax/ast.h"

typedef enum {
    PORTRULE_UNKNOWN, /* this Go has no such function, or it is of another form */
    PORTRULE_NO,
    PORTRULE_YES,
} PortRule;

typedef struct {
    AstFile file;
} PortRules;

/* Reads the functions of a Go; before Go 1.20 there are none, and everything is unknown. What
 * cannot be read is an error. Lives on a. */
bool portrules_read(Arena *a, Str goroot, PortRules *ret, Err *err);
/* The same from the text of supported.go. */
bool portrules_parse(Arena *a, Str text, PortRules *ret, Err *err);

/* What a function ("RaceDetectorSupported") answers for a port that the Go has. mode: that of
 * BuildModeSupported, else empty; further parameters are false. */
PortRule portrules_ask(Arena scratch, const PortRules *rules, Str function, Str mode, Str os,
                       Str arch);

#endif
