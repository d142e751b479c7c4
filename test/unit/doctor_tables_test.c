#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The three tables that are read from the sources of a Go: ports, experiments, levels. In made
 * texts of each form, and in the sources of the Go of this machine where there is one. */
#include "go/root/archlevels.h"
#include "go/root/experiments.h"
#include "go/root/portlist.h"
#include "os/environ.h"
#include "support/clinic.h"

static void test_reads_ports_as_before_1_21(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    PortList list;
    assert_true(portlist_parse(&a,
                               S("package cfg\n\nvar OSArchSupportsCgo = map[string]bool{\n"
                                 "\t\"aix/ppc64\": true,\n\t\"js/wasm\": false,\n}\n"),
                               &list, &err));
    assert_int_equal(list.len, 2);
    assert_true(portlist_find(&list, S("aix"), S("ppc64"))->has_cgo);
    assert_false(portlist_find(&list, S("js"), S("wasm"))->has_cgo);
    assert_null(portlist_find(&list, S("js"), S("ppc64")));
    arena_done(&a);
}

static void test_reads_ports_as_since_1_21(void **state)
{
    Clinic *c = *state;
    Err err;
    PortList list;
    assert_true(portlist_read(&c->a, c->goroot, &list, &err));
    assert_int_equal(list.len, 13);
    const Port *broken = portlist_find(&list, S("openbsd"), S("mips64"));
    assert_true(broken->is_broken && broken->has_cgo);
    assert_false(portlist_find(&list, S("plan9"), S("amd64"))->has_cgo);
    assert_false(portlist_find(&list, S("plan9"), S("amd64"))->is_first_class);
    assert_true(portlist_find(&list, S("darwin"), S("arm64"))->is_first_class);
    assert_null(portlist_find(&list, S("not"), S("this")));
}

static void test_refuses_texts_without_ports(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const Str texts[] = {S(""), S("package platform\n"), S("var List = []OSArch{\n}\n"),
                         S("var List = []OSArch{\n\t{\"linux\", \"amd64\"},\n"),
                         S("var List = []OSArch{\n\t{\"linux\"},\n}\n")};
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Err err;
        PortList list;
        assert_false(portlist_parse(&a, texts[i], &list, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
    arena_done(&a);
}

static void test_reads_experiments_and_defaults(void **state)
{
    Clinic *c = *state;
    const struct {
        Str os, arch, name;
        ExperimentDefault by_default;
    } rows[] = {
        {S("linux"), S("amd64"), S("arenas"), EXPERIMENT_OFF},
        {S("linux"), S("amd64"), S("greenteagc"), EXPERIMENT_ON},
        {S("linux"), S("amd64"), S("dwarf5"), EXPERIMENT_ON},
        {S("darwin"), S("amd64"), S("dwarf5"), EXPERIMENT_OFF},
        {S("linux"), S("amd64"), S("regabiargs"), EXPERIMENT_ON},
        {S("linux"), S("mips"), S("regabiargs"), EXPERIMENT_OFF},
        {S("linux"), S("s390x"), S("regabiargs"), EXPERIMENT_ON},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        ExperimentList list;
        assert_true(experiments_read(&c->a, c->goroot, rows[i].os, rows[i].arch, &list, &err));
        assert_int_equal(list.len, 7);
        assert_int_equal(experiments_find(&list, rows[i].name)->by_default, rows[i].by_default);
        assert_int_equal(list.regabi_supported, !str_eq(rows[i].arch, S("mips")));
        assert_int_equal(list.regabi_always_on, str_eq(rows[i].arch, S("amd64")));
        assert_null(experiments_find(&list, S("FieldTrack")));
        assert_non_null(experiments_find(&list, S("fieldtrack")));
    }
}

static void test_refuses_texts_without_experiments(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const Str texts[] = {S(""), S("type Flags struct {\n}\n"), S("type Flags struct {\n\tX bool\n"),
                         S("type Flags struct {\n\tX int\n\t// Y bool\n}\n")};
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Err err;
        ExperimentList list;
        assert_false(experiments_parse(&a, texts[i], S(""), S("linux"), S("amd64"), &list, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
    arena_done(&a);
}

static void test_history_has_each_name_once(void **state)
{
    (void)state;
    assert_null(experiment_history(S("arena")));
    assert_str(experiment_history(S("unified"))->until, S("1.21"));
    assert_str(experiment_history(S("synctest"))->since, S("1.24"));
    assert_int_equal(experiment_history(S("arenas"))->until.len, 0);
}

static void test_reads_defaults_of_levels(void **state)
{
    Clinic *c = *state;
    Err err;
    ArchlevelSource source;
    assert_true(archlevels_read(&c->a, c->goroot, &source, &err));
    const Archlevel *level;
    for (isize i = 0; (level = archlevel(i)) != NULL; i++) {
        Str expected = str_eq(level->name, S("GOARM"))     ? S("7")
                       : str_eq(level->name, S("GOARM64")) ? S("v8.0")
                       : str_eq(level->name, S("GO386"))   ? S("sse2")
                       : str_eq(level->name, S("GOAMD64")) ? S("v1")
                       : str_eq(level->name, S("GOMIPS"))  ? S("hardfloat")
                                                           : S("");
        assert_str(archlevel_default(&source, level), expected);
    }
}

/* The Go of this machine, whatever its release: its own tables must be readable. */
static void test_reads_the_go_of_this_machine(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    FileStat st;
    const Str goroot = S("/usr/local/go");
    if (file_stat(FILE_CWD, S("/usr/local/go/VERSION"), &st, &err) != FILE_FOUND) {
        arena_done(&a);
        skip();
    }
    PortList ports;
    ExperimentList experiments;
    ArchlevelSource levels;
    assert_true(portlist_read(&a, goroot, &ports, &err));
    assert_in_range(ports.len, 40, 100);
    assert_true(portlist_find(&ports, S("linux"), S("amd64"))->has_cgo);
    assert_true(experiments_read(&a, goroot, S("linux"), S("amd64"), &experiments, &err));
    assert_in_range(experiments.len, 8, 100);
    assert_int_equal(experiments_find(&experiments, S("fieldtrack"))->by_default, EXPERIMENT_OFF);
    assert_true(experiments.regabi_always_on);
    assert_true(archlevels_read(&a, goroot, &levels, &err));
    const Archlevel *level;
    for (isize i = 0; (level = archlevel(i)) != NULL; i++) {
        Str values, value = archlevel_default(&levels, level);
        if (value.len > 0) {
            assert_int_equal(archlevel_check(&a, &levels, level, value, &values), ARCHLEVEL_VALID);
        }
        assert_int_not_equal(archlevel_check(&a, &levels, level, S("bogus"), &values),
                             ARCHLEVEL_VALID);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_ports_as_before_1_21),
        CLINIC_TEST(test_reads_ports_as_since_1_21),
        cmocka_unit_test(test_refuses_texts_without_ports),
        CLINIC_TEST(test_reads_experiments_and_defaults),
        cmocka_unit_test(test_refuses_texts_without_experiments),
        cmocka_unit_test(test_history_has_each_name_once),
        CLINIC_TEST(test_reads_defaults_of_levels),
        cmocka_unit_test(test_reads_the_go_of_this_machine),
    };
    return cmocka_run_group_tests_name("doctor_tables", tests, NULL, NULL);
}
