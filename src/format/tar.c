/*
 * An archive is a row of blocks: for each entry a header and its content, and before an entry, if
 * it has need of them, further headers whose content says what did not fit into its own: 'x' of
 * pax, 'L' and 'K' of GNU tar. Where those contradict the entry's header, readers differ in what
 * they unpack, and so may be shown different archives; here that is an error.
 */
#include "format/tar.h"

#include "base/panic.h"

#define BLOCK 512
#define SKIP_LEN (16 * KIB) /* bytes thrown away at a time */

/* Where the fields of a header are. */
enum {
    NAME_AT = 0,
    NAME_LEN = 100,
    MODE_AT = 100,
    MODE_LEN = 8,
    SIZE_AT = 124,
    SIZE_LEN = 12,
    CHECKSUM_AT = 148,
    CHECKSUM_LEN = 8,
    TYPE_AT = 156,
    LINK_AT = 157,
    LINK_LEN = 100,
    MAGIC_AT = 257,
    MAGIC_LEN = 8,
    PREFIX_AT = 345,
    PREFIX_LEN = 155,
};

typedef struct {
    Str prefix, name, link; /* within the block */
    int64_t size;
    uint32_t mode;
    char type;
} Header;

/* What the headers before an entry say of it. */
typedef struct {
    bool has_pax, has_name, has_link, has_size;
    int64_t size;
    Str name, link; /* in the reader's buffers */
} Extension;

struct TarReader {
    ByteSource source;
    int64_t left;    /* bytes of the present entry that were not read */
    isize n_padding; /* that follow them, up to the end of a block */
    isize n_entries;
    int64_t total;
    bool is_at_end;
    char block[BLOCK];
    char name[TAR_MAX_PATH + 1];
    char link[TAR_MAX_PATH + 1];
    char pax[TAR_MAX_PAX];
    char skipped[SKIP_LEN];
};

TarReader *tar_new(Arena *a, ByteSource archive)
{
    TarReader *tar = ARENA_NEW(a, TarReader);
    tar->source = archive;
    return tar;
}

/* -- Blocks -- */

static bool read_exactly(TarReader *tar, void *buf, isize len, Err *err)
{
    isize n;
    if (!byte_source_fill(tar->source, buf, len, &n, err)) {
        return false;
    }
    return n == len || FAIL(err, ERR_FORMAT, "the tar archive is cut off");
}

static bool skip(TarReader *tar, int64_t len, Err *err)
{
    while (len > 0) {
        isize n = (isize)MIN(len, SKIP_LEN);
        if (!read_exactly(tar, tar->skipped, n, err)) {
            return false;
        }
        len -= n;
    }
    return true;
}

static isize padding_of(int64_t len)
{
    return (isize)(-len & (BLOCK - 1));
}

