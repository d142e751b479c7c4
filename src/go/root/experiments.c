#include "go/root/experiments.h"

#include "base/vec.h"
#include "go/root/gosource.h"

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

typedef VEC(Str) Words;

static bool has_word(const Words *words, Str word)
{
    for (isize i = 0; i < words->len; i++) {
        if (str_eq(words->ptr[i], word)) {
            return true;
        }
    }
    return false;
}

/* The variables that a block sets for this architecture:
 *
 *     switch goarch {
 *     case "amd64", "arm64":
 *         regabiAlwaysOn = true */
static void parse_switches(Arena *a, Str exp_go, Str arch, Words *set)
{
    Str body, line;
    while (gosource_next_block(&exp_go, S("switch goarch {"), &body)) {
        bool is_ours = false;
        while (gosource_next_line(&body, &line)) {
            Str name = line;
            if (str_starts_with(line, S("case "))) {
                is_ours = gosource_has_quoted(line, arch);
            } else if (is_ours && str_eat_suffix(&name, S(" = true"))) {
                *VEC_PUSH(a, set) = name;
            }
        }
    }
}

/* goos != "darwin" && goos != "ios": whether each part holds. False for what looks otherwise. */
static bool parse_condition(Str text, Str os, Str arch, bool *ret_holds)
{
    bool holds = true;
    str_eat_prefix(&text, S("("));
    str_eat_suffix(&text, S(")"));
    while (text.len > 0) {
        isize end = str_index(text, S(" && "));
        Str part = end < 0 ? text : str_to(text, end), value;
        text = end < 0 ? (Str){0} : str_from(text, end + 4);
        bool is_os = str_eat_prefix(&part, S("goos "));
        if (!is_os && !str_eat_prefix(&part, S("goarch "))) {
            return false;
        }
        bool is_not = str_eat_prefix(&part, S("!= "));
        if ((!is_not && !str_eat_prefix(&part, S("== "))) || !gosource_next_quoted(&part, &value) ||
            part.len > 0) {
            return false;
        }
        holds = holds && str_eq(value, is_os ? os : arch) != is_not;
    }
    *ret_holds = holds;
    return true;
}

/* A variable that the switches did not set: dwarf5Supported := (goos != "darwin" ...), or one that
 * they set for others. */
static ExperimentDefault default_of_variable(Arena *a, Str exp_go, Str name, Str os, Str arch)
{
    Str definition = str_concat(a, name, S(" := "));
    Str assignment = str_concat(a, name, S(" = true")), line;
    ExperimentDefault by_default = EXPERIMENT_DEPENDS;
    while (gosource_next_line(&exp_go, &line)) {
        bool holds;
        if (str_eq(line, assignment)) {
            by_default = EXPERIMENT_OFF;
        } else if (str_eat_prefix(&line, definition) && parse_condition(line, os, arch, &holds)) {
            return holds ? EXPERIMENT_ON : EXPERIMENT_OFF;
        }
    }
    return by_default;
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
static void parse_baseline(Arena *a, Str exp_go, Str os, Str arch, const Words *set,
                           ExperimentList *list)
{
    Str rest = exp_go, body, line;
    if (!gosource_next_block(&rest, S("baseline := goexperiment.Flags{"), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        StrCut cut = str_cut(line, ':');
        Experiment *experiment = find(list->ptr, list->len, lowercase(a, cut.head));
        if (!cut.found || experiment == NULL) {
            continue;
        }
        Str expression = str_trim(cut.tail);
        str_eat_suffix(&expression, S(","));
        if (str_eq(expression, S("true")) || has_word(set, expression)) {
            experiment->by_default = EXPERIMENT_ON;
        } else if (!str_eq(expression, S("false"))) {
            experiment->by_default = default_of_variable(a, exp_go, expression, os, arch);
        }
    }
}

bool experiments_parse(Arena *a, Str flags_go, Str exp_go, Str os, Str arch, ExperimentList *ret,
                       Err *err)
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
    Words set = {0};
    parse_switches(a, exp_go, arch, &set);
    ExperimentList list = {.ptr = found.ptr,
                           .len = found.len,
                           .regabi_supported = has_word(&set, S("regabiSupported")),
                           .regabi_always_on = has_word(&set, S("regabiAlwaysOn"))};
    parse_baseline(a, exp_go, os, arch, &set, &list);
    *ret = list;
    return true;
}

bool experiments_read(Arena *a, Str goroot, Str os, Str arch, ExperimentList *ret, Err *err)
{
    Str flags_go, exp_go;
    return gosource_read(a, goroot, S("internal/goexperiment/flags.go"), &flags_go, err) &&
           gosource_read(a, goroot, S("internal/buildcfg/exp.go"), &exp_go, err) &&
           experiments_parse(a, flags_go, exp_go, os, arch, ret, err);
}

const Experiment *experiments_find(const ExperimentList *list, Str name)
{
    return find(list->ptr, list->len, name);
}
