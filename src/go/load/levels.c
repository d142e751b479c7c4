/*
 * The functions below are the cases of gogoarchTags in internal/buildcfg/cfg.go. Whether a Go has a
 * case, and which levels of RISC-V it knows, is read from its own source.
 */
#include "go/load/levels.h"

#include "go/root/archlevels.h"
#include "go/root/gosource.h"

typedef struct {
    Arena *arena;
    Str function, arch, value;
    Strs *tags;
} Levels;

static void add(Levels *l, Str level)
{
    *VEC_PUSH(l->arena, l->tags) =
        str_format(l->arena, "%.*s.%.*s", STR_ARG(l->arch), STR_ARG(level));
}

static bool add_range(Levels *l, const char *prefix, isize from, isize to)
{
    for (isize i = from; i <= to; i++) {
        add(l, str_format(l->arena, "%s%td", prefix, i));
    }
    return true;
}

/* The value itself. */
static bool add_same(Levels *l)
{
    add(l, l->value);
    return true;
}

/* All from a first one to that of the value: v1, v2 ...; power8, power9 ... */
static bool add_up_to(Levels *l, const char *prefix, isize first)
{
    Str number = str_cut(l->value, ',').head;
    int64_t last;
    return str_eat_prefix(&number, str_from_c(prefix)) && str_parse_decimal(number, 99, &last) &&
           add_range(l, prefix, first, (isize)last);
}

static bool add_amd64(Levels *l)
{
    return add_up_to(l, "v", 1);
}

static bool add_arm(Levels *l)
{
    return add_up_to(l, "", 5);
}

static bool add_ppc64(Levels *l)
{
    return add_up_to(l, "power", 8);
}

/* v9.N has what v8.N+5 has. */
static bool add_arm64(Levels *l)
{
    Str version = str_cut(l->value, ',').head;
    int64_t major, minor;
    if (!str_eat_prefix(&version, S("v"))) {
        return false;
    }
    StrCut cut = str_cut(version, '.');
    if (!str_parse_decimal(cut.head, 9, &major) || !str_parse_decimal(cut.tail, 9, &minor)) {
        return false;
    }
    if (major == 9) {
        add_range(l, "v8.", 0, MIN((isize)minor + 5, 9));
    }
    return add_range(l, major == 9 ? "v9." : "v8.", 0, (isize)minor);
}

static bool add_riscv64(Levels *l)
{
    static const Str profiles[] = {STR_CONST("rva20u64"), STR_CONST("rva22u64"),
                                   STR_CONST("rva23u64")};
    for (isize i = 0; i < COUNT_OF(profiles); i++) {
        if (str_contains(l->function, profiles[i])) {
            add(l, profiles[i]);
        }
        if (str_eq(profiles[i], l->value)) {
            return true;
        }
    }
    return false;
}

/* Features, which newer releases take for granted. */
static bool add_wasm(Levels *l)
{
    static const Str names[] = {STR_CONST("satconv"), STR_CONST("signext")};
    bool is_asked = str_contains(l->function, S("if GOWASM."));
    for (isize i = 0; i < COUNT_OF(names); i++) {
        if (!is_asked || str_list_has(l->value, names[i])) {
            add(l, names[i]);
        }
    }
    return true;
}

static const struct {
    Str arch;
    bool (*add)(Levels *l);
} rules[] = {
    {STR_CONST("386"), add_same},        {STR_CONST("amd64"), add_amd64},
    {STR_CONST("arm"), add_arm},         {STR_CONST("arm64"), add_arm64},
    {STR_CONST("mips"), add_same},       {STR_CONST("mipsle"), add_same},
    {STR_CONST("mips64"), add_same},     {STR_CONST("mips64le"), add_same},
    {STR_CONST("ppc64"), add_ppc64},     {STR_CONST("ppc64le"), add_ppc64},
    {STR_CONST("riscv64"), add_riscv64}, {STR_CONST("wasm"), add_wasm},
};

static bool has_case(Str function, Str arch)
{
    Str line;
    while (gosource_next_line(&function, &line)) {
        if (str_starts_with(line, S("case ")) && gosource_has_quoted(line, arch)) {
            return true;
        }
    }
    return false;
}

bool levels_tags(Arena *a, Str function, Str arch, Str value, Strs *tags)
{
    Levels l = {.arena = a, .function = function, .arch = arch, .value = value, .tags = tags};
    for (isize i = 0; i < COUNT_OF(rules); i++) {
        if (str_eq(rules[i].arch, arch) && has_case(function, arch)) {
            return rules[i].add(&l);
        }
    }
    return true;
}

bool levels_add_tags(Arena *a, const Environ *environ, Str goroot, Str arch, Strs *tags, Err *err)
{
    ArchlevelSource source;
    if (!archlevels_read(a, goroot, &source, err)) {
        return false;
    }
    Str text = source.text, function;
    if (!gosource_next_block(&text, S("func gogoarchTags("), &function)) {
        return true;
    }
    const Archlevel *level;
    for (isize i = 0; (level = archlevel(i)) != NULL; i++) {
        if (!archlevel_counts_for(level, arch)) {
            continue;
        }
        Str value = environ_value(environ, level->name);
        value = value.len > 0 ? value : archlevel_default(&source, level);
        if (!levels_tags(a, function, arch, value, tags)) {
            return FAIL(err, ERR_USAGE, "%.*s cannot be '%.*s'", STR_ARG(level->name),
                        STR_ARG(value));
        }
    }
    return true;
}
