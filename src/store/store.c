/*
 * Opening is what every command pays for, so a reader does seven system calls: open and look at
 * the home, read `format`. A writer takes the lock and recovers; what follows can rely on a store
 * at rest.
 *
 * A store is made back to front: `format`, which makes a directory a store, comes last and only
 * after all else is on disk. A home without it is empty, foreign (refused), or what is left of a
 * creation that died (made again).
 */
#include "store/store.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/vec.h"
#include "os/dir.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/random.h"
#include "store/audit.h"
#include "store/recover.h"
#include "store/switch.h"

#include <stdarg.h>
#include <stdio.h>

#define FORMAT_TEXT "goward-store "
#define MAX_FORMAT 64        /* bytes of the file */
#define MAX_HOLDER 512       /* bytes of the lock file that are shown */
#define MAX_NOTE 400         /* bytes */
#define OTHERS_MAY_WRITE 022 /* permission bits */

static const Str dir_names[STORE_DIR_COUNT] = {
    [STORE_DIR_TREES] = STR_CONST("trees"),
    [STORE_DIR_MANIFESTS] = STR_CONST("manifests"),
    [STORE_DIR_PROOFS] = STR_CONST("proofs"),
    [STORE_DIR_RECORDS] = STR_CONST("records"),
    [STORE_DIR_GENERATIONS] = STR_CONST("generations"),
    [STORE_DIR_INCOMING] = STR_CONST("incoming"),
    [STORE_DIR_TRASH] = STR_CONST("trash"),
    [STORE_DIR_BIN] = STR_CONST("bin"),
};

/* What else may stand in a home before `format` does. */
static const Str other_names[] = {
    STR_CONST("lock"),    STR_CONST("current"), STR_CONST("audit.log"),
    STR_CONST("journal"), STR_CONST("cache"),   STR_CONST("sumdb"),
    STR_CONST("fixes"),   STR_CONST("trust"),   STR_CONST("checks"),
};

/* ---- the home ---- */

/* Why a home that is there could not be opened. */
static bool explain_home(Str home, Err *err)
{
    FileStat st;
    Err ignored;
    if (file_lstat(FILE_CWD, home, &st, &ignored) == FILE_FOUND && st.kind == FILE_KIND_SYMLINK) {
        FAIL(err, ERR_USAGE, "'%.*s' is a symlink, and the store must be a directory of its own",
             STR_ARG(home));
        return err_hint(err, "set GOWARD_HOME to the directory that the link leads to");
    }
    return false;
}

static bool check_home(const Store *s, Err *err)
{
    FileStat st;
    if (!file_fstat(s->home_fd, &st, err)) {
        return false;
    }
    if (st.kind != FILE_KIND_DIR) {
        return FAIL(err, ERR_USAGE, "'%.*s' is not a directory", STR_ARG(s->home));
    }
    if (st.uid != proc_user_id()) {
        FAIL(err, ERR_USAGE, "the store '%.*s' belongs to user %u, and you are user %u",
             STR_ARG(s->home), (unsigned)st.uid, (unsigned)proc_user_id());
        return err_hint(err, "set GOWARD_HOME to a directory of your own");
    }
    if ((st.mode & OTHERS_MAY_WRITE) != 0) {
        FAIL(err, ERR_USAGE, "others may write to the store '%.*s' (mode %03o)", STR_ARG(s->home),
             (unsigned)st.mode);
        return err_hint(err, "chmod 700 '%.*s', then goward verify all", STR_ARG(s->home));
    }
    return true;
}

static StoreOutcome open_home(Store *s, Err *err)
{
    switch (file_open_plain(FILE_CWD, s->home, &s->home_fd, err)) {
    case FILE_ABSENT:
        return STORE_ABSENT;
    case FILE_FOUND:
        return check_home(s, err) ? STORE_OPENED : STORE_FAILED;
    case FILE_FAILED:
        break;
    }
    explain_home(s->home, err);
    return STORE_FAILED;
}

