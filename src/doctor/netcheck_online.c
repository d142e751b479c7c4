/*
 * The proxies and the checksum database, asked: only with --net.
 *
 * A proxy is asked for the list of Go toolchains, which needs no credentials and which each proxy
 * that passes public modules on has. The database is asked for its newest tree head, the way the go
 * command would, and the signature is checked: who can sign it is the database.
 */
#include "base/path.h"
#include "doctor/netcheck.h"
#include "sumdb/gosumdb.h"
#include "sumdb/note.h"

/* What the server said in plain words; empty when it did not. */
static Str said(const Doctor *d, const NetAnswer *answer)
{
    return answer->detail.len > 0 ? str_format(d->arena, "it says: %.*s", STR_ARG(answer->detail))
                                  : (Str){0};
}

static void find_status(Doctor *d, Severity severity, const Variable *v, const NetAnswer *answer,
                        Str server)
{
    bool is_refusal = answer->status == 401 || answer->status == 403;
    netcheck_find(d, severity, v, answer,
                  str_format(d->arena, "%.*s answers with HTTP status %d%s", STR_ARG(server),
                             answer->status, is_refusal ? ": it wants other credentials" : ""),
                  said(d, answer),
                  is_refusal ? S("put user and password for this host into ~/.netrc")
                             : S("ask who runs it; an entry behind | in GOPROXY is asked instead"));
}

/* ---- GWD067: proxies ---- */

static void judge_proxy(Doctor *d, const Variable *v, const ProxyEntry *entry, bool has_next,
                        const NetAnswer *answer)
{
    /* After | any other answer leads on to the next entry, after a comma absence alone does. */
    Severity severity = has_next && entry->any_error ? SEVERITY_WARN : SEVERITY_ERROR;
    if (answer->fault != FETCH_FAULT_NONE) {
        netcheck_find_fault(d, severity, v, answer, entry->printable, entry->url);
    } else if (netcheck_is_absence(answer)) {
        netcheck_find(d, SEVERITY_INFO, v, answer,
                      str_format(d->arena, "%.*s has no Go toolchains", STR_ARG(entry->printable)),
                      (Str){0}, S("goward install brings them from another proxy"));
    } else if (answer->status != 200) {
        find_status(d, severity, v, answer, entry->printable);
    } else if (netcheck_is_web_page(answer)) {
        netcheck_find(d, SEVERITY_ERROR, v, answer,
                      str_format(d->arena,
                                 "%.*s answers with a web page: a login or a captive "
                                 "portal stands in between, or it is no module proxy",
                                 STR_ARG(entry->printable)),
                      (Str){0}, S("open it in a browser, log in, and try again"));
    } else if (answer->ms > NETCHECK_SLOW_MS) {
        netcheck_find(d, SEVERITY_WARN, v, answer,
                      str_format(d->arena, "%.*s is slow: %lld ms for a small answer",
                                 STR_ARG(entry->printable), (long long)answer->ms),
                      (Str){0}, S("take a nearer proxy"));
    } else {
        netcheck_find(d, SEVERITY_INFO, v, answer,
                      str_format(d->arena, "%.*s answered in %lld ms", STR_ARG(entry->printable),
                                 (long long)answer->ms),
                      (Str){0}, (Str){0});
    }
}

static bool check_proxies(Doctor *d, Err *err)
{
    Variable v;
    ProxyList list;
    if (fetcher_is_offline(d->in->fetcher)) {
        return FAIL(err, ERR_NET, "goward is told to stay offline");
    }
    if (!netcheck_read_list(d, &v, &list)) {
        return true;
    }
    for (isize i = 0; i < MIN(list.len, NETCHECK_MAX_ASKED); i++) {
        const ProxyEntry *entry = &list.ptr[i];
        if (entry->kind == PROXY_URL) {
            NetAnswer answer = netcheck_ask(d, netcheck_list_location(d->arena, entry));
            if (!netcheck_is_told(d, &answer, entry->url)) {
                judge_proxy(d, &v, entry, i + 1 < list.len, &answer);
            }
        }
    }
    return true;
}

/* ---- GWD068: the checksum database ---- */

/* Whether the proxy fails for modules, too: that is what GWD067 tells. */
static bool fails_for_all(Doctor *d, const ProxyEntry *entry)
{
    NetAnswer answer = netcheck_ask(d, netcheck_list_location(d->arena, entry));
    bool is_well = answer.status == 200 && !netcheck_is_web_page(&answer);
    return (!is_well && !netcheck_is_absence(&answer)) || answer.ms > NETCHECK_SLOW_MS;
}

