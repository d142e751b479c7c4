/*
 * Is the Go in use, byte for byte, what was released? An edit of the standard library or of the
 * compiler has no symptom: the build passes, and its program does something else.
 *
 * To hash a Go takes a fifth of a second, so that is done where it matters (is_thorough), and
 * elsewhere when the file system says that a file was touched since the tree was laid down. It is
 * the hash that `goward verify` works out, by the same rule, held against the same word of the log;
 * what is missing here is the network, but for GWD069.
 *
 * A tree that is not of one piece is what GWD022 to GWD024 tell: a directory that is gone, a tool
 * of another Go. The files that differ are then the same finding once more.
 */
#include "doctor/released.h"
#include "doctor/remedy.h"
#include "doctor/touched.h"
#include "doctor/which_gos.h"
#include "doctor/which_tree.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/dir.h"
#include "os/proc.h"

#define MAX_NAMED 8 /* files of a finding; `goward verify -v` names all */

/* How a tree differs from its release. */
typedef struct {
    bool is_same;
    bool is_named;   /* it is known in which files: files are those that a build may read */
    bool is_rebuilt; /* go, compile and link are all others: somebody else has built this Go */
    FileDiffs files;
    isize n_beside; /* further files, which no build reads */
} Difference;

/* Where it matters what is built: nothing is taken from the times of files. */
static bool is_thorough(const DoctorInput *in)
{
    return in->n_only > 0 || (in->profile & (PROFILE_CI | PROFILE_RELEASE | PROFILE_AIRGAP)) != 0;
}

/* ---- comparing ---- */

/* Other checks look at the Go in use alone, not at the one that it goes on as. */
static WhichTreeTold told_of(const Doctor *d, const Released *r)
{
    Str real;
    Err ignored;
    return proc_real_path(d->arena, which_root(d), &real, &ignored) == FILE_FOUND &&
                   str_eq(real, r->root.path)
               ? which_tree_told(d)
               : (WhichTreeTold){0};
}

static bool is_changed(const FileDiffs *files, Str path)
{
    for (isize i = 0; i < files->len; i++) {
        if (str_eq(files->ptr[i].path, path)) {
            return files->ptr[i].kind == FILE_DIFF_CHANGED;
        }
    }
    return false;
}

static bool is_rebuilt(const Doctor *d, const Goroot *root, const FileDiffs *all)
{
    Str tools = str_format(d->arena, "pkg/tool/%.*s_%.*s", STR_ARG(root->os), STR_ARG(root->arch));
    return is_changed(all, S("bin/go")) &&
           is_changed(all, path_join(d->arena, tools, S("compile"))) &&
           is_changed(all, path_join(d->arena, tools, S("link")));
}

/* What go.env says is the user's choice; that it is gone, and what VERSION is called, is told by
 * others. */
static void sort_out(const Doctor *d, const Released *r, const FileDiffs *all, Difference *diff)
{
    bool is_version_told = told_of(d, r).is_version;
    diff->is_named = true;
    diff->is_rebuilt = is_rebuilt(d, &r->root, all);
    for (isize i = 0; i < all->len; i++) {
        Str path = all->ptr[i].path;
        if (str_eq(path, S("go.env")) || (is_version_told && str_eq(path, S("VERSION")))) {
            continue;
        }
        if (touched_matters(path)) {
            file_diffs_add(d->arena, &diff->files, path, all->ptr[i].kind);
        } else {
            diff->n_beside++;
        }
    }
}

/* Whether the hash is that of the release, go.env aside. */
static bool has_hash(const Doctor *d, const Released *r, const Manifest *found)
{
    Sha256 pristine = manifest_pristine_go_env();
    return found->wrong.len == 0 &&
           (str_eq(dirhash_h1(d->arena, manifest_text(d->arena, found, NULL)), r->h1) ||
            str_eq(dirhash_h1(d->arena, manifest_text(d->arena, found, &pristine)), r->h1));
}

static bool compare(const Doctor *d, Released *r, Difference *ret, Err *err)
{
    Manifest found;
    FileDiffs all;
    Difference diff = {0};
    AUTO_CLOSE int fd = -1;
    FileOutcome opened = dir_open(FILE_CWD, r->root.path, &fd, err);
    if (opened != FILE_FOUND) {
        return opened == FILE_ABSENT &&
               FAIL(err, ERR_CONFLICT, "'%.*s' vanished", STR_ARG(r->root.path));
    }
    if (!manifest_of_tree(d->arena, fd, &r->root, proc_cpus(), &found, err)) {
        return FAIL_IN(err, "hashing '%.*s'", STR_ARG(r->root.path));
    }
    diff.is_same = has_hash(d, r, &found);
    if (!diff.is_same && released_list(d, r)) {
        if (!manifest_diff(d->arena, &found, r->manifest, &all, err)) {
            return FAIL_IN(err, "reading the list of files of '%.*s'", STR_ARG(r->root.path));
        }
        sort_out(d, r, &all, &diff);
    }
    *ret = diff;
    return true;
}

