/* Build logs: whatever is in one, and however it is cut, the same causes are found, in order, and
 * none in a line that is not there. */
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
    ASSERT(again.len == causes.len && diagnosis_lines(parts) == n_lines);
    for (isize i = 0; i < again.len; i++) {
        ASSERT(again.ptr[i].row == causes.ptr[i].row && again.ptr[i].line == causes.ptr[i].line);
        ASSERT(again.ptr[i].count == causes.ptr[i].count);
    }
    const ErrorRow *nearest[ERRORS_NEAREST];
    errors_nearest(a, log, nearest);
    arena_done(&a);
    return 0;
}
