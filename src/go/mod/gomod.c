/*
 * See gomod.h for the two readers. Paths and versions of requirements are taken as words: whether
 * they agree (v2 below /v2) is the module loader's matter, and a version may be a branch name that
 * only a proxy can resolve.
 */
#include "go/mod/gomod.h"

#include "base/panic.h"
#include "base/path.h"
#include "format/utf8.h"

/* ---- the startup scan ---- */

static bool is_go_space(uint32_t rune)
{
    return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0xA0 ||
           rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

/* Bytes of the white space rune that s begins with, or 0. */
static isize leading_space(Str s)
{
    uint32_t rune;
    int len = utf8_decode(s, &rune);
    return len > 0 && is_go_space(rune) ? len : 0;
}

/* Bytes of the white space rune that s ends with, or 0. */
static isize trailing_space(Str s)
{
    isize start = s.len;
    while (start > 0 && s.len - start < UTF8_MAX_LEN) {
        start--;
        if (((unsigned char)s.ptr[start] & 0xC0) != 0x80) {
            break;
        }
    }
    isize len = leading_space(str_from(s, start));
    return len == s.len - start ? len : 0;
}

/* As strings.TrimSpace: all of Unicode's white space. */
static Str trim_space(Str s)
{
    for (isize n = leading_space(s); n > 0; n = leading_space(s)) {
        s = str_from(s, n);
    }
    for (isize n = trailing_space(s); n > 0; n = trailing_space(s)) {
        s = str_to(s, s.len - n);
    }
    return s;
}

GoModValue gomod_lookup(Str text, Str key)
{
    for (isize line = 1; text.len > 0; line++) {
        StrCut cut = str_cut(text, '\n');
        text = cut.tail;
        Str rest = trim_space(cut.head);
        if (!str_eat_prefix(&rest, key) || rest.len == 0 ||
            (rest.ptr[0] != ' ' && rest.ptr[0] != '\t')) {
            continue;
        }
        isize comment = str_index(rest, S("//"));
        return (GoModValue){trim_space(comment < 0 ? rest : str_to(rest, comment)), line};
    }
    return (GoModValue){S(""), 0};
}

/* Whether dir is the temporary directory itself, under whatever name. A directory that lies in it
 * by name is not, even if a symlink makes them one: cmd/go compares names first. */
static bool is_temp_root(Str dir, Str temp_dir)
{
    if (str_eq(dir, temp_dir)) {
        return true;
    }
    if (!path_is_absolute(temp_dir) || path_is_within(dir, temp_dir)) {
        return false;
    }
    FileStat x, y;
    Err ignored;
    return file_stat(FILE_CWD, dir, &x, &ignored) == FILE_FOUND &&
           file_stat(FILE_CWD, temp_dir, &y, &ignored) == FILE_FOUND && x.dev == y.dev &&
           x.ino == y.ino;
}

bool gomod_find_from(Arena *a, Upward *u, Str temp_dir, Str *ret_path)
{
    Str found;
    if (!upward_find(u, S("go.mod"), S(""), &found) || is_temp_root(found, temp_dir)) {
        return false;
    }
    *ret_path = path_join(a, found, S("go.mod"));
    return true;
}

bool gomod_find(Arena *a, Str dir, Str temp_dir, Str *ret_path)
{
    AUTO_UPWARD Upward u = upward_from(dir);
    return gomod_find_from(a, &u, temp_dir, ret_path);
}

/* ---- lines ---- */

static bool fail_at(Str file, const ModLine *line, Err *err, Str what)
{
    return FAIL(err, ERR_FORMAT, "%.*s:%td: %.*s", STR_ARG(file), line->pos.line, STR_ARG(what));
}

static bool fail_word(Str file, const ModLine *line, Err *err, const char *what, Str word,
                      const char *expected)
{
    return FAIL(err, ERR_FORMAT, "%.*s:%td: %s '%.*s', expected %s", STR_ARG(file), line->pos.line,
                what, STR_ARG(word), expected);
}

static bool fail_usage(Str file, const ModLine *line, Err *err, const char *usage)
{
    return FAIL(err, ERR_FORMAT, "%.*s:%td: malformed %.*s line, expected \"%s\"", STR_ARG(file),
                line->pos.line, STR_ARG(line->verb), usage);
}

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

bool gomod_read_go(Str file, const ModLine *line, GoModMode mode, GoModGo *go, Err *err)
{
    if (go->version.len > 0) {
        return FAIL(err, ERR_FORMAT, "%.*s:%td: second go line, the first is line %td",
                    STR_ARG(file), line->pos.line, go->pos.line);
    }
    if (line->n_args != 1) {
        return fail_usage(file, line, err, "go 1.26.0");
    }
    Str version = line->args[0];
    if (!is_go_line_version(version) &&
        (mode == GOMOD_STRICT || !lax_go_version(version, &version))) {
        return fail_word(file, line, err, "invalid go version", version,
                         "a version such as 1.26.0");
    }
    *go = (GoModGo){version, line->pos};
    return true;
}

/* x/mod/modfile.ToolchainRE */
static bool is_toolchain_word(Str word)
{
    return str_eq(word, S("default")) || str_eq(word, S("go1")) || str_starts_with(word, S("go1."));
}

bool gomod_read_toolchain(Str file, const ModLine *line, GoModToolchain *toolchain, Err *err)
{
    if (toolchain->name.len > 0) {
        return FAIL(err, ERR_FORMAT, "%.*s:%td: second toolchain line, the first is line %td",
                    STR_ARG(file), line->pos.line, toolchain->pos.line);
    }
    if (line->n_args != 1) {
        return fail_usage(file, line, err, "toolchain go1.26.0");
    }
    if (!is_toolchain_word(line->args[0])) {
        return fail_word(file, line, err, "invalid toolchain", line->args[0],
                         "a name such as go1.26.0, or default");
    }
    *toolchain = (GoModToolchain){line->args[0], line->pos};
    return true;
}

bool gomod_read_godebug(Str file, const ModLine *line, GoModGodebug *ret, Err *err)
{
    StrCut cut = str_cut(line->n_args == 1 ? line->args[0] : S(""), '=');
    bool is_plain = true;
    for (isize i = 0; line->n_args == 1 && i < line->args[0].len; i++) {
        is_plain = is_plain && memchr("\"`',", line->args[0].ptr[i], 4) == NULL;
    }
    if (!cut.found || !is_plain) {
        return fail_usage(file, line, err, "godebug key=value");
    }
    *ret = (GoModGodebug){cut.head, cut.tail, line->pos};
    return true;
}

static bool unquote(Arena *a, Str file, const ModLine *line, Str word, Str *ret, Err *err)
{
    Str why;
    return modline_unquote(a, word, ret, &why) || fail_at(file, line, err, why);
}

bool gomod_read_path(Arena *a, Str file, const ModLine *line, Str what, GoModPath *ret, Err *err)
{
    if (line->n_args != 1) {
        return FAIL(err, ERR_FORMAT, "%.*s:%td: malformed %.*s line, expected \"%.*s %.*s\"",
                    STR_ARG(file), line->pos.line, STR_ARG(line->verb), STR_ARG(line->verb),
                    STR_ARG(what));
    }
    ret->pos = line->pos;
    return unquote(a, file, line, line->args[0], &ret->path, err);
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

static bool check_replacement(Str file, const ModLine *line, const GoModReplace *r, Err *err)
{
    bool is_dir = is_directory_path(r->new_path);
    if (r->new_version.len == 0 && !is_dir) {
        return fail_word(file, line, err, "replacement without version", r->new_path,
                         "a directory: rooted, or beginning with ./ or ../");
    }
    if (r->new_version.len > 0 && is_dir) {
        return fail_word(file, line, err, "replacement directory with version", r->new_version,
                         "no version behind a directory");
    }
    return true;
}

bool gomod_read_replace(Arena *a, Str file, const ModLine *line, GoModReplace *ret, Err *err)
{
    isize arrow = line->n_args >= 2 && str_eq(line->args[1], S("=>")) ? 1 : 2;
    bool is_well_formed = line->n_args >= arrow + 2 && line->n_args <= arrow + 3 &&
                          str_eq(line->args[arrow], S("=>"));
    if (!is_well_formed) {
        return fail_usage(file, line, err, "replace old/module [v1.2.3] => new/module v1.2.3");
    }
    GoModReplace r = {.pos = line->pos};
    if (!unquote(a, file, line, line->args[0], &r.old_path, err) ||
        (arrow == 2 && !unquote(a, file, line, line->args[1], &r.old_version, err)) ||
        !unquote(a, file, line, line->args[arrow + 1], &r.new_path, err) ||
        (line->n_args == arrow + 3 &&
         !unquote(a, file, line, line->args[arrow + 2], &r.new_version, err)) ||
        !check_replacement(file, line, &r, err)) {
        return false;
    }
    *ret = r;
    return true;
}

/* ---- the whole file ---- */

typedef struct {
    Arena *arena;
    Str file;
    GoModMode mode;
    GoMod mod;
    Err *err;
} Parser;

static bool add_module(Parser *p, const ModLine *line)
{
    if (p->mod.module.pos.line > 0) {
        return FAIL(p->err, ERR_FORMAT, "%.*s:%td: second module line, the first is line %td",
                    STR_ARG(p->file), line->pos.line, p->mod.module.pos.line);
    }
    return gomod_read_path(p->arena, p->file, line, S("example.com/module"), &p->mod.module,
                           p->err);
}

static bool add_go(Parser *p, const ModLine *line)
{
    return gomod_read_go(p->file, line, p->mode, &p->mod.go, p->err);
}

static bool add_toolchain(Parser *p, const ModLine *line)
{
    return gomod_read_toolchain(p->file, line, &p->mod.toolchain, p->err);
}

static bool add_godebug(Parser *p, const ModLine *line)
{
    GoModGodebug g;
    if (!gomod_read_godebug(p->file, line, &g, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.godebugs) = g;
    return true;
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
    if (line->n_args != 2) {
        return FAIL(p->err, ERR_FORMAT,
                    "%.*s:%td: malformed %.*s line, expected \"%.*s module/path v1.2.3\"",
                    STR_ARG(p->file), line->pos.line, STR_ARG(line->verb), STR_ARG(line->verb));
    }
    return unquote(p->arena, p->file, line, line->args[0], ret_path, p->err) &&
           unquote(p->arena, p->file, line, line->args[1], ret_version, p->err);
}

static bool add_require(Parser *p, const ModLine *line)
{
    GoModRequire r = {.is_indirect = is_indirect(line->comment), .pos = line->pos};
    if (!read_path_version(p, line, &r.path, &r.version)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.requires) = r;
    return true;
}

static bool add_exclude(Parser *p, const ModLine *line)
{
    GoModExclude x = {.pos = line->pos};
    if (!read_path_version(p, line, &x.path, &x.version)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.excludes) = x;
    return true;
}

static bool add_replace(Parser *p, const ModLine *line)
{
    GoModReplace r;
    if (!gomod_read_replace(p->arena, p->file, line, &r, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.replaces) = r;
    return true;
}

/* "retract v1.0.0" or "retract [v1.0.0, v1.9.9]". A dependency's odd interval is passed over. */
static bool add_retract(Parser *p, const ModLine *line)
{
    const Str *args = line->args;
    bool is_interval = line->n_args == 5 && str_eq(args[0], S("[")) && str_eq(args[2], S(",")) &&
                       str_eq(args[4], S("]"));
    bool is_single = line->n_args == 1 && !str_eq(args[0], S("["));
    if (!is_interval && !is_single) {
        return p->mode == GOMOD_LAX ||
               fail_usage(p->file, line, p->err, "retract [v1.0.0, v1.9.9]");
    }
    GoModRetract r = {.pos = line->pos};
    if (!unquote(p->arena, p->file, line, args[is_single ? 0 : 1], &r.low, p->err) ||
        !unquote(p->arena, p->file, line, args[is_single ? 0 : 3], &r.high, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.retracts) = r;
    return true;
}

static bool add_tool(Parser *p, const ModLine *line)
{
    GoModPath t;
    if (!gomod_read_path(p->arena, p->file, line, S("example.com/cmd/tool"), &t, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.tools) = t;
    return true;
}

static bool add_ignore(Parser *p, const ModLine *line)
{
    GoModPath i;
    if (!gomod_read_path(p->arena, p->file, line, S("./directory"), &i, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->mod.ignores) = i;
    return true;
}

static const struct Directive {
    Str verb;
    bool (*add)(Parser *p, const ModLine *line);
    bool has_block; /* may gather lines in a block */
    bool in_lax;    /* is looked at in a dependency */
} directives[] = {
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

static const struct Directive *find_directive(Str verb)
{
    for (isize i = 0; i < COUNT_OF(directives); i++) {
        if (str_eq(directives[i].verb, verb)) {
            return &directives[i];
        }
    }
    return NULL;
}

/* *block is the directive of the open block, NULL while one is passed over. */
static bool parse_line(Parser *p, const ModLine *line, const struct Directive **block)
{
    const struct Directive *d = find_directive(line->verb);
    switch (line->kind) {
    case MODLINE_BLOCK:
        *block = d != NULL && d->has_block && line->n_args == 0 ? d : NULL;
        if (*block == NULL && p->mode == GOMOD_STRICT) {
            return fail_word(p->file, line, p->err, "unknown block", line->verb,
                             "one such as require ( ... )");
        }
        return true;
    case MODLINE_IN_BLOCK:
        d = *block;
        break;
    case MODLINE_PLAIN:
        if (d == NULL && p->mode == GOMOD_STRICT) {
            return fail_word(p->file, line, p->err, "unknown directive", line->verb,
                             "module, go, toolchain, require ...");
        }
        break;
    case MODLINE_NONE:
        UNREACHABLE("a line without kind");
    }
    bool is_read = d != NULL && (p->mode == GOMOD_STRICT || d->in_lax);
    return !is_read || d->add(p, line);
}

bool gomod_parse(Arena *a, Str file, Str text, GoModMode mode, GoMod *ret, Err *err)
{
    ModLines lines;
    if (!modlines_parse(a, file, text, &lines, err)) {
        return false;
    }
    Parser p = {.arena = a, .file = file, .mode = mode, .err = err};
    const struct Directive *block = NULL;
    for (isize i = 0; i < lines.len; i++) {
        if (!parse_line(&p, &lines.ptr[i], &block)) {
            return false;
        }
    }
    *ret = p.mod;
    return true;
}
