/*
 * go.sum: can it be read, and does it have what a build asks for?
 *
 * A module that is required but not imported needs no line. So where lines are missing, and only
 * then, the imports of the project are looked at.
 */
#include "base/strbuf.h"
#include "doctor/gomodfile.h"
#include "os/dir.h"

#define GOSUM_MAX_NAMED 5 /* modules that one finding names */
#define IMPORTS_MAX_FILES 100000
#define IMPORTS_MAX_DEPTH 64
#define IMPORTS_MAX_FILE (4 * MIB)    /* of one Go file */
#define IMPORTS_MAX_TOTAL (128 * MIB) /* of all */

/* ---- what cannot be read ---- */

typedef struct {
    Severity severity;
    Str title, remedy;
} TroubleText;

static const TroubleText trouble_texts[GOSUM_FAULT_COUNT] = {
    [GOSUM_FAULT_CONFLICT] = {SEVERITY_ERROR,
                              STR_CONST("go.sum holds a merge conflict: builds that need a module "
                                        "fail"),
                              STR_CONST("delete the lines of the marks, keep the lines of both "
                                        "sides, then go mod tidy")},
    [GOSUM_FAULT_BOM] = {SEVERITY_ERROR,
                         STR_CONST("go.sum begins with a byte order mark: its first line is not "
                                   "found"),
                         STR_CONST("save it as UTF-8 without a byte order mark")},
    [GOSUM_FAULT_FIELDS] = {SEVERITY_ERROR,
                            STR_CONST("a line of go.sum has not three fields: builds that need a "
                                      "module fail"),
                            STR_CONST("git diff go.sum shows what happened to the line; go mod "
                                      "tidy drops it")},
    [GOSUM_FAULT_HASH] = {SEVERITY_ERROR,
                          STR_CONST("a hash in go.sum is cut short or misspelt: no module has it"),
                          STR_CONST("git diff go.sum shows what happened to the line")},
    [GOSUM_FAULT_DIFFERS] = {SEVERITY_WARN,
                             STR_CONST("go.sum has two hashes of the same module, only the first "
                                       "one counts"),
                             STR_CONST("git log -p go.sum shows where the second one comes from; "
                                       "the checksum database knows which one is right")},
};

/* The text without marks of conflicts and without a byte order mark: the lines of both sides. */
static Str without_marks(Arena *a, Str text)
{
    StrBuf b = strbuf_init(a);
    Str line;
    str_eat_prefix(&text, S("\xef\xbb\xbf"));
    while (str_next_line(&text, &line)) {
        if (gosum_conflict(line) == 0) {
            strbuf_add(&b, line);
            strbuf_add_byte(&b, '\n');
        }
    }
    return strbuf_str(&b);
}

static void fix_marks(Doctor *d, Str file)
{
    Str text;
    Err ignored;
    if (file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) == FILE_FOUND) {
        doctor_fix(d, (Fix){
                          .kind = FIX_WRITE,
                          .path = file,
                          .value = without_marks(d->arena, text),
                          .says = str_format(d->arena,
                                             "take the marks out of %.*s and keep the lines of "
                                             "both sides",
                                             STR_ARG(file)),
                      });
    }
}

/* The first of each kind, with the number of the others. */
static void find_troubles(Doctor *d, const GoSum *sum)
{
    isize n[GOSUM_FAULT_COUNT] = {0};
    for (isize i = 0; i < sum->troubles.len; i++) {
        n[sum->troubles.ptr[i].kind]++;
    }
    for (isize i = 0; i < sum->troubles.len; i++) {
        const GoSumTrouble *t = &sum->troubles.ptr[i];
        const TroubleText *says = &trouble_texts[t->kind];
        if (n[t->kind] == 0) {
            continue;
        }
        Str more =
            n[t->kind] == 1 ? (Str){0} : str_format(d->arena, "\nand %td more", n[t->kind] - 1);
        n[t->kind] = 0;
        doctor_find(d, (Finding){
                           .severity = says->severity,
                           .title = says->title,
                           .place = {.file = t->file, .line = t->line},
                           .evidence = str_concat(d->arena, t->text, more),
                           .remedy = says->remedy,
                       });
        if (t->kind == GOSUM_FAULT_CONFLICT || t->kind == GOSUM_FAULT_BOM) {
            fix_marks(d, t->file);
        }
    }
}

