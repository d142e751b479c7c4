/*
 * GODEBUG of the environment: does this Go know its keys, and what do they do to every Go program
 * that is started here, the compiler too?
 *
 * The runtime passes over what it does not know, without a word: a misspelled key does nothing.
 * Two things it does not forgive, and ends every program with: a setting that has been removed,
 * with a value that the removal has made impossible (since Go 1.27), and cgocheck above 1 (since
 * 1.21).
 */
#include "doctor/godebug_values.h"
#include "go/root/godebugs.h"

#define MAX_FOUND 16 /* findings about one variable: more are noise */

/* ---- GWD040: keys ---- */

/* fips140 is read by crypto/internal/fips140, which takes no other value for a mistake of its own
 * but panics. */
static bool find_bad_fips(Doctor *d, const Variable *v)
{
    static const Str modes[] = {
        {0}, STR_CONST("off"), STR_CONST("on"), STR_CONST("only"), STR_CONST("debug")};
    Str value;
    if (!doctor_go_is_at_least(d, S("1.24")) || !doctor_godebug_value(v, S("fips140"), &value)) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(modes); i++) {
        if (str_eq(modes[i], value)) {
            return false;
        }
    }
    doctor_find_variable(d, SEVERITY_ERROR, v,
                         godebug_without(d->arena, v->got.value, S("fips140")),
                         "fips140=%.*s in GODEBUG ends every program with cryptography at its "
                         "start, the go command too: it takes on, only, debug and off",
                         STR_ARG(value));
    return true;
}

/* Memory of sbrk has no spans, and until Go 1.25 getWeakHandle of runtime/mheap.go threw without
 * one: package unique, which net/netip fills at its start, could not be used. */
static bool find_bad_sbrk(Doctor *d, const Variable *v)
{
    int64_t sbrk;
    if (!doctor_go_is_at_least(d, S("1.23")) || !doctor_go_is_before(d, S("1.25")) ||
        !godebug_number_of(v, S("sbrk"), &sbrk) || sbrk == 0) {
        return false;
    }
    doctor_find_variable(d, SEVERITY_ERROR, v, godebug_without(d->arena, v->got.value, S("sbrk")),
                         "sbrk=%lld in GODEBUG ends every program with package net at its start, "
                         "the go command too: Go 1.23 and 1.24 cannot do without their allocator",
                         (long long)sbrk);
    return true;
}

/* The first field that ends every program, as the runtime reads them from left to right. */
static bool find_fatal(Doctor *d, const Variable *v, const GodebugTable *table)
{
    Str list = v->got.value;
    GodebugField field;
    int64_t cgocheck;
    while (table->removed_is_fatal && godebug_next_field(&list, &field)) {
        const GodebugRemoved *removed = godebug_table_removed(table, field.key);
        if (field.has_value && removed != NULL && godebug_removed_refuses(removed, field.value)) {
            doctor_find_variable(
                d, SEVERITY_ERROR, v, godebug_without(d->arena, v->got.value, field.key),
                "%.*s in GODEBUG ends every program of %.*s at its start, the go command too: the "
                "setting was removed",
                STR_ARG(field.field), STR_ARG(doctor_go_name(d)));
            return true;
        }
    }
    if (table->cgocheck2_is_fatal && godebug_number_of(v, S("cgocheck"), &cgocheck) &&
        cgocheck > 1) {
        doctor_find_variable(d, SEVERITY_ERROR, v,
                             godebug_without(d->arena, v->got.value, S("cgocheck")),
                             "cgocheck=%lld in GODEBUG ends every Go program at its start, the go "
                             "command too: since "
                             "Go 1.21 GOEXPERIMENT=cgocheck2 does that, when a program is built",
                             (long long)cgocheck);
        return true;
    }
    return find_bad_fips(d, v) || find_bad_sbrk(d, v);
}