static FileOutcome read_format(const Store *s, Arena scratch, Err *err)
{
    Str text;
    FileOutcome found = file_read_all(&scratch, s->home_fd, S("format"), MAX_FORMAT, &text, err);
    if (found != FILE_FOUND) {
        return found;
    }
    int64_t number;
    if (!str_eat_suffix(&text, S("\n")) || !str_eat_prefix(&text, S(FORMAT_TEXT)) ||
        !str_parse_decimal(text, INT32_MAX, &number)) {
        FAIL(err, ERR_FORMAT, "'%.*s/format' is not that of a goward store", STR_ARG(s->home));
        return FILE_FAILED;
    }
    if (number != STORE_FORMAT) {
        FAIL(err, ERR_UNSUPPORTED,
             "the store '%.*s' was made by %s goward (format %lld, this one knows %d)",
             STR_ARG(s->home), number > STORE_FORMAT ? "a newer" : "another", (long long)number,
             STORE_FORMAT);
        err_hint(err, "update goward, or set GOWARD_HOME to another directory");
        return FILE_FAILED;
    }
    return FILE_FOUND;
}

/* ---- the lock ---- */

static bool say_who_holds(const Store *s, Err *err)
{
    Arena a = arena_init(0);
    Str holder = {0};
    Err ignored;
    file_read_all(&a, s->home_fd, S("lock"), MAX_HOLDER, &holder, &ignored);
    holder = str_trim(holder);
    FAIL(err, ERR_CONFLICT, "the store is being changed by %.*s",
         STR_ARG(holder.len > 0 ? holder : S("another goward")));
    arena_done(&a);
    return err_hint(err, "wait until it is done, or allow more time with --timeout");
}

/* The text is a courtesy for who waits: a full disk must not keep anybody from freeing space. */
static void sign_lock(const Store *s, Arena scratch)
{
    Err ignored;
    Str pid = S("?");
    file_readlink(&scratch, FILE_CWD, S("/proc/self"), &pid, &ignored);
    Str text =
        str_format(&scratch, "'%.*s' (process %.*s)\n",
                   STR_ARG(str_to(s->command, MIN(s->command.len, MAX_HOLDER / 2))), STR_ARG(pid));
    if (file_truncate(s->lock_fd, 0, &ignored)) {
        file_write_at(s->lock_fd, 0, text, &ignored);
    }
}

/* Whether what was opened still is the home: whoever held the lock may have removed the store. */
static bool is_at_home(const Store *s)
{
    FileStat opened, now;
    Err ignored;
    return file_fstat(s->home_fd, &opened, &ignored) &&
           file_lstat(FILE_CWD, s->home, &now, &ignored) == FILE_FOUND && opened.dev == now.dev &&
           opened.ino == now.ino;
}

static bool take_lock(Store *s, int64_t timeout_ms, Err *err)
{
    if (!file_open_update(s->home_fd, S("lock"), 0600, &s->lock_fd, err)) {
        return FAIL_IN(err, "opening the store '%.*s' for writing", STR_ARG(s->home));
    }
    switch (lock_acquire(s->lock_fd, true, timeout_ms, err)) {
    case LOCK_FAILED:
        return FAIL_IN(err, "locking the store '%.*s'", STR_ARG(s->home));
    case LOCK_BUSY:
        return say_who_holds(s, err);
    case LOCK_HELD:
        break;
    }
    if (!is_at_home(s)) {
        return FAIL(err, ERR_CONFLICT, "the store '%.*s' was removed meanwhile", STR_ARG(s->home));
    }
    sign_lock(s, *s->arena);
    return true;
}

/* ---- creation ---- */

static bool is_our_name(Str name)
{
    for (isize i = 0; i < STORE_DIR_COUNT; i++) {
        if (str_eq(name, dir_names[i])) {
            return true;
        }
    }
    for (isize i = 0; i < COUNT_OF(other_names); i++) {
        if (str_eq(name, other_names[i])) {
            return true;
        }
    }
    return false;
}

/* A home without `format` may hold what a creation made that died, and nothing else. */
static bool check_is_ours_to_make(const Store *s, Arena scratch, Err *err)
{
    DirList list;
    AUTO_CLOSE int trees = -1;
    if (!dir_list(&scratch, s->home_fd, &list, err)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        if (!is_our_name(list.ptr[i].name)) {
            FAIL(err, ERR_USAGE, "'%.*s' is no goward store: it holds '%.*s'", STR_ARG(s->home),
                 STR_ARG(list.ptr[i].name));
            return err_hint(err, "set GOWARD_HOME to an empty directory, or to none yet");
        }
    }
    FileOutcome found = file_open_beneath(s->home_fd, S("trees"), &trees, err);
    if (found == FILE_FAILED || (found == FILE_FOUND && !dir_list(&scratch, trees, &list, err))) {
        return false;
    }
    if (found == FILE_FOUND && list.len > 0) {
        FAIL(err, ERR_FORMAT, "the store '%.*s' has toolchains and no file 'format'",
             STR_ARG(s->home));
        return err_hint(err, "if it is whole otherwise: echo '" FORMAT_TEXT "%d' > '%.*s/format'",
                        STORE_FORMAT, STR_ARG(s->home));
    }
    return true;
}

