#include "doctor/experiments.h"

#include "base/vec.h"
#include "doctor/gosource.h"

/* The flags.go of Go 1.19 to 1.27, one against the next. */
static const ExperimentHistory history[] = {
    {STR_CONST("regabi"), {0}, {0}, {0}},
    {STR_CONST("unified"),
     {0},
     STR_CONST("1.21"),
     STR_CONST("the unified compiler representation is the only one since Go 1.21")},
    {STR_CONST("coverageredesign"), STR_CONST("1.20"), STR_CONST("1.25"),
     STR_CONST("go build -cover works this way since Go 1.20")},
    {STR_CONST("arenas"), STR_CONST("1.20"), {0}, {0}},
    {STR_CONST("pagetrace"), STR_CONST("1.20"), STR_CONST("1.23"),
     STR_CONST("the page tracer was taken out; execution traces have allocation events instead")},
    {STR_CONST("cgocheck2"), STR_CONST("1.21"), {0}, {0}},
    {STR_CONST("loopvar"), STR_CONST("1.21"), {0}, {0}},
    {STR_CONST("cacheprog"), STR_CONST("1.21"), STR_CONST("1.26"),
     STR_CONST("GOCACHEPROG needs no experiment since Go 1.24")},
    {STR_CONST("newinliner"), STR_CONST("1.22"), {0}, {0}},
    {STR_CONST("rangefunc"), STR_CONST("1.22"), STR_CONST("1.26"),
     STR_CONST("range over functions is part of the language since Go 1.23")},
    {STR_CONST("range"), STR_CONST("1.22"), STR_CONST("1.23"),
     STR_CONST("range over integers is part of the language since Go 1.22")},
    {STR_CONST("allocheaders"), STR_CONST("1.22"), STR_CONST("1.23"),
     STR_CONST("the allocator works this way since Go 1.22")},
    {STR_CONST("exectracer2"), STR_CONST("1.22"), STR_CONST("1.23"),
     STR_CONST("execution traces have this form since Go 1.22")},
    {STR_CONST("aliastypeparams"), STR_CONST("1.23"), STR_CONST("1.26"),
     STR_CONST("generic type aliases are part of the language since Go 1.24")},
    {STR_CONST("swissmap"), STR_CONST("1.24"), STR_CONST("1.26"),
     STR_CONST("maps are Swiss tables since Go 1.24")},
    {STR_CONST("spinbitmutex"), STR_CONST("1.24"), STR_CONST("1.25"),
     STR_CONST("the runtime's locks work this way since Go 1.24")},
    {STR_CONST("synchashtriemap"), STR_CONST("1.24"), STR_CONST("1.26"),
     STR_CONST("sync.Map works this way since Go 1.24")},
    {STR_CONST("synctest"), STR_CONST("1.24"), STR_CONST("1.26"),
     STR_CONST("testing/synctest is part of the library since Go 1.25")},
    {STR_CONST("dwarf5"), STR_CONST("1.25"), {0}, {0}},
    {STR_CONST("jsonv2"), STR_CONST("1.25"), {0}, {0}},
    {STR_CONST("greenteagc"), STR_CONST("1.25"), {0}, {0}},
    {STR_CONST("randomizedheapbase64"), STR_CONST("1.26"), {0}, {0}},
    {STR_CONST("runtimefreegc"), STR_CONST("1.26"), {0}, {0}},
    {STR_CONST("sizespecializedmalloc"), STR_CONST("1.26"), {0}, {0}},
    {STR_CONST("goroutineleakprofile"), STR_CONST("1.26"), STR_CONST("1.27"),
     STR_CONST("the goroutineleak profile is part of runtime/pprof since Go 1.27")},
    {STR_CONST("simd"), STR_CONST("1.26"), {0}, {0}},
    {STR_CONST("runtimesecret"), STR_CONST("1.26"), {0}, {0}},
    {STR_CONST("mapsplitgroup"), STR_CONST("1.27"), {0}, {0}},
};

