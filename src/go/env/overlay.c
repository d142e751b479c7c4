#include "go/env/overlay.h"

#include "format/json.h"
#include "os/file.h"

static bool is_null_or(const JsonValue *value, JsonKind kind)
{
    return value->kind == JSON_NULL || value->kind == kind;
}

static bool check_replace(const JsonValue *replace, Err *err)
{
    if (!is_null_or(replace, JSON_OBJECT)) {
        return FAIL(err, ERR_FORMAT, "parsing overlay JSON: Replace is no object");
    }
    for (const JsonValue *pair = replace->child; pair != NULL; pair = pair->next) {
        if (!is_null_or(pair, JSON_STRING)) {
            return FAIL(err, ERR_FORMAT, "parsing overlay JSON: Replace has no path for '%.*s'",
                        STR_ARG(pair->key));
        }
        if (pair->key.len == 0) {
            return FAIL(err, ERR_FORMAT, "empty string key in overlay map");
        }
    }
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
    if (!json_parse(&scratch, text, &value, err)) {
        return FAIL_IN(err, "parsing overlay JSON");
    }
    if (!is_null_or(value, JSON_OBJECT)) {
        return FAIL(err, ERR_FORMAT, "parsing overlay JSON: it is no object");
    }
    const JsonValue *replace = json_get(value, S("Replace"));
    return replace == NULL || check_replace(replace, err);
}
