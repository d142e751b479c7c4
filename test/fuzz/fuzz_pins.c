/* Pin files: the first byte chooses the kind. What is named must be a version. */
#include "base/panic.h"
#include "go/mod/version.h"
#include "toolchain/pins.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    Arena a = arena_init(64 * KIB);
    PinKind kind = (PinKind)(1 + data[0] % (PIN_KIND_COUNT - 1));
    Str text = {(const char *)data + 1, (isize)size - 1};
    Pin pin;
    Err err;
    if (pin_parse(&a, kind, S("file"), text, &pin, &err)) {
        ASSERT((pin.says == PIN_SAYS_NOTHING) == (pin.line == 0));
        if (pin.says == PIN_SAYS_EXACT) {
            ASSERT(goversion_of_toolchain(pin.name).len > 0);
        }
        ASSERT((pin.says == PIN_SAYS_SPEC) == (pin.spec.len > 0));
    } else {
        ASSERT(err.kind == ERR_FORMAT || err.kind == ERR_LIMIT);
    }
    arena_done(&a);
    return 0;
}
