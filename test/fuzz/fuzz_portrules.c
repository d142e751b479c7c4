/* Rules of ports: whatever stands in supported.go, it is followed to an end, and the same question
 * has the same answer. */
#include "base/panic.h"
#include "go/load/portrules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Str functions[] = {
        STR_CONST("RaceDetectorSupported"),
        STR_CONST("MustLinkExternal"),
        STR_CONST("BuildModeSupported"),
    };
    Arena a = arena_init(64 * KIB);
    Str text = {(const char *)data, (isize)size};
    PortRules rules;
    Err err;
    if (portrules_parse(&a, text, &rules, &err)) {
        for (isize i = 0; i < COUNT_OF(functions); i++) {
            Str mode = i == 2 ? S("pie") : (Str){0};
            PortRule answer = portrules_ask(a, &rules, functions[i], mode, S("linux"), S("amd64"));
            ASSERT(portrules_ask(a, &rules, functions[i], mode, S("linux"), S("amd64")) == answer);
        }
    } else {
        ASSERT(err.text[0] != 0);
    }
    arena_done(&a);
    return 0;
}
