/* The ports of a Go: the GOOS/GOARCH pairs that it builds for. */
#ifndef GO_ROOT_PORTLIST_H
#define GO_ROOT_PORTLIST_H

#include "base/err.h"

typedef struct {
    Str os, arch;
    bool has_cgo;
    bool is_first_class;
    bool is_broken; /* listed, and known not to work */
} Port;

typedef struct {
    Port *ptr;
    isize len;
} PortList;

/* Reads src/internal/platform/zosarch.go, before Go 1.21 src/cmd/go/internal/cfg/zosarch.go, with
 * what src/cmd/dist/build.go says of its ports. */
bool portlist_read(Arena *a, Str goroot, PortList *ret, Err *err);
/* The same from the text of either file; ERR_FORMAT when no port can be seen in it. */
bool portlist_parse(Arena *a, Str text, PortList *ret, Err *err);

/* NULL when there is no such port. */
const Port *portlist_find(const PortList *list, Str os, Str arch);

#endif
