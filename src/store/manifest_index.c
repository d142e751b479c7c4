/*
 * The index keeps no copies: a slot points at the line of a manifest (mapped from disk by the caller)
 * and holds four bytes of its digest, so that most slots of a long probe are passed without touching
 * the text. 60,000 files of five toolchains take 2 MiB.
 */
#include "store/manifest_index.h"

#include "base/panic.h"
#include "base/path.h"

#define HEX_LEN (2 * SHA256_LEN)
#define NAME_START (HEX_LEN + 2) /* after the digest and two spaces */
#define MAX_NAME 4096            /* bytes of a line's name; the kernel takes no longer path */

static bool is_hex(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return true;
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
    return is_hex(ret->hex) && name_below_root(str_from(line, NAME_START), &ret->name);
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

static uint32_t key_of(const Sha256 *digest)
{
    uint32_t key;
    memcpy(&key, digest->bytes, sizeof(key));
    return key;
}

bool manifest_index_add(ManifestIndex *index, int32_t tree, Str text, Err *err)
{
    ManifestLine line;
    bool is_broken = false;
    while (manifest_next(&text, &line, &is_broken, err)) {
        Sha256 digest;
        bool is_digest = sha256_from_hex(line.hex, &digest);
        ASSERT(is_digest);
        if ((index->len + 1) * 4 > index->cap * 3) {
            grow(index);
        }
        ManifestSlot *slot = find_slot(index, key_of(&digest), line.hex);
        if (slot->line == NULL) {
            *slot = (ManifestSlot){.line = line.hex.ptr,
                                   .name_offset = (uint32_t)(line.name.ptr - line.hex.ptr),
                                   .name_len = (uint32_t)line.name.len,
                                   .key = key_of(&digest),
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
    const ManifestSlot *slot = find_slot(index, key_of(digest), (Str){hex, HEX_LEN});
    if (slot->line == NULL) {
        return false;
    }
    *ret = (ManifestPlace){slot->tree, {slot->line + slot->name_offset, slot->name_len}};
    return true;
}
