/*
 * A manifest lies packed on disk, so the index copies what it needs of one: a digest and a name for
 * each content that is new to it. The 60,000 files of five toolchains take 5 MiB.
 */
#include "store/manifest_index.h"

#include "base/path.h"

/* Takes "golang.org/toolchain@VERSION/" off. */
static bool name_below_root(Str name, Str *ret)
{
    StrCut module = str_cut(name, '@');
    StrCut version = str_cut(module.tail, '/');
    *ret = version.tail;
    return module.found && version.found && path_is_local(version.tail);
}

bool manifest_files(Arena *a, Str text, DirhashFile **ret, isize *ret_n, Err *err)
{
    DirhashFile *files;
    isize n;
    if (!dirhash_parse_summary(a, text, &files, &n, err)) {
        return false;
    }
    for (isize i = 0; i < n; i++) {
        Str name = files[i].name;
        if (!name_below_root(name, &files[i].name)) {
            return FAIL(err, ERR_FORMAT, "'%.*s' is no name of a toolchain's file",
                        STR_ARG(str_to(name, MIN(name.len, 200))));
        }
    }
    *ret = files;
    *ret_n = n;
    return true;
}

ManifestIndex manifest_index_init(Arena *a)
{
    return (ManifestIndex){.arena = a};
}

/* The slot of the digest, or the free one where it belongs. A digest is as random as any hash of
 * it. */
static const ManifestEntry **find_slot(const ManifestIndex *index, const Sha256 *digest)
{
    uint64_t start;
    isize mask = index->cap - 1;
    memcpy(&start, digest->bytes, sizeof(start));
    for (isize i = (isize)(start & (uint64_t)mask);; i = (i + 1) & mask) {
        const ManifestEntry *entry = index->slots[i];
        if (entry == NULL || sha256_eq(&entry->digest, digest)) {
            return &index->slots[i];
        }
    }
}

/* Makes room for n more entries: at most three quarters of the slots are taken. */
static void reserve(ManifestIndex *index, isize n)
{
    isize cap = MAX(index->cap, 1024);
    while ((index->len + n) * 4 > cap * 3) {
        cap *= 2;
    }
    if (cap == index->cap) {
        return;
    }
    ManifestIndex bigger = {index->arena, ARENA_ARRAY(index->arena, const ManifestEntry *, cap),
                            index->len, cap};
    for (isize i = 0; i < index->cap; i++) {
        if (index->slots[i] != NULL) {
            *find_slot(&bigger, &index->slots[i]->digest) = index->slots[i];
        }
    }
    *index = bigger;
}

void manifest_index_add(ManifestIndex *index, int32_t tree, const DirhashFile *files, isize n)
{
    reserve(index, n);
    ManifestEntry *next = ARENA_ARRAY(index->arena, ManifestEntry, n);
    for (isize i = 0; i < n; i++) {
        const ManifestEntry **slot = find_slot(index, &files[i].digest);
        if (*slot == NULL) {
            Str name = str_copy(index->arena, files[i].name);
            *next = (ManifestEntry){files[i].digest, name.ptr, (uint32_t)name.len, tree};
            *slot = next++;
            index->len++;
        }
    }
}

bool manifest_index_find(const ManifestIndex *index, const Sha256 *digest, ManifestPlace *ret)
{
    const ManifestEntry *entry = index->cap > 0 ? *find_slot(index, digest) : NULL;
    if (entry != NULL) {
        *ret = (ManifestPlace){entry->tree, {entry->name, entry->name_len}};
    }
    return entry != NULL;
}
