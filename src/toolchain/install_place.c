/* Installing from what lies somewhere already: an archive, a Go root, or a URL of an archive. */
#include "base/panic.h"
#include "base/path.h"
#include "os/clock.h"
#include "os/dir.h"
#include "toolchain/installing.h"

/* --- archives --- */

static bool open_archive(Str path, int *ret_fd, FileStat *ret_stat, Err *err)
{
    FileOutcome opened = file_open(FILE_CWD, path, ret_fd, err);
    if (opened == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(path));
    }
    if (opened == FILE_FAILED || !file_fstat(*ret_fd, ret_stat, err)) {
        return false;
    }
    return ret_stat->kind == FILE_KIND_REGULAR ||
           FAIL(err, ERR_USAGE, "'%.*s' is no regular file", STR_ARG(path));
}

static bool install_file(Install *in, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    if (!installing_ask_log(in, err) || !open_archive(in->path, &fd, &st, err)) {
        return false;
    }
    in->done->archive_len = st.size;
    return installing_archive(in, fd, st.size, in->kind, err);
}

/* Which release an archive claims to be: by its name, else by what is in it. The log decides
 * whether that is so. */
static bool identify(const Install *in, Str path, ArchiveKind kind, Release *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    if (!open_archive(path, &fd, &st, err)) {
        return false;
    }
    return release_parse_archive_name(path_base(path), ret) ||
           unpack_identify(in->arena, fd, st.size, kind, ret, err) || installing_refuse(err);
}

static bool install_archive(Install *in, Str path, ArchiveKind kind, Err *err)
{
    Release release;
    if (!identify(in, path, kind, &release, err)) {
        return false;
    }
    *in = installing_begin(in->context, in->arena, &release, in->wish, in->done);
    in->path = path;
    in->kind = kind;
    in->done->source = path;
    in->done->artefact = str_format(in->arena, "go%.*s", STR_ARG(release.version));
    return installing_unless_there(in, install_file, err);
}

static bool install_url(Install *in, Str url, Err *err)
{
    Release release;
    if (!release_parse_archive_name(path_base(str_cut(url, '?').head), &release)) {
        FAIL(err, ERR_USAGE,
             "the URL does not name a release, such as go1.27.4.linux-amd64.tar.gz");
        return err_hint(err, "download it, then goward install FILE");
    }
    ToolchainContext *c = in->context;
    Str usual = c->from;
    *in = installing_begin(c, in->arena, &release, in->wish, in->done);
    context_change_source(c, url);
    bool ok = installing_unless_there(in, installing_from_log_and_source, err);
    context_change_source(c, usual); /* for what else is to be installed */
    return ok;
}

/* --- a Go root --- */

/* The official build, one whose go.env was edited, and with --allow-unproved what the log cannot
 * tell of. A tree that contradicts the log never. */
static bool may_adopt(const Install *in, const Proof *p, Err *err)
{
    switch (p->status) {
    case STATUS_PROVED:
    case STATUS_CONFIG_EDITED:
        return true;
    case STATUS_DIFFERS:
        FAIL(err, ERR_VERIFY,
             "%td of its files are not those of go%.*s that the log recorded (GWT002)",
             p->files.len, STR_ARG(p->root.version));
        return err_hint(err, "goward verify %.*s", STR_ARG(p->root.path));
    case STATUS_UNPROVED:
        if (in->wish->allow_unproved) {
            return true;
        }
        return FAIL(err, ERR_NET, "it could not be proved: %.*s (GWT001)", STR_ARG(p->because));
    case STATUS_UNKNOWN:
        if (in->wish->allow_unproved) {
            return true;
        }
        FAIL(err, ERR_VERIFY, "it is no official build: %.*s (GWT009)", STR_ARG(p->because));
        return err_hint(err, "a distribution's own build can be taken with --allow-unproved");
    case STATUS_NONE:
    case STATUS_COUNT:
        break;
    }
    UNREACHABLE("status");
}

/* The id tells builds of one version apart: only the official one has none of its hash in it. */
static Str id_of(const Install *in, Status status, Str summary)
{
    char hex[64];
    Sha256 digest = sha256_of(summary);
    sha256_to_hex(&digest, hex);
    return store_id_make(
        in->arena, str_concat(in->arena, S("go"), in->release.version),
        str_format(in->arena, "%.*s/%.*s", STR_ARG(in->release.os), STR_ARG(in->release.arch)),
        status == STATUS_PROVED ? (Str){0} : (Str){hex, 64});
}

