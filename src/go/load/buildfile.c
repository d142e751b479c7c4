#include "go/load/buildfile.h"

#include "base/path.h"
#include "go/load/constraint.h"
#include "os/file.h"

#define FIRST_READ (4 * KIB) /* of nearly every file the head is in there */
#define GROWTH 4

static const struct {
    Str ext;
    BuildList list;
} endings[] = {
    {STR_CONST(".go"), LIST_GO},
    {STR_CONST(".c"), LIST_C},
    {STR_CONST(".cc"), LIST_CXX},
    {STR_CONST(".cpp"), LIST_CXX},
    {STR_CONST(".cxx"), LIST_CXX},
    {STR_CONST(".m"), LIST_M},
    {STR_CONST(".h"), LIST_H},
    {STR_CONST(".hh"), LIST_H},
    {STR_CONST(".hpp"), LIST_H},
    {STR_CONST(".hxx"), LIST_H},
    {STR_CONST(".f"), LIST_F},
    {STR_CONST(".F"), LIST_F},
    {STR_CONST(".for"), LIST_F},
    {STR_CONST(".f90"), LIST_F},
    {STR_CONST(".s"), LIST_S},
    {STR_CONST(".S"), LIST_S},
    {STR_CONST(".sx"), LIST_S},
    {STR_CONST(".swig"), LIST_SWIG},
    {STR_CONST(".swigcxx"), LIST_SWIG_CXX},
    {STR_CONST(".syso"), LIST_SYSO},
};

Str buildfile_ext(Str name)
{
    isize dot = str_last_index_byte(name, '.');
    return dot < 0 ? (Str){0} : str_from(name, dot);
}

BuildList buildfile_list_of(Str ext)
{
    for (isize i = 0; i < COUNT_OF(endings); i++) {
        if (str_eq(endings[i].ext, ext)) {
            return endings[i].list;
        }
    }
    return LIST_COUNT;
}

/* ---- tags ---- */

void buildfile_note_tag(BuildReader *r, Str tag)
{
    if (map_get(&r->tags, tag) == NULL) {
        map_put(&r->tags, str_copy(r->arena, tag), NULL);
    }
}

static bool ask_tag(void *context, Str tag)
{
    BuildReader *r = context;
    buildfile_note_tag(r, tag);
    return target_holds(r->target, tag);
}

/* ---- reading ---- */

/* "open /d/x.go: permission denied", as the errors of package os. */
static Str os_error(BuildReader *r, const char *verb, Str path, const Err *err)
{
    Str why = err->errnum != 0 ? str_from_c(strerror(err->errnum)) : str_from_c(err->text);
    Str words = str_format(r->arena, "%s %.*s: %.*s", verb, STR_ARG(path), STR_ARG(why));
    isize at = words.len - why.len;
    char *ptr = (char *)words.ptr;
    if (err->errnum != 0 && ptr[at] >= 'A' && ptr[at] <= 'Z') {
        ptr[at] = (char)(ptr[at] + ('a' - 'A'));
    }
    return words;
}

typedef struct {
    int fd;
    Str text; /* so far, in the reader's buffer */
    bool is_whole;
} Opened;

/* Reads on, into a larger buffer when this one is full. */
static bool read_more(BuildReader *r, Opened *o, Err *err)
{
    if (o->text.len == r->cap) {
        if (r->cap >= BUILDPKG_MAX_FILE) {
            return FAIL(err, ERR_LIMIT, "more than %td bytes must be read", BUILDPKG_MAX_FILE);
        }
        isize cap = r->cap == 0 ? FIRST_READ : r->cap * GROWTH;
        r->buffer = arena_grow(&r->own, r->buffer, r->cap, cap, 1);
        r->cap = cap;
        o->text.ptr = r->buffer;
    }
    isize n, want = r->cap - o->text.len;
    bool is_first = o->text.len == 0;
    if (!(is_first ? file_read_some(o->fd, r->buffer, MIN(want, FIRST_READ), &n, err)
                   : file_read(o->fd, r->buffer + o->text.len, want, &n, err))) {
        return false;
    }
    o->text.len += n;
    o->is_whole = n < (is_first ? MIN(want, FIRST_READ) : want);
    return true;
}

