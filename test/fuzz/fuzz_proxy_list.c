/* GOPROXY lists: what may be printed of an entry never holds a user name or password, and printing
 * and joining hold for whatever was taken. */
#include "base/panic.h"
#include "go/mod/proxy.h"
#include "os/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_entry(Arena *a, const ProxyEntry *e)
{
    Str joined = proxy_join(a, e, S("m/@v/list"));
    switch (e->kind) {
    case PROXY_URL: {
        Str rest = str_from(e->printable, str_index(e->printable, S("://")) + 3);
        ASSERT(str_index_byte(str_cut(rest, '/').head, '@') < 0);
        ASSERT(fetch_url_host(e->url).len > 0 && !str_ends_with(e->url, S("/")));
        ASSERT(str_starts_with(joined, e->url));
        break;
    }
    case PROXY_FILE:
        ASSERT(e->dir.ptr[0] == '/' && str_starts_with(joined, e->dir));
        break;
    case PROXY_DIRECT:
    case PROXY_OFF:
        break;
    case PROXY_NONE:
    case PROXY_KIND_COUNT:
        UNREACHABLE("an entry of no kind");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    ProxyList list;
    Err err;
    if (proxy_list_parse(&a, (Str){(const char *)data, (isize)size}, &list, &err)) {
        ASSERT(list.len > 0);
        for (isize i = 0; i < list.len; i++) {
            check_entry(&a, &list.ptr[i]);
        }
    }
    arena_done(&a);
    return 0;
}