const ExperimentHistory *experiment_history(Str name)
{
    for (isize i = 0; i < COUNT_OF(history); i++) {
        if (str_eq(history[i].name, name)) {
            return &history[i];
        }
    }
    return NULL;
}

static Str lowercase(Arena *a, Str s)
{
    char *ptr = arena_alloc(a, s.len, 1, 1);
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        ptr[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    return (Str){ptr, s.len};
}

/* switch goarch {
 * case "amd64", "arm64":
 *     regabiAlwaysOn = true */
static void parse_regabi(Str exp_go, Str arch, ExperimentList *list)
{
    Str body, line;
    if (!gosource_next_block(&exp_go, S("switch goarch {"), &body)) {
        return;
    }
    bool is_ours = false;
    while (gosource_next_line(&body, &line)) {
        if (str_starts_with(line, S("case "))) {
            is_ours = gosource_has_quoted(line, arch);
        } else if (is_ours && str_eq(line, S("regabiSupported = true"))) {
            list->regabi_supported = true;
        } else if (is_ours && str_eq(line, S("regabiAlwaysOn = true"))) {
            list->regabi_always_on = true;
        }
    }
}

static ExperimentDefault default_of(Str expression, const ExperimentList *list)
{
    if (str_eq(expression, S("true"))) {
        return EXPERIMENT_ON;
    }
    if (str_eq(expression, S("regabiSupported"))) {
        return list->regabi_supported ? EXPERIMENT_ON : EXPERIMENT_OFF;
    }
    return str_eq(expression, S("false")) ? EXPERIMENT_OFF : EXPERIMENT_DEPENDS;
}

static Experiment *find(Experiment *experiments, isize n, Str name)
{
    for (isize i = 0; i < n; i++) {
        if (str_eq(experiments[i].name, name)) {
            return &experiments[i];
        }
    }
    return NULL;
}

/* baseline := goexperiment.Flags{
 *     RegabiArgs: regabiSupported,
 *     GreenTeaGC: true, */
static void parse_baseline(Arena *a, Str exp_go, ExperimentList *list)
{
    Str body, line;
    if (!gosource_next_block(&exp_go, S("baseline := goexperiment.Flags{"), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        StrCut cut = str_cut(line, ':');
        Experiment *experiment = find(list->ptr, list->len, lowercase(a, cut.head));
        if (cut.found && experiment != NULL) {
            Str expression = str_trim(cut.tail);
            str_eat_suffix(&expression, S(","));
            experiment->by_default = default_of(expression, list);
        }
    }
}

bool experiments_parse(Arena *a, Str flags_go, Str exp_go, Str arch, ExperimentList *ret, Err *err)
{
    VEC(Experiment) found = {0};
    Str body, line;
    if (gosource_next_block(&flags_go, S("type Flags struct {"), &body)) {
        while (gosource_next_line(&body, &line)) {
            Str name, type;
            if (str_next_field(&line, &name) && str_next_field(&line, &type) &&
                str_eq(type, S("bool"))) {
                *VEC_PUSH(a, &found) = (Experiment){.name = lowercase(a, name)};
            }
        }
    }
    if (found.len == 0) {
        return FAIL(err, ERR_FORMAT, "no experiment can be seen in goexperiment/flags.go");
    }
    ExperimentList list = {.ptr = found.ptr, .len = found.len};
    parse_regabi(exp_go, arch, &list);
    parse_baseline(a, exp_go, &list);
    *ret = list;
    return true;
}

bool experiments_read(Arena *a, Str goroot, Str arch, ExperimentList *ret, Err *err)
{
    Str flags_go, exp_go;
    return gosource_read(a, goroot, S("internal/goexperiment/flags.go"), &flags_go, err) &&
           gosource_read(a, goroot, S("internal/buildcfg/exp.go"), &exp_go, err) &&
           experiments_parse(a, flags_go, exp_go, arch, ret, err);
}

const Experiment *experiments_find(const ExperimentList *list, Str name)
{
    return find(list->ptr, list->len, name);
}
