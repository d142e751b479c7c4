#include "doctor/cpulevel.h"

#include "doctor/context.h"
#include "go/root/archlevels.h"
#include "os/file.h"

/* ---- the processor ---- */

/* What a level needs beyond the one before it, as /proc/cpuinfo calls it. For amd64 the levels of
 * the psABI, as rt0_go of runtime/asm_amd64.s asks for them; abm stands for lzcnt. */
static const struct {
    Str arch, level, features;
} needs[] = {
    {STR_CONST("amd64"), STR_CONST("v2"), STR_CONST("cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3")},
    {STR_CONST("amd64"), STR_CONST("v3"), STR_CONST("avx avx2 bmi1 bmi2 f16c fma abm movbe xsave")},
    {STR_CONST("amd64"), STR_CONST("v4"), STR_CONST("avx512f avx512bw avx512cd avx512dq avx512vl")},
    {STR_CONST("arm"), STR_CONST("6"), STR_CONST("vfp")},
    {STR_CONST("arm"), STR_CONST("7"), STR_CONST("vfpv3")},
};

CpuInfo cpuinfo_parse(Str text)
{
    CpuInfo info = {0};
    Str line;
    while (str_next_line(&text, &line)) {
        StrCut cut = str_cut(line, ':');
        Str key = str_trim(cut.head);
        if (info.features.len == 0 && (str_eq(key, S("flags")) || str_eq(key, S("Features")))) {
            info.features = str_trim(cut.tail);
        } else if (info.model.len == 0 && str_eq(key, S("cpu"))) {
            info.model = str_trim(cut.tail);
        }
    }
    return info;
}

static bool has_feature(const CpuInfo *cpu, Str feature)
{
    Str rest = cpu->features, word;
    while (str_next_field(&rest, &word)) {
        if (str_eq(word, feature)) {
            return true;
        }
    }
    return false;
}

static bool has_all(const CpuInfo *cpu, Str features, Str *ret_lacks)
{
    Str word;
    while (str_next_field(&features, &word)) {
        if (!has_feature(cpu, word)) {
            *ret_lacks = word;
            return false;
        }
    }
    return true;
}

/* v8.1 and later, and the option lse, use the atomic instructions; the runtime looks for them. */
static bool runs_arm64(const CpuInfo *cpu, Str level, Str *ret_lacks)
{
    bool needs_lse = str_contains(level, S(",lse")) ||
                     (str_starts_with(level, S("v8.")) && !str_starts_with(level, S("v8.0"))) ||
                     str_starts_with(level, S("v9."));
    bool needs_crypto = str_contains(level, S(",crypto"));
    return (!needs_lse || has_all(cpu, S("atomics"), ret_lacks)) &&
           (!needs_crypto || has_all(cpu, S("aes sha2"), ret_lacks));
}

/* "power9" on "POWER8 (architected)". */
static bool runs_ppc64(const CpuInfo *cpu, Str level, Str *ret_lacks)
{
    Str model = cpu->model, wanted = level;
    int64_t has, needed;
    if (!str_eat_prefix(&model, S("POWER")) || !str_eat_prefix(&wanted, S("power")) ||
        !str_parse_decimal(wanted, INT32_MAX, &needed)) {
        return true;
    }
    isize n = 0;
    while (n < model.len && model.ptr[n] >= '0' && model.ptr[n] <= '9') {
        n++;
    }
    *ret_lacks = level;
    return !str_parse_decimal(str_to(model, n), INT32_MAX, &has) || has >= needed;
}

bool cpulevel_runs(const CpuInfo *cpu, Str arch, Str level, Str *ret_lacks)
{
    if (str_eq(arch, S("ppc64le")) || str_eq(arch, S("ppc64"))) {
        return runs_ppc64(cpu, level, ret_lacks);
    }
    if (cpu->features.len == 0) {
        return true;
    }
    if (str_eq(arch, S("arm64"))) {
        return runs_arm64(cpu, level, ret_lacks);
    }
    bool is_soft = str_ends_with(level, S(",softfloat"));
    Str plain = str_cut(level, ',').head;
    for (isize i = 0; i < COUNT_OF(needs) && !is_soft; i++) {
        if (str_eq(needs[i].arch, arch) && str_compare(needs[i].level, plain) <= 0 &&
            !has_all(cpu, needs[i].features, ret_lacks)) {
            return false;
        }
    }
    return true;
}

/* ---- GWD049 ---- */

/* The value that the build will use, and whether this Go takes it. */
static bool level_of_build(Doctor *d, const ArchlevelSource *source, const Archlevel *level,
                           Variable *ret)
{
    Str ignored;
    *ret = doctor_variable(d, level->name);
    if (ret->got.value.len == 0) {
        ret->got.value = archlevel_default(source, level);
    }
    return ret->got.value.len > 0 &&
           archlevel_check(d->arena, source, level, ret->got.value, &ignored) == ARCHLEVEL_VALID;
}

