/*
 * The flags that #cgo lines may hold. A package comes from anywhere, and a flag can make a compiler
 * run other programs, so cmd/go lets only those pass that are on its lists (checkFlags of
 * cmd/go/internal/work/security.go). The lists grow with the releases and are read from the Go in
 * use. Flags of the environment (CGO_CFLAGS) are their owner's and pass unseen.
 */
#include "doctor/cgo_command.h"
#include "doctor/cgo_constraint.h"
#include "doctor/cgo_files.h"
#include "doctor/cgo_pattern.h"
#include "go/root/gosource.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/load/cgoline.h"

typedef VEC(Str) Patterns;

typedef struct {
    Patterns invalid, valid; /* expressions */
    Patterns next;           /* flags that take the next word */
    bool knows_push_state;   /* "-Wl,--push-state,A,B" is judged part by part */
} FlagRules;

static const struct {
    Str verb;
    bool is_linker;
} verbs[] = {
    {STR_CONST("CPPFLAGS"), false}, {STR_CONST("CFLAGS"), false}, {STR_CONST("CXXFLAGS"), false},
    {STR_CONST("FFLAGS"), false},   {STR_CONST("LDFLAGS"), true},
};

/* ---- the lists ---- */

static void read_list(Arena *a, Str text, const char *head, Patterns *ret)
{
    Str body, line, word;
    if (!gosource_next_block(&text, str_from_c(head), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        while (gosource_next_quoted(&line, &word)) {
            *VEC_PUSH(a, ret) = word;
        }
    }
}

static bool read_rules(const Doctor *d, bool is_linker, FlagRules *ret, Err *err)
{
    Str text;
    FlagRules rules = {0};
    if (!gosource_read(d->arena, d->in->goroot, S("cmd/go/internal/work/security.go"), &text,
                       err)) {
        return false;
    }
    rules.knows_push_state = str_contains(text, S("-Wl,--push-state,"));
    read_list(d->arena, text,
              is_linker ? "var validLinkerFlags = " : "var validCompilerFlags = ", &rules.valid);
    read_list(d->arena, text,
              is_linker ? "var validLinkerFlagsWithNextArg = "
                        : "var validCompilerFlagsWithNextArg = ",
              &rules.next);
    if (is_linker) {
        read_list(d->arena, text, "var invalidLinkerFlags = ", &rules.invalid);
    }
    if (rules.valid.len == 0) {
        return FAIL(err, ERR_FORMAT, "no list of flags can be seen in security.go of this Go");
    }
    *ret = rules;
    return true;
}

/* ---- the words ---- */

typedef struct {
    Str text;
    const CgoLine *line;
} Word;

typedef VEC(Word) WordList;

static Str expand_srcdir(Arena *a, Str word, Str dir)
{
    static const Str name = STR_CONST("${SRCDIR}");
    StrBuf b = strbuf_init(a);
    for (isize at = str_index(word, name); at >= 0; at = str_index(word, name)) {
        strbuf_add(&b, str_to(word, at));
        strbuf_add(&b, dir);
        word = str_from(word, at + name.len);
    }
    strbuf_add(&b, word);
    return strbuf_str(&b);
}

static WordList words_of(const Doctor *d, const CgoPackage *package, Str verb)
{
    WordList list = {0};
    for (isize i = 0; i < package->lines.len; i++) {
        const CgoLine *line = &package->lines.ptr[i];
        CgoWords words = {0};
        if (!str_eq(line->verb, verb) || !cgoline_split(d->arena, line->text, &words)) {
            continue; /* cmd/go says "invalid #cgo line", which is plain enough */
        }
        for (isize w = 0; w < words.len; w++) {
            *VEC_PUSH(d->arena, &list) =
                (Word){expand_srcdir(d->arena, words.ptr[w], path_dir(line->file)), line};
        }
    }
    return list;
}

/* ---- the verdict ---- */

/* SafeArg of cmd/go/internal/load. */
static bool is_safe_argument(Str word)
{
    unsigned char byte = word.len > 0 ? (unsigned char)word.ptr[0] : 0;
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '.' || byte == '_' || byte == '/' ||
           byte >= 0x80;
}

/* Whether one of them matches; what cannot be decided is taken to. */
static bool matches(const Doctor *d, const Patterns *patterns, Str word)
{
    for (isize i = 0; i < patterns->len; i++) {
        if (cgo_pattern_match(*d->arena, patterns->ptr[i], word) != CGO_MATCH_NO) {
            return true;
        }
    }
    return false;
}

static bool push_state_is_valid(const Doctor *d, const FlagRules *rules, Str word)
{
    Str rest = str_cut(word, ',').tail;
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ',');
        Str part = str_concat(d->arena, S("-Wl,"), cut.head);
        if (!matches(d, &rules->valid, part) || matches(d, &rules->invalid, part)) {
            return false;
        }
        rest = cut.tail;
    }
    return true;
}

