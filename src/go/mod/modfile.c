/*
 * The whole of a go.mod or go.work (x/mod/modfile): which verbs there are, and what stands behind
 * each. All that is wrong is told at once, as go does it; where the syntax breaks (modline.c), that
 * alone.
 *
 * A version has to be one of its path (v2 below /v2). In the go.mod of a main module it may also be
 * a branch name or the like, which only a proxy can resolve: that is taken as it stands.
 */
#include "base/panic.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "go/mod/gowork.h"
#include "go/mod/pathmajor.h"
#include "go/mod/quote.h"
#include "go/mod/semver.h"

#define MAX_FAULTS 32 /* that are told, as far as an Err has room; the others are counted */

typedef struct Parser Parser;

typedef struct {
    Str verb;
    void (*add)(Parser *p, const ModLine *line);
    bool has_block; /* may gather lines in a block */
    bool in_lax;    /* is looked at in a dependency */
} Directive;

typedef struct {
    const Directive *ptr;
    isize len;
    const char *known; /* for who wrote another */
    const char *known_block;
} Directives;

struct Parser {
    Arena *arena;
    Str file;
    GoModMode mode;
    bool has_queries; /* the go command resolves versions: of a main module */
    Directives directives;
    const Directive *block; /* the open one; NULL while it is passed over */
    GoMod mod;              /* of a go.work only what both have */
    GoModPaths uses;
    Str faults[MAX_FAULTS]; /* "LINE: what" */
    isize n_faults;         /* also of those that are only counted */
};

/* ---- faults ---- */

__attribute__((format(printf, 3, 4))) static bool fault(Parser *p, const ModLine *line,
                                                        const char *format, ...)
{
    if (p->n_faults++ < MAX_FAULTS) {
        va_list args;
        va_start(args, format);
        Str what = str_vformat(p->arena, format, args);
        va_end(args);
        p->faults[p->n_faults - 1] =
            str_format(p->arena, "%td: %.*s", line->pos.line, STR_ARG(what));
    }
    return false;
}

static bool fault_word(Parser *p, const ModLine *line, const char *what, Str word,
                       const char *expected)
{
    return fault(p, line, "%s '%.*s', expected %s", what, STR_ARG(word), expected);
}

/* expected is what follows the verb. */
static bool fault_usage(Parser *p, const ModLine *line, const char *expected)
{
    return fault(p, line, "malformed %.*s line, expected \"%.*s %s\"", STR_ARG(line->verb),
                 STR_ARG(line->verb), expected);
}

/* One fault is a sentence; more are a list, of as many as there is room for. */
static bool tell_faults(const Parser *p, Err *err)
{
    if (p->n_faults <= 1) {
        return p->n_faults == 0 ||
               FAIL(err, ERR_FORMAT, "%.*s:%.*s", STR_ARG(p->file), STR_ARG(p->faults[0]));
    }
    StrBuf b = strbuf_init(p->arena);
    Str name = path_base(p->file);
    isize room = ERR_MAX_TEXT - p->file.len - 64, n = 0;
    while (n < MIN(p->n_faults, MAX_FAULTS) && b.len + name.len + p->faults[n].len + 6 <= room) {
        strbuf_add_format(&b, "\n    %.*s:%.*s", STR_ARG(name), STR_ARG(p->faults[n]));
        n++;
    }
    if (n < p->n_faults) {
        strbuf_add_format(&b, "\n    and %td more", p->n_faults - n);
    }
    return FAIL(err, ERR_FORMAT, "%td errors in %.*s:%.*s", p->n_faults, STR_ARG(p->file),
                STR_ARG(strbuf_str(&b)));
}

/* ---- lines that both have ---- */

static bool eat_decimal(Str *rest, bool may_be_zero)
{
    isize n = 0;
    while (n < rest->len && rest->ptr[n] >= '0' && rest->ptr[n] <= '9') {
        n++;
    }
    bool starts_with_zero = n > 0 && rest->ptr[0] == '0';
    if (n == 0 || (starts_with_zero && (n > 1 || !may_be_zero))) {
        return false;
    }
    *rest = str_from(*rest, n);
    return true;
}

