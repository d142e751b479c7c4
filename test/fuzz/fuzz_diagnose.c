/* Build logs: whatever is in one, however it is cut, and whether it is at hand as a whole, the same
 * causes are found, in order, and none in a line that is not there. */
#include "base/panic.h"
#include "doctor/diagnose.h"

#define ARENA_SIZE (4 * MIB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_causes(const CauseList *causes, int64_t n_lines)
{
    for (isize i = 0; i < causes->len; i++) {
        const Cause *cause = &causes->ptr[i];
        ASSERT(cause->line >= 1 && cause->line <= MAX(1, n_lines));
        ASSERT(cause->count >= 1);
        ASSERT(cause->text.len <= DIAGNOSE_MAX_TEXT);
        ASSERT(i == 0 || causes->ptr[i - 1].row->depth >= cause->row->depth);
    }
}

static void check_same(const CauseList *causes, const CauseList *again)
{
    ASSERT(again->len == causes->len);
    for (isize i = 0; i < again->len; i++) {
        ASSERT(again->ptr[i].row == causes->ptr[i].row);
        ASSERT(again->ptr[i].line == causes->ptr[i].line);
        ASSERT(again->ptr[i].count == causes->ptr[i].count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(ARENA_SIZE);
    Str log = {(const char *)data, (isize)size};
    Diagnosis *whole = diagnosis_new(&a);
    diagnosis_feed(whole, log);
    int64_t n_lines = diagnosis_lines(whole);
    CauseList causes = diagnosis_end(whole);
    check_causes(&causes, n_lines);

    Diagnosis *parts = diagnosis_new(&a);
    isize cut = log.len > 0 ? (isize)data[0] % (log.len + 1) : 0;
    diagnosis_feed(parts, str_to(log, cut));
    diagnosis_feed(parts, str_from(log, cut));
    CauseList again = diagnosis_end(parts);
    ASSERT(diagnosis_lines(parts) == n_lines);
    check_same(&causes, &again);

    Diagnosis *at_hand = diagnosis_of(&a, log);
    ASSERT(diagnosis_lines(at_hand) == n_lines);
    CauseList of_text = diagnosis_end(at_hand);
    check_same(&causes, &of_text);
    const ErrorRow *nearest[ERRORS_NEAREST];
    errors_nearest(a, log, nearest);
    arena_done(&a);
    return 0;
}