/* Reads as much of the file as its head needs. */
static FileHeadOutcome read_head(BuildReader *r, Arena *scratch, Opened *o, bool is_go,
                                 BuildMatch *m, Err *err)
{
    for (;;) {
        if (!read_more(r, o, err)) {
            return FILEHEAD_MORE;
        }
        Arena attempt = *scratch;
        FileHeadOutcome outcome =
            is_go ? filehead_read(&attempt, m->path, o->text, o->is_whole, &m->head)
                  : filehead_comments(o->text, o->is_whole, &m->head.header);
        if (outcome != FILEHEAD_MORE) {
            *scratch = attempt;
            return outcome;
        }
    }
}

/* ---- constraints ---- */

static void blame(BuildReader *r, const Constraint *x, Str line, BuildFile *file)
{
    const Constraint *blamed = constraint_blamed(x, ask_tag, r);
    file->reason = BUILD_CONSTRAINT;
    file->text = constraint_format(r->arena, blamed);
    file->line = str_copy(r->arena, line);
}

static bool line_holds(BuildReader *r, const Constraint *x)
{
    return r->target->takes_any ? constraint_may_hold(x) : constraint_holds(x, ask_tag, r);
}

/* Lines of the old form, all of which must hold; what cannot be read counts for nothing. */
static bool plus_lines_hold(BuildReader *r, Arena *scratch, Str text, BuildFile *file)
{
    if (!str_contains(text, S("+build"))) {
        return true;
    }
    bool all = true;
    Str line;
    while (str_next_line(&text, &line)) {
        const Constraint *x;
        Diagnostic wrong;
        line = str_trim(line);
        if (!constraint_is_plus_build(line) || !constraint_parse(scratch, line, &x, &wrong)) {
            continue;
        }
        file->has_plus_only = true;
        bool holds = line_holds(r, x);
        if (all && !holds) {
            blame(r, x, line, file);
        } else if (all) {
            file->line = str_copy(r->arena, line);
        }
        all = all && holds;
    }
    return all;
}

/* go/build's shouldBuild. */
static BuildFileOutcome decide(BuildReader *r, Arena *scratch, Str header, BuildMatch *m,
                               BuildFile *file)
{
    HeadConstraints found = filehead_constraints(header);
    m->is_binary_only = found.is_binary_only;
    const Constraint *x;
    Diagnostic wrong = {0, S("multiple //go:build comments")};
    if (!found.has_two && found.go_build.len == 0) {
        return plus_lines_hold(r, scratch, found.plus, file) ? BUILDFILE_IN : BUILDFILE_OUT;
    }
    bool is_fine = !found.has_two && constraint_parse(scratch, found.go_build, &x, &wrong);
    if (!is_fine) {
        file->reason = BUILD_CONSTRAINT_WRONG;
        file->text = str_copy(r->arena, wrong.message);
        file->line = str_copy(r->arena, found.go_build);
        if (r->target->takes_any && !found.has_two) {
            return BUILDFILE_OUT;
        }
        m->words =
            str_format(r->arena, "%.*s: %s%.*s", STR_ARG(file->name),
                       found.has_two ? "" : "parsing //go:build line: ", STR_ARG(wrong.message));
        return BUILDFILE_FAILED;
    }
    if (line_holds(r, x)) {
        file->line = str_copy(r->arena, found.go_build);
        return BUILDFILE_IN;
    }
    blame(r, x, found.go_build, file);
    return BUILDFILE_OUT;
}

/* ---- the whole ---- */

static BuildMatch fail(BuildReader *r, BuildMatch m, BuildFile *file, BuildReason reason, Str words)
{
    file->reason = reason;
    file->text = str_copy(r->arena, words);
    m.words = file->text;
    m.outcome = BUILDFILE_FAILED;
    return m;
}