static bool eat_letters(Str *rest)
{
    isize n = 0;
    while (n < rest->len && rest->ptr[n] >= 'a' && rest->ptr[n] <= 'z') {
        n++;
    }
    *rest = str_from(*rest, n);
    return n > 0;
}

/* major.minor at the start of *rest. */
static bool eat_language(Str *rest)
{
    return eat_decimal(rest, false) && str_eat_prefix(rest, S(".")) && eat_decimal(rest, true);
}

/* x/mod/modfile.GoVersionRE: a little wider than Go's versions, for files of the future. */
static bool is_go_line_version(Str word)
{
    if (!eat_language(&word)) {
        return false;
    }
    if (str_eat_prefix(&word, S(".")) && !eat_decimal(&word, true)) {
        return false;
    }
    if (word.len == 0) {
        return true;
    }
    isize digits_from = 0;
    Str digits = word;
    if (!eat_letters(&digits)) {
        return false;
    }
    while (digits_from < digits.len && digits.ptr[digits_from] >= '0' &&
           digits.ptr[digits_from] <= '9') {
        digits_from++;
    }
    return digits.len > 0 && digits_from == digits.len;
}

/* What a dependency may have instead: a version with something odd behind it, which is cut off. */
static bool lax_go_version(Str word, Str *ret)
{
    str_eat_prefix(&word, S("v"));
    Str rest = word;
    if (!eat_language(&rest) || rest.len == 0) {
        return false;
    }
    *ret = str_to(word, word.len - rest.len);
    return true;
}

static void add_go(Parser *p, const ModLine *line)
{
    GoModGo *go = &p->mod.go;
    Str version = line->n_args == 1 ? line->args[0] : (Str){0};
    if (go->version.len > 0) {
        fault(p, line, "second go line, the first is line %td", go->pos.line);
    } else if (line->n_args != 1) {
        fault_usage(p, line, "1.26.0");
    } else if (!is_go_line_version(version) &&
               (p->mode == GOMOD_STRICT || !lax_go_version(version, &version))) {
        fault_word(p, line, "invalid go version", version, "a version such as 1.26.0");
    } else {
        *go = (GoModGo){version, line->pos};
    }
}

/* x/mod/modfile.ToolchainRE */
static bool is_toolchain_word(Str word)
{
    return str_eq(word, S("default")) || str_eq(word, S("go1")) || str_starts_with(word, S("go1."));
}

static void add_toolchain(Parser *p, const ModLine *line)
{
    GoModToolchain *toolchain = &p->mod.toolchain;
    if (toolchain->name.len > 0) {
        fault(p, line, "second toolchain line, the first is line %td", toolchain->pos.line);
    } else if (line->n_args != 1) {
        fault_usage(p, line, "go1.26.0");
    } else if (!is_toolchain_word(line->args[0])) {
        fault_word(p, line, "invalid toolchain", line->args[0],
                   "a name such as go1.26.0, or default");
    } else {
        *toolchain = (GoModToolchain){line->args[0], line->pos};
    }
}

static void add_godebug(Parser *p, const ModLine *line)
{
    StrCut cut = str_cut(line->n_args == 1 ? line->args[0] : S(""), '=');
    bool is_plain = true;
    for (isize i = 0; line->n_args == 1 && i < line->args[0].len; i++) {
        is_plain = is_plain && memchr("\"`',", line->args[0].ptr[i], 4) == NULL;
    }
    if (!cut.found || !is_plain) {
        fault_usage(p, line, "key=value");
        return;
    }
    *VEC_PUSH(p->arena, &p->mod.godebugs) = (GoModGodebug){cut.head, cut.tail, line->pos};
}

static bool unquote(Parser *p, const ModLine *line, Str word, Str *ret)
{
    Str why;
    return modline_unquote(p->arena, word, ret, &why) || fault(p, line, "%.*s", STR_ARG(why));
}

