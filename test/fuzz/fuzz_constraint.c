/* Build constraints: what is read can be written, and means the same when it is read again. */
#include "base/panic.h"
#include "go/load/constraint.h"

static bool is_odd(void *context, Str tag)
{
    (void)context;
    return (tag.len & 1) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(64 * KIB);
    Str line = {(const char *)data, (isize)size};
    const Constraint *x, *y;
    Diagnostic wrong;
    constraint_parse_word(&a, line);
    if (constraint_parse(&a, line, &x, &wrong)) {
        ASSERT(constraint_is_go_build(line) || constraint_is_plus_build(line));
        Str written = str_concat(&a, S("//go:build "), constraint_format(&a, x));
        bool holds = constraint_holds(x, is_odd, NULL);
        if (constraint_parse(&a, written, &y, &wrong)) {
            ASSERT(constraint_holds(y, is_odd, NULL) == holds);
            ASSERT(constraint_go_minor(y) == constraint_go_minor(x));
            ASSERT(constraint_may_hold(y) == constraint_may_hold(x));
        }
        ASSERT(!holds || constraint_may_hold(x));
        ASSERT(holds || !constraint_holds(constraint_blamed(x, is_odd, NULL), is_odd, NULL));
    } else {
        ASSERT(wrong.message.len > 0);
    }
    arena_done(&a);
    return 0;
}
