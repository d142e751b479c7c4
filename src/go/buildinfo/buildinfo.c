/*
 * The linker leaves 32 bytes, aligned to 16: a magic, the width of a pointer, flags. Since Go 1.18
 * two strings follow, each behind its length; before, the 32 bytes hold the addresses of two Go
 * strings. The second one is framed by 16 bytes on each side, and holds lines of words with tabs
 * between them.
 */
#include "go/buildinfo/buildinfo.h"

#include "go/mod/modline.h"
#include "go/mod/version.h"

#define HEADER_LEN 32
#define HEADER_ALIGN 16
#define FLAG_BIG_ENDIAN 1
#define FLAG_INLINE 2
#define MAX_VARINT 10   /* bytes: binary.MaxVarintLen64 */
#define FRAME_LEN 16    /* around the lines */
#define STACK_LEN 24576 /* bytes for what is read, in the usual case */

static const Str magic = STR_CONST("\xff Go buildinf:");

/* ---- finding it ---- */

/* The first aligned magic in data; -1 when there is none. */
static isize find_magic(Str data)
{
    isize from = 0;
    for (;;) {
        isize at = str_index(str_from(data, from), magic);
        if (at < 0) {
            return -1;
        }
        from += at;
        if (from % HEADER_ALIGN == 0) {
            return from;
        }
        from++;
    }
}

/* One piece of the data that is searched. The first stays the window of the Exe: what is looked for
 * usually stands there. */
static bool read_piece(Exe *x, uint64_t addr, isize len, Str *ret, Err *err)
{
    if (len <= EXE_WINDOW) {
        return exe_bytes_at(x, addr, len, ret, err);
    }
    Arena dropped = *x->arena;
    Exe passing = *x;
    passing.arena = &dropped;
    return exe_bytes_at(&passing, addr, len, ret, err);
}

/* The address of the header. BUILDINFO_OTHER when there is none. */
static BuildInfoOutcome find_header(Exe *x, uint64_t *ret, Err *err)
{
    uint64_t mask = HEADER_ALIGN - 1, end;
    uint64_t start = (x->data.addr + mask) & ~mask, first = start;
    if (__builtin_add_overflow(x->data.addr, x->data.len, &end) || start < x->data.addr) {
        return BUILDINFO_OTHER;
    }
    isize step = EXE_WINDOW;
    while (start < end && start - first < BUILDINFO_MAX_SEARCH) {
        Str data;
        isize len = end - start < (uint64_t)step ? (isize)(end - start) : step;
        if (!read_piece(x, start, len, &data, err)) {
            return BUILDINFO_FAILED;
        }
        isize at = find_magic(data);
        if (at >= 0) {
            *ret = start + (uint64_t)at;
            return end - *ret < HEADER_LEN ? BUILDINFO_OTHER : BUILDINFO_FOUND;
        }
        if (data.len < len) {
            return BUILDINFO_OTHER;
        }
        start += (uint64_t)len;
        step = MIB;
    }
    return BUILDINFO_OTHER;
}

/* ---- the two strings ---- */

/* Their texts, on the arena of the Exe. */
typedef struct {
    Str version, lines;
} Blob;

/* BUILDINFO_OTHER when fewer than len bytes are there, or more than max are asked for. */
static BuildInfoOutcome read_exactly(Exe *x, uint64_t addr, uint64_t len, isize max, Str *ret,
                                     Err *err)
{
    if (len > (uint64_t)max) {
        return BUILDINFO_OTHER;
    }
    if (!exe_bytes_at(x, addr, (isize)len, ret, err)) {
        return BUILDINFO_FAILED;
    }
    return ret->len == (isize)len ? BUILDINFO_FOUND : BUILDINFO_OTHER;
}

static bool read_varint(Str bytes, uint64_t *ret_value, isize *ret_len)
{
    uint64_t value = 0;
    for (isize i = 0; i < MIN(bytes.len, MAX_VARINT); i++) {
        uint8_t byte = (uint8_t)bytes.ptr[i];
        if (i == MAX_VARINT - 1 && byte > 1) {
            return false;
        }
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *ret_value = value;
            *ret_len = i + 1;
            return true;
        }
    }
    return false;
}

/* A string behind its length; *addr goes on behind it. */
static BuildInfoOutcome read_inline(Exe *x, uint64_t *addr, isize max, Str *ret, Err *err)
{
    Str bytes;
    uint64_t len;
    isize n;
    if (!exe_bytes_at(x, *addr, MAX_VARINT, &bytes, err)) {
        return BUILDINFO_FAILED;
    }
    if (!read_varint(bytes, &len, &n)) {
        return BUILDINFO_OTHER;
    }
    BuildInfoOutcome outcome = BUILDINFO_FOUND;
    *ret = (Str){0};
    if (len > 0) {
        outcome = read_exactly(x, *addr + (uint64_t)n, len, max, ret, err);
    }
    *addr += (uint64_t)n + len;
    return outcome;
}