/* Whether the word takes the one after it; *ret_is_valid: and that one may stand there. */
static bool takes_next(const FlagRules *rules, Str word, Str next, bool *ret_is_valid)
{
    for (isize i = 0; i < rules->next.len; i++) {
        if (!str_eq(rules->next.ptr[i], word)) {
            continue;
        }
        Str part = next, root = next;
        bool is_for_linker = str_starts_with(word, S("-Wl,")) && str_eat_prefix(&part, S("-Wl,")) &&
                             is_safe_argument(part) && !str_contains(part, S(","));
        bool is_in_root = str_eq(word, S("-I")) &&
                          (str_starts_with(root, S("=")) || str_starts_with(root, S("$SYSROOT"))) &&
                          is_safe_argument(str_from(root, 1));
        *ret_is_valid = is_safe_argument(next) || is_for_linker || is_in_root;
        return true;
    }
    return false;
}

typedef struct {
    Str allow, disallow; /* expressions of the environment, or empty */
} Overrides;

/* The first word that cmd/go refuses, -1: none. */
static isize find_refused(const Doctor *d, const FlagRules *rules, const Overrides *o,
                          const WordList *list)
{
    for (isize i = 0; i < list->len; i++) {
        Str word = list->ptr[i].text, next = {0};
        bool is_valid = false;
        if (i + 1 < list->len) {
            next = list->ptr[i + 1].text;
        }
        if (o->disallow.len > 0 &&
            cgo_pattern_match(*d->arena, o->disallow, word) == CGO_MATCH_YES) {
            return i;
        }
        if (o->allow.len > 0 && cgo_pattern_match(*d->arena, o->allow, word) != CGO_MATCH_NO) {
            continue;
        }
        if (matches(d, &rules->invalid, word)) {
            return i;
        }
        if (rules->knows_push_state && str_starts_with(word, S("-Wl,--push-state,"))) {
            is_valid = push_state_is_valid(d, rules, word);
        } else if (matches(d, &rules->valid, word)) {
            is_valid = true;
        } else if (takes_next(rules, word, next, &is_valid)) {
            i += is_valid;
        }
        if (!is_valid) {
            return i;
        }
    }
    return -1;
}

/* An expression for exactly this word. */
static Str quote_pattern(Arena *a, Str word)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < word.len; i++) {
        if (str_index_byte(S(".*+?()[]{}|^$\\"), word.ptr[i]) >= 0) {
            strbuf_add_byte(&b, '\\');
        }
        strbuf_add_byte(&b, word.ptr[i]);
    }
    return strbuf_str(&b);
}

static void find_flag(Doctor *d, Str verb, bool is_disallowed, const Word *word)
{
    Str name = str_format(d->arena, "CGO_%.*s_ALLOW", STR_ARG(verb));
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena,
                                   "the go command refuses the flag %.*s of this #cgo line: the "
                                   "package does not build",
                                   STR_ARG(word->text)),
               .place = {.file = word->line->file, .line = word->line->line},
               .evidence = str_format(d->arena, "#cgo %.*s: %.*s", STR_ARG(verb),
                                      STR_ARG(word->line->text)),
               .remedy =
                   is_disallowed
                       ? str_format(d->arena, "unset CGO_%.*s_DISALLOW", STR_ARG(verb))
                       : str_format(d->arena,
                                    "read what the flag does; then export %.*s='%.*s', or move it "
                                    "to the environment's CGO_%.*s",
                                    STR_ARG(name), STR_ARG(quote_pattern(d->arena, word->text)),
                                    STR_ARG(verb)),
           });
}

