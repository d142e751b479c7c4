#include "cmd/account.h"

#include "report/human.h"
#include "store/store.h"

static void print_source(Report *r, Arena *a, const Installed *in)
{
    Step step = {.label = S("source")};
    isize n = 0;
    step.parts[n++] = str_format(a, "%.*s from %.*s", STR_ARG(in->artefact), STR_ARG(in->source));
    if (in->archive_len > 0) {
        step.parts[n++] = human_bytes(a, in->archive_len);
    }
    if (in->fetched > 0) {
        step.parts[n++] = human_duration(a, in->fetch_ns);
    }
    report_fact(r, &step);
}

static void print_proof(Report *r, Arena *a, const Installed *in)
{
    bool is_proved = str_eq(in->record.status, S("proved"));
    Step step = {.label = in->record.status, .ink = is_proved ? INK_GOOD : INK_WARN};
    Str asked = S(" installed because --allow-unproved was given");
    step.parts[0] =
        in->record.record >= 0
            ? str_format(a, "record %lld of the checksum database, in the signed tree of size %lld",
                         (long long)in->record.record, (long long)in->record.tree_size)
        : str_eq(in->record.status, S("config-edited"))
            ? S("all files are the published ones but go.env, which was taken as it is")
        : str_eq(in->record.status, S("unknown"))
            ? str_concat(a, S("the checksum database has no record of this build;"), asked)
            : str_concat(a, S("the checksum database could not be asked;"), asked);
    report_fact(r, &step);
}

static void print_store(Report *r, Arena *a, const Installed *in)
{
    Step step = {.label = S("store")};
    Str files = human_plural(a, in->record.files, S("file"), S("files"));
    isize n = 0;
    step.parts[n] = files;
    if (in->record.n_shares > 0) {
        const RecordShare *most = &in->record.shares[0];
        Str version, platform;
        if (store_id_split(most->id, &version, &platform)) {
            Str count = human_count(a, most->files);
            step.parts[n] = str_format(a, "%.*s, %.*s shared with %.*s", STR_ARG(files),
                                       STR_ARG(count), STR_ARG(version));
        }
    }
    step.parts[++n] = human_duration(a, in->unpack_ns + in->commit_ns);
    report_fact(r, &step);
}

void account_print(Report *r, Arena *a, const Installed *in)
{
    if (!in->was_installed) {
        print_source(r, a, in);
        print_proof(r, a, in);
        print_store(r, a, in);
        return;
    }
    Step step = {.label = in->record.status, .ink = INK_GOOD};
    step.parts[0] = str_format(a, "%.*s %.*s is installed already", STR_ARG(in->record.version),
                               STR_ARG(in->record.platform));
    report_fact(r, &step);
}

void account_json(JsonWriter *w, Arena *a, const ToolchainContext *c, const Installed *in)
{
    json_begin_object(w);
    json_key_str(w, S("version"), in->record.version);
    json_key_str(w, S("platform"), in->record.platform);
    json_key_str(w, S("path"), store_tree_root(a, c->home, in->record.id));
    json_key_str(w, S("status"), in->record.status);
    json_key_number(w, S("record"), in->record.record);
    json_key_number(w, S("tree_size"), in->record.tree_size);
    json_key_str(w, S("h1"), in->record.h1);
    json_key_number(w, S("files"), in->record.files);
    json_key_number(w, S("bytes"), in->record.bytes);
    json_key_number(w, S("written"), in->record.written);
    json_key_str(w, S("source"), in->record.source);
    json_key_bool(w, S("was_installed"), in->was_installed);
    json_end(w);
}
