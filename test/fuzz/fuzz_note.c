/* Signed notes: whatever is opened is a text with a blank line behind it, and opens again. */
#include "base/panic.h"
#include "sumdb/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Str vkeys[] = {
    STR_CONST("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
    STR_CONST("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_init(0);
    Str msg = {(const char *)data, (isize)size};
    for (isize i = 0; i < COUNT_OF(vkeys); i++) {
        NoteVerifier verifier;
        Str text, again;
        Err err;
        ASSERT(note_verifier_parse(arena, vkeys[i], &verifier, &err));
        if (note_open(arena, msg, &verifier, &text, &err)) {
            ASSERT(text.ptr == msg.ptr && text.len > 0 && text.len + 1 < msg.len);
            ASSERT(msg.ptr[text.len - 1] == '\n' && msg.ptr[text.len] == '\n');
            ASSERT(note_open(arena, msg, &verifier, &again, &err) && str_eq(again, text));
        }
    }
    arena_done(&arena);
    return 0;
}
