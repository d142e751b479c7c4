/* The audit log: what the checker accepts is a chain, and appending to what the tail says keeps it
 * one. */
#include "base/panic.h"
#include "store/audit.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Str text = {(const char *)data, (isize)size};
    AuditLog log = audit_check(&a, text);
    ASSERT(log.is_whole == (log.broken_line == 0));
    AuditTail tail = audit_find_tail(a, text, text.len);
    ASSERT(tail.torn >= 0 && tail.torn <= text.len);
    if (log.is_whole) {
        AuditEntry entry = {.sequence = tail.sequence + 1, .user = text, .detail = text};
        ASSERT(!tail.is_broken && tail.torn == 0 && tail.sequence == log.len);
        ASSERT(sha256_eq(&tail.hash, &log.hash));
        Str longer = str_concat(&a, text, audit_format_line(&a, &tail.hash, &entry));
        ASSERT(audit_check(&a, longer).is_whole);
    }
    Sha256 hash;
    AuditEntry entry;
    if (audit_parse_line(&a, text, &hash, &entry)) {
        Str line = audit_format_line(&a, &hash, &entry);
        ASSERT(line.len <= AUDIT_MAX_LINE);
        ASSERT(audit_parse_line(&a, str_to(line, line.len - 1), &hash, &entry));
    }
    audit_find_tail(a, text, text.len + 1);
    arena_done(&a);
    return 0;
}