static bool check_verb(Doctor *d, const CgoPackages *packages, Str verb, bool is_linker, Err *err)
{
    FlagRules rules = {0};
    const GoEnv *env = d->in->env;
    Overrides o = {
        .allow = goenv_value(env, str_format(d->arena, "CGO_%.*s_ALLOW", STR_ARG(verb))),
        .disallow = goenv_value(env, str_format(d->arena, "CGO_%.*s_DISALLOW", STR_ARG(verb))),
    };
    for (isize i = 0; i < packages->len; i++) {
        WordList list = words_of(d, &packages->ptr[i], verb);
        if (list.len == 0) {
            continue;
        }
        if (rules.valid.len == 0 && !read_rules(d, is_linker, &rules, err)) {
            return false;
        }
        isize at = find_refused(d, &rules, &o, &list);
        if (at >= 0) {
            bool is_disallowed =
                o.disallow.len > 0 &&
                cgo_pattern_match(*d->arena, o.disallow, list.ptr[at].text) == CGO_MATCH_YES;
            find_flag(d, verb, is_disallowed, &list.ptr[at]);
        }
    }
    return true;
}

/* ---- CGO_CFLAGS_ALLOW and its kin ---- */

/* What Go's expressions do not have, and other people's have. */
static bool looks_around(Str pattern)
{
    static const Str signs[] = {STR_CONST("(?="), STR_CONST("(?!"), STR_CONST("(?<="),
                                STR_CONST("(?<!")};
    for (isize i = 0; i < COUNT_OF(signs); i++) {
        if (str_contains(pattern, signs[i])) {
            return true;
        }
    }
    return false;
}

/* Whether each parenthesis and bracket has its counterpart. */
static bool is_balanced(Str pattern)
{
    isize depth = 0, class_at = -1;
    for (isize i = 0; i < pattern.len; i++) {
        char byte = pattern.ptr[i];
        if (byte == '\\') {
            i++;
        } else if (class_at >= 0) {
            bool is_first = i == class_at + 1 || (i == class_at + 2 && pattern.ptr[i - 1] == '^');
            class_at = byte == ']' && !is_first ? -1 : class_at;
        } else if (byte == '[') {
            class_at = i;
        } else if (byte == '(' || byte == ')') {
            depth += byte == '(' ? 1 : -1;
            if (depth < 0) {
                return false;
            }
        }
    }
    return depth == 0 && class_at < 0;
}

static void check_override(Doctor *d, Str verb, const char *suffix)
{
    Variable v = doctor_variable(d, str_format(d->arena, "CGO_%.*s_%s", STR_ARG(verb), suffix));
    if (v.got.value.len == 0 || (is_balanced(v.got.value) && !looks_around(v.got.value))) {
        return;
    }
    doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                         "%.*s is no regular expression of Go's: no package with C in it builds, "
                         "runtime/cgo included",
                         STR_ARG(v.name));
}

static bool check_flags(Doctor *d, Err *err)
{
    const CgoPackages *packages;
    if (cgo_state(d) != CGO_ON) {
        return true;
    }
    if (!cgo_module_packages(d, &packages, err)) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(verbs); i++) {
        check_override(d, verbs[i].verb, "ALLOW");
        check_override(d, verbs[i].verb, "DISALLOW");
        if (!check_verb(d, packages, verbs[i].verb, verbs[i].is_linker, err)) {
            return false;
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD082"),
                .title = STR_CONST("the flags of #cgo lines are those that the go command lets "
                                   "pass"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "#cgo CFLAGS, CPPFLAGS, CXXFLAGS, FFLAGS and LDFLAGS in the Go files of the "
                    "module, as far as they hold for the target; the lists in "
                    "src/cmd/go/internal/work/security.go of the Go in use; CGO_CFLAGS_ALLOW, "
                    "CGO_CFLAGS_DISALLOW and their kin"),
                .why = STR_CONST(
                    "A flag can make a compiler or a linker run a program, so those of packages "
                    "are checked against lists, which patch releases change (security fixes make "
                    "them shorter). Any other flag ends the build with \"invalid flag in #cgo "
                    "LDFLAGS\". Flags in CGO_CFLAGS and its kin are not checked.\n\n"
                    "CGO_LDFLAGS_ALLOW is a regular expression in Go's syntax that the whole flag "
                    "must match; one that is none stops every package with C in it."),
                .cure = STR_CONST("export CGO_LDFLAGS_ALLOW='-Wl,-z,now', with the flag and "
                                  "nothing more"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/s/invalidflag, cmd/go/internal/work/security.go"),
            },
        .run = check_flags,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_cgo_flags = {rows, COUNT_OF(rows)};
