/* Replies of /lookup: what is accepted is its parts put together, and its record says of its own
 * subject what it says. */
#include "base/panic.h"
#include "base/strbuf.h"
#include "sumdb/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_init(0);
    Str body = {(const char *)data, (isize)size};
    RecordReply reply;
    Err err;
    if (record_parse_reply(body, &reply, &err)) {
        StrBuf joined = strbuf_init(&arena);
        strbuf_add_format(&joined, "%lld\n", (long long)reply.id);
        strbuf_add(&joined, reply.text);
        strbuf_add_byte(&joined, '\n');
        strbuf_add(&joined, reply.note); /* may hold NUL bytes: not looked at yet */
        ASSERT(str_eq(strbuf_str(&joined), body));
        SumdbRecord record;
        Str module, version;
        if (record_subject(reply.text, &module, &version) &&
            record_read_hashes(arena, reply.text, module, version, &record, &err)) {
            Str line = str_format(&arena, "%.*s %.*s %.*s\n", STR_ARG(module), STR_ARG(version),
                                  STR_ARG(record.h1));
            ASSERT(str_contains(reply.text, line));
        }
    }
    arena_done(&arena);
    return 0;
}