/* Everything but `format`. A dead creation's remains are made anew, not looked into. */
static bool make_content(Store *s, Err *err)
{
    static const Str remains[] = {STR_CONST("current"), STR_CONST("audit.log"),
                                  STR_CONST("journal"), STR_CONST("generations"),
                                  STR_CONST("incoming")};
    for (isize i = 0; i < COUNT_OF(remains); i++) {
        if (dir_remove_all(s->home_fd, remains[i], err) == FILE_FAILED) {
            return false;
        }
    }
    for (isize i = 0; i < STORE_DIR_COUNT; i++) {
        if (!dir_make(s->home_fd, dir_names[i], 0700, err)) {
            return false;
        }
    }
    return generation_create_first(s, err) && audit_append_event(s, S("create"), s->home, err);
}

static bool create(Store *s, Err *err)
{
    Str text = str_format(s->arena, FORMAT_TEXT "%d\n", STORE_FORMAT);
    /* syncfs, because the home's own parents may be new as well. */
    return (make_content(s, err) && file_sync_system(s->home_fd, err) &&
            store_place_file(s, text, 0444, true, s->home_fd, S("format"), err)) ||
           FAIL_IN(err, "making the store '%.*s'", STR_ARG(s->home));
}

/* ---- opening and closing ---- */

static StoreOutcome open_for_reading(Store *s, Err *err)
{
    StoreOutcome outcome = open_home(s, err);
    if (outcome != STORE_OPENED) {
        return outcome;
    }
    switch (read_format(s, *s->arena, err)) {
    case FILE_FOUND:
        return STORE_OPENED;
    case FILE_ABSENT:
        return STORE_ABSENT;
    case FILE_FAILED:
        break;
    }
    return STORE_FAILED;
}

static StoreOutcome open_for_writing(Store *s, int64_t timeout_ms, Err *err)
{
    StoreOutcome outcome = open_for_reading(s, err);
    if (outcome != STORE_OPENED) {
        return outcome;
    }
    /* Asked first, or the work of minutes would fail in its last step. */
    bool ok = file_check_writable(FILE_CWD, s->home, err) && take_lock(s, timeout_ms, err) &&
              store_recover(s, err);
    return ok ? STORE_OPENED : STORE_FAILED;
}

/* There is no whole store at home: makes the directory if need be, and under the lock the rest,
 * unless another process has done so meanwhile. */
static StoreOutcome open_new(Store *s, int64_t timeout_ms, Err *err)
{
    if (s->home_fd < 0 &&
        (!dir_make_all(FILE_CWD, s->home, 0700, err) || open_home(s, err) != STORE_OPENED)) {
        FAIL_IN(err, "making the store '%.*s'", STR_ARG(s->home));
        return STORE_FAILED;
    }
    Err ignored; /* what looks like somebody's own may be a store that was finished just now */
    if (!check_is_ours_to_make(s, *s->arena, err) &&
        read_format(s, *s->arena, &ignored) != FILE_FOUND) {
        return STORE_FAILED;
    }
    if (!take_lock(s, timeout_ms, err)) {
        return STORE_FAILED;
    }
    FileOutcome format = read_format(s, *s->arena, err);
    bool ok = format == FILE_FOUND    ? store_recover(s, err)
              : format == FILE_ABSENT ? create(s, err)
                                      : false;
    return ok ? STORE_OPENED : STORE_FAILED;
}

static void close_all(Store *s)
{
    file_close(&s->lock_fd);
    for (isize i = 0; i < STORE_DIR_COUNT; i++) {
        file_close(&s->dir_fds[i]);
    }
    file_close(&s->home_fd);
}

static StoreOutcome open_any(Store *s, int64_t timeout_ms, Err *err)
{
    StoreOutcome outcome =
        s->mode == STORE_READ ? open_for_reading(s, err) : open_for_writing(s, timeout_ms, err);
    if (outcome == STORE_ABSENT && s->mode == STORE_CREATE) {
        outcome = open_new(s, timeout_ms, err);
    }
    return outcome;
}

