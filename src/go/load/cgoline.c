#include "go/load/cgoline.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/load/constraint.h"
#include "go/load/space.h"

#define SRCDIR S("${SRCDIR}")

static const struct {
    Str verb, list_name;
} kinds[] = {
#define CGO_FLAGS(name, verb, text) {STR_CONST(verb), STR_CONST(text)},
#include "go/load/cgoflags.def"
#undef CGO_FLAGS
};

Str cgoflags_verb(CgoFlagKind kind)
{
    return kinds[kind].verb;
}

Str cgoflags_list_name(CgoFlagKind kind)
{
    return kinds[kind].list_name;
}

/* ---- words ---- */

typedef struct {
    Arena *arena;
    StrBuf word;
    bool is_quoted; /* an empty word counts, too */
    Strs *words;
} Splitter;

static void end_word(Splitter *s)
{
    if (s->is_quoted || s->word.len > 0) {
        *VEC_PUSH(s->arena, s->words) = str_copy(s->arena, strbuf_str(&s->word));
        strbuf_truncate(&s->word, 0);
        s->is_quoted = false;
    }
}

bool cgoline_split(Arena *a, Str line, Strs *ret)
{
    Splitter s = {.arena = a, .word = strbuf_init(a), .words = ret};
    bool is_escaped = false;
    char quote = '\0';
    for (isize i = 0, n; i < line.len; i += n) {
        char byte = line.ptr[i];
        isize space = space_len(str_from(line, i));
        n = MAX(space, 1);
        if (is_escaped) {
            is_escaped = false;
        } else if (byte == '\\') {
            is_escaped = true;
            continue;
        } else if (quote != '\0' && byte == quote) {
            quote = '\0';
            continue;
        } else if (quote == '\0' && (byte == '"' || byte == '\'')) {
            s.is_quoted = true;
            quote = byte;
            continue;
        } else if (quote == '\0' && space > 0) {
            end_word(&s);
            continue;
        }
        strbuf_add(&s.word, str_slice(line, i, i + n));
    }
    end_word(&s);
    return quote == '\0' && !is_escaped;
}

/* ---- values ---- */

/* Nothing that a shell would take for more than a letter; signs beyond ASCII pass. */
static bool is_safe(Str s)
{
    static const char allowed[] =
        "+-.,/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz:$@%! ~^";
    for (isize i = 0; i < s.len; i++) {
        char byte = s.ptr[i];
        if ((byte & 0x80) == 0 && memchr(allowed, byte, sizeof(allowed) - 1) == NULL) {
            return false;
        }
    }
    return s.len > 0;
}

/* With the directory in place of ${SRCDIR}; false when the result is not safe. */
static bool expand(Arena *a, Str word, Str dir, Str *ret)
{
    isize at = str_index(word, SRCDIR);
    if (at < 0) {
        *ret = word;
        return is_safe(word);
    }
    StrBuf b = strbuf_init(a);
    bool ok = dir.len == 0 || is_safe(dir);
    for (Str rest = word; at >= 0 || rest.len > 0; at = str_index(rest, SRCDIR)) {
        Str part = at < 0 ? rest : str_to(rest, at);
        ok = ok && (part.len == 0 || is_safe(part));
        strbuf_add(&b, part);
        strbuf_add(&b, at < 0 ? S("") : dir);
        rest = at < 0 ? S("") : str_from(rest, at + SRCDIR.len);
    }
    *ret = strbuf_str(&b);
    return ok && ret->len > 0;
}

/* Paths of -I and -L, in the same word or the next. */
static void make_absolute(Arena *a, Strs *words, Str dir)
{
    bool is_next = false;
    for (isize i = 0; i < words->len; i++) {
        Str word = words->ptr[i], path = word;
        bool is_option =
            !is_next && (str_starts_with(word, S("-I")) || str_starts_with(word, S("-L")));
        if (is_option) {
            path = str_from(word, 2);
        }
        if ((is_next || (is_option && path.len > 0)) && !path_is_absolute(path)) {
            path = path.len > 0 ? path_absolute(a, dir, path) : dir;
            words->ptr[i] = is_option ? str_concat(a, str_to(word, 2), path) : path;
        }
        is_next = is_option && word.len == 2;
    }
}

