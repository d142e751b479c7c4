#include "go/mod/modzip.h"

#include "base/path.h"
#include "format/archive_names.h"

static bool check_kind(const ZipEntry *e, Err *err)
{
    switch (e->kind) {
    case ZIP_FILE:
        return true;
    case ZIP_DIR:
        return FAIL(err, ERR_FORMAT, "'%.*s' is a folder, which a module's zip has none of",
                    STR_ARG(e->name));
    case ZIP_SYMLINK:
        return FAIL(err, ERR_FORMAT, "'%.*s' is a symbolic link, not a file", STR_ARG(e->name));
    case ZIP_NONE:
    case ZIP_OTHER:
    case ZIP_KIND_COUNT:
        break;
    }
    return FAIL(err, ERR_FORMAT, "'%.*s' is neither a file nor a folder", STR_ARG(e->name));
}

/* A go.mod elsewhere than at the root would begin another module. */
static bool check_go_mod(Str name, Err *err)
{
    Str base = path_base(name);
    if (!str_eq_fold(base, S("go.mod"))) {
        return true;
    }
    if (base.len < name.len) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is a go.mod below the root of the module",
                    STR_ARG(name));
    }
    return str_eq(name, S("go.mod")) ||
           FAIL(err, ERR_FORMAT, "'%.*s' is not written in small letters", STR_ARG(name));
}

static bool check_size(Str name, int64_t len, Err *err)
{
    if (str_eq(name, S("go.mod")) && len > MODZIP_MAX_GO_MOD) {
        return FAIL(err, ERR_LIMIT, "go.mod has %lld bytes, at most %td are allowed",
                    (long long)len, MODZIP_MAX_GO_MOD);
    }
    if (str_eq(name, S("LICENSE")) && len > MODZIP_MAX_LICENSE) {
        return FAIL(err, ERR_LIMIT, "LICENSE has %lld bytes, at most %td are allowed",
                    (long long)len, MODZIP_MAX_LICENSE);
    }
    return true;
}

static bool check_entry(const ZipEntry *e, Str prefix, Str *ret_name, Err *err)
{
    Str name = e->name;
    if (!str_eat_prefix(&name, prefix)) {
        return FAIL(err, ERR_FORMAT, "'%.*s' does not lie in '%.*s'", STR_ARG(e->name),
                    STR_ARG(prefix));
    }
    if (!check_kind(e, err) || !check_go_mod(name, err) || !check_size(name, e->len, err)) {
        return false;
    }
    *ret_name = name;
    return true;
}

bool modzip_check(Arena scratch, const ZipDirectory *dir, Str prefix, Err *err)
{
    ArchiveName *names = ARENA_ARRAY(&scratch, ArchiveName, dir->len);
    for (isize i = 0; i < dir->len; i++) {
        if (!check_entry(&dir->ptr[i], prefix, &names[i].name, err)) {
            return false;
        }
    }
    if (dir->total > MODZIP_MAX_TOTAL) {
        return FAIL(err, ERR_LIMIT,
                    "the files of the module have %lld bytes, at most %td are allowed",
                    (long long)dir->total, MODZIP_MAX_TOTAL);
    }
    return archive_names_check(scratch, names, dir->len, err);
}