/* It is taken all the same. */
static void forget_reason(BuildFile *file)
{
    *file = (BuildFile){.name = file->name, .list = file->list};
}

static BuildMatch match_content(BuildReader *r, Arena *scratch, BuildFile *file, bool is_go)
{
    BuildMatch m = {.path = path_join(r->arena, r->dir, file->name)};
    AUTO_CLOSE int fd = -1;
    Err err;
    switch (file_open(r->dir_fd, file->name, &fd, &err)) {
    case FILE_FOUND:
        break;
    case FILE_ABSENT:
        return fail(r, m, file, BUILD_UNREADABLE,
                    str_format(r->arena, "open %.*s: no such file or directory", STR_ARG(m.path)));
    case FILE_FAILED:
        return fail(r, m, file, BUILD_UNREADABLE, os_error(r, "open", m.path, &err));
    }
    Opened o = {.fd = fd, .text = {r->buffer, 0}};
    m.has_head = is_go;
    switch (read_head(r, scratch, &o, is_go, &m, &err)) {
    case FILEHEAD_MORE:
        return fail(r, m, file, BUILD_UNREADABLE, os_error(r, "read", m.path, &err));
    case FILEHEAD_NUL:
    case FILEHEAD_SYNTAX:
        if (!is_go) {
            m.outcome = BUILDFILE_IN; /* its constraints are not looked for */
            return m;
        }
        return fail(r, m, file, BUILD_FAULTY,
                    str_format(r->arena, "read %.*s: unexpected NUL in input", STR_ARG(m.path)));
    case FILEHEAD_READ:
        break;
    }
    m.outcome = decide(r, scratch, m.head.header, &m, file);
    if (m.outcome == BUILDFILE_OUT && r->is_named) {
        m.outcome = BUILDFILE_IN;
        forget_reason(file);
    }
    return m;
}

static bool is_for_name(BuildReader *r, BuildFile *file)
{
    TargetName name = target_name_of(r->target, file->name);
    if (name.os.len > 0) {
        buildfile_note_tag(r, name.os);
    }
    if (name.arch.len > 0) {
        buildfile_note_tag(r, name.arch);
    }
    if (!name.is_for) {
        bool has_both = name.os.len > 0 && name.arch.len > 0;
        file->reason = BUILD_NAME_SUFFIX;
        file->text = str_format(r->arena, "%.*s%s%.*s", STR_ARG(name.os), has_both ? "/" : "",
                                STR_ARG(name.arch));
    }
    return name.is_for;
}

BuildMatch buildfile_match(BuildReader *r, Arena *scratch, FileKind kind, BuildFile *file)
{
    Str ext = buildfile_ext(file->name);
    BuildList list = buildfile_list_of(ext);
    if (str_starts_with(file->name, S("_")) || str_starts_with(file->name, S("."))) {
        file->reason = BUILD_NAME_HIDDEN;
        return (BuildMatch){.outcome = BUILDFILE_OUT};
    }
    if (list == LIST_COUNT) {
        file->reason = BUILD_KIND_UNKNOWN;
        return (BuildMatch){.outcome = BUILDFILE_OUT};
    }
    if (r->target->takes_any && list != LIST_GO) {
        file->reason = BUILD_KIND_UNKNOWN;
        return (BuildMatch){.outcome = BUILDFILE_OUT};
    }
    if (!r->target->takes_any && !is_for_name(r, file)) {
        if (!r->is_named) {
            return (BuildMatch){.outcome = BUILDFILE_OUT};
        }
        forget_reason(file);
    }
    if (list == LIST_SYSO) {
        return (BuildMatch){.outcome = BUILDFILE_IN};
    }
    if (kind == FILE_KIND_OTHER) {
        return fail(r, (BuildMatch){0}, file, BUILD_IRREGULAR,
                    str_format(r->arena, "open %.*s/%.*s: not a regular file", STR_ARG(r->dir),
                               STR_ARG(file->name)));
    }
    return match_content(r, scratch, file, list == LIST_GO);
}
