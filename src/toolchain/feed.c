#include "toolchain/feed.h"

#include "base/vec.h"
#include "format/json.h"
#include "go/mod/version.h"

typedef VEC(FeedFile) FileVec;

/* A name that is safe in a URL and in a path. */
static bool is_file_name(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
        if (!is_fine) {
            return false;
        }
    }
    return s.len > 0 && s.ptr[0] != '.';
}

/* Whether goward could install the file at all. */
static bool is_wanted(const JsonValue *file, Str version)
{
    Str name = json_get_str(file, S("filename"), S(""));
    return goversion_is_valid(version) && str_ends_with(name, S(".tar.gz")) &&
           str_eq(json_get_str(file, S("kind"), S("")), S("archive")) &&
           release_is_platform_word(json_get_str(file, S("os"), S(""))) &&
           !str_eq(json_get_str(file, S("arch"), S("")), S("bootstrap"));
}

static bool read_file(const JsonValue *file, Str version, FeedFile *ret, Err *err)
{
    Str name = json_get_str(file, S("filename"), S(""));
    Str sha256 = json_get_str(file, S("sha256"), S(""));
    FeedFile f = {.name = name, .size = -1, .has_sha256 = sha256.len > 0};
    f.release.version = version;
    f.release.os = json_get_str(file, S("os"), S(""));
    f.release.arch = release_arch(json_get_str(file, S("arch"), S("")));
    if (!is_file_name(name) || !release_is_platform_word(f.release.arch)) {
        return FAIL(err, ERR_FORMAT, "the feed names a file or platform with odd characters");
    }
    if (f.has_sha256 && !sha256_from_hex(sha256, &f.sha256)) {
        return FAIL(err, ERR_FORMAT, "the feed's SHA-256 of '%.*s' is malformed", STR_ARG(name));
    }
    if (json_get(file, S("size")) != NULL &&
        (!json_int(json_get(file, S("size")), &f.size) || f.size < 0)) {
        return FAIL(err, ERR_FORMAT, "the feed's size of '%.*s' is malformed", STR_ARG(name));
    }
    *ret = f;
    return true;
}

static bool read_release(Arena *a, const JsonValue *release, FileVec *files, Err *err)
{
    const JsonValue *list = json_get(release, S("files"));
    Str version = json_get_str(release, S("version"), S(""));
    if (!str_eat_prefix(&version, S("go")) || !json_is(list, JSON_ARRAY)) {
        return FAIL(err, ERR_FORMAT, "a release of the feed has no version or no files");
    }
    for (const JsonValue *file = list->child; file != NULL; file = file->next) {
        if (!is_wanted(file, version)) {
            continue;
        }
        if (files->len == FEED_MAX_FILES) {
            return FAIL(err, ERR_LIMIT, "the feed has more than %d files", FEED_MAX_FILES);
        }
        if (!read_file(file, version, VEC_PUSH(a, files), err)) {
            return false;
        }
    }
    return true;
}

bool feed_parse(Arena *a, Str json, Feed *ret, Err *err)
{
    const JsonValue *releases;
    FileVec files = {0};
    if (!json_parse(a, json, &releases, err)) {
        return FAIL_IN(err, "reading the feed of downloads");
    }
    if (!json_is(releases, JSON_ARRAY)) {
        return FAIL(err, ERR_FORMAT, "the feed of downloads is no list of releases");
    }
    for (const JsonValue *r = releases->child; r != NULL; r = r->next) {
        if (!read_release(a, r, &files, err)) {
            return false;
        }
    }
    *ret = (Feed){files.ptr, files.len};
    return true;
}

const FeedFile *feed_find(const Feed *feed, const Release *r)
{
    for (isize i = 0; i < feed->len; i++) {
        const FeedFile *f = &feed->ptr[i];
        if (goversion_compare(f->release.version, r->version) == 0 &&
            str_eq(f->release.os, r->os) && str_eq(f->release.arch, r->arch)) {
            return f;
        }
    }
    return NULL;
}