static bool read_path(Parser *p, const ModLine *line, const char *expected, GoModPath *ret)
{
    ret->pos = line->pos;
    return line->n_args == 1 ? unquote(p, line, line->args[0], &ret->path)
                             : fault_usage(p, line, expected);
}

static void add_path(Parser *p, const ModLine *line, const char *expected, GoModPaths *list)
{
    GoModPath path;
    if (read_path(p, line, expected, &path)) {
        *VEC_PUSH(p->arena, list) = path;
    }
}

/* x/mod/modfile.IsDirectoryPath on Unix, backslashes included: they are refused later. */
static bool is_directory_path(Str path)
{
    static const Str prefixes[] = {STR_CONST("./"),  STR_CONST("../"),  STR_CONST("/"),
                                   STR_CONST(".\\"), STR_CONST("..\\"), STR_CONST("\\")};
    for (isize i = 0; i < COUNT_OF(prefixes); i++) {
        if (str_starts_with(path, prefixes[i])) {
            return true;
        }
    }
    bool has_drive = path.len >= 2 && path.ptr[1] == ':';
    return has_drive || str_eq(path, S(".")) || str_eq(path, S(".."));
}

static bool fault_version(Parser *p, const ModLine *line, Str path, Str version, Str why)
{
    return fault(p, line, "%.*s %.*s: version %.*s invalid: %.*s", STR_ARG(line->verb),
                 STR_ARG(path), STR_ARG(quote_go(p->arena, version)), STR_ARG(why));
}

/* x/mod/modfile.parseVersion */
static bool check_form(Parser *p, const ModLine *line, Str path, Str version)
{
    return p->has_queries || semver_canonical(p->arena, version).len > 0 ||
           fault_version(p, line, path, version, S("must be of the form v1.2.3"));
}

/* fixVersion of cmd/go/internal/modload for a main module, else modulePathMajor and CheckPathMajor
 * of x/mod. What is not canonical is a query there, and has been refused here. */
static bool check_major(Parser *p, const ModLine *line, Str path, Str version)
{
    Str prefix, major, canonical = semver_canonical(p->arena, version);
    if (!pathmajor_split(path, &prefix, &major)) {
        Str quoted = quote_go(p->arena, path);
        return p->has_queries
                   ? fault_version(p, line, path, version,
                                   str_concat(p->arena, S("malformed module path "), quoted))
                   : fault(p, line, "invalid module path");
    }
    if (canonical.len == 0 || (p->has_queries && !str_eq(canonical, version))) {
        return true;
    }
    Str why = pathmajor_misfit(p->arena, canonical, major);
    return why.len == 0 || fault_version(p, line, path, canonical, why);
}

static bool check_version(Parser *p, const ModLine *line, Str path, Str version)
{
    return check_form(p, line, path, version) && check_major(p, line, path, version);
}

static bool check_replaced(Parser *p, const ModLine *line, const GoModReplace *r)
{
    Str prefix, major;
    if (!pathmajor_split(r->old_path, &prefix, &major)) {
        return fault(p, line, "replace %.*s: invalid module path", STR_ARG(r->old_path));
    }
    return r->old_version.len == 0 || check_version(p, line, r->old_path, r->old_version);
}

static bool check_replacement(Parser *p, const ModLine *line, const GoModReplace *r)
{
    bool is_dir = is_directory_path(r->new_path);
    if (r->new_version.len == 0 && !is_dir) {
        return fault_word(p, line, "replacement without version", r->new_path,
                          "a directory: rooted, or beginning with ./ or ../");
    }
    if (r->new_version.len > 0 && is_dir) {
        return fault_word(p, line, "replacement directory with version", r->new_version,
                          "no version behind a directory");
    }
    return r->new_version.len == 0 ||
           (check_form(p, line, r->new_path, r->new_version) &&
            (!p->has_queries || check_major(p, line, r->new_path, r->new_version)));
}