StoreOutcome store_open(Arena *a, const StoreOptions *options, Store *ret, Err *err)
{
    Store s = {.arena = a,
               .home = path_clean(a, options->home),
               .mode = options->mode,
               .command = options->command,
               .user = options->user,
               .home_fd = -1,
               .lock_fd = -1};
    for (isize i = 0; i < STORE_DIR_COUNT; i++) {
        s.dir_fds[i] = -1;
    }
    if (!path_is_absolute(s.home)) {
        FAIL(err, ERR_USAGE, "the store's home '%.*s' is not an absolute path", STR_ARG(s.home));
        return STORE_FAILED;
    }
    StoreOutcome outcome = open_any(&s, options->lock_timeout_ms, err);
    if (outcome == STORE_FAILED && s.lock_fd >= 0 && !is_at_home(&s)) {
        close_all(&s);
        outcome = open_any(&s, options->lock_timeout_ms, err);
    }
    if (outcome == STORE_OPENED) {
        *ret = s;
    } else {
        close_all(&s);
    }
    return outcome;
}

void store_close(Store *s)
{
    file_close(&s->lock_fd);
    if (s->has_trash) {
        isize n;
        Err ignored; /* what stays is removed by the next writer */
        store_dir_empty(s, STORE_DIR_TRASH, &n, &ignored);
    }
    close_all(s);
}

/* ---- removing what was made for nothing ---- */

/* Whether a directory of the home is absent or empty, folders in it counting or not. */
static bool has_no_entry(Arena scratch, const Store *s, Str name, bool but_folders)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    FileOutcome found = file_open_beneath(s->home_fd, name, &fd, &ignored);
    if (found != FILE_FOUND || !dir_list(&scratch, fd, &list, &ignored)) {
        return found == FILE_ABSENT;
    }
    for (isize i = 0; i < list.len; i++) {
        if (!but_folders || list.ptr[i].kind != FILE_KIND_DIR) {
            return false;
        }
    }
    return true;
}

void store_remove_unused(Store *s)
{
    ASSERT(s->lock_fd >= 0);
    int64_t next = 0;
    Err ignored; /* what stays is a store like any other */
    Arena a = *s->arena;
    bool is_unused =
        has_no_entry(a, s, S("records"), false) && has_no_entry(a, s, S("trees"), false) &&
        has_no_entry(a, s, S("cache"), true) && has_no_entry(a, s, S("fixes"), false) &&
        has_no_entry(a, s, S("trust"), false) && generation_next_number(s, &next, &ignored) &&
        next == 1;
    /* Out of the way first: a writer that comes now finds nothing, not half of something. */
    Str aside = str_format(&a, "%.*s.%.*s", STR_ARG(s->home), STR_ARG(random_name(&a)));
    if (is_unused && file_rename(FILE_CWD, s->home, FILE_CWD, aside, &ignored)) {
        dir_remove_all(FILE_CWD, aside, &ignored);
    }
}

/* ---- directories and placing ---- */

bool store_dir(Store *s, StoreDir dir, int *ret_fd, Err *err)
{
    ASSERT(dir >= 0 && dir < STORE_DIR_COUNT);
    if (s->dir_fds[dir] >= 0) {
        *ret_fd = s->dir_fds[dir];
        return true;
    }
    Str name = dir_names[dir];
    FileOutcome found = file_open_beneath(s->home_fd, name, &s->dir_fds[dir], err);
    if (found == FILE_ABSENT && s->mode != STORE_READ) {
        if (!dir_make(s->home_fd, name, 0700, err)) {
            return false;
        }
        found = file_open_beneath(s->home_fd, name, &s->dir_fds[dir], err);
    }
    if (found == FILE_ABSENT) {
        FAIL(err, ERR_FORMAT, "the store '%.*s' has no '%.*s'", STR_ARG(s->home), STR_ARG(name));
        return err_hint(err, "any command that changes the store makes it again");
    }
    if (found == FILE_FAILED) {
        return FAIL_IN(err, "opening the store '%.*s'", STR_ARG(s->home));
    }
    *ret_fd = s->dir_fds[dir];
    return true;
}