typedef struct {
    Install in;
    const Proof *proof;
    int root_fd;
    Str summary;
} Adoption;

static bool adopt(Install *in, Err *err)
{
    Adoption *ad = (Adoption *)(void *)in; /* in is its first member */
    StoreTxn *txn;
    Unpacked unpacked;
    int64_t begun = clock_monotonic_ns();
    if (!store_txn_begin(in->arena, in->store, in->id, in->context->jobs, &txn, err)) {
        return false;
    }
    bool ok = unpack_directory(in->arena, ad->root_fd, &in->release, ad->proof->root.is_module_form,
                               in->context->jobs, txn, &unpacked, err);
    if (ok && !str_eq(unpacked.summary, ad->summary)) {
        ok = FAIL(err, ERR_CONFLICT, "'%.*s' changed while it was taken over",
                  STR_ARG(ad->proof->root.path));
    }
    if (!ok) {
        store_txn_abort(txn);
        return false;
    }
    in->done->unpack_ns = clock_monotonic_ns() - begun;
    return installing_commit(in, txn, &unpacked, ad->proof->status, err);
}

/* A release that the log does not know was not hashed to find that out. */
static bool hash_unknown(ToolchainContext *c, Arena *a, int root_fd, Proof *p, Err *err)
{
    return p->manifest.n > 0 || manifest_of_tree(a, root_fd, &p->root, c->jobs, &p->manifest, err);
}

static bool install_directory(Install *in, Str path, Err *err)
{
    Proof p;
    Arena *a = in->arena;
    AUTO_CLOSE int root_fd = -1;
    if (!prove_goroot(in->context, a, path, &p, err) || !may_adopt(in, &p, err)) {
        return false;
    }
    if (p.root.version.len == 0 || p.root.os.len == 0) {
        return FAIL(err, ERR_UNSUPPORTED,
                    "'%.*s' does not say which release and platform it is (VERSION, pkg/tool)",
                    STR_ARG(path));
    }
    FileOutcome opened = dir_open(FILE_CWD, path, &root_fd, err);
    if (opened == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "the directory '%.*s' vanished", STR_ARG(path));
    }
    if (opened == FILE_FAILED || !hash_unknown(in->context, a, root_fd, &p, err)) {
        return false;
    }
    if (p.manifest.wrong.len > 0) {
        return FAIL(err, ERR_UNSUPPORTED, "'%.*s' is no regular file, and a Go root has only such",
                    STR_ARG(p.manifest.wrong.ptr[0].path));
    }
    Release release = {p.root.version, p.root.os, p.root.arch};
    Adoption ad = {.in = installing_begin(in->context, a, &release, in->wish, in->done),
                   .proof = &p,
                   .root_fd = root_fd,
                   .summary = manifest_text(a, &p.manifest, NULL)};
    ad.in.id = id_of(&ad.in, p.status, ad.summary);
    ad.in.done->proof = p.record;
    ad.in.done->source = path;
    ad.in.done->artefact = str_concat(a, S("go"), p.root.version);
    return installing_unless_there(&ad.in, adopt, err);
}

bool install_place(ToolchainContext *c, Arena *a, const Spec *spec, const InstallOptions *options,
                   Installed *ret, Err *err)
{
    Installed done = {0};
    Install in = {.context = c, .arena = a, .wish = options, .done = &done};
    bool ok = false;
    switch (spec->kind) {
    case SPEC_TAR_GZ:
        ok = install_archive(&in, spec->path, ARCHIVE_TAR_GZ, err);
        break;
    case SPEC_ZIP:
        ok = install_archive(&in, spec->path, ARCHIVE_MODULE_ZIP, err);
        break;
    case SPEC_DIR:
        ok = install_directory(&in, spec->path, err);
        break;
    case SPEC_URL:
        ok = install_url(&in, spec->path, err);
        break;
    case SPEC_NONE:
    case SPEC_EXACT:
    case SPEC_LANGUAGE:
    case SPEC_STABLE:
    case SPEC_OLDSTABLE:
    case SPEC_RANGE:
    case SPEC_KIND_COUNT:
        UNREACHABLE("a SPEC that is no place");
    }
    if (ok) {
        *ret = done;
    }
    return ok;
}
