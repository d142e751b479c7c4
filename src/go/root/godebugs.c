#include "go/root/godebugs.h"

#include "go/mod/quote.h"
#include "go/mod/version.h"
#include "go/root/gosource.h"

#define MAX_MINOR 1000 /* of a release in the table; more is no release */

/* Go 1.19 to 1.27: table.go, the list of runtime1.go, and what is asked for elsewhere. */
static const GodebugHistory history[] = {
    {STR_CONST("adaptivestackstart"), {0}, {0}, false, {0}},
    {STR_CONST("allocfreetrace"), {0}, STR_CONST("1.23"), false, {0}},
    {STR_CONST("allowmultiplevcs"), STR_CONST("1.23"), {0}, true, {0}},
    {STR_CONST("asyncpreemptoff"), {0}, {0}, false, {0}},
    {STR_CONST("asynctimerchan"), STR_CONST("1.23"), STR_CONST("1.27"), true, STR_CONST("1 2")},
    {STR_CONST("cgocheck"), {0}, {0}, false, {0}},
    {STR_CONST("checkfinalizers"), STR_CONST("1.25"), {0}, false, {0}},
    {STR_CONST("clobberfree"), {0}, {0}, false, {0}},
    {STR_CONST("cmdgonetlimit"), STR_CONST("1.21"), {0}, false, {0}},
    {STR_CONST("containermaxprocs"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("countertrace"), {0}, {0}, false, {0}},
    {STR_CONST("cryptocustomrand"), STR_CONST("1.26"), {0}, true, {0}},
    {STR_CONST("dataindependenttiming"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("decoratemappings"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("disablethp"), STR_CONST("1.21"), {0}, false, {0}},
    {STR_CONST("dontfreezetheworld"), STR_CONST("1.21"), {0}, false, {0}},
    {STR_CONST("efence"), {0}, {0}, false, {0}},
    {STR_CONST("embedfollowsymlinks"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("execerrdot"), {0}, {0}, true, {0}},
    {STR_CONST("execwait"), STR_CONST("1.20"), {0}, false, {0}},
    {STR_CONST("fips140"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("fips140ems"), STR_CONST("1.26"), {0}, true, {0}},
    {STR_CONST("fuzzdebug"), {0}, {0}, false, {0}},
    {STR_CONST("gccheckmark"), {0}, {0}, false, {0}},
    {STR_CONST("gcpacertrace"), {0}, {0}, false, {0}},
    {STR_CONST("gcshrinkstackoff"), {0}, {0}, false, {0}},
    {STR_CONST("gcstoptheworld"), {0}, {0}, false, {0}},
    {STR_CONST("gctrace"), {0}, {0}, false, {0}},
    {STR_CONST("gocachehash"), {0}, {0}, true, {0}},
    {STR_CONST("gocachetest"), {0}, {0}, true, {0}},
    {STR_CONST("gocacheverify"), {0}, {0}, true, {0}},
    {STR_CONST("gofsystrace"), {0}, {0}, false, {0}},
    {STR_CONST("gofsystracelog"), {0}, {0}, false, {0}},
    {STR_CONST("gofsystracestack"), {0}, {0}, false, {0}},
    {STR_CONST("goindex"), {0}, {0}, false, {0}},
    {STR_CONST("gotestjsonbuildtext"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("gotoolchainexec"), STR_CONST("1.21"), {0}, false, {0}},
    {STR_CONST("gotypesalias"), STR_CONST("1.22"), STR_CONST("1.27"), true, STR_CONST("0")},
    {STR_CONST("harddecommit"), {0}, {0}, false, {0}},
    {STR_CONST("htmlmetacontenturlescape"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("http2client"), {0}, {0}, true, {0}},
    {STR_CONST("http2debug"), {0}, {0}, true, {0}},
    {STR_CONST("http2server"), {0}, {0}, true, {0}},
    {STR_CONST("http2xconnect"), {0}, {0}, false, {0}},
    {STR_CONST("httpcookiemaxnum"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("httplaxcontentlength"), STR_CONST("1.22"), {0}, true, {0}},
    {STR_CONST("httpmuxgo121"), STR_CONST("1.22"), {0}, true, {0}},
    {STR_CONST("httpservecontentkeepheaders"), STR_CONST("1.23"), {0}, true, {0}},
    {STR_CONST("httpservecontentmaxranges"), STR_CONST("1.27"), {0}, true, {0}},
    {STR_CONST("inittrace"), {0}, {0}, false, {0}},
    {STR_CONST("installgoroot"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("intern"), {0}, STR_CONST("1.23"), false, {0}},
    {STR_CONST("invalidptr"), {0}, {0}, false, {0}},
    {STR_CONST("jstmpllitinterp"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("madvdontneed"), {0}, {0}, false, {0}},
    {STR_CONST("memprofilerate"), {0}, {0}, false, {0}},
    {STR_CONST("multipartfiles"), STR_CONST("1.20"), {0}, false, {0}},
    {STR_CONST("multipartmaxheaders"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("multipartmaxparts"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("multipathtcp"), STR_CONST("1.21"), {0}, true, {0}},
    {STR_CONST("netdns"), {0}, {0}, true, {0}},
    {STR_CONST("netedns0"), STR_CONST("1.21"), {0}, true, {0}},
    {STR_CONST("panicnil"), STR_CONST("1.21"), {0}, true, {0}},
    {STR_CONST("profstackdepth"), STR_CONST("1.23"), {0}, false, {0}},
    {STR_CONST("quiclogpackets"), {0}, {0}, false, {0}},
    {STR_CONST("randautoseed"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("randseednop"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("rsa1024min"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("runtimecontentionstacks"), STR_CONST("1.22"), STR_CONST("1.25"), false, {0}},
    {STR_CONST("sbrk"), {0}, {0}, false, {0}},
    {STR_CONST("scavtrace"), {0}, {0}, false, {0}},
    {STR_CONST("scheddetail"), {0}, {0}, false, {0}},
    {STR_CONST("schedtrace"), {0}, {0}, false, {0}},
    {STR_CONST("simd"), STR_CONST("1.27"), {0}, false, {0}},
    {STR_CONST("tarinsecurepath"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("tls10server"), STR_CONST("1.22"), STR_CONST("1.27"), true, STR_CONST("1")},
    {STR_CONST("tls3des"), STR_CONST("1.23"), STR_CONST("1.27"), true, STR_CONST("1")},
    {STR_CONST("tlskyber"), STR_CONST("1.23"), STR_CONST("1.24"), true, STR_CONST("0")},
    {STR_CONST("tlsmaxrsasize"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("tlsmlkem"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("tlsrsakex"), STR_CONST("1.22"), STR_CONST("1.27"), true, STR_CONST("1")},
    {STR_CONST("tlssecpmlkem"), STR_CONST("1.26"), {0}, true, {0}},
    {STR_CONST("tlssha1"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("tlsunsafeekm"), STR_CONST("1.22"), STR_CONST("1.27"), true, STR_CONST("1")},
    {STR_CONST("toolchaintrace"), STR_CONST("1.24"), {0}, false, {0}},
    {STR_CONST("traceadvanceperiod"), STR_CONST("1.22"), {0}, false, {0}},
    {STR_CONST("traceallocfree"), STR_CONST("1.23"), {0}, false, {0}},
    {STR_CONST("tracebackancestors"), {0}, {0}, false, {0}},
    {STR_CONST("tracebacklabels"), STR_CONST("1.26"), {0}, true, {0}},
    {STR_CONST("tracecheckstackownership"), STR_CONST("1.23"), {0}, false, {0}},
    {STR_CONST("tracefpunwindoff"), STR_CONST("1.21"), {0}, false, {0}},
    {STR_CONST("updatemaxprocs"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("urlmaxqueryparams"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("urlstrictcolons"), STR_CONST("1.26"), {0}, true, {0}},
    {STR_CONST("winreadlinkvolume"), STR_CONST("1.23"), {0}, true, {0}},
    {STR_CONST("winsymlink"), STR_CONST("1.23"), {0}, true, {0}},
    {STR_CONST("x509keypairleaf"), STR_CONST("1.23"), STR_CONST("1.27"), true, STR_CONST("0")},
    {STR_CONST("x509negativeserial"), STR_CONST("1.23"), {0}, true, {0}},
    {STR_CONST("x509rsacrt"), STR_CONST("1.24"), {0}, true, {0}},
    {STR_CONST("x509sha1"), {0}, STR_CONST("1.24"), true, STR_CONST("1")},
    {STR_CONST("x509sha256skid"), STR_CONST("1.25"), {0}, true, {0}},
    {STR_CONST("x509sslcertoverrideplatform"), STR_CONST("1.27"), {0}, true, {0}},
    {STR_CONST("x509usefallbackroots"), STR_CONST("1.20"), {0}, true, {0}},
    {STR_CONST("x509usepolicies"), STR_CONST("1.22"), {0}, true, {0}},
    {STR_CONST("zipinsecurepath"), STR_CONST("1.20"), {0}, true, {0}},
};

const GodebugHistory *godebug_history(Str name)
{
    for (isize i = 0; i < COUNT_OF(history); i++) {
        if (str_eq(history[i].name, name)) {
            return &history[i];
        }
    }
    return NULL;
}

/* Whether the release has it; an unknown release may. */
static bool is_of(const GodebugHistory *row, Str version)
{
    return version.len == 0 ||
           ((row->since.len == 0 || goversion_compare(version, row->since) >= 0) &&
            (row->until.len == 0 || goversion_compare(version, row->until) < 0));
}

static bool is_at_least(Str version, Str release)
{
    return version.len > 0 && goversion_compare(version, release) >= 0;
}

static GodebugKey *find(const GodebugTable *table, Str name)
{
    for (isize i = 0; i < table->keys.len; i++) {
        if (str_eq(table->keys.ptr[i].name, name)) {
            return &table->keys.ptr[i];
        }
    }
    return NULL;
}

static GodebugKey *find_or_add(Arena *a, GodebugTable *table, Str name)
{
    GodebugKey *key = find(table, name);
    if (key == NULL) {
        key = VEC_PUSH(a, &table->keys);
        key->name = name;
    }
    return key;
}

/* The quoted word after label in the line; empty when there is none. */
static Str quoted_after(Str line, Str label)
{
    Str word = {0};
    isize at = str_index(line, label);
    if (at >= 0) {
        line = str_from(line, at + label.len);
        gosource_next_quoted(&line, &word);
    }
    return word;
}

/* The number after label; 0 when there is none. */
static int64_t number_after(Str line, Str label)
{
    int64_t number = 0;
    isize at = str_index(line, label);
    if (at >= 0) {
        Str rest = str_trim(str_from(line, at + label.len));
        isize n = 0;
        while (n < rest.len && rest.ptr[n] >= '0' && rest.ptr[n] <= '9') {
            n++;
        }
        str_parse_decimal(str_to(rest, n), MAX_MINOR, &number);
    }
    return number;
}

/* {Name: "panicnil", Package: "runtime", Changed: 21, Old: "1"}, */
static void parse_settings(Arena *a, Str text, GodebugTable *table)
{
    Str body, line;
    if (!gosource_next_block(&text, S("var All = []Info{"), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        Str name = quoted_after(line, S("Name:"));
        if (name.len > 0) {
            GodebugKey *key = find_or_add(a, table, name);
            key->is_setting = true;
            key->changed = number_after(line, S("Changed:"));
            key->old = quoted_after(line, S("Old:"));
        }
    }
}

/* {Name: "x509sha1", Removed: 24, Old: one}, */
static void parse_removed(Arena *a, Str text, GodebugTable *table)
{
    Str body, line;
    if (!gosource_next_block(&text, S("var Removed = []RemovedInfo{"), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        Str name = quoted_after(line, S("Name:"));
        isize old = str_index(line, S("Old:"));
        if (name.len > 0) {
            *VEC_PUSH(a, &table->removed) =
                (GodebugRemoved){.name = name,
                                 .removed = number_after(line, S("Removed:")),
                                 .old_rule = old < 0 ? (Str){0} : str_from(line, old)};
        }
    }
}

/* {name: "profstackdepth", value: &debug.profstackdepth, def: 128}, and before Go 1.21
 * {"gctrace", &debug.gctrace}, */
static void parse_numbers(Arena *a, Str text, GodebugTable *table)
{
    Str body, line, name;
    if (!gosource_next_block(&text, S("var dbgvars = "), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        int64_t preset = number_after(line, S("def:"));
        if (gosource_next_quoted(&line, &name)) {
            GodebugKey *key = find_or_add(a, table, name);
            key->is_number = true;
            key->preset = str_format(a, "%lld", (long long)preset);
        }
    }
    find_or_add(a, table, S("memprofilerate"))->is_number = true;
}

/* debug.cgocheck = 1 */
static void parse_presets(Str text, GodebugTable *table)
{
    Str rest = text, body, line;
    if (!gosource_next_block(&rest, S("func parseRuntimeDebugVars("), &body) &&
        !gosource_next_block(&text, S("func parsedebugvars("), &body)) {
        return;
    }
    while (gosource_next_line(&body, &line)) {
        if (str_eat_prefix(&line, S("debug."))) {
            StrCut cut = str_cut(line, ' ');
            GodebugKey *key = find(table, cut.head);
            if (key != NULL && str_eq(cut.tail, S("= 1"))) {
                key->preset = S("1");
            }
        }
    }
}

/* What the go command and the library ask for without a list. */
static void add_unlisted(Arena *a, Str version, bool has_settings, GodebugTable *table)
{
    for (isize i = 0; i < COUNT_OF(history); i++) {
        bool is_listed = has_settings && history[i].is_setting;
        if (is_of(&history[i], version) && !is_listed) {
            find_or_add(a, table, history[i].name);
        }
    }
}

static void add_history(Arena *a, Str version, GodebugTable *table)
{
    bool has_settings = version.len == 0 || is_at_least(version, S("1.21"));
    for (isize i = 0; i < COUNT_OF(history); i++) {
        if (is_of(&history[i], version)) {
            find_or_add(a, table, history[i].name)->is_setting =
                history[i].is_setting && has_settings;
        }
    }
}

static void add_removed_history(Arena *a, Str version, GodebugTable *table)
{
    for (isize i = 0; i < COUNT_OF(history); i++) {
        const GodebugHistory *row = &history[i];
        StrCut cut = str_cut(row->until, '.');
        int64_t minor;
        if (row->old_values.len > 0 && is_at_least(version, row->until) &&
            str_parse_decimal(cut.tail, MAX_MINOR, &minor)) {
            *VEC_PUSH(a, &table->removed) = (GodebugRemoved){
                row->name, minor, str_format(a, "\"%.*s\"", STR_ARG(row->old_values))};
        }
    }
}

void godebug_table_parse(Arena *a, Str table_go, Str runtime1_go, Str version, GodebugTable *ret)
{
    GodebugTable table = {0};
    parse_settings(a, table_go, &table);
    parse_removed(a, table_go, &table);
    parse_numbers(a, runtime1_go, &table);
    parse_presets(runtime1_go, &table);
    add_unlisted(a, version, table_go.len > 0, &table);
    table.removed_is_fatal = str_contains(runtime1_go, S("range godebugs.Removed"));
    table.cgocheck2_is_fatal = str_contains(runtime1_go, S("throw(\"cgocheck > 1 mode"));
    table.has_default = version.len == 0 || is_at_least(version, S("1.23"));
    *ret = table;
}

/* Of a Go whose sources are not there. */
static void table_of_version(Arena *a, Str version, GodebugTable *ret)
{
    GodebugTable table = {0};
    bool is_strict = is_at_least(version, S("1.27"));
    add_history(a, version, &table);
    if (is_strict) {
        add_removed_history(a, version, &table);
    }
    table.removed_is_fatal = is_strict;
    table.cgocheck2_is_fatal = is_at_least(version, S("1.21"));
    table.has_default = version.len == 0 || is_at_least(version, S("1.23"));
    *ret = table;
}

void godebug_table_read(Arena *a, Str goroot, Str version, GodebugTable *ret)
{
    Str table_go = {0}, runtime1_go;
    Err ignored;
    if (gosource_read(a, goroot, S("runtime/runtime1.go"), &runtime1_go, &ignored)) {
        gosource_read(a, goroot, S("internal/godebugs/table.go"), &table_go, &ignored);
        godebug_table_parse(a, table_go, runtime1_go, version, ret);
    } else {
        table_of_version(a, version, ret);
    }
}

const GodebugKey *godebug_table_find(const GodebugTable *table, Str name)
{
    return find(table, name);
}

const GodebugRemoved *godebug_table_removed(const GodebugTable *table, Str name)
{
    for (isize i = 0; i < table->removed.len; i++) {
        if (str_eq(table->removed.ptr[i].name, name)) {
            return &table->removed.ptr[i];
        }
    }
    return NULL;
}

/* Rules that name a predicate of table.go. */
static Str values_of_predicate(Str rule)
{
    if (str_contains(rule, S("Old: zero"))) {
        return S("\"0\"");
    }
    return str_contains(rule, S("Old: one")) ? S("\"1\"") : rule;
}

bool godebug_removed_refuses(const GodebugRemoved *removed, Str value)
{
    if (removed->old_rule.len == 0) {
        return true;
    }
    Str rule = values_of_predicate(removed->old_rule), words, word;
    while (gosource_next_quoted(&rule, &words)) {
        while (str_next_field(&words, &word)) {
            if (str_eq(word, value)) {
                return true;
            }
        }
    }
    return false;
}

static bool has_space(Str s)
{
    return str_index_byte(s, ' ') >= 0 || str_index_byte(s, '\t') >= 0;
}

static bool check_form(Str key, Str value, Str *ret_why)
{
    *ret_why = has_space(key)                    ? S("key contains space")
               : has_space(value)                ? S("value contains space")
               : str_index_byte(key, ',') >= 0   ? S("key contains comma")
               : str_index_byte(value, ',') >= 0 ? S("value contains comma")
                                                 : (Str){0};
    return ret_why->len == 0;
}

static bool check_default(Arena *a, Str value, Str go_version, Str *ret_why)
{
    Str version = value;
    if (!str_eat_prefix(&version, S("go")) || !goversion_is_valid(version)) {
        *ret_why = S("value for default= must be goVERSION");
        return false;
    }
    if (goversion_is_valid(go_version) && goversion_compare(version, go_version) > 0) {
        *ret_why = str_format(a, "default=%.*s too new (toolchain is go%.*s)", STR_ARG(value),
                              STR_ARG(go_version));
        return false;
    }
    return true;
}

/* Before Go 1.27 each removed setting was refused, whatever its value. */
static Str words_of_removed(Arena *a, const GodebugRemoved *removed, const char *verb, Str value)
{
    Str name = quote_go(a, removed->name);
    if (removed->old_rule.len == 0) {
        return str_format(a, "use of removed %s %.*s, see https://go.dev/doc/godebug#go-1%lld",
                          verb, STR_ARG(name), (long long)removed->removed);
    }
    return str_format(
        a, "removed GODEBUG %.*s set to old value %.*s (https://go.dev/doc/godebug#go-1%lld)",
        STR_ARG(name), STR_ARG(quote_go(a, value)), (long long)removed->removed);
}

bool godebug_check(Arena *a, const GodebugTable *table, Str go_version, const char *verb, Str key,
                   Str value, Str *ret_why)
{
    const GodebugKey *known = godebug_table_find(table, key);
    const GodebugRemoved *removed = godebug_table_removed(table, key);
    if (!check_form(key, value, ret_why)) {
        return false;
    }
    if (table->has_default && str_eq(key, S("default"))) {
        return check_default(a, value, go_version, ret_why);
    }
    if (known != NULL && known->is_setting) {
        return true;
    }
    if (removed == NULL) {
        *ret_why = str_format(a, "unknown %s %.*s", verb, STR_ARG(quote_go(a, key)));
        return false;
    }
    if (godebug_removed_refuses(removed, value)) {
        *ret_why = words_of_removed(a, removed, verb, value);
        return false;
    }
    return true;
}

/* At most a third of the letters are others. */
static bool is_near(Str word, Str name)
{
    return str_distance(word, name) * 3 <= MAX(word.len, name.len);
}

const GodebugKey *godebug_table_nearest(const GodebugTable *table, Str name, bool settings_only)
{
    const GodebugKey *nearest = NULL;
    for (isize i = 0; i < table->keys.len; i++) {
        const GodebugKey *key = &table->keys.ptr[i];
        if ((key->is_setting || !settings_only) && is_near(name, key->name) &&
            (nearest == NULL ||
             str_distance(name, key->name) < str_distance(name, nearest->name))) {
            nearest = key;
        }
    }
    return nearest;
}
