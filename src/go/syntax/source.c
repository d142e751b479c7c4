#include "go/syntax/source.h"

FileOutcome source_read(Arena *a, int dirfd, Str path, Str *ret, Err *err)
{
    FileStat ignored;
    return source_read_stat(a, dirfd, path, ret, &ignored, err);
}

FileOutcome source_read_stat(Arena *a, int dirfd, Str path, Str *ret, FileStat *ret_stat, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    FileOutcome outcome = file_open(dirfd, path, &fd, err);
    if (outcome != FILE_FOUND) {
        return outcome;
    }
    if (!file_fstat(fd, &st, err)) {
        return FILE_FAILED;
    }
    if (st.kind != FILE_KIND_REGULAR) {
        FAIL(err, ERR_FORMAT, "'%.*s' is no regular file", STR_ARG(path));
        return FILE_FAILED;
    }
    if (st.size > SCANNER_MAX_TEXT) {
        FAIL(err, ERR_LIMIT, "'%.*s' has %lld bytes, at most %td are read", STR_ARG(path),
             (long long)st.size, SCANNER_MAX_TEXT);
        return FILE_FAILED;
    }
    isize n = 0;
    char *text = ARENA_ARRAY(a, char, (isize)st.size + SCANNER_PADDING);
    if (!file_read(fd, text, (isize)st.size, &n, err)) {
        FAIL_IN(err, "reading '%.*s'", STR_ARG(path));
        return FILE_FAILED;
    }
    *ret_stat = st;
    *ret = (Str){text, n}; /* a file that grows meanwhile is as long as it was */
    return FILE_FOUND;
}
