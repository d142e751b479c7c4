/*
 * The order is: ask the log, get the bytes, unpack them into a transaction while hashing, compare,
 * commit. A download that broke off is kept as cache/<id>.<kind>.part and resumed; one that turns
 * out wrong is thrown away, so that the next run starts afresh.
 */
#include "toolchain/installing.h"

#include "base/panic.h"
#include "base/path.h"
#include "go/mod/version.h"
#include "os/clock.h"
#include "os/dir.h"
#include "sumdb/proof.h"
#include "toolchain/installed.h"
#include "toolchain/leftovers.h"
#include "toolchain/trust.h"
#include "toolchain/unpack.h"

/* --- what is there, and what the log says --- */

static FileOutcome find_installed(Install *in, Err *err)
{
    FileOutcome found = record_read(in->arena, in->store, in->id, &in->done->record, err);
    in->done->was_installed = found == FILE_FOUND && !in->done->record.is_damaged;
    return found;
}

/* The log does not know the release: say what there is instead. */
static bool fail_no_record(Install *in, Err *err)
{
    Source *source;
    SourceVersions versions;
    Spec spec = {.kind = SPEC_EXACT, .text = in->release.version, .version = in->release.version};
    Str chosen;
    Err list_err = {0};
    if (!context_source(in->context, &source, &list_err) ||
        !source_versions(source, in->arena, in->release.os, in->release.arch, &versions,
                         &list_err)) {
        if (list_err.kind == ERR_NOT_FOUND) { /* nothing at all for the platform */
            *err = list_err;
            return false;
        }
    } else if (!spec_choose(&spec, versions.ptr, versions.len, source_name(source), &chosen, err)) {
        return false;
    }
    FAIL(err, ERR_VERIFY, "the checksum database has no record of go%.*s for %.*s/%.*s (GWT009)",
         STR_ARG(in->release.version), STR_ARG(in->release.os), STR_ARG(in->release.arch));
    return err_hint(err, "goward list --remote shows what there is");
}

bool installing_ask_log(Install *in, Err *err)
{
    Installed *done = in->done;
    switch (trust_record(in->context, in->arena, &in->release, &done->proof, err)) {
    case TRUST_FAILED:
    case TRUST_UNREACHABLE:
        return false;
    case TRUST_NO_RECORD:
        return fail_no_record(in, err);
    case TRUST_RECORD:
        break;
    }
    Str expected = in->wish->expected_h1;
    if (expected.len > 0 && !str_eq(expected, done->proof.h1)) {
        FAIL(err, ERR_VERIFY, "goward.lock says %.*s for go%.*s, the checksum database says %.*s",
             STR_ARG(expected), STR_ARG(in->release.version), STR_ARG(done->proof.h1));
        return err_hint(err, "one of the two was forged: ask whoever wrote goward.lock");
    }
    return true;
}

static StoreRecord new_record(const Install *in, Status status, Str h1)
{
    Arena *a = in->arena;
    bool has_proof = status == STATUS_PROVED;
    return (StoreRecord){
        .id = in->id,
        .version = str_concat(a, S("go"), in->release.version),
        .platform = str_format(a, "%.*s/%.*s", STR_ARG(in->release.os), STR_ARG(in->release.arch)),
        .status = status_name(status),
        .h1 = h1,
        .record = has_proof ? in->done->proof.id : -1,
        .tree_size = has_proof ? in->done->proof.head.tree.size : -1,
        .source = in->done->source,
    };
}

/* --- unpack, compare, commit --- */

/* What the transaction saw installed. */
static bool find_there(Install *in, Err *err)
{
    FileOutcome found = find_installed(in, err);
    return found == FILE_FOUND ||
           (found == FILE_ABSENT &&
            FAIL(err, ERR_CONFLICT, "%.*s was there and vanished meanwhile", STR_ARG(in->id)));
}

bool installing_commit(Install *in, StoreTxn *txn, const Unpacked *unpacked, Status status,
                       Err *err)
{
    StoreRecord *record = &in->done->record;
    *record = new_record(in, status, dirhash_h1(in->arena, unpacked->summary));
    Str proof = record->record >= 0 ? proof_format(in->arena, &in->done->proof) : (Str){0};
    int64_t begun = clock_monotonic_ns();
    StoreTxnOutcome outcome = store_txn_commit(txn, unpacked->summary, proof, record, err);
    in->done->commit_ns = clock_monotonic_ns() - begun;
    switch (outcome) {
    case STORE_TXN_COMMITTED:
        return true;
    case STORE_TXN_EXISTS:
        return find_there(in, err);
    case STORE_TXN_DIFFERS:
        FAIL(err, ERR_CONFLICT, "%.*s is installed with other content", STR_ARG(in->id));
        return err_hint(err, "goward verify %.*s --repair", STR_ARG(in->release.version));
    case STORE_TXN_FAILED:
        break;
    }
    return false;
}

bool installing_refuse(Err *err)
{
    if (err->kind == ERR_FORMAT || err->kind == ERR_LIMIT) {
        err->kind = ERR_VERIFY;
    }
    return false;
}

static bool unpack_archive(Install *in, int fd, int64_t len, ArchiveKind kind, StoreTxn *txn,
                           Unpacked *ret, Err *err)
{
    switch (kind) {
    case ARCHIVE_MODULE_ZIP:
        return unpack_module_zip(in->arena, fd, len, &in->release, in->context->jobs, txn, ret,
                                 err) ||
               installing_refuse(err);
    case ARCHIVE_TAR_GZ:
        return unpack_tar_gz(in->arena, fd, &in->release, txn, ret, err) || installing_refuse(err);
    case ARCHIVE_NONE:
    case ARCHIVE_KIND_COUNT:
        break;
    }
    UNREACHABLE("archive kind");
}

