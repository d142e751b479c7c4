#include "sumdb/state.h"

#include "base/path.h"
#include "os/dir.h"
#include "os/lock.h"
#include "os/random.h"

#define STATE_DIR_MODE 0700
#define STATE_FILE_MODE 0600
#define STATE_LOCK_MS 10000 /* the lock is held for one read and one durable write */

static Str path_of(Arena *a, const SumdbState *state, Str path)
{
    return path_join(a, state->name, path);
}

bool sumdb_state_read_head(Arena *a, const SumdbState *state, Str *ret_note, Err *err)
{
    Str path = path_of(a, state, S("latest")), note = {0};
    if (state->dirfd >= 0 &&
        file_read_all(a, state->dirfd, path, NOTE_MAX_LEN, &note, err) == FILE_FAILED) {
        return false;
    }
    *ret_note = note;
    return true;
}

/* Opens and takes the lock of the database's folder, which is made when it is missing. */
static bool lock_state(Arena scratch, const SumdbState *state, int *ret_fd, Err *err)
{
    Str path = path_of(&scratch, state, S("lock"));
    AUTO_CLOSE int fd = -1;
    if (!dir_make_all(state->dirfd, state->name, STATE_DIR_MODE, err) ||
        !file_open_update(state->dirfd, path, STATE_FILE_MODE, &fd, err)) {
        return false;
    }
    switch (lock_acquire(fd, true, STATE_LOCK_MS, err)) {
    case LOCK_FAILED:
        return FAIL_IN(err, "locking '%.*s'", STR_ARG(path));
    case LOCK_BUSY:
        return FAIL(err, ERR_CONFLICT, "another process holds the lock '%.*s'", STR_ARG(path));
    case LOCK_HELD:
        break;
    }
    *ret_fd = fd;
    fd = -1;
    return true;
}

SumdbSwap sumdb_state_swap_head(Arena scratch, const SumdbState *state, Str old, Str new_note,
                                Err *err)
{
    AUTO_CLOSE int lock = -1;
    Str now;
    if (state->is_read_only) {
        return SUMDB_SWAPPED;
    }
    if (!lock_state(scratch, state, &lock, err) ||
        !sumdb_state_read_head(&scratch, state, &now, err)) {
        return SUMDB_SWAP_FAILED;
    }
    if (!str_eq(now, old)) {
        return SUMDB_SWAP_CHANGED;
    }
    Str path = path_of(&scratch, state, S("latest"));
    bool is_first = old.len == 0; /* then the folder is new as well */
    bool ok = file_replace(state->dirfd, path, new_note, STATE_FILE_MODE, err) &&
              (!is_first || file_sync(state->dirfd, err));
    return ok ? SUMDB_SWAPPED : SUMDB_SWAP_FAILED;
}

/* Absent, unreadable and too long are all the same: not cached. */
static bool read_cache(Arena *a, const SumdbState *state, Str path, isize max, Str *ret)
{
    Err ignored;
    return state->dirfd >= 0 && file_read_all(a, state->dirfd, path_of(a, state, path), max, ret,
                                              &ignored) == FILE_FOUND;
}

/* Whole or not at all for readers, but not durable: after a crash the file may hold anything, which
 * is found out when it is proved. */
static void write_cache(Arena scratch, const SumdbState *state, Str path, Str data)
{
    Err ignored;
    AUTO_CLOSE int fd = -1;
    Str target = path_of(&scratch, state, path);
    Str temp =
        str_format(&scratch, "%.*s.%.*s.tmp", STR_ARG(target), STR_ARG(random_name(&scratch)));
    if (state->is_read_only ||
        !dir_make_all(state->dirfd, path_dir(target), STATE_DIR_MODE, &ignored) ||
        !file_create(state->dirfd, temp, STATE_FILE_MODE, &fd, &ignored)) {
        return;
    }
    if (!file_write(fd, data, &ignored) ||
        !file_rename(state->dirfd, temp, state->dirfd, target, &ignored)) {
        file_unlink(state->dirfd, temp, &ignored);
    }
}

bool sumdb_state_read_reply(Arena *a, const SumdbState *state, Str path, isize max, Str *ret)
{
    return read_cache(a, state, path, max, ret);
}

void sumdb_state_write_reply(Arena scratch, const SumdbState *state, Str path, Str reply)
{
    write_cache(scratch, state, path, reply);
}

/* One file for all widths: the path of the full tile. */
static Str tile_file(Arena *a, Tile tile)
{
    return tile_path(a, (Tile){tile.level, tile.n, TILE_MAX_WIDTH});
}

bool sumdb_state_read_tile(Arena *a, const SumdbState *state, Tile tile, Str *ret)
{
    Str data;
    if (!read_cache(a, state, tile_file(a, tile), TILE_MAX_LEN, &data) ||
        data.len < tile_len(tile)) {
        return false;
    }
    *ret = str_to(data, tile_len(tile));
    return true;
}

void sumdb_state_write_tile(Arena scratch, const SumdbState *state, Tile tile, Str data)
{
    write_cache(scratch, state, tile_file(&scratch, tile), data);
}

bool sumdb_state_write_fork(Arena *a, const SumdbState *state, Str evidence, Str *ret_path,
                            Err *err)
{
    Sha256 digest = sha256_of(evidence);
    char hex[2 * SHA256_LEN];
    sha256_to_hex(&digest, hex);
    Str dir = path_of(a, state, S("forks"));
    Str path = str_format(a, "%.*s/%.16s.txt", STR_ARG(dir), hex);
    if (state->is_read_only) {
        return FAIL(err, ERR_UNSUPPORTED, "the state is only read");
    }
    if (!dir_make_all(state->dirfd, dir, STATE_DIR_MODE, err) ||
        !file_replace(state->dirfd, path, evidence, STATE_FILE_MODE, err)) {
        return false;
    }
    *ret_path = path;
    return true;
}

bool sumdb_state_find_fork(Arena *a, const SumdbState *state, bool *ret_found, Str *ret_path,
                           Err *err)
{
    Str path = path_of(a, state, S("forks"));
    AUTO_CLOSE int fd = -1;
    DirList list = {0};
    FileOutcome outcome = state->dirfd < 0 ? FILE_ABSENT : dir_open(state->dirfd, path, &fd, err);
    if (outcome == FILE_FAILED || (outcome == FILE_FOUND && !dir_list(a, fd, &list, err))) {
        return false;
    }
    *ret_found = list.len > 0;
    *ret_path = path;
    return true;
}
