/* The "key value" files of the store: a record, a generation, a journal. What is read and written
 * again is read as the same. */
#include "base/panic.h"
#include "format/sha256.h"
#include "store/journal.h"
#include "store/record.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_record(Arena a, Str text)
{
    Err err;
    StoreRecord r;
    if (record_parse(&a, S("go1.26.8.linux-amd64"), text, &r, &err)) {
        Str written = record_format(&a, &r);
        ASSERT(record_parse(&a, r.id, written, &r, &err));
        ASSERT(str_eq(record_format(&a, &r), written));
    }
}

static void read_generation(Arena a, Str text)
{
    Err err;
    Generation g;
    if (generation_parse(&a, 7, text, &g, &err)) {
        Str written = generation_format(&a, &g);
        ASSERT(generation_parse(&a, 7, written, &g, &err));
        ASSERT(str_eq(generation_format(&a, &g), written));
    }
}

/* As it stands, and as the body of a journal whose digest is right. */
static void read_journal(Arena a, Str text)
{
    Journal j;
    char hex[2 * SHA256_LEN];
    journal_parse(&a, text, &j);
    Sha256 digest = sha256_of(text);
    sha256_to_hex(&digest, hex);
    Str whole = str_format(&a, "%.*send %.*s\n", STR_ARG(text), (int)sizeof(hex), hex);
    if (journal_parse(&a, whole, &j)) {
        Str written = journal_format(&a, &j);
        ASSERT(journal_parse(&a, written, &j));
        ASSERT(str_eq(journal_format(&a, &j), written));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Str text = {(const char *)data, (isize)size};
    read_record(a, text);
    read_generation(a, text);
    read_journal(a, text);
    arena_done(&a);
    return 0;
}