/* Unpacks and commits what must be the official build. */
bool installing_archive(Install *in, int fd, int64_t len, ArchiveKind kind, Err *err)
{
    StoreTxn *txn;
    Unpacked unpacked;
    int64_t begun = clock_monotonic_ns();
    if (!store_txn_begin(in->arena, in->store, in->id, in->context->jobs, &txn, err)) {
        return false;
    }
    if (!unpack_archive(in, fd, len, kind, txn, &unpacked, err)) {
        store_txn_abort(txn);
        return false;
    }
    in->done->unpack_ns = clock_monotonic_ns() - begun;
    Str h1 = dirhash_h1(in->arena, unpacked.summary);
    if (!str_eq(h1, in->done->proof.h1)) {
        store_txn_abort(txn);
        FAIL(err, ERR_VERIFY,
             "go%.*s from %.*s is not what was published: it has %.*s, the checksum database "
             "recorded %.*s",
             STR_ARG(in->release.version), STR_ARG(in->done->source), STR_ARG(h1),
             STR_ARG(in->done->proof.h1));
        return err_hint(err, "nothing was installed; get it from another source with --from");
    }
    return installing_commit(in, txn, &unpacked, STATUS_PROVED, err);
}

/* --- downloads --- */

typedef struct {
    int dirfd;
    Str name;
    int fd;
} Part;

static bool open_part(Install *in, Source *source, Part *part, Err *err)
{
    const char *kind = source_archive_kind(source) == ARCHIVE_TAR_GZ ? "tar.gz" : "zip";
    part->name = str_format(in->arena, "%.*s.%s" LEFTOVER_SUFFIX, STR_ARG(in->id), kind);
    FileOutcome found = store_side_dir(in->store, S("cache"), &part->dirfd, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_IO, "the folder 'cache' of the store vanished");
    }
    return found == FILE_FOUND && file_open_update(part->dirfd, part->name, 0600, &part->fd, err);
}

static void discard_part(Part *part)
{
    Err ignored; /* what stays is found and checked by the next run */
    if (part->fd >= 0) {
        file_unlink(part->dirfd, part->name, &ignored);
    }
    file_close(&part->fd);
    file_close(&part->dirfd);
}

/* After a failure: what came is kept for the next run, unless it is nothing. */
static void keep_part(Part *part)
{
    FileStat st;
    Err ignored;
    if (file_fstat(part->fd, &st, &ignored) && st.size == 0) {
        discard_part(part);
        return;
    }
    file_close(&part->fd);
    file_close(&part->dirfd);
}

static bool fetch(Install *in, Source *source, Part *part, SourceArchive *ret, Err *err)
{
    int64_t begun = clock_monotonic_ns();
    if (!source_download(source, in->arena, &in->release, part->fd, in->wish->progress,
                         in->wish->progress_context, ret, err)) {
        keep_part(part);
        return false;
    }
    in->done->fetch_ns = clock_monotonic_ns() - begun;
    in->done->fetched = ret->fetched;
    in->done->archive_len = ret->len;
    return true;
}

/* One attempt; *ret_again: what was kept of an earlier run may be what is wrong. */
static bool try_release(Install *in, Source *source, bool *ret_again, Err *err)
{
    Part part = {.dirfd = -1, .fd = -1};
    SourceArchive got;
    *ret_again = false;
    if (!open_part(in, source, &part, err)) {
        discard_part(&part);
        return false;
    }
    if (!fetch(in, source, &part, &got, err)) {
        return false;
    }
    bool ok = installing_archive(in, got.fd, got.len, got.kind, err);
    *ret_again = !ok && got.was_resumed;
    if (got.is_original) {
        file_close(&got.fd);
    }
    discard_part(&part);
    return ok;
}

/* Gets the release from the context's source, the log having been asked. */
static bool install_from_source(Install *in, Err *err)
{
    Source *source;
    bool again = false;
    if (!context_source(in->context, &source, err)) {
        return false;
    }
    in->done->source = str_copy(in->arena, source_name(source));
    in->done->artefact = str_format(in->arena, "golang.org/toolchain@%.*s",
                                    STR_ARG(release_module_version(in->arena, &in->release)));
    return try_release(in, source, &again, err) || (again && try_release(in, source, &again, err));
}

/* The part that all ways have in common: nothing to do, or ask the log and go on. */
bool installing_unless_there(Install *in, bool (*go_on)(Install *in, Err *err), Err *err)
{
    if (!context_claim_store(in->context, &in->store, err)) {
        return false;
    }
    switch (find_installed(in, err)) {
    case FILE_FAILED:
        return false;
    case FILE_FOUND:
        if (in->done->was_installed) {
            leftovers_drop(in->store, *in->arena, in->id); /* of a run that died after its commit */
            return true;
        }
        break; /* a record that cannot be read: installing again puts it right */
    case FILE_ABSENT:
        break;
    }
    return go_on(in, err);
}

bool installing_from_log_and_source(Install *in, Err *err)
{
    return installing_ask_log(in, err) && install_from_source(in, err);
}

Install installing_begin(ToolchainContext *c, Arena *a, const Release *release,
                         const InstallOptions *wish, Installed *done)
{
    return (Install){.context = c,
                     .arena = a,
                     .wish = wish,
                     .release = *release,
                     .id = installed_id(a, release->version, release->os, release->arch),
                     .done = done};
}

bool install_release(ToolchainContext *c, Arena *a, Str version, const InstallOptions *options,
                     Installed *ret, Err *err)
{
    Installed done = {0};
    Release release = {version, options->os, options->arch};
    Install in = installing_begin(c, a, &release, options, &done);
    if (!installing_unless_there(&in, installing_from_log_and_source, err)) {
        return false;
    }
    *ret = done;
    return true;
}