/* A name that other releases know: no misspelling. */
static void find_of_other_release(Doctor *d, const Variable *v, const GodebugField *field,
                                  const GodebugHistory *history)
{
    bool is_gone = history->until.len > 0 && !doctor_go_is_before(d, history->until);
    doctor_find_variable(d, SEVERITY_INFO, v, godebug_without(d->arena, v->got.value, field->key),
                         "%.*s passes %.*s in GODEBUG over: the key %s Go %.*s",
                         STR_ARG(doctor_go_name(d)), STR_ARG(field->field),
                         is_gone ? "is gone since" : "comes with",
                         STR_ARG(is_gone ? history->until : history->since));
}

static void find_unknown_key(Doctor *d, const Variable *v, const GodebugTable *table,
                             const GodebugField *field)
{
    const GodebugHistory *history = godebug_history(field->key);
    const GodebugKey *nearest = godebug_table_nearest(table, field->key, false);
    if (history != NULL) {
        find_of_other_release(d, v, field, history);
    } else if (nearest != NULL) {
        doctor_find_variable(
            d, SEVERITY_WARN, v, godebug_renamed(d->arena, v->got.value, field->key, nearest->name),
            "%.*s in GODEBUG does nothing: %.*s does not know the key; its name is %.*s",
            STR_ARG(field->field), STR_ARG(doctor_go_name(d)), STR_ARG(nearest->name));
    } else {
        doctor_find_variable(d, SEVERITY_WARN, v,
                             godebug_without(d->arena, v->got.value, field->key),
                             "%.*s in GODEBUG does nothing: %.*s does not know the key",
                             STR_ARG(field->field), STR_ARG(doctor_go_name(d)));
    }
}

/* What the value of a key that the runtime reads is worth. */
static void check_number(Doctor *d, const Variable *v, const GodebugKey *key,
                         const GodebugField *field)
{
    Str without = godebug_without(d->arena, v->got.value, field->key);
    int64_t number;
    if (!godebug_number(field->value, &number)) {
        doctor_find_variable(d, SEVERITY_WARN, v, without,
                             "%.*s in GODEBUG does nothing: the value has to be a number",
                             STR_ARG(field->field));
    } else if (!key->is_setting && str_eq(field->value, key->preset) &&
               !str_eq(field->key, S("madvdontneed"))) { /* that one is GWD009's */
        doctor_find_variable(d, SEVERITY_INFO, v, without,
                             "%.*s in GODEBUG changes nothing: that is the default",
                             STR_ARG(field->field));
    }
}

static void check_field(Doctor *d, const Variable *v, const GodebugTable *table,
                        const GodebugField *field)
{
    const GodebugKey *key = godebug_table_find(table, field->key);
    if (!field->has_value) {
        doctor_find_variable(
            d, SEVERITY_WARN, v, godebug_without(d->arena, v->got.value, field->key),
            "'%.*s' in GODEBUG does nothing: it has no value", STR_ARG(field->field));
    } else if (key == NULL && !str_starts_with(field->key, S("cpu."))) {
        find_unknown_key(d, v, table, field);
    } else if (key != NULL && key->is_number) {
        check_number(d, v, key, field);
    }
}

static void check_env_file(Doctor *d)
{
    Variable v = doctor_variable(d, S("GODEBUG"));
    if (v.got.origin == GOENV_ORIGIN_USER_FILE || v.got.origin == GOENV_ORIGIN_GOROOT_FILE) {
        doctor_find(d,
                    (Finding){
                        .severity = SEVERITY_WARN,
                        .title = S("GODEBUG in a go env file does nothing: Go reads it from the "
                                   "environment alone"),
                        .place = variable_place(&v),
                        .evidence = variable_evidence(d->arena, &v),
                        .remedy = str_format(d->arena, "export GODEBUG=%.*s, and delete the line",
                                             STR_ARG(v.got.value)),
                    });
    }
}

