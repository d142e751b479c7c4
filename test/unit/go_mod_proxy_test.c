/* GOPROXY lists, with the cases of cmd/go's own documentation and source. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/mod/proxy.h"
#include "support/assert_str.h"

static Arena arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_init(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* The list as "kind:where:printable" with its separators. */
static Str describe(const ProxyList *list)
{
    static const char *const kinds[] = {"none", "url", "file", "direct", "off"};
    StrBuf b = strbuf_init(&arena);
    for (isize i = 0; i < list->len; i++) {
        const ProxyEntry *e = &list->ptr[i];
        Str where = e->kind == PROXY_FILE ? e->dir : e->url;
        strbuf_add_format(&b, "%s%s:%.*s", i > 0 ? " " : "", kinds[e->kind], STR_ARG(where));
        if (e->query.len > 0) {
            strbuf_add_format(&b, "?%.*s", STR_ARG(e->query));
        }
        if (e->any_error) {
            strbuf_add_byte(&b, '|');
        }
    }
    return strbuf_str(&b);
}

static void test_parses_lists_as_cmd_go_does(void **state)
{
    (void)state;
    static const struct {
        Str value, list;
    } rows[] = {
        {STR_CONST("https://a.example"), STR_CONST("url:https://a.example")},
        {STR_CONST("https://a.example/"), STR_CONST("url:https://a.example")},
        {STR_CONST("https://a.example/x//"), STR_CONST("url:https://a.example/x")},
        {STR_CONST("a.example,direct"), STR_CONST("url:https://a.example direct:")},
        {STR_CONST("a.example:8080/x"), STR_CONST("url:https://a.example:8080/x")},
        {STR_CONST("HTTP://A.example"), STR_CONST("url:HTTP://A.example")},
        {STR_CONST("https://a|https://b,off"), STR_CONST("url:https://a| url:https://b off:")},
        {STR_CONST(" https://a , ,|, direct "), STR_CONST("url:https://a direct:")},
        {STR_CONST("direct,https://a"), STR_CONST("direct:")},
        {STR_CONST("off,https://a"), STR_CONST("off:")},
        {STR_CONST("direct,:nonsense"), STR_CONST("direct:")},
        {STR_CONST("file:///srv/go%20mirror/"), STR_CONST("file:/srv/go mirror")},
        {STR_CONST("file:/srv"), STR_CONST("file:/srv")},
        {STR_CONST("file:///srv/../x,off"), STR_CONST("file:/x off:")},
        {STR_CONST("https://u:p@a.example/x?t=1#f"), STR_CONST("url:https://u:p@a.example/x?t=1")},
        {STR_CONST("http://[::1]:80/x"), STR_CONST("url:http://[::1]:80/x")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        ProxyList list;
        Err err = {0};
        if (!proxy_list_parse(&arena, rows[i].value, &list, &err)) {
            fail_msg("%.*s: %s", STR_ARG(rows[i].value), err.text);
        }
        assert_str(describe(&list), rows[i].list);
    }
}

static void test_refuses_what_is_no_list_without_telling_secrets(void **state)
{
    (void)state;
    static const struct {
        Str value, text;
    } rows[] = {
        {STR_CONST(","), STR_CONST("has no entries")},
        {STR_CONST("  "), STR_CONST("has no entries")},
        {STR_CONST("proxy"), STR_CONST("no scheme: 'proxy'")},
        {STR_CONST("/srv/mirror"), STR_CONST("no scheme: '/srv/mirror'")},
        {STR_CONST("https://a,ftp://x"),
         STR_CONST("entry 2 of GOPROXY has the unknown scheme 'ftp'")},
        {STR_CONST("file://host/srv"), STR_CONST("file URL")},
        {STR_CONST("file:srv"), STR_CONST("malformed")}, /* a host "file" with port "srv" */
        {STR_CONST("file:///srv?x"), STR_CONST("file URL")},
        {STR_CONST("file:///srv%0"), STR_CONST("file URL")},
        {STR_CONST("file:///srv%00"), STR_CONST("file URL")},
        {STR_CONST("https:/a"), STR_CONST("malformed")},
        {STR_CONST("https://"), STR_CONST("malformed")},
        {STR_CONST("https:///x"), STR_CONST("malformed")},
        {STR_CONST("https://u:secret/secret@host/"), STR_CONST("malformed")},
        {STR_CONST("https://u:sec ret@host/"), STR_CONST("malformed")},
        {STR_CONST("https://u:secret\001@host/"), STR_CONST("malformed")},
        {STR_CONST("https://u:secret@/x"), STR_CONST("malformed")},
        {STR_CONST("https://h:99999/"), STR_CONST("malformed")},
        {STR_CONST("u:secret@host"), STR_CONST("")},
        {STR_CONST("user@secret"), STR_CONST("not shown")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        ProxyList list;
        Err err = {0};
        bool ok = proxy_list_parse(&arena, rows[i].value, &list, &err);
        if (rows[i].text.len == 0) {
            assert_true(ok); /* a host with credentials, as cmd/go sees it */
            assert_str(list.ptr[0].printable, S("https://host"));
            continue;
        }
        assert_false(ok);
        assert_int_equal(err.kind, ERR_USAGE);
        if (!str_contains(str_from_c(err.text), rows[i].text)) {
            fail_msg("%.*s: %s", STR_ARG(rows[i].value), err.text);
        }
        assert_false(str_contains(str_from_c(err.text), S("secret")));
        assert_false(str_contains(str_from_c(err.hint), S("secret")));
    }
}

static void test_bounds_the_list(void **state)
{
    (void)state;
    ProxyList list;
    Err err = {0};
    StrBuf many = strbuf_init(&arena);
    for (int i = 0; i <= PROXY_MAX_ENTRIES; i++) {
        strbuf_add(&many, S("https://a,"));
    }
    assert_false(proxy_list_parse(&arena, strbuf_str(&many), &list, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    Str endless = str_format(&arena, "https://a/%0*d", PROXY_MAX_URL, 1);
    assert_false(proxy_list_parse(&arena, endless, &list, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_printable_entry_has_no_credentials(void **state)
{
    (void)state;
    ProxyList list;
    Err err = {0};
    assert_true(proxy_list_parse(&arena, S("https://u:secret@h:1/x?token=secret,file:///d,direct"),
                                 &list, &err));
    assert_str(list.ptr[0].printable, S("https://h:1/x"));
    assert_str(list.ptr[1].printable, S("file:///d"));
    assert_str(list.ptr[2].printable, S("direct"));
}

static void test_joins_paths(void **state)
{
    (void)state;
    ProxyList list;
    Err err = {0};
    assert_true(proxy_list_parse(&arena, S("https://h/x/?t=1,https://h,file:///d"), &list, &err));
    assert_str(proxy_join(&arena, &list.ptr[0], S("m/@v/list")), S("https://h/x/m/@v/list?t=1"));
    assert_str(proxy_join(&arena, &list.ptr[1], S("m/@v/list")), S("https://h/m/@v/list"));
    assert_str(proxy_join(&arena, &list.ptr[2], S("m/@v/list")), S("/d/m/@v/list"));
}

/* What each host of a test list answers: its name begins with "ok", "absent" or "bad". */
static ProxyAnswer answer_by_name(void *context, const ProxyEntry *entry, Err *err)
{
    StrBuf *asked = context;
    Str name = entry->kind == PROXY_URL ? str_from(entry->url, 8) : entry->printable;
    strbuf_add_format(asked, "%s%.*s", asked->len > 0 ? " " : "", STR_ARG(name));
    if (str_starts_with(name, S("ok"))) {
        return PROXY_ANSWERED;
    }
    bool is_absent = str_starts_with(name, S("absent")) || entry->kind == PROXY_OFF ||
                     entry->kind == PROXY_DIRECT;
    FAIL(err, is_absent ? ERR_NOT_FOUND : ERR_NET, "%.*s", STR_ARG(name));
    return is_absent ? PROXY_ABSENT : PROXY_FAILED;
}

static void test_falls_through_as_cmd_go_does(void **state)
{
    (void)state;
    static const struct {
        Str list, asked;
        ProxyAnswer answer;
        Str error;
    } rows[] = {
        {STR_CONST("https://ok1,https://ok2"), STR_CONST("ok1"), PROXY_ANSWERED, STR_CONST("")},
        {STR_CONST("https://absent1,https://ok2"), STR_CONST("absent1 ok2"), PROXY_ANSWERED,
         STR_CONST("")},
        {STR_CONST("https://bad1,https://ok2"), STR_CONST("bad1"), PROXY_FAILED, STR_CONST("bad1")},
        {STR_CONST("https://bad1|https://ok2"), STR_CONST("bad1 ok2"), PROXY_ANSWERED,
         STR_CONST("")},
        {STR_CONST("https://bad1|https://absent2,off"), STR_CONST("bad1 absent2 off"), PROXY_FAILED,
         STR_CONST("bad1")},
        {STR_CONST("https://bad1|https://bad2|https://absent3"), STR_CONST("bad1 bad2 absent3"),
         PROXY_FAILED, STR_CONST("bad2")},
        {STR_CONST("https://absent1,https://absent2"), STR_CONST("absent1 absent2"), PROXY_ABSENT,
         STR_CONST("absent2")},
        {STR_CONST("https://absent1,off"), STR_CONST("absent1 off"), PROXY_ABSENT,
         STR_CONST("absent1")},
        {STR_CONST("off"), STR_CONST("off"), PROXY_ABSENT, STR_CONST("off")},
        {STR_CONST("https://bad1|direct"), STR_CONST("bad1 direct"), PROXY_ABSENT,
         STR_CONST("direct")},
        {STR_CONST("https://absent1,direct"), STR_CONST("absent1 direct"), PROXY_ABSENT,
         STR_CONST("direct")},
        {STR_CONST("https://absent1,https://bad2,https://ok3"), STR_CONST("absent1 bad2"),
         PROXY_FAILED, STR_CONST("bad2")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        ProxyList list;
        Err err = {0};
        StrBuf asked = strbuf_init(&arena);
        assert_true(proxy_list_parse(&arena, rows[i].list, &list, &err));
        assert_int_equal(proxy_list_ask(&list, answer_by_name, &asked, &err), rows[i].answer);
        assert_str(strbuf_str(&asked), rows[i].asked);
        assert_str(str_from_c(err.text), rows[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parses_lists_as_cmd_go_does),
        cmocka_unit_test(test_refuses_what_is_no_list_without_telling_secrets),
        cmocka_unit_test(test_bounds_the_list),
        cmocka_unit_test(test_printable_entry_has_no_credentials),
        cmocka_unit_test(test_joins_paths),
        cmocka_unit_test(test_falls_through_as_cmd_go_does),
    };
    return cmocka_run_group_tests_name("go_mod_proxy", tests, set_up, tear_down);
}