/* ---- what is missing ---- */

typedef VEC(const GoModRequire *) Requires;

/* What go.sum must have for a requirement: its own lines, or those of what replaces it. */
static bool has_lines(const Doctor *d, const MainModule *m, const GoSum *sum,
                      const GoModRequire *required)
{
    Str path = required->path, version = required->version;
    const GoModReplace *other = gomodfile_replacement(m, path, version);
    if (other != NULL && other->new_version.len == 0) {
        return true;
    }
    if (other != NULL) {
        path = other->new_path;
        version = other->new_version;
    }
    return gosum_find(*d->arena, sum, path, version, false) != NULL &&
           gosum_find(*d->arena, sum, path, version, true) != NULL;
}

/* Whether path is module or lies below it. */
static bool is_in_module(Str path, Str module)
{
    return str_starts_with(path, module) && (path.len == module.len || path.ptr[module.len] == '/');
}

/* The requirement that provides a package: that with the longest path. */
static const GoModRequire *provider_of(const MainModule *m, Str package)
{
    const GoModRequire *best = NULL;
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *r = &m->mod.requires.ptr[i];
        if (is_in_module(package, r->path) && (best == NULL || best->path.len < r->path.len)) {
            best = r;
        }
    }
    return best;
}

/* Whether a Go file has the import path of a package of the module in quotes. */
static bool names_module(const MainModule *m, Str text, const GoModRequire *required)
{
    for (isize at; (at = str_index(text, required->path)) >= 0;) {
        bool is_quoted = at > 0 && text.ptr[at - 1] == '"';
        text = str_from(text, at);
        isize quote = str_index_byte(text, '"');
        if (is_quoted && quote > 0 && provider_of(m, str_to(text, quote)) == required) {
            return true;
        }
        text = str_from(text, required->path.len);
    }
    return false;
}

typedef struct {
    const Doctor *d;
    const MainModule *m;
    Requires missing;
    bool *is_imported; /* of each missing one */
    isize n_files;
    isize n_bytes;
} ImportScan;

static void scan_file(ImportScan *s, Arena scratch, int dirfd, Str name)
{
    Str text;
    Err ignored;
    if (s->n_files++ > IMPORTS_MAX_FILES || s->n_bytes > IMPORTS_MAX_TOTAL ||
        file_read_all(&scratch, dirfd, name, IMPORTS_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return;
    }
    s->n_bytes += text.len;
    for (isize i = 0; i < s->missing.len; i++) {
        s->is_imported[i] = s->is_imported[i] || names_module(s->m, text, s->missing.ptr[i]);
    }
}

/* Whether `./...` leaves out what lies in a directory of this name. */
static bool is_left_out(Str name)
{
    return name.ptr[0] == '.' || name.ptr[0] == '_' || str_eq(name, S("vendor")) ||
           str_eq(name, S("testdata"));
}

static void scan_dir(ImportScan *s, Arena scratch, int parent, Str name, int depth)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    FileStat st;
    Err ignored;
    if (dir_open(parent, name, &fd, &ignored) != FILE_FOUND ||
        (depth > 0 && file_stat(fd, S("go.mod"), &st, &ignored) == FILE_FOUND) ||
        !dir_list(&scratch, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < list.len; i++) {
        const DirEntry *entry = &list.ptr[i];
        if (entry->kind == FILE_KIND_REGULAR && str_ends_with(entry->name, S(".go"))) {
            scan_file(s, scratch, fd, entry->name);
        } else if (entry->kind == FILE_KIND_DIR && depth < IMPORTS_MAX_DEPTH &&
                   !is_left_out(entry->name)) {
            scan_dir(s, scratch, fd, entry->name, depth + 1);
        }
    }
}

static void find_missing(Doctor *d, const ImportScan *s)
{
    StrBuf names = strbuf_init(d->arena);
    const GoModRequire *first = NULL;
    isize n = 0;
    for (isize i = 0; i < s->missing.len; i++) {
        const GoModRequire *r = s->missing.ptr[i];
        if (!s->is_imported[i]) {
            continue;
        }
        if (n++ < GOSUM_MAX_NAMED) {
            strbuf_add_format(&names, "%s%.*s %.*s", n > 1 ? "\n" : "", STR_ARG(r->path),
                              STR_ARG(r->version));
        }
        first = first == NULL ? r : first;
    }
    if (n == 0) {
        return;
    }
    if (n > GOSUM_MAX_NAMED) {
        strbuf_add_format(&names, "\nand %td more", n - GOSUM_MAX_NAMED);
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "go.sum has no hashes for %td imported module%s: "
                                           "builds fail",
                                           n, n == 1 ? "" : "s"),
                       .place = {.file = s->m->file, .line = first->pos.line},
                       .evidence = strbuf_str(&names),
                       .remedy = S("go mod tidy"),
                   });
}