static bool check_keys(Doctor *d, Err *err)
{
    (void)err;
    Variable v = godebug_variable(d);
    Str list = v.got.value;
    GodebugTable table;
    GodebugField field;
    check_env_file(d);
    if (list.len == 0) {
        return true;
    }
    godebug_table_read(d->arena, d->in->goroot, d->in->version, &table);
    if (find_fatal(d, &v, &table)) {
        return true;
    }
    isize before = d->findings.len;
    while (godebug_next_field(&list, &field) && d->findings.len - before < MAX_FOUND) {
        check_field(d, &v, &table, &field);
    }
    return true;
}

/* ---- GWD043: what they do ---- */

typedef enum {
    WHEN_POSITIVE, /* a number above zero */
    WHEN_ZERO,     /* the number zero */
    WHEN_EQUAL,    /* exactly that text */
} EffectWhen;

typedef struct {
    Str key;
    EffectWhen when;
    Str value; /* of WHEN_EQUAL */
    Str does;
} Effect;

/* Not among them: gcstoptheworld (GWD002), madvdontneed (GWD009). */
static const Effect effects[] = {
    {STR_CONST("gctrace"), WHEN_POSITIVE, {0}, STR_CONST("prints a line per collection")},
    {STR_CONST("gcpacertrace"), WHEN_POSITIVE, {0}, STR_CONST("prints what the pacer decides")},
    {STR_CONST("schedtrace"), WHEN_POSITIVE, {0}, STR_CONST("prints the scheduler's state")},
    {STR_CONST("inittrace"), WHEN_POSITIVE, {0}, STR_CONST("prints a line per package at start")},
    {STR_CONST("scavtrace"), WHEN_POSITIVE, {0}, STR_CONST("prints what the scavenger does")},
    {STR_CONST("allocfreetrace"), WHEN_POSITIVE, {0}, STR_CONST("prints every allocation")},
    {STR_CONST("http2debug"), WHEN_POSITIVE, {0}, STR_CONST("logs all HTTP/2 traffic")},
    {STR_CONST("gocachehash"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("prints what the build cache hashes")},
    {STR_CONST("gocachetest"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("prints why test results are not taken from the cache")},
    {STR_CONST("gocacheverify"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("makes every build compile everything again")},
    {STR_CONST("sbrk"), WHEN_POSITIVE, {0}, STR_CONST("never frees memory")},
    {STR_CONST("efence"), WHEN_POSITIVE, {0}, STR_CONST("gives every object a page of its own")},
    {STR_CONST("clobberfree"), WHEN_POSITIVE, {0}, STR_CONST("overwrites memory that is freed")},
    {STR_CONST("gccheckmark"), WHEN_POSITIVE, {0}, STR_CONST("marks the heap twice")},
    {STR_CONST("asyncpreemptoff"),
     WHEN_POSITIVE,
     {0},
     STR_CONST("lets a loop without calls stop all other goroutines")},
    {STR_CONST("invalidptr"), WHEN_ZERO, {0}, STR_CONST("lets bad pointers pass unseen")},
    {STR_CONST("cgocheck"), WHEN_ZERO, {0}, STR_CONST("lets Go pointers into C unseen")},
    {STR_CONST("execerrdot"), WHEN_EQUAL, STR_CONST("0"),
     STR_CONST("runs programs from the current directory")},
    {STR_CONST("tlsrsakex"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("allows TLS without forward secrecy")},
    {STR_CONST("tls3des"), WHEN_EQUAL, STR_CONST("1"), STR_CONST("allows 3DES in TLS")},
    {STR_CONST("tls10server"), WHEN_EQUAL, STR_CONST("1"), STR_CONST("lets servers speak TLS 1.0")},
    {STR_CONST("tlsunsafeekm"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("allows key material that TLS cannot protect")},
    {STR_CONST("tlssha1"), WHEN_EQUAL, STR_CONST("1"), STR_CONST("allows SHA-1 in TLS")},
    {STR_CONST("x509sha1"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("takes certificates signed with SHA-1")},
    {STR_CONST("x509negativeserial"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("takes certificates that break the standard")},
    {STR_CONST("rsa1024min"), WHEN_EQUAL, STR_CONST("0"),
     STR_CONST("takes RSA keys of less than 1024 bits")},
    {STR_CONST("httplaxcontentlength"), WHEN_EQUAL, STR_CONST("1"),
     STR_CONST("takes malformed lengths of HTTP messages")},
    {STR_CONST("urlmaxqueryparams"), WHEN_EQUAL, STR_CONST("0"),
     STR_CONST("takes any number of parameters in a URL")},
    {STR_CONST("httpcookiemaxnum"), WHEN_EQUAL, STR_CONST("0"),
     STR_CONST("takes any number of cookies")},
    {STR_CONST("randautoseed"), WHEN_EQUAL, STR_CONST("0"),
     STR_CONST("makes math/rand give the same numbers in every run")},
};

static bool applies(const Effect *effect, const Variable *v)
{
    Str value;
    int64_t number;
    switch (effect->when) {
    case WHEN_POSITIVE:
        return godebug_number_of(v, effect->key, &number) && number > 0;
    case WHEN_ZERO:
        return godebug_number_of(v, effect->key, &number) && number == 0;
    case WHEN_EQUAL:
        return doctor_godebug_value(v, effect->key, &value) && str_eq(value, effect->value);
    }
    return false;
}

static bool check_effects(Doctor *d, Err *err)
{
    (void)err;
    Variable v = godebug_variable(d);
    GodebugTable table;
    if (v.got.value.len == 0) {
        return true;
    }
    godebug_table_read(d->arena, d->in->goroot, d->in->version, &table);
    for (isize i = 0; i < COUNT_OF(effects); i++) {
        const Effect *effect = &effects[i];
        if (godebug_table_find(&table, effect->key) != NULL && applies(effect, &v)) {
            doctor_find_variable(d, SEVERITY_WARN, &v,
                                 godebug_without(d->arena, v.got.value, effect->key),
                                 "%.*s in GODEBUG %.*s, in every Go program that is started here",
                                 STR_ARG(effect->key), STR_ARG(effect->does));
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD040"),
                .title = STR_CONST("GODEBUG has keys that this Go knows"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GODEBUG of the environment; the settings in "
                                      "src/internal/godebugs/table.go and src/runtime/runtime1.go "
                                      "of the Go in use"),
                .why = STR_CONST(
                    "The runtime passes over a key that it does not know, and a number that is "
                    "none: a misspelled setting does nothing, and nothing says so.\n\n"
                    "Some end every Go program at its start, so that no go command runs any more: "
                    "one that Go 1.27 has removed, with a value from before "
                    "(asynctimerchan=1, tlsrsakex=1, gotypesalias=0 ...), and cgocheck=2 since Go "
                    "1.21. A fips140 with an unknown value does so since 1.24.\n\n"
                    "A line GODEBUG=... in the go env file is read by nobody."),
                .cure = STR_CONST("write the key as this Go has it, or unset GODEBUG"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/godebug, func parsegodebug of runtime1.go"),
            },
        .run = check_keys,
        .modes = MODE_PROCESS,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD043"),
                .title = STR_CONST("GODEBUG slows, weakens or floods no Go program"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("GODEBUG of the environment"),
                .why = STR_CONST(
                    "What is exported is for every Go program that is started there: for the "
                    "compiler and the linker as for the service. Traces then stand among the "
                    "messages of a build, and settings for the search for faults in the runtime "
                    "make everything slow. Others take protections away that were made the "
                    "default for a reason. An ENV line in the building stage of an image has all "
                    "these effects on the build, and none on the image that is made."),
                .cure = STR_CONST("set it for the one program: GODEBUG=gctrace=1 ./program; a "
                                  "program that needs a setting says so in its go.mod"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/runtime#hdr-Environment_Variables, "
                                    "go.dev/doc/godebug"),
            },
        .run = check_effects,
        .modes = MODE_PROCESS,
    },
};

const CheckGroup doctor_godebug_keys = {rows, COUNT_OF(rows)};
