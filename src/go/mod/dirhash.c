#include "go/mod/dirhash.h"

#include "base/sort.h"
#include "format/base64.h"

#define HEX_LEN (2 * SHA256_LEN)
#define NAME_AT (HEX_LEN + 2) /* in a line: after the digest and two spaces */

/* -- Summaries -- */

static int compare_names(const void *x, const void *y)
{
    const DirhashFile *a = *(const DirhashFile *const *)x;
    const DirhashFile *b = *(const DirhashFile *const *)y;
    return str_compare(a->name, b->name);
}

static const DirhashFile **sorted_by_name(Arena *a, const DirhashFile *files, isize n)
{
    const DirhashFile **sorted = ARENA_ARRAY(a, const DirhashFile *, n);
    for (isize i = 0; i < n; i++) {
        sorted[i] = &files[i];
    }
    sort_array(sorted, n, sizeof(*sorted), compare_names);
    return sorted;
}

/* Writes the line of a file; the address after it. */
static char *write_line(char *out, const DirhashFile *file)
{
    Str name = file->name;
    sha256_to_hex(&file->digest, out);
    memcpy(out + HEX_LEN, "  ", 2);
    out += NAME_AT;
    if (name.len > 0) {
        memcpy(out, name.ptr, (size_t)name.len);
    }
    char *end = out + name.len;
    for (char *at = out; (at = memchr(at, '\n', (size_t)(end - at))) != NULL;) {
        *at = '\0';
    }
    *end = '\n';
    return end + 1;
}

Str dirhash_summary(Arena *a, const DirhashFile *files, isize n)
{
    isize len = 0;
    for (isize i = 0; i < n; i++) {
        len += NAME_AT + files[i].name.len + 1;
    }
    char *text = ARENA_ARRAY(a, char, len);
    Arena scratch = *a;
    const DirhashFile **sorted = sorted_by_name(&scratch, files, n);
    char *out = text;
    for (isize i = 0; i < n; i++) {
        out = write_line(out, sorted[i]);
    }
    return (Str){text, len};
}

Str dirhash_h1(Arena *a, Str summary)
{
    Sha256 digest = sha256_of(summary);
    return str_concat(a, S("h1:"), base64_encode(a, (Str){(const char *)digest.bytes, SHA256_LEN}));
}

static bool parse_line(Str line, DirhashFile *ret)
{
    if (line.len <= NAME_AT || line.len > NAME_AT + DIRHASH_MAX_NAME ||
        !sha256_from_hex(str_to(line, HEX_LEN), &ret->digest) ||
        !str_eq(str_slice(line, HEX_LEN, NAME_AT), S("  "))) {
        return false;
    }
    ret->name = str_from(line, NAME_AT);
    return str_index_byte(ret->name, '\0') < 0;
}

static isize count_lines(Str text)
{
    isize n = 0;
    for (StrCut cut = str_cut(text, '\n'); cut.found; cut = str_cut(cut.tail, '\n')) {
        n++;
    }
    return n;
}

bool dirhash_parse_summary(Arena *a, Str text, DirhashFile **ret_files, isize *ret_n, Err *err)
{
    isize n = count_lines(text);
    if (n > DIRHASH_MAX_FILES) {
        return FAIL(err, ERR_LIMIT, "the list of files has %td lines, at most %d are read", n,
                    DIRHASH_MAX_FILES);
    }
    if (text.len > 0 && !str_ends_with(text, S("\n"))) {
        return FAIL(err, ERR_FORMAT, "the list of files is cut off in line %td", n + 1);
    }
    DirhashFile *files = ARENA_ARRAY(a, DirhashFile, n);
    for (isize i = 0; i < n; i++) {
        StrCut cut = str_cut(text, '\n');
        if (!parse_line(cut.head, &files[i])) {
            return FAIL(err, ERR_FORMAT, "line %td of the list of files is not a digest and a name",
                        i + 1);
        }
        if (i > 0 && str_compare(files[i - 1].name, files[i].name) >= 0) {
            return FAIL(err, ERR_FORMAT, "the list of files is not in order at line %td, '%.*s'",
                        i + 1, STR_ARG(files[i].name));
        }
        text = cut.tail;
    }
    *ret_files = files;
    *ret_n = n;
    return true;
}