static bool is_zero(const char *bytes, isize n)
{
    for (isize i = 0; i < n; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* -- Headers -- */

/* The text of a field: all of it, or up to its first NUL. */
static Str field_text(const char *block, isize at, isize len)
{
    Str field = {block + at, len};
    return str_cut(field, '\0').head;
}

/* An octal number with its terminating spaces and NULs. */
static bool parse_octal(Str field, int64_t *ret)
{
    isize i = 0;
    while (i < field.len && field.ptr[i] == ' ') {
        i++;
    }
    int64_t value = 0;
    isize first = i;
    for (; i < field.len && field.ptr[i] >= '0' && field.ptr[i] <= '7'; i++) {
        value = value << 3 | (field.ptr[i] - '0');
    }
    bool is_number = i > first;
    while (i < field.len && (field.ptr[i] == ' ' || field.ptr[i] == '\0')) {
        i++;
    }
    if (!is_number || i < field.len) {
        return false;
    }
    *ret = value;
    return true;
}

/* The sum of the header's bytes, those of the sum itself taken as spaces. */
static int64_t checksum_of(const char *block)
{
    int64_t sum = 0;
    for (isize i = 0; i < BLOCK; i++) {
        bool is_checksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LEN;
        sum += is_checksum ? ' ' : (uint8_t)block[i];
    }
    return sum;
}

static bool parse_header(const char *block, Header *ret, Err *err)
{
    Str magic = {block + MAGIC_AT, MAGIC_LEN};
    bool is_posix = str_eq(magic, S("ustar\00000")); /* a NUL, version "00" */
    if (!is_posix && !str_eq(magic, S("ustar  \0"))) {
        return FAIL(err, ERR_FORMAT, "this is no tar header (ustar, pax or GNU)");
    }
    int64_t checksum, mode, size;
    if (!parse_octal((Str){block + CHECKSUM_AT, CHECKSUM_LEN}, &checksum) ||
        checksum != checksum_of(block)) {
        return FAIL(err, ERR_FORMAT, "the checksum of a tar header does not hold");
    }
    if (!parse_octal((Str){block + MODE_AT, MODE_LEN}, &mode) ||
        !parse_octal((Str){block + SIZE_AT, SIZE_LEN}, &size)) {
        return FAIL(err, ERR_FORMAT, "mode or size in a tar header is no octal number");
    }
    *ret = (Header){
        .prefix = is_posix ? field_text(block, PREFIX_AT, PREFIX_LEN) : (Str){0},
        .name = field_text(block, NAME_AT, NAME_LEN),
        .link = field_text(block, LINK_AT, LINK_LEN),
        .size = size,
        .mode = (uint32_t)mode & 07777,
        .type = block[TYPE_AT],
    };
    return true;
}

/* -- What stands before an entry -- */

/* Puts a text of the archive where it stays until the next entry. */
static bool keep_text(Str text, char buf[static TAR_MAX_PATH + 1], bool *had, Str *ret, Err *err)
{
    if (*had) {
        return FAIL(err, ERR_FORMAT, "a tar entry has two long names");
    }
    if (text.len == 0 || text.len > TAR_MAX_PATH || str_index_byte(text, '\0') >= 0) {
        return FAIL(err, ERR_FORMAT,
                    "a name in the tar archive is empty, holds a NUL, or has more "
                    "than %d bytes",
                    TAR_MAX_PATH);
    }
    memcpy(buf, text.ptr, (size_t)text.len);
    *had = true;
    *ret = (Str){buf, text.len};
    return true;
}

static bool keep_size(Str text, Extension *ext, Err *err)
{
    if (ext->has_size || !str_parse_decimal(text, INT64_MAX, &ext->size)) {
        return FAIL(err, ERR_FORMAT, "the size in a pax header is no number, or is there twice");
    }
    ext->has_size = true;
    return true;
}

/* Takes "LEN key=value\n" off *rest. */
static bool next_pax_record(Str *rest, Str *ret_key, Str *ret_value, Err *err)
{
    StrCut length = str_cut(*rest, ' ');
    int64_t len;
    if (!length.found || !str_parse_decimal(length.head, rest->len, &len) ||
        len <= length.head.len + 1 || rest->ptr[len - 1] != '\n') {
        return FAIL(err, ERR_FORMAT, "a pax record of the tar archive has a wrong length");
    }
    StrCut record = str_cut(str_slice(*rest, length.head.len + 1, (isize)len - 1), '=');
    if (!record.found || record.head.len == 0) {
        return FAIL(err, ERR_FORMAT, "a pax record of the tar archive has no key");
    }
    *ret_key = record.head;
    *ret_value = record.tail;
    *rest = str_from(*rest, (isize)len);
    return true;
}

static bool apply_pax(TarReader *tar, Str records, Extension *ext, Err *err)
{
    while (records.len > 0) {
        Str key, value;
        if (!next_pax_record(&records, &key, &value, err)) {
            return false;
        }
        bool ok = true;
        if (str_eq(key, S("path"))) {
            ok = keep_text(value, tar->name, &ext->has_name, &ext->name, err);
        } else if (str_eq(key, S("linkpath"))) {
            ok = keep_text(value, tar->link, &ext->has_link, &ext->link, err);
        } else if (str_eq(key, S("size"))) {
            ok = keep_size(value, ext, err);
        } else if (str_starts_with(key, S("GNU.sparse."))) {
            ok = FAIL(err, ERR_UNSUPPORTED, "the tar archive holds a sparse file");
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* The content of a header that describes another entry. */
static bool read_content(TarReader *tar, const Header *header, Str *ret, Err *err)
{
    if (header->size > TAR_MAX_PAX) {
        return FAIL(err, ERR_LIMIT, "an extended tar header has %lld bytes, at most %td are read",
                    (long long)header->size, TAR_MAX_PAX);
    }
    isize len = (isize)header->size;
    if (!read_exactly(tar, tar->pax, len, err) || !skip(tar, padding_of(len), err)) {
        return false;
    }
    *ret = (Str){tar->pax, len};
    return true;
}

static bool read_pax(TarReader *tar, const Header *header, Extension *ext, Err *err)
{
    Str content;
    if (ext->has_pax || ext->has_name || ext->has_link) {
        return FAIL(err, ERR_FORMAT, "a tar entry has several extended headers");
    }
    ext->has_pax = true;
    return read_content(tar, header, &content, err) && apply_pax(tar, content, ext, err);
}

/* A global header may say what it likes of owners and times; of names and sizes it must not. */
static bool read_global_pax(TarReader *tar, const Header *header, Err *err)
{
    Str content;
    Extension ext = {0};
    if (!read_content(tar, header, &content, err) || !apply_pax(tar, content, &ext, err)) {
        return false;
    }
    return !(ext.has_name || ext.has_link || ext.has_size) ||
           FAIL(err, ERR_UNSUPPORTED, "a global pax header gives all entries one name or size");
}

static bool read_gnu_name(TarReader *tar, const Header *header, Extension *ext, Err *err)
{
    Str text;
    if (ext->has_pax) {
        return FAIL(err, ERR_FORMAT, "a tar entry has several extended headers");
    }
    if (!read_content(tar, header, &text, err)) {
        return false;
    }
    str_eat_suffix(&text, S("\0"));
    return header->type == 'L' ? keep_text(text, tar->name, &ext->has_name, &ext->name, err)
                               : keep_text(text, tar->link, &ext->has_link, &ext->link, err);
}

/* -- Entries -- */

static TarKind kind_of(char type)
{
    switch (type) {
    case '0':
    case '\0':
    case '7': /* contiguous: POSIX lets it be a plain file */
        return TAR_FILE;
    case '1':
        return TAR_HARDLINK;
    case '2':
        return TAR_SYMLINK;
    case '5':
        return TAR_DIR;
    default:
        return TAR_OTHER;
    }
}

static bool has_content(char type)
{
    return type < '1' || type > '6';
}

/* Writes "prefix/name". */
static Str join_name(const Header *header, char buf[static TAR_MAX_PATH + 1])
{
    isize n = header->prefix.len;
    if (n > 0) {
        memcpy(buf, header->prefix.ptr, (size_t)n);
        buf[n++] = '/';
    }
    memcpy(buf + n, header->name.ptr, (size_t)header->name.len);
    return (Str){buf, n + header->name.len};
}

static bool choose_name(TarReader *tar, const Header *header, Extension *ext, TarEntry *e, Err *err)
{
    if (!ext->has_name) {
        ext->name = join_name(header, tar->name);
    }
    e->name = ext->name;
    if (e->name.len == 0) {
        return FAIL(err, ERR_FORMAT, "a tar entry has no name");
    }
    bool is_slashed = e->name.len > 1 && str_ends_with(e->name, S("/"));
    if (is_slashed && e->kind == TAR_FILE) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is a file by its type and a folder by its name",
                    STR_ARG(e->name));
    }
    if (is_slashed) {
        e->name.len--;
    }
    return true;
}

static bool choose_link(TarReader *tar, const Header *header, Extension *ext, TarEntry *e, Err *err)
{
    if (e->kind != TAR_SYMLINK && e->kind != TAR_HARDLINK) {
        return true;
    }
    e->link = ext->link;
    return ext->has_link || keep_text(header->link, tar->link, &ext->has_link, &e->link, err);
}

static bool choose_size(TarReader *tar, const Header *header, const Extension *ext, TarEntry *e,
                        Err *err)
{
    e->size = ext->has_size ? ext->size : header->size;
    if (ext->has_size && header->size != 0 && header->size != ext->size) {
        return FAIL(err, ERR_FORMAT, "'%.*s' has two sizes in the tar archive, %lld and %lld",
                    STR_ARG(e->name), (long long)header->size, (long long)ext->size);
    }
    if (!has_content(header->type) && e->size != 0) {
        return FAIL(err, ERR_FORMAT, "'%.*s' has %lld bytes of content, but is no file",
                    STR_ARG(e->name), (long long)e->size);
    }
    if (e->size > TAR_MAX_TOTAL - tar->total) {
        return FAIL(err, ERR_LIMIT, "with '%.*s' the tar archive has more than %td bytes",
                    STR_ARG(e->name), TAR_MAX_TOTAL);
    }
    tar->total += e->size;
    return true;
}

static bool finish_entry(TarReader *tar, const Header *header, Extension *ext, TarEntry *ret,
                         Err *err)
{
    TarEntry e = {.kind = kind_of(header->type), .type = header->type, .mode = header->mode};
    if (header->type == 'S') {
        return FAIL(err, ERR_UNSUPPORTED, "the tar archive holds a sparse file");
    }
    if (!choose_name(tar, header, ext, &e, err) || !choose_link(tar, header, ext, &e, err) ||
        !choose_size(tar, header, ext, &e, err)) {
        return false;
    }
    if (tar->n_entries++ == TAR_MAX_ENTRIES) {
        return FAIL(err, ERR_LIMIT, "the tar archive has more than %d entries", TAR_MAX_ENTRIES);
    }
    tar->left = e.size;
    tar->n_padding = padding_of(e.size);
    *ret = e;
    return true;
}

/* After the first zero block: there must be another, and nothing but zeros up to the end. */
static bool finish_archive(TarReader *tar, const Extension *ext, Err *err)
{
    if (ext->has_pax || ext->has_name || ext->has_link) {
        return FAIL(err, ERR_FORMAT, "the tar archive ends after an extended header");
    }
    if (!read_exactly(tar, tar->block, BLOCK, err)) {
        return false;
    }
    bool ok = is_zero(tar->block, BLOCK);
    isize n = 1;
    while (ok && n > 0) {
        if (!byte_source_fill(tar->source, tar->skipped, SKIP_LEN, &n, err)) {
            return false;
        }
        ok = is_zero(tar->skipped, n);
    }
    tar->is_at_end = true;
    return ok || FAIL(err, ERR_FORMAT, "something follows the end of the tar archive");
}

TarOutcome tar_next(TarReader *tar, TarEntry *ret, Err *err)
{
    if (tar->is_at_end) {
        return TAR_END;
    }
    if (!skip(tar, tar->left, err) || !skip(tar, tar->n_padding, err)) {
        return TAR_FAILED;
    }
    tar->left = 0;
    tar->n_padding = 0;
    Extension ext = {0};
    for (;;) {
        Header header;
        if (!read_exactly(tar, tar->block, BLOCK, err)) {
            return TAR_FAILED;
        }
        if (is_zero(tar->block, BLOCK)) {
            return finish_archive(tar, &ext, err) ? TAR_END : TAR_FAILED;
        }
        if (!parse_header(tar->block, &header, err)) {
            return TAR_FAILED;
        }
        bool ok;
        switch (header.type) {
        case 'x':
            ok = read_pax(tar, &header, &ext, err);
            break;
        case 'g':
            ok = read_global_pax(tar, &header, err);
            break;
        case 'L':
        case 'K':
            ok = read_gnu_name(tar, &header, &ext, err);
            break;
        default:
            return finish_entry(tar, &header, &ext, ret, err) ? TAR_ENTRY : TAR_FAILED;
        }
        if (!ok) {
            return TAR_FAILED;
        }
    }
}

bool tar_read(TarReader *tar, void *buf, isize cap, isize *ret_n, Err *err)
{
    ASSERT(cap > 0);
    isize n = 0;
    isize wanted = (isize)MIN(cap, tar->left);
    if (wanted > 0 && !tar->source.read(tar->source.context, buf, wanted, &n, err)) {
        return false;
    }
    if (wanted > 0 && n == 0) {
        return FAIL(err, ERR_FORMAT, "the tar archive is cut off");
    }
    tar->left -= n;
    *ret_n = n;
    return true;
}