static void find_silent_proxy(Doctor *d, const Variable *v, const ProxyEntry *entry,
                              const NetAnswer *answer)
{
    if (!fails_for_all(d, entry)) {
        netcheck_find(d, SEVERITY_ERROR, v, answer,
                      str_format(d->arena,
                                 "%.*s does not say whether it passes the checksum database on: "
                                 "new modules are refused",
                                 STR_ARG(entry->printable)),
                      said(d, answer),
                      S("ask who runs it: 404 for /sumdb/ means that it does not"));
    }
}

static void judge_database(Doctor *d, const Variable *v, const Gosumdb *database,
                           const NetDatabase *base, const NetAnswer *answer)
{
    Str text;
    Err why = {0};
    if (netcheck_is_told(d, answer, base->location)) {
        return;
    }
    Str server = str_format(d->arena, "the checksum database at %.*s",
                            STR_ARG(proxies_hide(d->arena, base->printable)));
    if (answer->fault != FETCH_FAULT_NONE) {
        netcheck_find_fault(d, SEVERITY_ERROR, v, answer, server, base->location);
    } else if (answer->status != 200) {
        find_status(d, SEVERITY_ERROR, v, answer, server);
    } else if (netcheck_is_web_page(answer)) {
        netcheck_find(d, SEVERITY_ERROR, v, answer,
                      str_format(d->arena, "%.*s answers with a web page", STR_ARG(server)),
                      (Str){0},
                      S("open it in a browser; a login or a captive portal stands in between"));
    } else if (!note_open(*d->arena, answer->body, &database->verifier, &text, &why)) {
        netcheck_find(d, SEVERITY_ERROR, v, answer,
                      str_format(d->arena, "%.*s signs with another key than GOSUMDB says: %s",
                                 STR_ARG(server), why.text),
                      (Str){0},
                      S("go env -u GOSUMDB; believe nothing that comes from there until it is "
                        "known why"));
    } else if (answer->ms > NETCHECK_SLOW_MS) {
        netcheck_find(d, SEVERITY_WARN, v, answer,
                      str_format(d->arena, "%.*s is slow", STR_ARG(server)), (Str){0}, (Str){0});
    }
}

static bool is_well(const Doctor *d, const Gosumdb *database, const NetAnswer *answer)
{
    Str text;
    Err ignored = {0};
    return answer->status == 200 && answer->ms <= NETCHECK_SLOW_MS &&
           note_open(*d->arena, answer->body, &database->verifier, &text, &ignored);
}

static bool check_database(Doctor *d, Err *err)
{
    Variable v, proxies;
    ProxyList ignored;
    Gosumdb database;
    if (fetcher_is_offline(d->in->fetcher)) {
        return FAIL(err, ERR_NET, "goward is told to stay offline");
    }
    if (!netcheck_read_database(d, &v, &database)) {
        return true;
    }
    NetDatabase base = netcheck_database(d, &database);
    if (base.is_failed && netcheck_read_list(d, &proxies, &ignored)) {
        find_silent_proxy(d, &proxies, base.entry, &base.answer);
        return true;
    }
    NetAnswer answer = netcheck_ask(d, netcheck_latest(d->arena, &base));
    if (!is_well(d, &database, &answer) && (base.entry == NULL || !fails_for_all(d, base.entry))) {
        judge_database(d, &v, &database, &base, &answer);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD067"),
                .title = STR_CONST("each proxy of GOPROXY answers as a module proxy does"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOPROXY; each of its servers is asked for "
                                      "golang.org/toolchain/@v/list, through HTTPS_PROXY where "
                                      "that is set. Made with --net only"),
                .why = STR_CONST(
                    "A name without an address, a port of http asked by https, a certificate of "
                    "an authority that is not installed, a clock that is behind, a captive portal "
                    "that answers all with a web page: the go command tells each of them in the "
                    "middle of an unrelated message. Behind a comma the next entry is not asked "
                    "when a proxy fails."),
                .cure = STR_CONST("what the finding names; go env -u GOPROXY brings back the "
                                  "default"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#goproxy-protocol"),
            },
        .run = check_proxies,
        .cost = COST_NETWORK,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD068"),
                .title = STR_CONST("the checksum database answers, and signs with its key"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOSUMDB and GOPROXY; /sumdb/NAME/supported of each proxy, "
                                      "and the newest tree head of the database where the go "
                                      "command would ask for it. Made with --net only"),
                .why = STR_CONST(
                    "What go.sum does not list is refused while the database cannot be asked. A "
                    "proxy may pass it on; one that answers /sumdb/ with an error other than 404 "
                    "ends the search, and no other way is tried. A tree head that another key has "
                    "signed comes from somebody else."),
                .cure = STR_CONST("let the proxy answer 404 for /sumdb/, or allow "
                                  "https://sum.golang.org through the firewall"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#checksum-database, modfetch/sumdb.go"),
            },
        .run = check_database,
        .cost = COST_NETWORK,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_netcheck_online = {rows, COUNT_OF(rows)};
