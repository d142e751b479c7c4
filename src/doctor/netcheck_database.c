/* Where the go command asks the checksum database, and asking it. */
#include "base/map.h"
#include "base/path.h"
#include "doctor/netcheck.h"
#include "os/dir.h"
#include "sumdb/note.h"

bool netcheck_read_database(const Doctor *d, Variable *ret_v, Gosumdb *ret)
{
    Err ignored;
    return proxies_variable(d, S("GOSUMDB"), ret_v) && ret_v->got.value.len > 0 &&
           gosumdb_parse(*d->arena, ret_v->got.value, ret, &ignored) && !ret->is_off;
}

static NetDatabase ask_itself(const Doctor *d, const Gosumdb *database)
{
    Str url = database->url.len > 0
                  ? database->url
                  : str_format(d->arena, "https://%.*s", STR_ARG(database->verifier.name));
    return (NetDatabase){.location = url, .printable = url};
}

NetDatabase netcheck_database(Doctor *d, const Gosumdb *database)
{
    Variable ignored;
    ProxyList list = {0};
    Str path = str_format(d->arena, "sumdb/%.*s", STR_ARG(database->verifier.name));
    if (database->url.len > 0 || !netcheck_read_list(d, &ignored, &list)) {
        return ask_itself(d, database);
    }
    for (isize i = 0; i < MIN(list.len, NETCHECK_MAX_ASKED); i++) {
        const ProxyEntry *entry = &list.ptr[i];
        if (entry->kind != PROXY_URL && entry->kind != PROXY_FILE) {
            break;
        }
        NetAnswer answer = netcheck_ask(
            d, proxy_join(d->arena, entry, str_concat(d->arena, path, S("/supported"))));
        bool ends = !netcheck_is_absence(&answer) && !entry->any_error;
        if (answer.status == 200 || ends) {
            return (NetDatabase){proxy_join(d->arena, entry, path), entry->printable, entry,
                                 answer.status != 200, answer};
        }
    }
    return ask_itself(d, database);
}

/* proxy_join puts a query behind the path; the path goes before it. */
static Str join(Arena *a, Str location, Str path)
{
    StrCut cut = str_cut(location, '?');
    return cut.found ? str_format(a, "%.*s/%.*s?%.*s", STR_ARG(cut.head), STR_ARG(path),
                                  STR_ARG(cut.tail))
                     : path_join(a, location, path);
}

Str netcheck_latest(Arena *a, const NetDatabase *base)
{
    Str location = base->location;
    str_eat_prefix(&location, S("file://"));
    return join(a, location, S("latest"));
}

/* ---- asking ---- */

static void keep(NetLog *log, Str path, const SumdbReply *reply)
{
    if (reply->status == 200) {
        *VEC_PUSH(log->doctor->arena, &log->replies) = *reply;
        *map_put(&log->by_path, path, NULL) = log->replies.len;
    }
}

/* A SumdbGet. The upper tiles serve for every record: what was answered is not asked again. The
 * texts live with the doctor, which is longer than wanted. */
static bool ask_log(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret, Err *err)
{
    (void)a, (void)err;
    NetLog *log = context;
    Arena *own = log->doctor->arena;
    Str *locations = ARENA_ARRAY(own, Str, n);
    NetAnswer *answers = ARENA_ARRAY(own, NetAnswer, n);
    isize *asked = ARENA_ARRAY(own, isize, n), n_asked = 0;
    Str location = log->base.location;
    str_eat_prefix(&location, S("file://"));
    for (isize i = 0; i < n; i++) {
        const isize *known = map_get(&log->by_path, paths[i]);
        if (known != NULL) {
            ret[i] = log->replies.ptr[*known - 1];
            continue;
        }
        locations[n_asked] = join(own, location, paths[i]);
        asked[n_asked++] = i;
    }
    netcheck_ask_all(log->doctor, locations, n_asked, answers);
    for (isize i = 0; i < n_asked; i++) {
        ret[asked[i]] = (SumdbReply){.status = answers[i].status,
                                     .failed = answers[i].fault != FETCH_FAULT_NONE,
                                     .body = answers[i].body,
                                     .error = answers[i].error};
        keep(log, str_copy(own, paths[asked[i]]), &ret[asked[i]]);
    }
    return true;
}

/* Whether its newest tree head can be had and is signed by its key: what is wrong otherwise is
 * GWD068's. */
static bool answers(NetLog *log, const Gosumdb *database, Err *err)
{
    Str path = S("latest"), text;
    SumdbReply reply = {0};
    Err why = {0};
    ask_log(log, log->doctor->arena, &path, 1, &reply, &why);
    return (!reply.failed && reply.status == 200 &&
            note_open(*log->doctor->arena, reply.body, &database->verifier, &text, &why)) ||
           FAIL(err, ERR_NET, "the checksum database does not answer at %.*s",
                STR_ARG(log->base.printable));
}

bool netcheck_log_open(Doctor *d, const Gosumdb *database, NetLog *ret, Err *err)
{
    Err ignored;
    *ret = (NetLog){.doctor = d,
                    .base = netcheck_database(d, database),
                    .by_path = map_init(d->arena),
                    .state_fd = -1};
    if (ret->base.is_failed) {
        return FAIL(err, ERR_NET, "%.*s does not say whether it passes the checksum database on",
                    STR_ARG(ret->base.printable));
    }
    /* What goward saw before: a log that shows something else now is found out. */
    dir_open(FILE_CWD, path_join(d->arena, d->in->home, S("sumdb")), &ret->state_fd, &ignored);
    if (!answers(ret, database, err) ||
        !sumdb_open_read_only(&ret->client, d->arena, ret->state_fd, &database->verifier, ask_log,
                              ret, err)) {
        netcheck_log_close(ret);
        return false;
    }
    return true;
}

void netcheck_log_close(NetLog *log)
{
    file_close(&log->state_fd);
}