/* Creates incoming/TEMP with the data. */
static bool make_incoming(int incoming, Str temp, Str data, uint32_t mode, bool is_durable,
                          Err *err)
{
    AUTO_CLOSE int fd = -1;
    return file_create(incoming, temp, mode, &fd, err) && file_write(fd, data, err) &&
           (!is_durable || file_sync(fd, err));
}

bool store_place_file(Store *s, Str data, uint32_t mode, bool is_durable, int dirfd, Str name,
                      Err *err)
{
    int incoming;
    if (!store_dir(s, STORE_DIR_INCOMING, &incoming, err)) {
        return false;
    }
    Arena a = arena_init(0);
    Str temp = random_name(&a);
    bool ok = make_incoming(incoming, temp, data, mode, is_durable, err) &&
              file_rename(incoming, temp, dirfd, name, err);
    if (!ok) {
        Err ignored;
        file_unlink(incoming, temp, &ignored);
    }
    arena_done(&a);
    ok = ok && (!is_durable || file_sync(dirfd, err));
    return ok || FAIL_IN(err, "writing '%.*s'", STR_ARG(name));
}

bool store_place_symlink(Store *s, Str target, int dirfd, Str name, Err *err)
{
    int incoming;
    if (!store_dir(s, STORE_DIR_INCOMING, &incoming, err)) {
        return false;
    }
    Arena a = arena_init(0);
    Str temp = random_name(&a);
    bool ok = file_symlink(target, incoming, temp, err);
    if (ok && !file_rename(incoming, temp, dirfd, name, err)) {
        Err ignored;
        file_unlink(incoming, temp, &ignored);
        ok = false;
    }
    arena_done(&a);
    return ok && file_sync(dirfd, err);
}

FileOutcome store_discard(Store *s, int dirfd, Str name, Err *err)
{
    int trash;
    FileStat st;
    FileOutcome found = file_lstat(dirfd, name, &st, err);
    if (found != FILE_FOUND) {
        return found;
    }
    /* A directory that changes its parent must itself be writable. */
    if (!store_dir(s, STORE_DIR_TRASH, &trash, err) ||
        (st.kind == FILE_KIND_DIR && !file_set_mode_at(dirfd, name, STORE_DIR_WRITABLE, err))) {
        return FILE_FAILED;
    }
    Arena a = arena_init(0);
    bool ok = file_rename(dirfd, name, trash, random_name(&a), err);
    arena_done(&a);
    s->has_trash |= ok;
    return ok ? FILE_FOUND : FILE_FAILED;
}

bool store_dir_empty(Store *s, StoreDir dir, isize *ret_n, Err *err)
{
    int fd;
    DirList list;
    if (!store_dir(s, dir, &fd, err)) {
        return false;
    }
    Arena a = arena_init(0);
    bool ok = dir_list(&a, fd, &list, err);
    for (isize i = 0; ok && i < list.len; i++) {
        ok = dir_remove_all(fd, list.ptr[i].name, err) != FILE_FAILED;
    }
    if (ok) {
        *ret_n = list.len;
    }
    arena_done(&a);
    return ok || FAIL_IN(err, "emptying '%.*s'", STR_ARG(dir_names[dir]));
}

void store_note(Store *s, const char *format, ...)
{
    char text[MAX_NOTE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    *VEC_PUSH(s->arena, &s->notes) = str_copy(s->arena, str_from_c(text));
}

FileOutcome store_side_dir(Store *s, Str name, int *ret_fd, Err *err)
{
    ASSERT(path_is_local(name) && str_index_byte(name, '/') < 0);
    FileOutcome found = file_open_beneath(s->home_fd, name, ret_fd, err);
    if (found != FILE_ABSENT || s->mode == STORE_READ) {
        return found;
    }
    if (!dir_make(s->home_fd, name, 0700, err)) {
        return FILE_FAILED;
    }
    return file_open_beneath(s->home_fd, name, ret_fd, err);
}

bool store_link_shim(Store *s, Str name, Str target, Err *err)
{
    int bin;
    Str now;
    Err ignored;
    if (!store_dir(s, STORE_DIR_BIN, &bin, err)) {
        return false;
    }
    Arena a = arena_init(0);
    bool is_there =
        file_readlink(&a, bin, name, &now, &ignored) == FILE_FOUND && str_eq(now, target);
    arena_done(&a);
    return is_there || store_place_symlink(s, target, bin, name, err) ||
           FAIL_IN(err, "linking the shim '%.*s'", STR_ARG(name));
}
