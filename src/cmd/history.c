/* goward history: the audit log, newest first; --verify asks whether it is whole. */
#include "cmd/session.h"
#include "cmd/table.h"
#include "os/clock.h"
#include "report/human.h"
#include "report/table.h"
#include "store/audit.h"

static Str last_hash(Arena *a, const AuditLog *log)
{
    char hex[2 * SHA256_LEN];
    sha256_to_hex(&log->hash, hex);
    return str_copy(a, (Str){hex, (isize)sizeof(hex)});
}

static void print_json(Invocation *inv, const AuditLog *log)
{
    JsonWriter *w = report_json_begin(inv->report, S("history"), 1);
    json_key_array(w, S("entries"));
    for (isize i = log->len - 1; i >= 0; i--) {
        const AuditEntry *e = &log->ptr[i];
        json_begin_object(w);
        json_key_number(w, S("sequence"), e->sequence);
        json_key_str(w, S("time"), clock_format_utc(inv->arena, e->time));
        json_key_str(w, S("user"), e->user);
        json_key_number(w, S("from"), e->from);
        json_key_number(w, S("to"), e->to);
        json_key_str(w, S("action"), e->action);
        json_key_str(w, S("detail"), e->detail);
        json_end(w);
    }
    json_end(w);
    json_key_bool(w, S("verified"), log->is_whole);
    json_key_str(w, S("hash"), last_hash(inv->arena, log));
    report_json_end(inv->report);
}

static void print_table(Invocation *inv, const AuditLog *log)
{
    static const Column columns[] = {{.head = STR_CONST("time")},
                                     {.head = STR_CONST("user")},
                                     {.head = STR_CONST("generation")},
                                     {.head = STR_CONST("action")},
                                     {.head = STR_CONST("detail"), .may_cut = true}};
    Table table = table_init(inv->arena, columns, COUNT_OF(columns));
    for (isize i = log->len - 1; i >= 0; i--) {
        const AuditEntry *e = &log->ptr[i];
        Row *row = table_add(&table);
        row->cells[0] = (Cell){clock_format_utc(inv->arena, e->time), INK_DIM};
        row->cells[1].text = e->user;
        row->cells[2].text = e->from == e->to ? str_format(inv->arena, "%lld", (long long)e->to)
                                              : str_format(inv->arena, "%lld > %lld",
                                                           (long long)e->from, (long long)e->to);
        row->cells[3] = (Cell){e->action, INK_STRONG};
        row->cells[4].text = e->detail;
    }
    table_print(inv->report, REPORT_DATA, &table);
}

/* A log that does not hold is an error only when that was the question; it is always said. */
static bool judge(Invocation *inv, const AuditLog *log, Str home, Err *err)
{
    if (log->is_whole) {
        if (option_is_set(inv, OPTION_VERIFY) && !inv->wants_json) {
            Str entries = human_plural(inv->arena, log->len, S("entry"), S("entries"));
            report_verdict(inv->report, REPORT_TALK, INK_GOOD,
                           "verified: %.*s, none changed, none missing", STR_ARG(entries));
            report_talk(inv->report, "hash of the last: %.*s", STR_ARG(last_hash(inv->arena, log)));
        }
        return true;
    }
    if (!option_is_set(inv, OPTION_VERIFY)) {
        report_warn(inv->report, "audit.log cannot be trusted from line %td on: %.*s",
                    log->broken_line, STR_ARG(log->broken_why));
        return true;
    }
    FAIL(err, ERR_VERIFY, "audit.log line %td: %.*s", log->broken_line, STR_ARG(log->broken_why));
    if (log->len == 0) {
        return err_hint(err, "see who wrote to '%.*s/audit.log'", STR_ARG(home));
    }
    Str before = human_plural(inv->arena, log->len, S("line"), S("lines"));
    return err_hint(err, "trust the %.*s before it only; see who wrote to '%.*s/audit.log'",
                    STR_ARG(before), STR_ARG(home));
}

static bool history(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Store *store;
    AuditLog log;
    if (!session_store(c, &store, err) || !audit_verify(inv->arena, store, &log, err)) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, &log);
    } else {
        print_table(inv, &log);
    }
    return judge(inv, &log, c->home, err);
}

bool cmd_history(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, history, ret_code, err);
}
