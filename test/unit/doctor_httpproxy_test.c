#include "doctor/httpproxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"

/* "NAME=value;NAME=value" as an environment. */
static Environ environ_of(Arena *a, Str text)
{
    Environ env = {0};
    for (StrCut cut = {.tail = text, .found = text.len > 0}; cut.found;) {
        cut = str_cut(cut.tail, ';');
        StrCut pair = str_cut(cut.head, '=');
        env = environ_with(a, &env, pair.head, pair.tail);
    }
    return env;
}

/* The name of the variable whose HTTP proxy is used for the URL; "" for none. */
static Str chosen(Arena *a, Str text, Str url)
{
    Environ env = environ_of(a, text);
    GoEnv go = {.environ = &env};
    DoctorInput in = {.env = &go};
    Doctor d = {.in = &in, .arena = a};
    Variable v;
    return httpproxy_for(&d, url, &v) ? v.name : S("");
}

static void test_chooses_by_scheme(void **state)
{
    (void)state;
    Arena a = arena_init(4 * KIB);
    Str both = S("HTTPS_PROXY=p;http_proxy=q");
    assert_str(chosen(&a, both, S("https://a.example/x")), S("HTTPS_PROXY"));
    assert_str(chosen(&a, both, S("http://a.example/x")), S("http_proxy"));
    assert_str(chosen(&a, S("HTTPS_PROXY=p"), S("http://a.example/x")), S(""));
    assert_str(chosen(&a, S("ALL_PROXY=p"), S("https://a.example/x")), S(""));
    assert_str(chosen(&a, S("HTTPS_PROXY=p;https_proxy=q"), S("https://a.example")),
               S("HTTPS_PROXY"));
    assert_str(chosen(&a, S("HTTPS_PROXY=;https_proxy=q"), S("https://a.example")),
               S("https_proxy"));
    assert_str(chosen(&a, S("HTTPS_PROXY=p"), S("/a/folder")), S(""));
    arena_done(&a);
}

static void test_leaves_out_what_no_proxy_says(void **state)
{
    (void)state;
    /* As net/http.ProxyFromEnvironment of Go 1.26.8 decides. */
    static const struct {
        const char *list, *url;
        bool uses;
    } rows[] = {
        {"", "https://a.example/", true},
        {"", "https://localhost:3000", false},
        {"", "https://127.9.9.9/", false},
        {"", "https://[::1]:4000/", false},
        {"", "https://[::2]:4000/", true},
        {"*", "https://a.example/", false},
        {"b.example, A.EXAMPLE", "https://a.example/", false},
        {"example", "https://a.example/", false},
        {"a.example", "https://b.a.example/", false},
        {"a.example", "https://ba.example/", true},
        {".a.example", "https://a.example/", true},
        {".a.example", "https://b.a.example/", false},
        {"*.a.example", "https://b.a.example/", false},
        {"a.example:443", "https://a.example/", false},
        {"a.example:8443", "https://a.example/", true},
        {"a.example:8443", "https://u:p@a.example:8443/x", false},
        {"10.0.0.0/8", "https://10.1.2.3/", false},
        {"10.0.0.0/8", "https://11.1.2.3/", true},
        {"10.0.0.0/33", "https://10.1.2.3/", true},
        {"10.0.0.0/13", "https://10.7.0.1/", false},
        {"10.0.0.0/13", "https://10.8.0.1/", true},
        {"fd00::/8", "https://[fd12::1]/", false},
        {"fd00::/8", "https://[fe12::1]/", true},
        {"192.168.1.1", "https://192.168.1.1:9/", false},
        {"192.168.1.1:10", "https://192.168.1.1:9/", true},
        {"[fd00::1]:443", "https://[fd00::1]/", false},
        {",,", "https://a.example/", true},
        {"https://a.example", "https://a.example/", true},
    };
    Arena a = arena_init(64 * KIB);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str env = str_format(&a, "HTTPS_PROXY=p;NO_PROXY=%s", rows[i].list);
        Str name = chosen(&a, env, str_from_c(rows[i].url));
        if ((name.len > 0) != rows[i].uses) {
            fail_msg("NO_PROXY=%s %s", rows[i].list, rows[i].url);
        }
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chooses_by_scheme),
        cmocka_unit_test(test_leaves_out_what_no_proxy_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