/* ---- telling ---- */

static const Str words[FILE_DIFF_COUNT] = {
    [FILE_DIFF_NONE] = STR_CONST("as released"),
    [FILE_DIFF_CHANGED] = STR_CONST("changed"),
    [FILE_DIFF_MISSING] = STR_CONST("removed"),
    [FILE_DIFF_EXTRA] = STR_CONST("added"),
};

static Str count_text(const Doctor *d, const FileDiffs *files)
{
    StrBuf b = strbuf_init(d->arena);
    for (FileDiffKind kind = FILE_DIFF_CHANGED; kind < FILE_DIFF_COUNT; kind++) {
        isize n = 0;
        for (isize i = 0; i < files->len; i++) {
            n += files->ptr[i].kind == kind;
        }
        if (n > 0) {
            strbuf_add_format(&b, "%s%td file%s %.*s", b.len > 0 ? ", " : "", n, n == 1 ? "" : "s",
                              STR_ARG(words[kind]));
        }
    }
    return strbuf_str(&b);
}

static Str evidence_of(const Doctor *d, const Released *r, const Difference *diff)
{
    StrBuf b = strbuf_init(d->arena);
    isize n = MIN(diff->files.len, MAX_NAMED);
    for (isize i = 0; i < n; i++) {
        strbuf_add_format(&b, "%.*s %.*s\n", STR_ARG(words[diff->files.ptr[i].kind]),
                          STR_ARG(diff->files.ptr[i].path));
    }
    if (n < diff->files.len) {
        strbuf_add_format(&b, "and %td more\n", diff->files.len - n);
    }
    strbuf_add_format(&b, "%s by %.*s: %.*s", r->is_official ? "released" : "as installed",
                      STR_ARG(r->source), STR_ARG(r->h1));
    return strbuf_str(&b);
}

/* goward can put back what the log knows, in whatever tree. */
static Str remedy_of(const Doctor *d, const Released *r)
{
    return r->is_official ? remedy_repair(d->arena, r->root.path)
                          : S("remove this Go and install it again from where it came");
}

static void find_edited(Doctor *d, const Released *r, const Difference *diff)
{
    Str file = diff->files.len > 0 ? path_join(d->arena, r->root.path, diff->files.ptr[0].path)
                                   : r->root.path;
    Str what = diff->is_named ? count_text(d, &diff->files) : S("files differ");
    /* Where nobody knows who laid the tree down, another build of the same sources looks alike. */
    bool is_sure = diff->is_named || r->by != RELEASED_ELSEWHERE;
    doctor_find(d, (Finding){
                       .severity = is_sure ? SEVERITY_ERROR : SEVERITY_WARN,
                       .title = str_format(d->arena, "Go %.*s is not as it was released: %.*s",
                                           STR_ARG(r->root.version), STR_ARG(what)),
                       .place = {.file = file},
                       .evidence = evidence_of(d, r, diff),
                       .remedy = remedy_of(d, r),
                   });
}

static void find_noted(Doctor *d, const Released *r, Str title, Str evidence, Str remedy)
{
    doctor_find(d, (Finding){.severity = SEVERITY_INFO,
                             .title = title,
                             .place = {.file = r->root.path},
                             .evidence = evidence,
                             .remedy = remedy});
}

static void judge(Doctor *d, const Released *r, const Difference *diff)
{
    if (diff->is_same) {
        return;
    }
    if (diff->is_rebuilt && r->by == RELEASED_ELSEWHERE) {
        find_noted(d, r,
                   str_format(d->arena, "this Go %.*s was built by somebody else than the release",
                              STR_ARG(r->root.version)),
                   evidence_of(d, r, diff), S("goward install, for the Go that was released"));
    } else if (diff->is_named && diff->files.len == 0) {
        if (diff->n_beside > 0 && is_thorough(d->in)) {
            find_noted(d, r,
                       str_format(d->arena,
                                  "%td file%s of Go %.*s differ%s from the release, none "
                                  "that a build reads",
                                  diff->n_beside, diff->n_beside == 1 ? "" : "s",
                                  STR_ARG(r->root.version), diff->n_beside == 1 ? "s" : ""),
                       evidence_of(d, r, diff), remedy_of(d, r));
        }
    } else if (!told_of(d, r).is_tree) {
        find_edited(d, r, diff);
    }
}

