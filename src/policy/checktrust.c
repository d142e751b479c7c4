#include "policy/checktrust.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "format/json.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/proc.h"

#define VERSION 1
#define FOLDER_MODE 0700
#define RECORD_MODE 0600
#define GROUP_OR_OTHERS_WRITE 022
#define OTHERS_WRITE 002
#define MAX_RECORD (8 * MIB) /* of 1,000 programs with names of 4 KB */
#define HEX_LEN 64

/* ---- what is judged ---- */

static bool stat_file(Str path, FileStat *ret, Err *err)
{
    FileOutcome found = file_stat(FILE_CWD, path, ret, err);
    return found == FILE_FOUND ||
           (found == FILE_ABSENT && FAIL(err, ERR_NOT_FOUND, "'%.*s' is gone", STR_ARG(path)));
}

static bool real_path(Arena *a, Str path, Str *ret, Err *err)
{
    FileOutcome found = proc_real_path(a, path, ret, err);
    return found == FILE_FOUND ||
           (found == FILE_ABSENT && FAIL(err, ERR_NOT_FOUND, "'%.*s' is gone", STR_ARG(path)));
}

static bool is_own(const TrustSubject *s)
{
    switch (s->layer) {
    case CONFIG_SYSTEM:
        return s->owner == 0 && (s->mode & GROUP_OR_OTHERS_WRITE) == 0;
    case CONFIG_USER:
        return s->owner == proc_user_id() && (s->mode & OTHERS_WRITE) == 0;
    case CONFIG_NONE:
    case CONFIG_PROJECT:
    case CONFIG_LAYER_COUNT:
        break;
    }
    return false;
}

bool checktrust_look(Arena *a, const ConfigFile *file, const ProjectChecks *checks,
                     const Environ *env, TrustSubject *ret, Err *err)
{
    TrustSubject s = {.layer = file->layer};
    ProgramFiles programs = {0};
    FileStat st;
    if (!real_path(a, file->path, &s.file, err) ||
        !real_path(a, path_dir(file->path), &s.folder, err) || !stat_file(s.file, &st, err)) {
        return FAIL_IN(err, "looking at '%.*s'", STR_ARG(file->path));
    }
    s.owner = st.uid;
    s.mode = st.mode;
    if (!is_own(&s) && !programfiles_find(a, checks, env, s.folder, &programs, err)) {
        return FAIL_IN(err, "looking at '%.*s'", STR_ARG(file->path));
    }
    *VEC_PUSH(a, &s.files) = (ProgramFile){CONFIGFILE_NAME, sha256_of(file->text)};
    for (isize i = 0; i < programs.len; i++) {
        *VEC_PUSH(a, &s.files) = programs.ptr[i];
    }
    *ret = s;
    return true;
}

/* ---- records ---- */

/* "<64 digits>.json" */
static Str record_name(Arena *a, Str file, Str folder)
{
    char hex[HEX_LEN];
    Sha256Stream stream = sha256_begin();
    sha256_add(&stream, file.ptr, file.len);
    sha256_add(&stream, "", 1);
    sha256_add(&stream, folder.ptr, folder.len);
    Sha256 digest = sha256_end(&stream);
    sha256_to_hex(&digest, hex);
    return str_concat(a, (Str){hex, HEX_LEN}, S(".json"));
}

static bool is_only_ours(int fd, Str what, Err *err)
{
    FileStat st;
    if (!file_fstat(fd, &st, err)) {
        return false;
    }
    if (st.uid == proc_user_id() && (st.mode & GROUP_OR_OTHERS_WRITE) == 0) {
        return true;
    }
    FAIL(err, ERR_USAGE, "others may write to '%.*s', so what it says counts for nothing",
         STR_ARG(what));
    return err_hint(err, "set GOWARD_HOME to a directory of your own");
}

