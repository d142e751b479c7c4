/*
 * The record is looked up first, because it often comes from the store without a request, and a
 * release that the log does not know need not be hashed to say so.
 *
 * go.env is the one file that people and images edit on purpose (usually GOTOOLCHAIN=local). Its
 * pristine bytes are the same in every release since 1.21.0, so their digest stands below: when the
 * tree proves with that digest in place of go.env's own, everything else is upstream's.
 */
#include "toolchain/prove.h"

#include "base/panic.h"
#include "os/dir.h"
#include "toolchain/goenvdiff.h"
#include "toolchain/trust.h"
#include "toolchain/zipindex.h"

static const Str status_names[STATUS_COUNT] = {
    [STATUS_NONE] = STR_CONST("none"),
    [STATUS_PROVED] = STR_CONST("proved"),
    [STATUS_CONFIG_EDITED] = STR_CONST("config-edited"),
    [STATUS_DIFFERS] = STR_CONST("differs"),
    [STATUS_UNPROVED] = STR_CONST("unproved"),
    [STATUS_UNKNOWN] = STR_CONST("unknown"),
};

Str status_name(Status status)
{
    ASSERT(status >= 0 && status < STATUS_COUNT);
    return status_names[status];
}

bool status_parse(Str name, Status *ret)
{
    for (Status s = STATUS_PROVED; s < STATUS_COUNT; s++) {
        if (str_eq(name, status_names[s])) {
            *ret = s;
            return true;
        }
    }
    return false;
}

static Release release_of(const Goroot *root)
{
    return (Release){root->version, root->os, root->arch};
}

/* Fills the record, or the status that its absence means. */
static bool find_record(ToolchainContext *c, Arena *a, Proof *p, Err *err)
{
    if (p->root.version.len == 0 || p->root.os.len == 0) {
        p->status = STATUS_UNKNOWN;
        p->because = p->root.name.len == 0
                         ? S("it has no VERSION file that names a release")
                         : str_format(a, "VERSION says '%.*s', which is no release of Go",
                                      STR_ARG(p->root.name));
        return true;
    }
    Release release = release_of(&p->root);
    switch (trust_record(c, a, &release, &p->record, err)) {
    case TRUST_FAILED:
        return false;
    case TRUST_RECORD:
        p->has_record = true;
        return true;
    case TRUST_NO_RECORD:
        p->status = STATUS_UNKNOWN;
        p->because = str_format(a, "the log has no go%.*s for %.*s/%.*s", STR_ARG(release.version),
                                STR_ARG(release.os), STR_ARG(release.arch));
        return true;
    case TRUST_UNREACHABLE:
        p->status = STATUS_UNPROVED;
        p->because = err_format(a, err);
        p->remedy = str_copy(a, str_from_c(err->hint));
        return true;
    }
    UNREACHABLE("trust outcome");
}

static bool fetch_index(ToolchainContext *c, Arena *a, const Release *release, ZipIndex *ret,
                        Err *err)
{
    Source *source;
    return context_source(c, &source, err) && zipindex_fetch(a, source, release, ret, err);
}

/* Names the files that differ: from a manifest that is proved itself, else from the zip's index. */
static bool name_files(ToolchainContext *c, Arena *a, int root_fd, Proof *p, Err *err)
{
    Release release = release_of(&p->root);
    Str text;
    if (trust_manifest(c, a, &release, p->record.h1, &text)) {
        p->named_by = NAMED_BY_MANIFEST;
        return manifest_diff(a, &p->manifest, text, &p->files, err);
    }
    ZipIndex index;
    Err no_index;
    if (c->offline || !fetch_index(c, a, &release, &index, &no_index)) {
        p->files = p->manifest.wrong;
        p->because =
            c->offline ? S("offline, so the files cannot be named")
                       : str_concat(a, S("the files cannot be named: "), err_format(a, &no_index));
        return true;
    }
    p->named_by = NAMED_BY_ZIP_INDEX;
    return zipindex_diff(a, &index, root_fd, &p->manifest, &p->files, err);
}

static bool is_upstream_but_config(Arena scratch, const Proof *p)
{
    Sha256 pristine = manifest_pristine_go_env();
    Str text = manifest_text(&scratch, &p->manifest, &pristine);
    return str_eq(dirhash_h1(&scratch, text), p->record.h1);
}

/* Compares the tree with the record. */
static bool judge(ToolchainContext *c, Arena *a, int root_fd, Proof *p, Err *err)
{
    bool is_clean = p->manifest.wrong.len == 0;
    if (is_clean && str_eq(p->h1, p->record.h1)) {
        p->status = STATUS_PROVED;
        return true;
    }
    if (is_clean && is_upstream_but_config(*a, p)) {
        p->status = STATUS_CONFIG_EDITED;
        p->because = S("all is upstream's but go.env");
        p->named_by = NAMED_BY_MANIFEST;
        file_diffs_add(a, &p->files, S("go.env"), FILE_DIFF_CHANGED);
        return goenvdiff_make(c, a, root_fd, &p->config_diff, err);
    }
    p->status = STATUS_DIFFERS;
    return name_files(c, a, root_fd, p, err);
}

static bool prove_at(ToolchainContext *c, Arena *a, int root_fd, Proof *p, Err *err)
{
    if (!find_record(c, a, p, err)) {
        return false;
    }
    if (!p->has_record) {
        return true;
    }
    if (!manifest_of_tree(a, root_fd, &p->root, c->jobs, &p->manifest, err)) {
        return false;
    }
    p->h1 = dirhash_h1(a, manifest_text(a, &p->manifest, NULL));
    return judge(c, a, root_fd, p, err);
}

/* Reads the root and opens it. */
static bool open_root(Arena *a, Str path, Goroot *ret, int *ret_fd, Err *err)
{
    switch (goroot_read(a, path, ret, err)) {
    case GOROOT_FAILED:
        return FAIL_IN(err, "looking at '%.*s'", STR_ARG(path));
    case GOROOT_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(path));
    case GOROOT_OTHER:
        return FAIL(err, ERR_NOT_FOUND,
                    "'%.*s' is no Go root: it has neither a VERSION file nor bin/go",
                    STR_ARG(path));
    case GOROOT_FOUND:
        break;
    }
    goroot_settle_version(a, ret);
    FileOutcome opened = dir_open(FILE_CWD, path, ret_fd, err);
    return opened == FILE_FOUND ||
           (opened == FILE_ABSENT &&
            FAIL(err, ERR_NOT_FOUND, "the directory '%.*s' vanished", STR_ARG(path)));
}

bool prove_goroot(ToolchainContext *c, Arena *a, Str path, Proof *ret, Err *err)
{
    Proof p = {0};
    AUTO_CLOSE int root_fd = -1;
    if (!open_root(a, path, &p.root, &root_fd, err)) {
        return false;
    }
    if (!prove_at(c, a, root_fd, &p, err)) {
        return FAIL_IN(err, "verifying '%.*s'", STR_ARG(path));
    }
    *ret = p;
    return true;
}

bool prove_is_unchanged(ToolchainContext *c, Arena *a, Str path, Str h1, bool *ret, Err *err)
{
    Goroot root;
    Manifest found;
    AUTO_CLOSE int root_fd = -1;
    if (!open_root(a, path, &root, &root_fd, err)) {
        return false;
    }
    if (!manifest_of_tree(a, root_fd, &root, c->jobs, &found, err)) {
        return FAIL_IN(err, "hashing '%.*s'", STR_ARG(path));
    }
    *ret = found.wrong.len == 0 && str_eq(dirhash_h1(a, manifest_text(a, &found, NULL)), h1);
    return true;
}