static void add_replace(Parser *p, const ModLine *line)
{
    isize arrow = line->n_args >= 2 && str_eq(line->args[1], S("=>")) ? 1 : 2;
    bool is_well_formed = line->n_args >= arrow + 2 && line->n_args <= arrow + 3 &&
                          str_eq(line->args[arrow], S("=>"));
    GoModReplace r = {.pos = line->pos};
    if (!is_well_formed) {
        fault_usage(p, line, "old/module [v1.2.3] => new/module v1.2.3");
    } else if (unquote(p, line, line->args[0], &r.old_path) &&
               (arrow == 1 || unquote(p, line, line->args[1], &r.old_version)) &&
               unquote(p, line, line->args[arrow + 1], &r.new_path) &&
               (line->n_args == arrow + 2 ||
                unquote(p, line, line->args[arrow + 2], &r.new_version)) &&
               check_replaced(p, line, &r) && check_replacement(p, line, &r)) {
        *VEC_PUSH(p->arena, &p->mod.replaces) = r;
    }
}

/* ---- lines of go.work ---- */

static void add_use(Parser *p, const ModLine *line)
{
    add_path(p, line, "./directory", &p->uses);
}

/* ---- lines of go.mod ---- */

static void add_module(Parser *p, const ModLine *line)
{
    if (p->mod.module.pos.line > 0) {
        fault(p, line, "second module line, the first is line %td", p->mod.module.pos.line);
    } else {
        read_path(p, line, "example.com/module", &p->mod.module);
    }
}

/* "// indirect", alone or before a semicolon. */
static bool is_indirect(Str comment)
{
    str_eat_prefix(&comment, S("//"));
    Str word, more;
    if (!str_next_field(&comment, &word)) {
        return false;
    }
    bool is_alone = !str_next_field(&comment, &more);
    return str_eq(word, is_alone ? S("indirect") : S("indirect;"));
}

static bool read_path_version(Parser *p, const ModLine *line, Str *ret_path, Str *ret_version)
{
    return line->n_args == 2 ? unquote(p, line, line->args[0], ret_path) &&
                                   unquote(p, line, line->args[1], ret_version) &&
                                   check_version(p, line, *ret_path, *ret_version)
                             : fault_usage(p, line, "module/path v1.2.3");
}

static void add_require(Parser *p, const ModLine *line)
{
    GoModRequire r = {.is_indirect = is_indirect(line->comment), .pos = line->pos};
    if (read_path_version(p, line, &r.path, &r.version)) {
        *VEC_PUSH(p->arena, &p->mod.requires) = r;
    }
}

static void add_exclude(Parser *p, const ModLine *line)
{
    GoModExclude x = {.pos = line->pos};
    if (read_path_version(p, line, &x.path, &x.version)) {
        *VEC_PUSH(p->arena, &p->mod.excludes) = x;
    }
}

/* "retract v1.0.0" or "retract [v1.0.0, v1.9.9]". A dependency's odd interval is passed over. */
static void add_retract(Parser *p, const ModLine *line)
{
    const Str *args = line->args;
    bool is_interval = line->n_args == 5 && str_eq(args[0], S("[")) && str_eq(args[2], S(",")) &&
                       str_eq(args[4], S("]"));
    bool is_single = line->n_args == 1 && !str_eq(args[0], S("["));
    GoModRetract r = {.pos = line->pos};
    if (!is_interval && !is_single) {
        if (p->mode == GOMOD_STRICT) {
            fault_usage(p, line, "[v1.0.0, v1.9.9]");
        }
    } else if (unquote(p, line, args[is_single ? 0 : 1], &r.low) &&
               unquote(p, line, args[is_single ? 0 : 3], &r.high)) {
        *VEC_PUSH(p->arena, &p->mod.retracts) = r;
    }
}

static void add_tool(Parser *p, const ModLine *line)
{
    add_path(p, line, "example.com/cmd/tool", &p->mod.tools);
}

static void add_ignore(Parser *p, const ModLine *line)
{
    add_path(p, line, "./directory", &p->mod.ignores);
}

/* ---- files ---- */