/* <home>/trust. Neither it nor the home is a symlink. */
static FileOutcome open_folder(Arena scratch, Str home, int *ret_fd, Err *err)
{
    AUTO_CLOSE int home_fd = -1;
    FileOutcome found = file_open_plain(FILE_CWD, home, &home_fd, err);
    if (found != FILE_FOUND) {
        return found;
    }
    if (!is_only_ours(home_fd, home, err)) {
        return FILE_FAILED;
    }
    found = file_open_beneath(home_fd, S("trust"), ret_fd, err);
    if (found == FILE_FOUND && !is_only_ours(*ret_fd, path_join(&scratch, home, S("trust")), err)) {
        file_close(ret_fd);
        return FILE_FAILED;
    }
    return found;
}

static bool make_missing(Str home, Err *err)
{
    AUTO_CLOSE int home_fd = -1;
    if (!dir_make_all(FILE_CWD, home, FOLDER_MODE, err)) {
        return false;
    }
    FileOutcome found = file_open_plain(FILE_CWD, home, &home_fd, err);
    return found == FILE_ABSENT /* is said by whoever opens it next */ ||
           (found == FILE_FOUND && is_only_ours(home_fd, home, err) &&
            dir_make(home_fd, S("trust"), FOLDER_MODE, err) && file_sync_system(home_fd, err));
}

/* Made, durably, when it is not there. */
static bool make_folder(Arena scratch, Str home, int *ret_fd, Err *err)
{
    FileOutcome found = open_folder(scratch, home, ret_fd, err);
    if (found == FILE_ABSENT) {
        if (!make_missing(home, err)) {
            return false;
        }
        found = open_folder(scratch, home, ret_fd, err);
    }
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' is being removed", STR_ARG(home));
    }
    return found == FILE_FOUND;
}

static Str write_record(Arena *a, const TrustSubject *s)
{
    StrBuf b = strbuf_init(a);
    JsonWriter w = json_writer_init(&b, (Str){0});
    json_begin_object(&w);
    json_key_str(&w, S("schema"), S("goward/trust-record"));
    json_key_number(&w, S("version"), VERSION);
    json_key_str(&w, S("file"), s->file);
    json_key_str(&w, S("folder"), s->folder);
    json_key_str(&w, S("trusted_at"), clock_format_utc(a, clock_wall_s()));
    json_key_array(&w, S("files"));
    for (isize i = 0; i < s->files.len; i++) {
        char hex[HEX_LEN];
        sha256_to_hex(&s->files.ptr[i].digest, hex);
        json_begin_object(&w);
        json_key_str(&w, S("path"), s->files.ptr[i].path);
        json_key_str(&w, S("sha256"), (Str){hex, HEX_LEN});
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    strbuf_add(&b, S("\n"));
    return strbuf_str(&b);
}

bool checktrust_keep(Arena scratch, Str home, const TrustSubject *s, Err *err)
{
    AUTO_CLOSE int folder = -1;
    Str record = write_record(&scratch, s);
    return make_folder(scratch, home, &folder, err) &&
           file_replace(folder, record_name(&scratch, s->file, s->folder), record, RECORD_MODE,
                        err);
}

FileOutcome checktrust_forget(Arena scratch, Str home, Str folder, Err *err)
{
    AUTO_CLOSE int fd = -1;
    Str dir, file;
    if (!real_path(&scratch, folder, &dir, err)) {
        return FILE_FAILED;
    }
    FileOutcome found =
        proc_real_path(&scratch, path_join(&scratch, dir, CONFIGFILE_NAME), &file, err);
    if (found == FILE_ABSENT) {
        file = path_join(&scratch, dir, CONFIGFILE_NAME);
    }
    found = found == FILE_FAILED ? found : open_folder(scratch, home, &fd, err);
    if (found != FILE_FOUND) {
        return found;
    }
    found = file_unlink(fd, record_name(&scratch, file, dir), err);
    return found == FILE_FOUND && !file_sync(fd, err) ? FILE_FAILED : found;
}

/* ---- judging ---- */

/* The digest that was kept for a path; NULL when there is none. */
static const JsonValue *find_kept(const JsonValue *files, Str path)
{
    const JsonValue *file = files->child;
    while (file != NULL && !str_eq(json_get_str(file, S("path"), (Str){0}), path)) {
        file = file->next;
    }
    return file;
}

static bool is_same(const JsonValue *kept, const ProgramFile *file)
{
    Sha256 digest;
    return sha256_from_hex(json_get_str(kept, S("sha256"), (Str){0}), &digest) &&
           sha256_eq(&digest, &file->digest);
}

/* A line for each file that is another than the one that was kept. */
static Str list_changes(Arena *a, const JsonValue *files, const TrustSubject *s)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < s->files.len; i++) {
        const ProgramFile *file = &s->files.ptr[i];
        const JsonValue *kept = find_kept(files, file->path);
        if (kept == NULL || !is_same(kept, file)) {
            strbuf_add_format(&b, "%s%.*s %s", b.len > 0 ? "\n" : "", STR_ARG(file->path),
                              kept == NULL ? "is run, and was not there then" : "has changed");
        }
    }
    return strbuf_str(&b);
}

