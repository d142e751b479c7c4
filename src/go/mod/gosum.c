#include "go/mod/gosum.h"

#include "format/base64.h"
#include "format/sha256.h"
#include "go/mod/gomod.h"

#define GOSUM_MAX_FIELDS 3
#define CONFLICT_MARK_LEN 7 /* of "<<<<<<<" */

/* What a defect of cmd/go once wrote, and drops since (modfetch.emptyGoModHash). */
#define EMPTY_GO_MOD_HASH "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="

/* ---- reading ---- */

isize gosum_conflict(Str text)
{
    static const Str marks[] = {STR_CONST("<<<<<<<"), STR_CONST("======="), STR_CONST(">>>>>>>"),
                                STR_CONST("|||||||")};
    Str line;
    for (isize n = 1; str_next_line(&text, &line); n++) {
        for (isize i = 0; i < COUNT_OF(marks); i++) {
            if (str_starts_with(line, marks[i]) &&
                (line.len == CONFLICT_MARK_LEN || line.ptr[CONFLICT_MARK_LEN] == ' ')) {
                return n;
            }
        }
    }
    return 0;
}

GoSum gosum_init(Arena *a)
{
    return (GoSum){.by_name = map_init(a)};
}

static Str name_of(Arena *a, Str path, Str version, bool is_go_mod)
{
    Str name = str_concat(a, str_concat(a, path, S(" ")), version);
    return is_go_mod ? str_concat(a, name, S("/go.mod")) : name;
}

const GoSumLine *gosum_find(Arena scratch, const GoSum *sum, Str path, Str version, bool is_go_mod)
{
    const isize *at = map_get(&sum->by_name, name_of(&scratch, path, version, is_go_mod));
    return at == NULL ? NULL : &sum->lines.ptr[*at - 1];
}

static void add_trouble(Arena *a, GoSum *sum, GoSumFault kind, Str file, isize line, Str text)
{
    *VEC_PUSH(a, &sum->troubles) = (GoSumTrouble){kind, file, line, text};
}

/* "h1:" and the base64 of a SHA-256. */
static bool is_hash(Arena scratch, Str hash)
{
    Str bytes;
    return str_eat_prefix(&hash, S("h1:")) && base64_decode(&scratch, hash, &bytes) &&
           bytes.len == SHA256_LEN;
}

static void add_line(Arena *a, GoSum *sum, const GoSumLine *line, Str text)
{
    bool is_new;
    if (!is_hash(*a, line->hash)) {
        add_trouble(a, sum, GOSUM_FAULT_HASH, line->file, line->line, text);
        return;
    }
    isize *at =
        map_put(&sum->by_name, name_of(a, line->path, line->version, line->is_go_mod), &is_new);
    if (is_new) {
        *VEC_PUSH(a, &sum->lines) = *line;
        *at = sum->lines.len;
    } else if (!str_eq(sum->lines.ptr[*at - 1].hash, line->hash)) {
        add_trouble(a, sum, GOSUM_FAULT_DIFFERS, line->file, line->line, text);
    }
}

/* The fields of a line, and how many there are. */
static isize split_fields(Str text, Str fields[static GOSUM_MAX_FIELDS])
{
    isize n = 0;
    for (Str field; str_next_field(&text, &field); n++) {
        if (n < GOSUM_MAX_FIELDS) {
            fields[n] = field;
        }
    }
    return n;
}

void gosum_add(Arena *a, GoSum *sum, Str file, Str text)
{
    Str line, fields[GOSUM_MAX_FIELDS];
    isize conflict = gosum_conflict(text);
    if (conflict > 0) {
        add_trouble(a, sum, GOSUM_FAULT_CONFLICT, file, conflict, (Str){0});
    }
    if (str_eat_prefix(&text, S("\xef\xbb\xbf"))) {
        add_trouble(a, sum, GOSUM_FAULT_BOM, file, 1, (Str){0});
    }
    for (isize n = 1; str_next_line(&text, &line) && n <= GOSUM_MAX_LINES; n++) {
        isize n_fields = split_fields(line, fields);
        if (n_fields == GOSUM_MAX_FIELDS) {
            GoSumLine parsed = {
                .path = fields[0],
                .version = fields[1],
                .hash = fields[2],
                .file = file,
                .line = n,
            };
            parsed.is_go_mod = str_eat_suffix(&parsed.version, S("/go.mod"));
            bool is_known = str_starts_with(parsed.hash, S("h1:"));
            if (is_known && !str_eq(parsed.hash, S(EMPTY_GO_MOD_HASH))) {
                add_line(a, sum, &parsed, line);
            }
        } else if (n_fields != 0 && conflict == 0) {
            add_trouble(a, sum, GOSUM_FAULT_FIELDS, file, n, line);
        }
    }
}

bool gosum_add_file(Arena *a, GoSum *sum, Str file, Err *err)
{
    Str text;
    switch (file_read_all(a, FILE_CWD, file, GOMOD_MAX_FILE, &text, err)) {
    case FILE_FAILED:
        return false;
    case FILE_FOUND:
        gosum_add(a, sum, file, text);
        break;
    case FILE_ABSENT:
        break;
    }
    return true;
}
