#include "go/load/buildhead.h"

#include "os/file.h"

#define FIRST_READ (4 * KIB) /* of nearly every file the head is in there */
#define GROWTH 4

typedef struct {
    Arena *scratch;
    HeadBuffer *buffer;
    int fd;
    Str text; /* so far, in the buffer */
    bool is_whole;
} Reader;

/* ---- reading ---- */

static void fail(BuildHead *h, BuildReason trouble, Str words)
{
    h->trouble = trouble;
    h->words = words;
}

/* "open /d/x.go: permission denied", as the errors of package os. */
static Str os_error(Arena *a, const char *verb, Str path, const Err *err)
{
    Str why = err->errnum != 0 ? str_from_c(strerror(err->errnum)) : str_from_c(err->text);
    Str words = str_format(a, "%s %.*s: %.*s", verb, STR_ARG(path), STR_ARG(why));
    isize at = words.len - why.len;
    char *ptr = (char *)words.ptr;
    if (err->errnum != 0 && ptr[at] >= 'A' && ptr[at] <= 'Z') {
        ptr[at] = (char)(ptr[at] + ('a' - 'A'));
    }
    return words;
}

/* Reads on, into a larger buffer when this one is full. */
static bool read_more(Reader *r, Err *err)
{
    HeadBuffer *b = r->buffer;
    if (r->text.len == b->cap) {
        if (b->cap >= BUILDPKG_MAX_FILE) {
            return FAIL(err, ERR_LIMIT, "more than %td bytes must be read", BUILDPKG_MAX_FILE);
        }
        isize cap = b->cap == 0 ? FIRST_READ : b->cap * GROWTH;
        b->ptr = arena_grow(b->own, b->ptr, b->cap, cap, 1);
        b->cap = cap;
    }
    r->text.ptr = b->ptr;
    isize n, want = b->cap - r->text.len;
    bool is_first = r->text.len == 0;
    if (!(is_first ? file_read_some(r->fd, b->ptr, MIN(want, FIRST_READ), &n, err)
                   : file_read(r->fd, b->ptr + r->text.len, want, &n, err))) {
        return false;
    }
    r->text.len += n;
    r->is_whole = n < (is_first ? MIN(want, FIRST_READ) : want);
    return true;
}

/* Reads as much of the file as its head needs. */
static FileHeadOutcome read_text(Reader *r, bool is_go, BuildHead *h, Err *err)
{
    for (;;) {
        if (!read_more(r, err)) {
            return FILEHEAD_MORE;
        }
        Arena attempt = *r->scratch;
        FileHeadOutcome outcome =
            is_go ? filehead_read(&attempt, h->path, r->text, r->is_whole, &h->head)
                  : filehead_comments(r->text, r->is_whole, &h->head.header);
        if (outcome != FILEHEAD_MORE) {
            *r->scratch = attempt;
            return outcome;
        }
    }
}

/* ---- rules ---- */

static void add_rule(Arena *a, BuildRules *rules, Str line, const Constraint *x)
{
    *VEC_PUSH(a, rules) = (BuildRule){line, x};
}

/* What cannot be read of lines of the old form counts for nothing. */
static void read_plus_lines(Arena *a, Str text, BuildRules *rules)
{
    rules->are_plus = true;
    if (!str_contains(text, S("+build"))) {
        return;
    }
    Str line;
    while (str_next_line(&text, &line)) {
        const Constraint *x;
        Diagnostic wrong;
        line = str_trim(line);
        if (constraint_is_plus_build(line) && constraint_parse(a, line, &x, &wrong)) {
            add_rule(a, rules, line, x);
        }
    }
}

/* The lines that go/build's shouldBuild looks at. */
static void read_rules(Arena *a, BuildHead *h)
{
    HeadConstraints found = filehead_constraints(h->head.header);
    BuildRules *rules = &h->rules;
    const Constraint *x;
    Diagnostic wrong = {0};
    h->is_binary_only = found.is_binary_only;
    if (found.has_two) {
        rules->has_two = true;
        rules->wrong = S("multiple //go:build comments");
    } else if (found.go_build.len == 0) {
        read_plus_lines(a, found.plus, rules);
    } else if (constraint_parse(a, found.go_build, &x, &wrong)) {
        add_rule(a, rules, found.go_build, x);
    } else {
        rules->wrong_line = found.go_build;
        rules->wrong = wrong.message;
    }
}