static bool parse_record(Arena *a, Str text, const JsonValue **ret_files, Err *err)
{
    const JsonValue *root;
    int64_t version;
    if (!json_parse(a, text, &root, err)) {
        return false;
    }
    if (!str_eq(json_get_str(root, S("schema"), (Str){0}), S("goward/trust-record")) ||
        !json_int(json_get(root, S("version")), &version) || version != VERSION) {
        return FAIL(err, ERR_UNSUPPORTED, "it is no record of this goward");
    }
    *ret_files = json_get(root, S("files"));
    return json_is(*ret_files, JSON_ARRAY) || FAIL(err, ERR_FORMAT, "it has no list of files");
}

/* FILE_ABSENT: there is none. */
static FileOutcome read_record(Arena *a, Str home, const TrustSubject *s,
                               const JsonValue **ret_files, Err *err)
{
    AUTO_CLOSE int folder = -1;
    Str text, name = record_name(a, s->file, s->folder);
    FileOutcome found = open_folder(*a, home, &folder, err);
    if (found == FILE_FOUND) {
        found = file_read_all(a, folder, name, MAX_RECORD, &text, err);
    }
    if (found == FILE_FOUND && !parse_record(a, text, ret_files, err)) {
        FAIL_IN(err, "reading '%.*s/trust/%.*s'", STR_ARG(home), STR_ARG(name));
        err_hint(err, "goward policy trust writes it anew");
        return FILE_FAILED;
    }
    return found;
}

bool checktrust_judge(Arena *a, Str home, const TrustSubject *s, TrustVerdict *ret, Err *err)
{
    const JsonValue *files;
    if (is_own(s)) {
        *ret = (TrustVerdict){.state = TRUST_OWN};
        return true;
    }
    FileOutcome found = read_record(a, home, s, &files, err);
    if (found == FILE_FAILED) {
        return false;
    }
    TrustVerdict verdict = {.state = TRUST_MISSING};
    if (found == FILE_FOUND) {
        verdict.because = list_changes(a, files, s);
        verdict.state = verdict.because.len > 0 ? TRUST_CHANGED : TRUST_GIVEN;
    }
    *ret = verdict;
    return true;
}

Str checktrust_state_name(TrustState state)
{
    static const Str names[TRUST_STATE_COUNT] = {
        [TRUST_NONE] = STR_CONST("none"),       [TRUST_GIVEN] = STR_CONST("given"),
        [TRUST_OWN] = STR_CONST("own"),         [TRUST_MISSING] = STR_CONST("missing"),
        [TRUST_CHANGED] = STR_CONST("changed"),
    };
    return names[state];
}