/* ---- lines ---- */

/* What lines are read for, and what they give. */
typedef struct {
    Arena *arena;
    const Target *target;
    Str dir;
    CgoFlags *flags;
    Strs *asked;
} CgoReader;

static bool tag_holds(void *context, Str tag)
{
    const CgoReader *r = context;
    if (!strs_has(r->asked, tag)) {
        *VEC_PUSH(r->arena, r->asked) = str_copy(r->arena, tag);
    }
    return target_holds(r->target, tag);
}

/* Without conditions a line holds; with some, when one does. */
static bool holds(CgoReader *r, Str conditions)
{
    Str word;
    bool any = false, holds = false;
    while (space_next_field(&conditions, &word)) {
        const Constraint *x = constraint_parse_word(r->arena, word);
        any = true;
        holds = holds || (x != NULL && constraint_holds(x, tag_holds, r));
    }
    return holds || !any;
}

/* "#cgo nocallback name" and "#cgo noescape name" are for cmd/cgo. */
static bool is_of_function(Str rest)
{
    Str verb, name, more;
    return space_next_field(&rest, &verb) && space_next_field(&rest, &name) &&
           !space_next_field(&rest, &more) &&
           (str_eq(verb, S("nocallback")) || str_eq(verb, S("noescape")));
}

/* The last word of what stands before the colon, and what is before that. */
static Str last_field(Str text, Str *ret_before)
{
    Str rest = text, word, last = {0};
    while (space_next_field(&rest, &word)) {
        last = word;
    }
    *ret_before = last.len > 0 ? str_to(text, last.ptr - text.ptr) : text;
    return last;
}

static bool complain(Arena *a, const char *what, Str detail, Str *ret_words)
{
    *ret_words = str_concat(a, str_from_c(what), detail);
    return false;
}

static bool expand_all(Arena *a, Strs *words, Str dir, Str *ret_words)
{
    for (isize i = 0; i < words->len; i++) {
        if (!expand(a, words->ptr[i], dir, &words->ptr[i])) {
            return complain(a, "malformed #cgo argument: ", words->ptr[i], ret_words);
        }
    }
    return true;
}

static bool read_line(CgoReader *r, Str line, Str *ret_words)
{
    Arena *a = r->arena;
    Str rest = space_trim(line), conditions;
    if (!str_eat_prefix(&rest, S("#cgo")) || rest.len == 0 ||
        (rest.ptr[0] != ' ' && rest.ptr[0] != '\t') || is_of_function(rest)) {
        return true;
    }
    StrCut cut = str_cut(space_trim(rest), ':');
    Str verb = last_field(cut.head, &conditions);
    if (!cut.found || verb.len == 0) {
        return complain(a, "invalid #cgo line: ", line, ret_words);
    }
    if (!holds(r, conditions)) {
        return true;
    }
    Strs words = {0};
    if (!cgoline_split(a, cut.tail, &words)) {
        return complain(a, "invalid #cgo line: ", line, ret_words);
    }
    if (!expand_all(a, &words, r->dir, ret_words)) {
        return false;
    }
    for (int kind = 0; kind < CGO_FLAGS_COUNT; kind++) {
        if (!str_eq(kinds[kind].verb, verb)) {
            continue;
        }
        if (kind != CGO_PKG_CONFIG) {
            make_absolute(a, &words, r->dir);
        }
        for (isize i = 0; i < words.len; i++) {
            *VEC_PUSH(a, &r->flags->of[kind]) = words.ptr[i];
        }
        return true;
    }
    return complain(a, "invalid #cgo verb: ", line, ret_words);
}

bool cgolines_read(Arena *a, const Target *t, Str dir, Str text, CgoFlags *flags, Strs *asked,
                   Str *ret_words)
{
    CgoReader r = {a, t, dir, flags, asked};
    StrCut cut = {.tail = text, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '\n');
        if (!read_line(&r, cut.head, ret_words)) {
            return false;
        }
    }
    return true;
}
