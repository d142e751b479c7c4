#include "go/env/overlay.h"

#include "format/json.h"
#include "os/file.h"

static bool is_null_or(const JsonValue *value, JsonKind kind)
{
    return value->kind == JSON_NULL || value->kind == kind;
}

/* Adds one "Replace" to what others before it say, as encoding/json does: null forgets all. */
static bool check_replace(const JsonValue *replace, bool *has_empty, Err *err)
{
    if (!is_null_or(replace, JSON_OBJECT)) {
        return FAIL(err, ERR_FORMAT, "parsing overlay JSON: Replace is no object");
    }
    for (const JsonValue *pair = replace->child; pair != NULL; pair = pair->next) {
        if (!is_null_or(pair, JSON_STRING)) {
            return FAIL(err, ERR_FORMAT, "parsing overlay JSON: Replace has no path for '%.*s'",
                        STR_ARG(pair->key));
        }
        *has_empty = *has_empty || pair->key.len == 0;
    }
    *has_empty = *has_empty && replace->kind == JSON_OBJECT;
    return true;
}

bool overlay_check(Arena scratch, Str file, Err *err)
{
    Str text;
    const JsonValue *value;
    FileOutcome outcome = file_read_all(&scratch, FILE_CWD, file, JSON_MAX_LEN, &text, err);
    if (outcome == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "reading overlay: there is no '%.*s'", STR_ARG(file));
    }
    if (outcome != FILE_FOUND) {
        return FAIL_IN(err, "reading overlay");
    }
    if (!json_parse_lax(&scratch, text, &value, err)) {
        return FAIL_IN(err, "parsing overlay JSON");
    }
    if (!is_null_or(value, JSON_OBJECT)) {
        return FAIL(err, ERR_FORMAT, "parsing overlay JSON: it is no object");
    }
    bool has_empty = false;
    for (const JsonValue *member = value->child; member != NULL; member = member->next) {
        if (str_eq_fold(member->key, S("Replace")) && !check_replace(member, &has_empty, err)) {
            return false;
        }
    }
    return !has_empty || FAIL(err, ERR_FORMAT, "empty string key in overlay map");
}