/* A Go string at addr: the address of its bytes, and their number. */
static BuildInfoOutcome read_pointed(Exe *x, uint64_t addr, isize max, Str *ret, Err *err)
{
    Str header;
    BuildInfoOutcome outcome = read_exactly(x, addr, x->is_64 ? 16 : 8, 16, &header, err);
    if (outcome != BUILDINFO_FOUND) {
        return outcome;
    }
    Reader r = reader_init(header);
    uint64_t bytes = exe_word(x, &r);
    uint64_t len = exe_word(x, &r);
    *ret = (Str){0};
    return len == 0 ? BUILDINFO_FOUND : read_exactly(x, bytes, len, max, ret, err);
}

static BuildInfoOutcome read_both_pointed(Exe *x, Str header, Blob *ret, Err *err)
{
    Exe as_said = *x; /* the header says how addresses are written */
    uint8_t pointer_len = (uint8_t)header.ptr[magic.len];
    as_said.is_64 = pointer_len == 8;
    as_said.is_big_endian = (header.ptr[magic.len + 1] & FLAG_BIG_ENDIAN) != 0;
    if (pointer_len != 4 && pointer_len != 8) {
        return BUILDINFO_OTHER;
    }
    Reader r = reader_init(str_from(header, HEADER_ALIGN));
    uint64_t version = exe_word(&as_said, &r);
    uint64_t lines = exe_word(&as_said, &r);
    BuildInfoOutcome outcome =
        read_pointed(&as_said, version, BUILDINFO_MAX_VERSION, &ret->version, err);
    if (outcome == BUILDINFO_FOUND &&
        read_pointed(&as_said, lines, BUILDINFO_MAX_TEXT, &ret->lines, err) == BUILDINFO_FAILED) {
        outcome = BUILDINFO_FAILED;
    }
    return outcome;
}

static BuildInfoOutcome read_both_inline(Exe *x, uint64_t addr, Blob *ret, Err *err)
{
    BuildInfoOutcome outcome = read_inline(x, &addr, BUILDINFO_MAX_VERSION, &ret->version, err);
    return outcome == BUILDINFO_FOUND ? read_inline(x, &addr, BUILDINFO_MAX_TEXT, &ret->lines, err)
                                      : outcome;
}

static Str without_frame(Str lines)
{
    bool is_framed = lines.len >= 2 * FRAME_LEN + 1 && lines.ptr[lines.len - FRAME_LEN - 1] == '\n';
    return is_framed ? str_slice(lines, FRAME_LEN, lines.len - FRAME_LEN) : (Str){0};
}

static BuildInfoOutcome read_blob(Exe *x, Blob *ret, Err *err)
{
    uint64_t addr;
    Str header;
    BuildInfoOutcome outcome = find_header(x, &addr, err);
    if (outcome == BUILDINFO_FOUND) {
        outcome = read_exactly(x, addr, HEADER_LEN, HEADER_LEN, &header, err);
    }
    if (outcome == BUILDINFO_FOUND) {
        bool is_inline = (header.ptr[magic.len + 1] & FLAG_INLINE) != 0;
        outcome = is_inline ? read_both_inline(x, addr + HEADER_LEN, ret, err)
                            : read_both_pointed(x, header, ret, err);
    }
    if (outcome == BUILDINFO_FOUND) {
        ret->lines = without_frame(ret->lines);
        return ret->version.len > 0 ? BUILDINFO_FOUND : BUILDINFO_OTHER;
    }
    return outcome;
}

/* ---- the lines ---- */

typedef struct {
    Arena *arena;
    BuildInfo *info;
    BuildDependency *last; /* which "=>" would replace */
} Lines;

/* "path\tversion[\tsum]"; a replacement has all three. */
static bool read_module(Str words, isize at_least, BuildModule *ret, Err *err)
{
    Str fields[3] = {{0}};
    isize n = 0;
    StrCut cut = {.tail = words, .found = true};
    while (cut.found && n <= COUNT_OF(fields)) {
        cut = str_cut(cut.tail, '\t');
        if (n < COUNT_OF(fields)) {
            fields[n] = cut.head;
        }
        n++;
    }
    if (n < at_least || n > COUNT_OF(fields)) {
        return FAIL(err, ERR_FORMAT, "a module has %td columns in the build information", n);
    }
    *ret = (BuildModule){fields[0], fields[1], fields[2]};
    return true;
}

static bool read_path(Lines *l, Str words, Err *err)
{
    (void)err;
    l->info->path = words;
    return true;
}

static bool read_main(Lines *l, Str words, Err *err)
{
    l->last = &l->info->main;
    return read_module(words, 2, &l->last->module, err);
}

static bool read_dependency(Lines *l, Str words, Err *err)
{
    l->last = VEC_PUSH(l->arena, &l->info->deps);
    return read_module(words, 2, &l->last->module, err);
}

static bool read_replacement(Lines *l, Str words, Err *err)
{
    BuildDependency *last = l->last;
    l->last = NULL;
    if (last == NULL) {
        return FAIL(err, ERR_FORMAT, "the build information replaces no module");
    }
    return read_module(words, 3, &last->replace, err);
}

