/* Packets between goward and its network helper: what decodes must encode to the same bytes. */
#include "base/panic.h"
#include "os/fetch_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char again[FETCH_MAX_PACKET];
    FetchWire message;
    Str packet = {(const char *)data, (isize)size};
    if (!fetch_wire_decode(packet, &message)) {
        return 0;
    }
    isize len = fetch_wire_encode(&message, again);
    ASSERT(str_eq((Str){again, len}, packet));
    if (message.kind == FETCH_WIRE_FAILED) {
        ASSERT(fetch_fault_name(message.failed.fault).len > 0);
    }
    return 0;
}