static void check_level(Doctor *d, const CpuInfo *cpu, const Variable *v)
{
    Str lacks = {0};
    if (!cpulevel_runs(cpu, d->in->arch, v->got.value, &lacks)) {
        Str better = str_eq(d->in->arch, S("amd64")) ? S("v1") : (Str){0};
        doctor_find_variable(d, SEVERITY_ERROR, v, better,
                             "what is built does not run on this processor: %.*s=%.*s needs %.*s, "
                             "and go run and go test fail",
                             STR_ARG(v->name), STR_ARG(v->got.value), STR_ARG(lacks));
    }
}

static bool check_levels(Doctor *d, Err *err)
{
    ArchlevelSource source;
    const Archlevel *level;
    Str text;
    Err ignored;
    if (!str_eq(d->in->os, d->in->host_os) || !str_eq(d->in->arch, d->in->host_arch) ||
        d->in->goroot.len == 0) {
        return true;
    }
    if (!archlevels_read(d->arena, d->in->goroot, &source, &ignored) ||
        file_read_all(d->arena, FILE_CWD, doctor_system_path(d, S("/proc/cpuinfo")),
                      CPULEVEL_MAX_CPUINFO, &text, err) != FILE_FOUND) {
        return true; /* without sources or /proc there is nothing to compare */
    }
    CpuInfo cpu = cpuinfo_parse(text);
    for (isize i = 0; (level = archlevel(i)) != NULL; i++) {
        Variable v;
        if (archlevel_counts_for(level, d->in->arch) && level_of_build(d, &source, level, &v)) {
            check_level(d, &cpu, &v);
        }
    }
    return true;
}

/* ---- GWD048 ---- */

/* Pairs of which this kernel commonly runs the second as well. */
static bool runs_here(const Doctor *d)
{
    const DoctorInput *in = d->in;
    return str_eq(in->os, in->host_os) &&
           (str_eq(in->arch, in->host_arch) ||
            (str_eq(in->host_arch, S("amd64")) && str_eq(in->arch, S("386"))));
}

static bool check_target(Doctor *d, Err *err)
{
    (void)err;
    Err ignored;
    const DoctorInput *in = d->in;
    Variable os = doctor_variable(d, S("GOOS")), arch = doctor_variable(d, S("GOARCH"));
    Variable gobin = doctor_variable(d, S("GOBIN"));
    const PortList *ports = doctor_ports_of_go(d, &ignored);
    bool is_port = ports == NULL || portlist_find(ports, in->os, in->arch) != NULL;
    if (runs_here(d) || !is_port || in->host_arch.len == 0) { /* no port: GWD008 says so */
        return true;
    }
    const Variable *to_blame =
        variable_is_set(&os) && !str_eq(os.got.value, in->host_os) ? &os : &arch;
    if (!variable_is_set(to_blame)) {
        return true;
    }
    doctor_find_variable(
        d, SEVERITY_WARN, to_blame, (Str){0},
        "what is built is for %.*s/%.*s, and this machine is %.*s/%.*s: go run and "
        "go test cannot start it%s",
        STR_ARG(in->os), STR_ARG(in->arch), STR_ARG(in->host_os), STR_ARG(in->host_arch),
        variable_is_set(&gobin) ? ", and go install fails because GOBIN is set" : "");
    if (to_blame->got.origin == GOENV_ORIGIN_USER_FILE) {
        doctor_fix(d,
                   (Fix){.kind = FIX_GOENV_UNSET,
                         .name = to_blame->name,
                         .says = str_format(d->arena, "remove %.*s from %.*s",
                                            STR_ARG(to_blame->name), STR_ARG(to_blame->got.file))});
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD048"),
                .title = STR_CONST("builds are for this machine"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("GOOS and GOARCH, the machine's own, and GOBIN"),
                .why = STR_CONST(
                    "GOOS and GOARCH are meant for one command. Left in the environment, or "
                    "written with go env -w, they make go run and go test end with 'exec format "
                    "error', go install put programs into GOPATH/bin/GOOS_GOARCH, and with GOBIN "
                    "set refuse: 'cannot install cross-compiled binaries when GOBIN is set'. cgo "
                    "is "
                    "off for another machine unless it is asked for."),
                .cure = STR_CONST("unset GOOS GOARCH, go env -u GOOS GOARCH; for one build: "
                                  "GOOS=windows go build"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/install/source#environment"),
            },
        .run = check_target,
        .profiles = PROFILE_ALL & ~PROFILE_CROSS,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD049"),
                .title = STR_CONST("this processor runs what is built for it"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOAMD64, GOARM, GOARM64 and GOPPC64, or what this Go uses "
                                      "without them, and /proc/cpuinfo"),
                .why = STR_CONST(
                    "They choose instructions that older processors, and many virtual machines, do "
                    "not have. A program for GOAMD64=v3 ends with 'This program can only be run on "
                    "AMD64 processors with v3 microarchitecture support', others with an illegal "
                    "instruction. The build itself says nothing."),
                .cure = STR_CONST("unset GOAMD64, or go env -u GOAMD64: v1 runs everywhere"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/wiki/MinimumRequirements"),
            },
        .run = check_levels,
        .profiles = PROFILE_ALL & ~PROFILE_CROSS,
    },
};

const CheckGroup doctor_cpulevel = {rows, COUNT_OF(rows)};