/* Where a quoted string ends at the beginning of text; 0 when it does not. */
static isize quoted_len(Str text)
{
    char quote = text.ptr[0];
    for (isize i = 1; i < text.len; i++) {
        if (text.ptr[i] == quote) {
            return i + 1;
        }
        if (text.ptr[i] == '\\' && quote == '"') {
            i++;
        }
    }
    return 0;
}

/* KEY=VALUE, each quoted as Go source does when it needs to be. */
static bool read_setting(Lines *l, Str words, Err *err)
{
    bool is_quoted = words.len > 0 && (words.ptr[0] == '"' || words.ptr[0] == '`');
    isize key_len = is_quoted ? quoted_len(words) : str_index_byte(words, '=');
    BuildSetting setting = {0};
    Str ignored;
    bool is_well = key_len > 0 && key_len < words.len && words.ptr[key_len] == '=' &&
                   modline_unquote(l->arena, str_to(words, key_len), &setting.key, &ignored);
    if (is_well) {
        Str value = str_from(words, key_len + 1);
        is_well = value.len == 0 || modline_unquote(l->arena, value, &setting.value, &ignored);
    }
    if (!is_well) {
        return FAIL(err, ERR_FORMAT, "the build information has a setting '%.*s'",
                    (int)MIN(words.len, 100), words.ptr);
    }
    *VEC_PUSH(l->arena, &l->info->settings) = setting;
    return true;
}

static bool read_line(Lines *l, Str line, Err *err)
{
    static const struct {
        Str word;
        bool (*read)(Lines *l, Str words, Err *err);
    } kinds[] = {
        {STR_CONST("path\t"), read_path},      {STR_CONST("mod\t"), read_main},
        {STR_CONST("dep\t"), read_dependency}, {STR_CONST("=>\t"), read_replacement},
        {STR_CONST("build\t"), read_setting},
    };
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        if (str_eat_prefix(&line, kinds[i].word)) {
            return kinds[i].read(l, line, err);
        }
    }
    return true; /* of a newer Go, as in ParseBuildInfo */
}

static bool read_lines(Arena *a, Str text, BuildInfo *info, Err *err)
{
    Lines l = {.arena = a, .info = info};
    StrCut cut = str_cut(text, '\n');
    while (cut.found) { /* what has no newline behind it does not count */
        if (!read_line(&l, cut.head, err)) {
            return false;
        }
        cut = str_cut(cut.tail, '\n');
    }
    return true;
}

/* ---- all of it ---- */

static Str first_of(Str better, Str other)
{
    return better.len > 0 ? better : other;
}

static BuildInfoOutcome read_program(Arena *a, Exe *x, BuildInfo *ret, Err *err)
{
    Blob blob = {0};
    BuildInfo info = {
        .format = x->format,
        .is_64 = x->is_64,
        .machine = x->machine,
        .interpreter = str_copy(a, x->interpreter),
    };
    BuildInfoOutcome outcome = read_blob(x, &blob, err);
    if (outcome == BUILDINFO_FAILED) {
        return outcome;
    }
    if (outcome == BUILDINFO_FOUND) {
        info.go_version = str_copy(a, blob.version);
        if (!read_lines(a, str_copy(a, blob.lines), &info, err)) {
            return BUILDINFO_FAILED;
        }
    }
    info.os = first_of(buildinfo_setting(&info, S("GOOS")), x->os);
    info.arch = first_of(buildinfo_setting(&info, S("GOARCH")), x->arch);
    *ret = info;
    return outcome;
}

BuildInfoOutcome buildinfo_read(Arena *a, int fd, BuildInfo *ret, Err *err)
{
    _Alignas(max_align_t) char memory[STACK_LEN];
    Arena work = arena_over(memory, sizeof(memory));
    BuildInfoOutcome outcome = BUILDINFO_NONE;
    Exe x;
    switch (exe_read(&work, fd, &x, err)) {
    case EXE_FAILED:
        outcome = BUILDINFO_FAILED;
        break;
    case EXE_NONE:
        break;
    case EXE_FOUND:
        outcome = read_program(a, &x, ret, err);
        break;
    }
    arena_done(&work);
    return outcome;
}

BuildInfoOutcome buildinfo_read_file(Arena *a, Str path, BuildInfo *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    switch (file_open(FILE_CWD, path, &fd, err)) {
    case FILE_FAILED:
        return BUILDINFO_FAILED;
    case FILE_ABSENT:
        return BUILDINFO_ABSENT;
    case FILE_FOUND:
        break;
    }
    BuildInfoOutcome outcome = buildinfo_read(a, fd, ret, err);
    if (outcome == BUILDINFO_FAILED) {
        err_frame(err, "reading '%.*s'", STR_ARG(path));
    }
    return outcome;
}

Str buildinfo_setting(const BuildInfo *info, Str key)
{
    for (isize i = 0; i < info->settings.len; i++) {
        if (str_eq(info->settings.ptr[i].key, key)) {
            return info->settings.ptr[i].value;
        }
    }
    return (Str){0};
}

Str buildinfo_version(const BuildInfo *info)
{
    Str name = info->go_version, word;
    str_eat_prefix(&name, S("devel "));
    if (!str_next_field(&name, &word)) {
        return (Str){0};
    }
    return goversion_of_toolchain(word);
}
