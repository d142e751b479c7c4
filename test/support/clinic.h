/*
 * A small made machine for tests of the doctor: a GOROOT with a few experiments and ports, a home,
 * a bin with C compilers, a module to work in; and tables of cases against it. Include it after
 * cmocka.h.
 */
#ifndef SUPPORT_CLINIC_H
#define SUPPORT_CLINIC_H

#include "doctor/check.h"
#include "support/assert_str.h"
#include "support/fixture.h"

typedef struct {
    Arena a;
    Str root; /* of all that follows */
    Str goroot, home, bin, dir;
    Str version;
    Str system; /* DoctorInput.system */
    Str only;   /* the one check that is made; empty: the twelve of the checklist */
    bool may_write;
} Clinic;

static const struct {
    Str name, content;
} clinic_files[] = {
    {STR_CONST("goroot/src/internal/goexperiment/flags.go"),
     STR_CONST("package goexperiment\n\n"
               "type Flags struct {\n"
               "\tFieldTrack bool // notes use of fields\n\n"
               "\t// Of the register ABI.\n"
               "\tRegabiWrappers bool\n"
               "\tRegabiArgs bool\n"
               "\tArenas bool\n"
               "\tGreenTeaGC bool\n"
               "\tDwarf5 bool\n"
               "\tJSONv2 bool\n"
               "}\n")},
    {STR_CONST("goroot/src/internal/buildcfg/exp.go"),
     STR_CONST("func ParseGOEXPERIMENT() {\n"
               "\tswitch goarch {\n"
               "\tcase \"amd64\", \"arm64\":\n"
               "\t\tregabiAlwaysOn = true\n"
               "\t\tregabiSupported = true\n"
               "\tcase \"s390x\":\n"
               "\t\tregabiSupported = true\n"
               "\t}\n"
               "\tdwarf5Supported := (goos != \"darwin\") // { an odd brace\n"
               "\tbaseline := goexperiment.Flags{\n"
               "\t\tRegabiWrappers: regabiSupported,\n"
               "\t\tRegabiArgs: regabiSupported,\n"
               "\t\tDwarf5: dwarf5Supported,\n"
               "\t\tGreenTeaGC: true,\n"
               "\t}\n"
               "}\n")},
    {STR_CONST("goroot/src/internal/buildcfg/cfg.go"),
     STR_CONST("func goamd64() int {\n"
               "\tswitch v := envOr(\"GOAMD64\", DefaultGOAMD64); v {\n"
               "\tcase \"v1\":\n\t\treturn 1\n"
               "\tcase \"v2\":\n\t\treturn 2\n"
               "\t}\n"
               "}\n\n"
               "func goarm() (g GoarmFeatures) {\n"
               "\tconst (\n"
               "\t\tsoftFloatOpt = \",softfloat\"\n"
               "\t\thardFloatOpt = \",hardfloat\"\n"
               "\t)\n"
               "\tswitch v {\n"
               "\tcase \"5\":\n"
               "\tcase \"6\":\n"
               "\tcase \"7\":\n"
               "\t}\n"
               "}\n\n"
               "func ParseGoarm64(v string) (g Goarm64Features, e error) {\n"
               "\tconst (\n"
               "\t\tlseOpt = \",lse\"\n"
               "\t\tcryptoOpt = \",crypto\"\n"
               "\t)\n"
               "\tfor {\n"
               "\t\tbreak\n"
               "\t}\n"
               "\tswitch v {\n"
               "\tcase \"v8.0\":\n"
               "\tcase \"v8.1\", \"v8.2\",\n"
               "\t\t\"v9.0\":\n"
               "\t}\n"
               "}\n\n"
               "func goarm64() (g Goarm64Features) {\n"
               "\tg, Error = ParseGoarm64(envOr(\"GOARM64\", DefaultGOARM64))\n"
               "}\n\n"
               "func gomips() string {\n"
               "\tcase \"hardfloat\", \"softfloat\":\n"
               "}\n\n"
               "func gowasm() (f gowasmFeatures) {\n"
               "\tfor opt := range strings.SplitSeq(envOr(\"GOWASM\", \"\"), \",\") {\n"
               "\t\tcase \"satconv\":\n"
               "\t\tcase \"signext\":\n"
               "\t\tcase \"\":\n"
               "\t}\n"
               "}\n")},
    {STR_CONST("goroot/src/internal/buildcfg/zbootstrap.go"),
     STR_CONST("const DefaultGO386 = `sse2`\n"
               "const DefaultGOAMD64 = `v1`\n"
               "const DefaultGOARM64 = `v8.0`\n"
               "const DefaultGOARM = `7`\n"
               "const DefaultGOMIPS = `hardfloat`\n")},
    {STR_CONST("goroot/src/internal/platform/zosarch.go"),
     STR_CONST("// List is the list, including {\"not\", \"this\"}.\n"
               "var List = []OSArch{\n"
               "\t{\"android\", \"arm\"},\n"
               "\t{\"darwin\", \"arm64\"},\n"
               "\t{\"ios\", \"arm64\"},\n"
               "\t{\"linux\", \"386\"},\n"
               "\t{\"linux\", \"amd64\"},\n"
               "\t{\"linux\", \"arm\"},\n"
               "\t{\"linux\", \"arm64\"},\n"
               "\t{\"linux\", \"mips\"},\n"
               "\t{\"linux\", \"riscv64\"},\n"
               "\t{\"linux\", \"s390x\"},\n"
               "\t{\"openbsd\", \"mips64\"},\n"
               "\t{\"plan9\", \"amd64\"},\n"
               "\t{\"windows\", \"amd64\"},\n"
               "}\n\n"
               "var distInfo = map[OSArch]osArchInfo{\n"
               "\t{\"android\", \"arm\"}: {CgoSupported: true},\n"
               "\t{\"darwin\", \"arm64\"}: {CgoSupported: true, FirstClass: true},\n"
               "\t{\"ios\", \"arm64\"}: {CgoSupported: true},\n"
               "\t{\"linux\", \"386\"}: {CgoSupported: true},\n"
               "\t{\"linux\", \"amd64\"}: {CgoSupported: true, FirstClass: true},\n"
               "\t{\"linux\", \"arm\"}: {CgoSupported: true},\n"
               "\t{\"linux\", \"arm64\"}: {CgoSupported: true},\n"
               "\t{\"linux\", \"mips\"}: {CgoSupported: true},\n"
               "\t{\"linux\", \"riscv64\"}: {CgoSupported: true},\n"
               "\t{\"linux\", \"s390x\"}: {CgoSupported: true},\n"
               "\t{\"openbsd\", \"mips64\"}: {CgoSupported: true, Broken: true},\n"
               "\t{\"plan9\", \"amd64\"}: {},\n"
               "\t{\"windows\", \"amd64\"}: {CgoSupported: true},\n"
               "}\n")},
    {STR_CONST("goroot/src/cmd/go/internal/cfg/zdefaultcc.go"),
     STR_CONST("func DefaultCC(goos, goarch string) string {\n"
               "\tswitch goos+`/`+goarch {\n"
               "\tcase \"linux/riscv64\":\n"
               "\t\treturn \"riscv64-linux-gnu-gcc-13\"\n"
               "\t}\n"
               "\tswitch goos {\n"
               "\tcase \"darwin\", \"ios\":\n"
               "\t\treturn \"clang\"\n"
               "\t}\n"
               "\treturn \"gcc\"\n"
               "}\n")},
    {STR_CONST("goroot/src/runtime/asm_386.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/asm_amd64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/asm_arm64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/asm_mips64x.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/asm_riscv64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_darwin_arm64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_android_arm.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_ios_arm64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_linux_386.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_linux_amd64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_linux_arm.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_linux_arm64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_linux_mipsx.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_linux_s390x.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_openbsd_mips64x.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_plan9_amd64.s"), STR_CONST("")},
    {STR_CONST("goroot/src/runtime/rt0_windows_amd64.s"), STR_CONST("")},
    {STR_CONST("bin/gcc"), STR_CONST("")},
    {STR_CONST("bin/clang"), STR_CONST("")},
    {STR_CONST("bin/zig"), STR_CONST("")},
    {STR_CONST("bin/aarch64-linux-gnu-gcc"), STR_CONST("")},
    {STR_CONST("bin/riscv64-linux-gnu-gcc-13"), STR_CONST("")},
    {STR_CONST("bin/x86_64-w64-mingw32-gcc"), STR_CONST("")},
    {STR_CONST("work/go.mod"), STR_CONST("module example.com/work\n\ngo 1.26\n")},
    {STR_CONST("home/.keep"), STR_CONST("")},
};