static const Directive mod_directives[] = {
    {STR_CONST("module"), add_module, true, true},
    {STR_CONST("go"), add_go, false, true},
    {STR_CONST("toolchain"), add_toolchain, false, false},
    {STR_CONST("godebug"), add_godebug, true, false},
    {STR_CONST("require"), add_require, true, true},
    {STR_CONST("exclude"), add_exclude, true, false},
    {STR_CONST("replace"), add_replace, true, false},
    {STR_CONST("retract"), add_retract, true, true},
    {STR_CONST("tool"), add_tool, true, false},
    {STR_CONST("ignore"), add_ignore, true, true},
};

static const Directive work_directives[] = {
    {STR_CONST("go"), add_go, false, false},
    {STR_CONST("toolchain"), add_toolchain, false, false},
    {STR_CONST("godebug"), add_godebug, true, false},
    {STR_CONST("use"), add_use, true, false},
    {STR_CONST("replace"), add_replace, true, false},
};

static const Directive *find_directive(const Directives *list, Str verb)
{
    for (isize i = 0; i < list->len; i++) {
        if (str_eq(list->ptr[i].verb, verb)) {
            return &list->ptr[i];
        }
    }
    return NULL;
}

static void parse_line(Parser *p, const ModLine *line)
{
    const Directive *d = find_directive(&p->directives, line->verb);
    bool is_strict = p->mode == GOMOD_STRICT;
    switch (line->kind) {
    case MODLINE_BLOCK:
        p->block = d != NULL && d->has_block && line->n_args == 0 ? d : NULL;
        if (p->block == NULL && is_strict) {
            fault_word(p, line, "unknown block", line->verb, p->directives.known_block);
        }
        return;
    case MODLINE_IN_BLOCK:
        d = p->block;
        break;
    case MODLINE_PLAIN:
        if (d == NULL && is_strict) {
            fault_word(p, line, "unknown directive", line->verb, p->directives.known);
        }
        break;
    case MODLINE_NONE:
        UNREACHABLE("a line without kind");
    }
    if (d != NULL && (is_strict || d->in_lax)) {
        d->add(p, line);
    }
}

/* Versions of the module itself, whose line may stand below them. */
static void check_retracts(Parser *p)
{
    Str module = p->mod.module.path;
    for (isize i = 0; i < p->mod.retracts.len; i++) {
        const GoModRetract *r = &p->mod.retracts.ptr[i];
        ModLine line = {.verb = S("retract"), .pos = r->pos};
        if (module.len == 0) {
            fault(p, &line, "no module directive found, so retract cannot be used");
            return;
        }
        if (check_major(p, &line, module, r->low)) {
            check_major(p, &line, module, r->high);
        }
    }
}

static bool parse(Parser *p, Str text, Err *err)
{
    ModLines lines;
    if (!modlines_parse(p->arena, p->file, text, &lines, err)) {
        return false;
    }
    for (isize i = 0; i < lines.len; i++) {
        parse_line(p, &lines.ptr[i]);
    }
    if (p->has_queries) {
        check_retracts(p);
    }
    return tell_faults(p, err);
}

bool gomod_parse(Arena *a, Str file, Str text, GoModMode mode, GoMod *ret, Err *err)
{
    Parser p = {.arena = a,
                .file = file,
                .mode = mode,
                .has_queries = mode == GOMOD_STRICT,
                .directives = {mod_directives, COUNT_OF(mod_directives),
                               "module, go, toolchain, require ...",
                               "one such as require ( ... )"}};
    if (!parse(&p, text, err)) {
        return false;
    }
    *ret = p.mod;
    return true;
}

bool gowork_parse(Arena *a, Str file, Str text, GoWork *ret, Err *err)
{
    Parser p = {.arena = a,
                .file = file,
                .mode = GOMOD_STRICT,
                .directives = {work_directives, COUNT_OF(work_directives),
                               "go, toolchain, godebug, use or replace",
                               "one such as use ( ... )"}};
    if (!parse(&p, text, err)) {
        return false;
    }
    *ret = (GoWork){p.mod.go, p.mod.toolchain, p.mod.godebugs, p.uses, p.mod.replaces};
    return true;
}