static void check_missing(Doctor *d, const MainModule *m, const GoSum *sum)
{
    ImportScan s = {.d = d, .m = m};
    for (isize i = 0; i < m->mod.requires.len; i++) {
        if (!has_lines(d, m, sum, &m->mod.requires.ptr[i])) {
            *VEC_PUSH(d->arena, &s.missing) = &m->mod.requires.ptr[i];
        }
    }
    if (s.missing.len == 0) {
        return;
    }
    s.is_imported = ARENA_ARRAY(d->arena, bool, s.missing.len);
    scan_dir(&s, *d->arena, FILE_CWD, m->dir, 0);
    find_missing(d, &s);
}

/* ---- GWD058 ---- */

/* Whether a line that cannot be read is found: what it had is missing for that reason. */
static bool has_broken_line(const GoSum *sum)
{
    for (isize i = 0; i < sum->troubles.len; i++) {
        if (sum->troubles.ptr[i].kind != GOSUM_FAULT_DIFFERS) {
            return true;
        }
    }
    return false;
}

static bool check_sum(Doctor *d, Err *err)
{
    MainModule m;
    GoSum sum;
    if (!gomodfile_main(d, &m)) {
        return true;
    }
    if (!gomodfile_read_sums(d, &m, &sum, err)) {
        return false;
    }
    find_troubles(d, &sum);
    /* Vendored builds do not read go.sum, and -mod=mod adds what is missing. */
    if (!has_broken_line(&sum) && !gomodfile_is_vendored(d, &m) &&
        !str_eq(gomodfile_mod_flag(d), S("mod"))) {
        check_missing(d, &m, &sum);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD058"),
                .title = STR_CONST("go.sum can be read, and has what the project imports"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "go.sum beside go.mod, in a workspace also go.work.sum and the go.sum of its "
                    "modules; the require and replace lines; where lines are missing, the imports "
                    "of the project's Go files"),
                .why = STR_CONST(
                    "A module without its two lines in go.sum is refused (`missing go.sum entry`), "
                    "and so is all of go.sum when one line has not three fields, as after a merge "
                    "conflict (`malformed go.sum`). Of two hashes for one module the first one "
                    "counts; when it is the wrong one, builds stop with `checksum mismatch`.\n\n"
                    "To delete go.sum makes the message go away, and with it the only record of "
                    "what the modules were when somebody looked at them."),
                .cure = STR_CONST("go mod tidy adds and drops lines; git log -p go.sum shows who "
                                  "changed one"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#go-sum-files"),
            },
        .run = check_sum,
        .cost = COST_TREE,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_gosum = {rows, COUNT_OF(rows)};