static inline int clinic_enter(void **state)
{
    static Clinic clinic;
    Clinic *c = &clinic;
    *c = (Clinic){.a = arena_init(64 * KIB), .version = S("1.26.8")};
    c->root = fixture_dir(&c->a);
    for (isize i = 0; i < COUNT_OF(clinic_files); i++) {
        Err err;
        Str path = fixture_file(&c->a, c->root, clinic_files[i].name, clinic_files[i].content);
        if (str_starts_with(clinic_files[i].name, S("bin/"))) {
            ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
        }
    }
    c->goroot = path_join(&c->a, c->root, S("goroot"));
    c->home = path_join(&c->a, c->root, S("home"));
    c->bin = path_join(&c->a, c->root, S("bin"));
    c->dir = path_join(&c->a, c->root, S("work"));
    *state = c;
    return 0;
}

static inline int clinic_leave(void **state)
{
    arena_done(&((Clinic *)*state)->a);
    return 0;
}

#define CLINIC_TEST(name) cmocka_unit_test_setup_teardown(name, clinic_enter, clinic_leave)

/* "$ROOT" in text becomes the clinic's root. */
static inline Str clinic_expand(Clinic *c, Str text)
{
    for (;;) {
        isize at = str_index(text, S("$ROOT"));
        if (at < 0) {
            return text;
        }
        text = str_format(&c->a, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(c->root),
                          STR_ARG(str_from(text, at + 5)));
    }
}

