/* The tables of symbols of the standard library, line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/compat/stdsymbols.h"
#include "go/syntax/scanner.h"
#include "support/assert_str.h"

static const StdSymbol *symbol(const StdSymbols *s, Arena *a, const char *package, const char *type,
                               const char *name)
{
    isize at = stdsymbols_find(s, *a, str_from_c(package), str_from_c(type), str_from_c(name));
    return at < 0 ? NULL : &s->symbols.ptr[at];
}

static void test_reads_each_form_of_a_line_of_api(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StdSymbols s = stdsymbols_init(&a);
    stdsymbols_parse_api(&s, a,
                         S("pkg bytes, func Cut([]uint8, []uint8) ([]uint8, []uint8, bool) #46336\n"
                           "pkg net/http, method (*Request) PathValue(string) string #61410\n"
                           "pkg net/http, type Server struct, Protocols *Protocols #67814\n"
                           "pkg reflect, type Type interface, CanSeq() bool #66056\n"
                           "pkg io, type ReadWriter interface { Read, Write, unexported methods }\n"
                           "pkg sync/atomic, method (*Pointer[$0]) Load() *$0 #50860\n"
                           "pkg sync/atomic, type Pointer[$0 interface{}] struct #50860\n"
                           "pkg bufio, type ReadWriter struct, embedded *bytes.Buffer\n"
                           "pkg syscall (linux-386), const SYS_OLD = 1\n"),
                         21);
    static const struct {
        const char *package, *type, *name, *shown;
        StdKind kind;
    } cases[] = {
        {"bytes", "", "Cut", "Cut", STD_FUNC},
        {"net/http", "Request", "PathValue", "(*Request).PathValue", STD_METHOD},
        {"net/http", "Server", "Protocols", "Server.Protocols", STD_FIELD},
        {"net/http", "", "Server", "Server", STD_TYPE},
        {"reflect", "Type", "CanSeq", "(Type).CanSeq", STD_METHOD},
        {"io", "ReadWriter", "Write", "(ReadWriter).Write", STD_METHOD},
        {"sync/atomic", "Pointer", "Load", "(*Pointer).Load", STD_METHOD},
        {"sync/atomic", "", "Pointer", "Pointer", STD_TYPE},
        {"bufio", "ReadWriter", "Buffer", "ReadWriter.Buffer", STD_FIELD},
        {"syscall", "", "SYS_OLD", "SYS_OLD", STD_CONST},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        const StdSymbol *found = symbol(&s, &a, cases[i].package, cases[i].type, cases[i].name);
        assert_non_null(found);
        assert_str(found->name, str_from_c(cases[i].shown));
        assert_int_equal(found->kind, cases[i].kind);
        assert_int_equal(found->since, 21);
    }
    assert_null(symbol(&s, &a, "io", "ReadWriter", "unexported"));
    assert_null(symbol(&s, &a, "bytes", "", "Nothing"));
    arena_done(&a);
}

static void test_passes_over_what_is_no_line_of_api(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StdSymbols s = stdsymbols_init(&a);
    stdsymbols_parse_api(&s, a,
                         S("\n# text\npkg\npkg \npkg x\npkg x,\npkg , func F()\npkg x, func \n"
                           "pkg x, method (\npkg x, method (*T\npkg x, method (T) \npkg x, type \n"
                           "pkg x, other F\n"),
                         3);
    assert_int_equal(s.symbols.len, 0);
    arena_done(&a);
}

static void test_the_older_of_two_versions_counts(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StdSymbols s = stdsymbols_init(&a);
    stdsymbols_parse_api(&s, a, S("pkg x, func F()\npkg y, func G()\n"), 9);
    stdsymbols_parse_api(&s, a, S("pkg x, func F()\npkg y, func H()\n"), 4);
    assert_int_equal(symbol(&s, &a, "x", "", "F")->since, 4);
    assert_int_equal(s.packages.ptr[stdsymbols_package(&s, S("y"))].since, 4);
    assert_int_equal(stdsymbols_package(&s, S("z")), -1);
    arena_done(&a);
}

static bool parse(StdSymbols *s, Arena *a, Str text)
{
    char *copy = ARENA_ARRAY(a, char, text.len + SCANNER_PADDING);
    memcpy(copy, text.ptr, (size_t)text.len);
    return stdsymbols_parse_manifest(s, (Str){copy, text.len});
}

static void test_reads_the_table_of_vet_in_both_forms(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StdSymbols s = stdsymbols_init(&a);
    assert_true(
        parse(&s, &a,
              S("package stdlib\n\nvar Other = 1\n\n"
                "var PackageSymbols = map[string][]Symbol{\n"
                "\t\"net/http\": {\n"
                "\t\t{\"(*Request).PathValue\", Method, 22},\n"
                "\t\t{\"Server.Protocols\", Field, 24, \"\"},\n"
                "\t\t{Name: \"Get\", Kind: Func, Version: 0},\n"
                "\t\t{\"Broken\", Other, 1}, {\"Short\"}, {\"Late\", Func, 1 << 3},\n\t},\n}\n")));
    assert_int_equal(symbol(&s, &a, "net/http", "Request", "PathValue")->since, 22);
    assert_int_equal(symbol(&s, &a, "net/http", "Server", "Protocols")->kind, STD_FIELD);
    assert_int_equal(symbol(&s, &a, "net/http", "", "Get")->since, 0);
    assert_int_equal(s.symbols.len, 3);
    arena_done(&a);
}

static void test_knows_methods_that_interfaces_got_later(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StdSymbols s = stdsymbols_init(&a);
    assert_true(parse(&s, &a,
                      S("package stdlib\n\nvar PackageSymbols = map[string][]Symbol{\n"
                        "\t\"testing\": {\n\t\t{\"(*T).Attr\", Method, 25, \"\"},\n"
                        "\t\t{\"(TB).Name\", Method, 7, \"\"},\n\t},\n}\n")));
    assert_int_equal(symbol(&s, &a, "testing", "TB", "Attr")->since, 25);
    assert_str(symbol(&s, &a, "testing", "TB", "Attr")->name, S("(TB).Attr"));
    assert_int_equal(symbol(&s, &a, "testing", "TB", "Name")->since, 7);
    assert_int_equal(stdsymbols_package(&s, S("reflect")), -1);
    arena_done(&a);
}

static void test_refuses_a_table_that_is_none(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StdSymbols s = stdsymbols_init(&a);
    assert_false(parse(&s, &a, S("package stdlib\n")));
    assert_false(parse(&s, &a, S("package stdlib\n\nvar PackageSymbols = {\n")));
    assert_false(parse(&s, &a,
                       S("\x7f"
                         "ELF")));
    assert_int_equal(s.symbols.len, 0);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_each_form_of_a_line_of_api),
        cmocka_unit_test(test_passes_over_what_is_no_line_of_api),
        cmocka_unit_test(test_the_older_of_two_versions_counts),
        cmocka_unit_test(test_reads_the_table_of_vet_in_both_forms),
        cmocka_unit_test(test_knows_methods_that_interfaces_got_later),
        cmocka_unit_test(test_refuses_a_table_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
