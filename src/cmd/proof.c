/* goward proof export, proof check: evidence that needs neither goward's store nor the network. */
#include "sumdb/proof.h"
#include "base/path.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "store/record.h"
#include "toolchain/installed.h"

static bool find_installed(Invocation *inv, ToolchainContext *c, StoreRecord *ret, Err *err)
{
    Spec spec;
    Str os, arch;
    if (!spec_parse(inv->args[0], &spec, err) || !session_platform(inv, &os, &arch, err)) {
        return false;
    }
    switch (installed_find(c, inv->arena, &spec, os, arch, ret, err)) {
    case INSTALLED_FOUND:
        return true;
    case INSTALLED_NONE:
        FAIL(err, ERR_NOT_FOUND, "nothing that is installed for %.*s/%.*s answers to '%.*s'",
             STR_ARG(os), STR_ARG(arch), STR_ARG(inv->args[0]));
        return err_hint(err, "goward list");
    case INSTALLED_FAILED:
        break;
    }
    return false;
}

static bool export(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    StoreRecord record;
    Store *store;
    Str proof;
    if (!session_store(c, &store, err) || !find_installed(inv, c, &record, err)) {
        return false;
    }
    FileOutcome read = record_read_proof(inv->arena, store, record.id, &proof, err);
    if (read != FILE_FOUND) {
        return read == FILE_ABSENT &&
               FAIL(err, ERR_NOT_FOUND, "%.*s has no proof: its status is %.*s",
                    STR_ARG(record.version), STR_ARG(record.status));
    }
    Str file = option_text(inv, OPTION_OUTPUT);
    if (file.len > 0) {
        file = path_absolute(inv->arena, inv->dir, file);
        if (!file_put(*inv->arena, file, proof, 0644, err)) {
            return false;
        }
        report_talk(inv->report, "wrote %.*s", STR_ARG(file));
    } else if (!inv->wants_json) {
        report_raw(inv->report, proof);
    }
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("proof-export"), 1);
        json_key_str(w, S("version"), record.version);
        json_key_str(w, S("platform"), record.platform);
        json_key_number(w, S("record"), record.record);
        json_key_number(w, S("tree_size"), record.tree_size);
        json_key_str_or_null(w, S("file"), file);
        json_key_str(w, S("proof"), proof);
        report_json_end(inv->report);
    }
    return true;
}

static void print_checked(Invocation *inv, const Gosumdb *database, const SumdbRecord *record)
{
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("proof-check"), 1);
        json_key_bool(w, S("valid"), true);
        json_key_str(
            w, S("module"),
            str_format(inv->arena, "%.*s@%.*s", STR_ARG(record->module), STR_ARG(record->version)));
        json_key_str(w, S("hash"), record->h1);
        json_key_number(w, S("record"), record->id);
        json_key_number(w, S("tree_size"), record->head.tree.size);
        json_key_str(w, S("signer"), database->verifier.name);
        report_json_end(inv->report);
        return;
    }
    report_line(inv->report, "%.*s@%.*s", STR_ARG(record->module), STR_ARG(record->version));
    report_line(inv->report, "%.*s", STR_ARG(record->h1));
    report_line(inv->report, "record %lld, in the tree of size %lld signed by %.*s",
                (long long)record->id, (long long)record->head.tree.size,
                STR_ARG(database->verifier.name));
}

static bool check(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Str path = path_absolute(inv->arena, inv->dir, inv->args[0]);
    const Gosumdb *database;
    SumdbRecord record;
    Str text;
    if (!context_gosumdb(c, &database, err)) {
        return false;
    }
    switch (file_read_all(inv->arena, FILE_CWD, path, PROOF_MAX_LEN, &text, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(inv->args[0]));
    case FILE_FOUND:
        break;
    }
    if (!proof_check(inv->arena, text, &database->verifier, &record, err)) {
        err->kind = ERR_VERIFY; /* what is no proof proves nothing */
        return FAIL_IN(err, "checking '%.*s'", STR_ARG(inv->args[0]));
    }
    print_checked(inv, database, &record);
    return true;
}

bool cmd_proof_export(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, export, ret_code, err);
}

bool cmd_proof_check(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, check, ret_code, err);
}
