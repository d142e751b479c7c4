/* Tables of symbols: what is read can be found again. The first byte says which form it is. */
#include "base/panic.h"
#include "go/compat/stdsymbols.h"
#include "go/syntax/scanner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    Arena a = arena_init(64 * KIB), scratch = arena_init(64 * KIB);
    Str text = {(const char *)data + 1, (isize)size - 1};
    StdSymbols s = stdsymbols_init(&a);
    if (data[0] == 'a') {
        stdsymbols_parse_api(&s, scratch, text, 1);
    } else {
        char *copy = ARENA_ARRAY(&a, char, text.len + SCANNER_PADDING);
        memcpy(copy, text.ptr, (size_t)text.len);
        stdsymbols_parse_manifest(&s, (Str){copy, text.len});
    }
    for (isize i = 0; i < s.symbols.len; i++) {
        const StdSymbol *symbol = &s.symbols.ptr[i];
        isize package = stdsymbols_package(&s, symbol->package);
        ASSERT(package >= 0 && s.packages.ptr[package].since <= symbol->since);
        ASSERT(symbol->kind > STD_NONE && symbol->kind < STD_KIND_COUNT);
        if (symbol->kind != STD_FIELD && symbol->kind != STD_METHOD &&
            str_index_byte(symbol->name, '.') < 0) {
            ASSERT(stdsymbols_find(&s, scratch, symbol->package, (Str){0}, symbol->name) == i);
        }
    }
    arena_done(&scratch);
    arena_done(&a);
    return 0;
}
