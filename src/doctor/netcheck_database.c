/* Where the go command asks the checksum database. */
#include "base/path.h"
#include "doctor/netcheck.h"

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
