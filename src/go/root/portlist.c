/*
 * Two forms: since Go 1.21 a list of pairs and a map of what each supports,
 *
 *     var List = []OSArch{            var distInfo = map[OSArch]osArchInfo{
 *         {"aix", "ppc64"},               {"aix", "ppc64"}: {CgoSupported: true},
 *
 * and before, one map with an entry for each port:
 *
 *     var OSArchSupportsCgo = map[string]bool{
 *         "aix/ppc64": true,
 *
 * beside which cmd/dist knew what is first class, and what does not work:
 *
 *     var firstClass = map[string]bool{         var incomplete = map[string]bool{
 *         "darwin/amd64":  true,                    "linux/sparc64": true,
 */
#include "go/root/portlist.h"

#include "base/vec.h"
#include "go/root/gosource.h"

typedef VEC(Port) PortVec;

static void parse_old(Arena *a, Str body, PortVec *ports)
{
    Str line, pair;
    while (gosource_next_line(&body, &line)) {
        if (gosource_next_quoted(&line, &pair)) {
            StrCut cut = str_cut(pair, '/');
            *VEC_PUSH(a, ports) =
                (Port){.os = cut.head, .arch = cut.tail, .has_cgo = str_contains(line, S("true"))};
        }
    }
}

static void parse_list(Arena *a, Str body, PortVec *ports)
{
    Str line, os, arch;
    while (gosource_next_line(&body, &line)) {
        if (gosource_next_quoted(&line, &os) && gosource_next_quoted(&line, &arch)) {
            *VEC_PUSH(a, ports) = (Port){.os = os, .arch = arch};
        }
    }
}

static Port *find(Port *ports, isize n, Str os, Str arch)
{
    for (isize i = 0; i < n; i++) {
        if (str_eq(ports[i].os, os) && str_eq(ports[i].arch, arch)) {
            return &ports[i];
        }
    }
    return NULL;
}

static void parse_info(Str body, PortVec *ports)
{
    Str line, os, arch;
    while (gosource_next_line(&body, &line)) {
        if (gosource_next_quoted(&line, &os) && gosource_next_quoted(&line, &arch)) {
            Port *port = find(ports->ptr, ports->len, os, arch);
            if (port != NULL) {
                port->has_cgo = str_contains(line, S("CgoSupported: true"));
                port->is_first_class = str_contains(line, S("FirstClass: true"));
                port->is_broken = str_contains(line, S("Broken: true"));
            }
        }
    }
}

bool portlist_parse(Arena *a, Str text, PortList *ret, Err *err)
{
    PortVec ports = {0};
    Str rest = text, body;
    if (gosource_next_block(&rest, S("var OSArchSupportsCgo = "), &body)) {
        parse_old(a, body, &ports);
    }
    rest = text;
    if (gosource_next_block(&rest, S("var List = "), &body)) {
        parse_list(a, body, &ports);
    }
    rest = text;
    if (gosource_next_block(&rest, S("var distInfo = "), &body)) {
        parse_info(body, &ports);
    }
    if (ports.len == 0) {
        return FAIL(err, ERR_FORMAT, "no port can be seen in zosarch.go");
    }
    *ret = (PortList){ports.ptr, ports.len};
    return true;
}

/* Sets what is at offset of a Port where the pairs of a map say true. */
static void parse_flags(Str text, Str head, PortList *list, isize offset)
{
    Str body, line, pair;
    if (!gosource_next_block(&text, head, &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        if (gosource_next_quoted(&line, &pair)) {
            StrCut cut = str_cut(pair, '/');
            Port *port = find(list->ptr, list->len, cut.head, cut.tail);
            if (port != NULL) {
                *(bool *)((char *)port + offset) = str_contains(line, S("true"));
            }
        }
    }
}

static bool read_old(Arena *a, Str goroot, Str text, PortList *ret, Err *err)
{
    Str dist;
    Err ignored;
    if (!portlist_parse(a, text, ret, err)) {
        return false;
    }
    if (gosource_read(a, goroot, S("cmd/dist/build.go"), &dist, &ignored)) {
        parse_flags(dist, S("var firstClass = "), ret, offsetof(Port, is_first_class));
        parse_flags(dist, S("var incomplete = "), ret, offsetof(Port, is_broken));
    }
    return true;
}

bool portlist_read(Arena *a, Str goroot, PortList *ret, Err *err)
{
    Str text;
    if (gosource_read(a, goroot, S("internal/platform/zosarch.go"), &text, err)) {
        return portlist_parse(a, text, ret, err);
    }
    return gosource_read(a, goroot, S("cmd/go/internal/cfg/zosarch.go"), &text, err) &&
           read_old(a, goroot, text, ret, err);
}

const Port *portlist_find(const PortList *list, Str os, Str arch)
{
    return find(list->ptr, list->len, os, arch);
}