/* Takes away what is said of the disk that the test itself runs on: its kind and its free space. */
static inline void clinic_forget_disk(DoctorResult *result)
{
    static const char *const signs[] = {"the build cache lies ", " MiB are left for the build",
                                        " more files fit on the file system"};
    isize n = 0;
    for (isize i = 0; i < result->findings.len; i++) {
        Finding finding = result->findings.ptr[i];
        bool is_of_disk = false;
        for (isize s = 0; s < COUNT_OF(signs); s++) {
            is_of_disk = is_of_disk || str_contains(finding.title, str_from_c(signs[s]));
        }
        if (!is_of_disk) {
            result->findings.ptr[n++] = finding;
        } else if (finding.severity >= SEVERITY_WARN) {
            result->n_passed++;
        }
    }
    result->findings.len = n;
}

/* Of the clinic, with variables "NAME=value" parted by ';' added to HOME and PATH. */
static inline DoctorResult clinic_examine(Clinic *c, Str variables)
{
    Err err;
    static Environ env;
    static GoEnv goenv;
    DoctorResult result;
    env = environ_with(&c->a, &(Environ){0}, S("HOME"), c->home);
    env = environ_with(&c->a, &env, S("PATH"), c->bin);
    variables = clinic_expand(c, variables);
    while (variables.len > 0) {
        StrCut cut = str_cut(variables, ';');
        StrCut pair = str_cut(cut.head, '=');
        env = pair.found ? environ_with(&c->a, &env, pair.head, pair.tail)
                         : environ_without(&c->a, &env, pair.head);
        variables = cut.tail;
    }
    ASSERT(goenv_load(&c->a, &env, c->goroot, &goenv, &err));
    DoctorInput in = {
        .env = &goenv,
        .goroot = c->goroot,
        .version = c->version,
        .host_os = S("linux"),
        .host_arch = S("amd64"),
        .dir = c->dir,
        .system = c->system,
        .may_write = c->may_write,
        .may_run = c->only.len > 0,
        .mode = MODE_MINIMAL,
        .only = &c->only,
        .n_only = c->only.len > 0,
    };
    doctor_target(&goenv, &in.os, &in.arch);
    if (environ_value(&env, S("GOARCH")).len == 0) {
        in.arch = S("amd64"); /* whatever machine the test runs on */
    }
    doctor_run(&in, &c->a, &result);
    clinic_forget_disk(&result);
    return result;
}

typedef struct {
    const char *variables; /* as for clinic_examine */
    Severity severity;     /* of the one finding; SEVERITY_NONE when there is to be none */
    const char *title;     /* part of its title */
    const char *remedy;    /* its remedy; NULL: any */
} ClinicCase;

/* Each case alone: what the check `id` finds, and that no other finds a fault. */
static inline void clinic_check(Clinic *c, Str id, const ClinicCase *cases, isize n)
{
    isize n_checks = c->only.len > 0 ? 1 : 12;
    for (isize i = 0; i < n; i++) {
        const ClinicCase *row = &cases[i];
        DoctorResult result = clinic_examine(c, str_from_c(row->variables));
        const Finding *found = NULL;
        isize n_found = 0;
        for (isize f = 0; f < result.findings.len; f++) {
            const Finding *finding = &result.findings.ptr[f];
            if (str_eq(finding->id, id)) {
                found = finding;
                n_found++;
            } else if (finding->severity >= SEVERITY_WARN) {
                fail_msg("with %s, %.*s finds: %.*s", row->variables, STR_ARG(finding->id),
                         STR_ARG(finding->title));
            }
        }
        if (n_found != (row->severity != SEVERITY_NONE)) {
            fail_msg("with %s, %.*s finds %td faults%s%.*s", row->variables, STR_ARG(id), n_found,
                     n_found > 0 ? ": " : "", found == NULL ? 0 : (int)found->title.len,
                     found == NULL ? "" : found->title.ptr);
        }
        assert_int_equal(result.n_checks, n_checks);
        assert_int_equal(result.n_passed, n_checks - (row->severity >= SEVERITY_WARN));
        if (found == NULL) {
            continue;
        }
        if (found->severity != row->severity ||
            !str_contains(found->title, clinic_expand(c, str_from_c(row->title)))) {
            fail_msg("with %s, %.*s: %.*s", row->variables, STR_ARG(severity_name(found->severity)),
                     STR_ARG(found->title));
        }
        if (row->remedy != NULL) {
            assert_str(found->remedy, clinic_expand(c, str_from_c(row->remedy)));
        }
    }
}

#endif