/* ---- GWD038 ---- */

static void find_unknown(Doctor *d, const Released *r)
{
    if ((d->in->profile & (PROFILE_CI | PROFILE_RELEASE)) != 0 && d->in->fetcher == NULL) {
        find_noted(
            d, r,
            str_format(d->arena,
                       "nothing on this machine says what the files of Go %.*s "
                       "should be",
                       STR_ARG(r->root.version)),
            S("no proof of goward's, no answer of the checksum database, no hash that the go "
              "command kept"),
            str_format(d->arena, "goward verify %.*s asks the checksum database",
                       STR_ARG(remedy_word(d->arena, r->root.path))));
    }
}

static bool check_one(Doctor *d, Released *r, Err *err)
{
    Difference diff;
    if (!is_thorough(d->in) && !touched_any(*d->arena, r)) {
        return true;
    }
    if (!released_recall(d, r)) {
        find_unknown(d, r);
        return true;
    }
    if (!compare(d, r, &diff, err)) {
        return false;
    }
    judge(d, r, &diff);
    return true;
}

static bool check_edited(Doctor *d, Err *err)
{
    ReleasedList gos = released_in_use(d);
    for (isize i = 0; i < gos.len; i++) {
        if (!check_one(d, &gos.ptr[i], err)) {
            return false;
        }
    }
    return true;
}

/* ---- GWD069 ---- */

/* That the database cannot be asked is what GWD067 and GWD068 tell. */
static bool judge_no_answer(Doctor *d, const Released *r, Err *err)
{
    if (err->kind == ERR_NOT_FOUND) {
        find_noted(d, r,
                   str_format(d->arena, "the checksum database knows no Go %.*s for %.*s/%.*s",
                              STR_ARG(r->root.version), STR_ARG(r->root.os), STR_ARG(r->root.arch)),
                   err_format(d->arena, err), S("goward install, for a Go that was released"));
    }
    return err->kind != ERR_VERIFY;
}

static bool check_one_by_log(Doctor *d, Released *r, Err *err)
{
    Difference diff;
    Released known = *r;
    if (released_recall(d, &known)) {
        return true; /* GWD038 has what it needs */
    }
    if (!released_ask(d, r, err)) {
        return judge_no_answer(d, r, err);
    }
    if (!compare(d, r, &diff, err)) {
        return false;
    }
    judge(d, r, &diff);
    return true;
}

static bool check_by_log(Doctor *d, Err *err)
{
    ReleasedList gos = released_in_use(d);
    for (isize i = 0; i < gos.len; i++) {
        if (!check_one_by_log(d, &gos.ptr[i], err)) {
            return false;
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD038"),
                .title = STR_CONST("the files of the Go are those of its release"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "when the files of the Go in use were last touched, and where one was, their "
                    "SHA-256; with --profile ci, release or airgap, and with --only, the SHA-256 "
                    "of "
                    "all. They are held against the hash of the release that lies on this machine: "
                    "goward's proofs, answers of the checksum database, the .ziphash of the module "
                    "cache. Not go.env, not tests, not a Go that a distribution has built"),
                .why = STR_CONST(
                    "An edit of the standard library, of the compiler or of VERSION has no "
                    "symptom: "
                    "go build passes, and every program is built from it. It is a forgotten line "
                    "of "
                    "debugging, a patch of an image, a bad disk, or somebody who wants to be in "
                    "all "
                    "that is built here.\n\n"
                    "What times cannot show, an edit within seconds of the unpacking or with the "
                    "clock put back, only the hash does; what was edited together with the hashes "
                    "on this machine, only the checksum database: goward verify."),
                .cure = STR_CONST("goward verify --repair; or the Go installed anew"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/rebuild; cmd/distpack"),
            },
        .run = check_edited,
        .cost = COST_HASH,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD069"),
                .title = STR_CONST("the files of the Go are those that the checksum database has"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the SHA-256 of the files of the Go in use, and the record of its release in "
                    "the checksum database, which is proved; only where nothing on this machine "
                    "says what they should be. Made with --net only"),
                .why = STR_CONST(
                    "A Go out of an archive that nobody checked is what runs first in every build. "
                    "The checksum database has the hash of each release since Go 1.21, and of most "
                    "before, and shows that everybody is told the same."),
                .cure = STR_CONST("goward verify names the files; goward verify --repair puts them "
                                  "back"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#checksum-database"),
            },
        .run = check_by_log,
        .cost = COST_NETWORK,
    },
};

const CheckGroup doctor_edited = {rows, COUNT_OF(rows)};
