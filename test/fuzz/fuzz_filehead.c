/* The head of a Go file: a part of the text gives what the whole gives, or asks for more; the other
 * readers of a header come to an end. */
#include "base/panic.h"
#include "go/load/commenttext.h"
#include "go/load/filehead.h"

static void check_part(Str text, isize len, const FileHead *whole, FileHeadOutcome expected)
{
    Arena a = arena_init(64 * KIB);
    FileHead part;
    FileHeadOutcome outcome = filehead_read(&a, S("/d/x.go"), str_to(text, len), false, &part);
    if (outcome != FILEHEAD_MORE) {
        ASSERT(outcome == expected && part.imports.len == whole->imports.len);
        ASSERT(part.header.len == whole->header.len && str_eq(part.package, whole->package));
        ASSERT(part.faults.len == whole->faults.len);
    }
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(64 * KIB);
    Str text = {(const char *)data, (isize)size}, header;
    FileHead head;
    FileHeadOutcome outcome = filehead_read(&a, S("/d/x.go"), text, true, &head);
    ASSERT(outcome == FILEHEAD_READ || outcome == FILEHEAD_NUL);
    ASSERT(head.faults.len == 0 || (head.imports.len == 0 && head.directives.len == 0));
    ASSERT(filehead_comments(text, true, &header) != FILEHEAD_MORE);
    HeadConstraints found = filehead_constraints(head.header);
    ASSERT(found.plus.len <= head.header.len);
    commenttext_synopsis(&a, commenttext_of(&a, head.doc));
    for (isize len = text.len / 2; len < text.len; len += MAX(1, text.len / 8)) {
        check_part(text, len, &head, outcome);
    }
    arena_done(&a);
    return 0;
}
