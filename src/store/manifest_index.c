/*
 * The index keeps no copies: a slot points at the line of a manifest (mapped from disk by the
 * caller) and holds 32 bits made from its digest, so that most slots of a long probe are passed
 * without touching the text. 60,000 files of five toolchains take 3 MiB.
 */
#include "store/manifest_index.h"

#include "base/path.h"

#define HEX_LEN (2 * SHA256_LEN)
#define NAME_START (HEX_LEN + 2) /* after the digest and two spaces */
#define MAX_NAME 4096            /* bytes of a line's name; the kernel takes no longer path */

/* Without a branch per digit: this is most of what reading a manifest costs. */
static bool is_digest(const char *hex)
{
    unsigned bad = 0;
    for (isize i = 0; i < HEX_LEN; i++) {
        unsigned c = (unsigned char)hex[i];
        bad |= (unsigned)(c - '0' > 9) & (unsigned)(c - 'a' > 5);
    }
    return bad == 0;
}

/* Takes "golang.org/toolchain@VERSION/" off. */
static bool name_below_root(Str name, Str *ret)
{
    StrCut module = str_cut(name, '@');
    StrCut version = str_cut(module.tail, '/');
    *ret = version.tail;
    return module.found && version.found && path_is_local(version.tail);
}

static bool parse_line(Str line, ManifestLine *ret)
{
    if (line.len <= NAME_START || line.len > NAME_START + MAX_NAME || line.ptr[HEX_LEN] != ' ' ||
        line.ptr[HEX_LEN + 1] != ' ') {
        return false;
    }
    ret->hex = str_to(line, HEX_LEN);
    return is_digest(line.ptr) && name_below_root(str_from(line, NAME_START), &ret->name);
}

bool manifest_next(Str *rest, ManifestLine *ret, bool *ret_broken, Err *err)
{
    if (rest->len == 0) {
        return false;
    }
    StrCut cut = str_cut(*rest, '\n');
    ManifestLine line;
    if (!cut.found || !parse_line(cut.head, &line)) {
        *ret_broken = true;
        return FAIL(err, ERR_FORMAT, "'%.*s' is no line of a manifest",
                    STR_ARG(str_to(cut.head, MIN(cut.head.len, 200))));
    }
    *ret = line;
    *rest = cut.tail;
    return true;
}

ManifestIndex manifest_index_init(Arena *a)
{
    return (ManifestIndex){.arena = a};
}

/* The slot of the digest, or the free one where it belongs. */
static ManifestSlot *find_slot(const ManifestIndex *index, uint32_t key, Str hex)
{
    uint32_t mask = (uint32_t)index->cap - 1;
    for (uint32_t i = key & mask;; i = (i + 1) & mask) {
        ManifestSlot *slot = &index->slots[i];
        if (slot->line == NULL || (slot->key == key && memcmp(slot->line, hex.ptr, HEX_LEN) == 0)) {
            return slot;
        }
    }
}

static void grow(ManifestIndex *index)
{
    isize cap = MAX(index->cap * 2, 1024);
    ManifestIndex bigger = {index->arena, ARENA_ARRAY(index->arena, ManifestSlot, cap), index->len,
                            cap};
    for (isize i = 0; i < index->cap; i++) {
        const ManifestSlot *slot = &index->slots[i];
        if (slot->line != NULL) {
            *find_slot(&bigger, slot->key, (Str){slot->line, HEX_LEN}) = *slot;
        }
    }
    *index = bigger;
}

/* From the first eight digits, which are as random as any. */
static uint32_t key_of(const char *hex)
{
    uint64_t digits;
    memcpy(&digits, hex, sizeof(digits));
    return (uint32_t)((digits * 0x9e3779b97f4a7c15u) >> 32);
}

bool manifest_index_add(ManifestIndex *index, int32_t tree, Str text, Err *err)
{
    ManifestLine line;
    bool is_broken = false;
    while (manifest_next(&text, &line, &is_broken, err)) {
        if ((index->len + 1) * 4 > index->cap * 3) {
            grow(index);
        }
        ManifestSlot *slot = find_slot(index, key_of(line.hex.ptr), line.hex);
        if (slot->line == NULL) {
            *slot = (ManifestSlot){.line = line.hex.ptr,
                                   .name_offset = (uint32_t)(line.name.ptr - line.hex.ptr),
                                   .name_len = (uint32_t)line.name.len,
                                   .key = key_of(line.hex.ptr),
                                   .tree = tree};
            index->len++;
        }
    }
    return !is_broken;
}

bool manifest_index_find(const ManifestIndex *index, const Sha256 *digest, ManifestPlace *ret)
{
    char hex[HEX_LEN];
    if (index->len == 0) {
        return false;
    }
    sha256_to_hex(digest, hex);
    const ManifestSlot *slot = find_slot(index, key_of(hex), (Str){hex, HEX_LEN});
    if (slot->line == NULL) {
        return false;
    }
    *ret = (ManifestPlace){slot->tree, {slot->line + slot->name_offset, slot->name_len}};
    return true;
}