/* ---- a file ---- */

void buildhead_read(Arena *a, Arena *scratch, HeadBuffer *buffer, int dir_fd, Str file, Str path,
                    bool is_go, BuildHead *ret)
{
    *ret = (BuildHead){.path = path};
    Reader r = {.scratch = scratch, .buffer = buffer, .fd = -1};
    AUTO_CLOSE int fd = -1;
    Err err;
    switch (file_open(dir_fd, file, &fd, &err)) {
    case FILE_FOUND:
        break;
    case FILE_ABSENT:
        fail(ret, BUILD_UNREADABLE,
             str_format(a, "open %.*s: no such file or directory", STR_ARG(path)));
        return;
    case FILE_FAILED:
        fail(ret, BUILD_UNREADABLE, os_error(a, "open", path, &err));
        return;
    }
    r.fd = fd;
    switch (read_text(&r, is_go, ret, &err)) {
    case FILEHEAD_MORE:
        fail(ret, BUILD_UNREADABLE, os_error(a, "read", path, &err));
        return;
    case FILEHEAD_NUL:
    case FILEHEAD_SYNTAX:
        ret->is_opaque = !is_go;
        if (is_go) {
            fail(ret, BUILD_FAULTY,
                 str_format(a, "read %.*s: unexpected NUL in input", STR_ARG(path)));
        }
        return;
    case FILEHEAD_READ:
        break;
    }
    read_rules(scratch, ret);
}

/* ---- copies ---- */

/* A text that was cut out of another, for a copy of that: most are. */
typedef struct {
    Arena *arena;
    Str from, to;
} Mover;

static Str move(const Mover *m, Str s)
{
    uintptr_t at = (uintptr_t)s.ptr, from = (uintptr_t)m->from.ptr;
    bool is_within = s.len > 0 && m->from.len > 0 && at >= from &&
                     at + (uintptr_t)s.len <= from + (uintptr_t)m->from.len;
    return is_within ? (Str){m->to.ptr + (at - from), s.len} : str_copy(m->arena, s);
}

static HeadPos move_pos(const Mover *m, HeadPos pos, Str path)
{
    pos.file = str_eq(pos.file, path) ? path : str_copy(m->arena, pos.file);
    return pos;
}

#define COPY_LIST(a, list)                                                                 \
    ((list)->ptr = arena_copy((a), (list)->ptr, (list)->len * (isize)sizeof(*(list)->ptr), \
                              _Alignof(__typeof__(*(list)->ptr))),                         \
     (list)->cap = (list)->len)

static void move_head(const Mover *m, Str path, FileHead *h)
{
    COPY_LIST(m->arena, &h->imports);
    COPY_LIST(m->arena, &h->embeds);
    COPY_LIST(m->arena, &h->directives);
    COPY_LIST(m->arena, &h->faults);
    h->header = m->to;
    h->package = move(m, h->package);
    h->doc = move(m, h->doc);
    for (isize i = 0; i < h->imports.len; i++) {
        HeadImport *import = &h->imports.ptr[i];
        *import = (HeadImport){move(m, import->path), move_pos(m, import->pos, path),
                               move(m, import->doc)};
    }
    for (isize i = 0; i < h->embeds.len; i++) {
        HeadText *embed = &h->embeds.ptr[i];
        *embed = (HeadText){move(m, embed->text), move_pos(m, embed->pos, path)};
    }
    for (isize i = 0; i < h->directives.len; i++) {
        HeadText *directive = &h->directives.ptr[i];
        *directive = (HeadText){move(m, directive->text), move_pos(m, directive->pos, path)};
    }
    for (isize i = 0; i < h->faults.len; i++) {
        HeadFault *fault = &h->faults.ptr[i];
        *fault = (HeadFault){move_pos(m, fault->pos, path), move(m, fault->message)};
    }
}

void buildhead_keep(Arena *a, const BuildHead *head, BuildHead *ret)
{
    *ret = *head;
    ret->words = str_copy(a, head->words);
    if (head->trouble != BUILD_REASON_NONE || head->is_opaque) {
        ret->head = (FileHead){0};
        return;
    }
    Mover m = {.arena = a, .from = head->head.header, .to = str_copy(a, head->head.header)};
    move_head(&m, head->path, &ret->head);
    ret->rules = (BuildRules){0};
    read_rules(a, ret);
}
