/*
 * GWD106: go.sum against the checksum database.
 *
 * The go command believes a line of go.sum, and asks the database only for what has none. So a line
 * that is wrong, after a merge, an edit, a proxy that lied to whoever added it, comes out where the
 * module is downloaded: on a fresh machine, as `checksum mismatch ... SECURITY ERROR`. For modules
 * in the cache GWD062 and GWD063 compare what is there; here are those that are not.
 *
 * What is asked for is what the go command would fetch for this build, of the same server: nothing
 * that GONOSUMDB or GOPRIVATE takes out, and nothing where the database is switched off.
 */
#include "doctor/gomodfile.h"
#include "doctor/modcache.h"
#include "doctor/netcheck.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/mod/graph.h"
#include "go/mod/pattern.h"
#include "os/clock.h"
#include "os/proc.h"

#define MAX_ASKED 100                     /* modules; each is one request and a few tiles */
#define MAX_NS (20 * (int64_t)1000000000) /* that asking may take */
#define MAX_SUM (16 * MIB)                /* bytes of a go.sum that is to be put right */

/* A module whose lines are to be compared: the zip's, its go.mod's, or both. */
typedef struct {
    ModVersion mod;
    const GoSumLine *zip, *go_mod; /* NULL: none, or the cache has it */
} Asked;

typedef VEC(Asked) AskedList;

typedef struct {
    const GoSumLine *line;
    Str right; /* hash */
} Wrong;

typedef VEC(Wrong) WrongList;

/* ---- which ---- */

static bool is_cached(const Doctor *d, ModVersion mod, const char *suffix)
{
    ModcachePlace place;
    FileStat st;
    Err ignored;
    return !modcache_place(d, mod.path, mod.version, &place) ||
           file_stat(FILE_CWD, str_concat(d->arena, place.download, str_from_c(suffix)), &st,
                     &ignored) == FILE_FOUND;
}

static void add_module(const Doctor *d, const GoSum *sum, ModVersion mod, bool is_chosen,
                       AskedList *ret)
{
    Asked one = {.mod = mod};
    if (is_chosen && !is_cached(d, mod, ".ziphash")) {
        one.zip = gosum_find(*d->arena, sum, mod.path, mod.version, false);
    }
    if (!is_cached(d, mod, ".mod")) {
        one.go_mod = gosum_find(*d->arena, sum, mod.path, mod.version, true);
    }
    if (one.zip != NULL || one.go_mod != NULL) {
        *VEC_PUSH(d->arena, ret) = one;
    }
}

/* What the graph has of modules, as far as go.mod and the module cache tell: the module itself for
 * the chosen version, its go.mod for the others. */
static void add_graph(const Doctor *d, const MainMods *mains, const ModGraph *g, const GoSum *sum,
                      AskedList *ret)
{
    Str exempt = goenv_value(d->in->env, S("GONOSUMDB"));
    GraphNodes nodes = graph_walk(d->arena, g);
    for (isize i = 0; i < nodes.len; i++) {
        ModVersion mod = graph_node(g, nodes.ptr[i])->mod;
        bool is_chosen = graph_chosen(g, mod.path) == nodes.ptr[i];
        const MainReplace *r = mainmods_replacement(*d->arena, mains, mod);
        mod = r != NULL ? r->to : mod;
        if (mod.version.len > 0 && !modversion_is_toolchain(mod.path) &&
            !pattern_list_matches(exempt, mod.path)) {
            add_module(d, sum, mod, is_chosen, ret);
        }
    }
}

static bool list_modules(const Doctor *d, AskedList *ret, Err *err)
{
    MainModule m;
    MainMods mains;
    ModGraph graph;
    GoSum *sum = ARENA_NEW(d->arena, GoSum);
    Err ignored; /* of go.mod and go.sum: GWD056 and GWD058 */
    if (!gomodfile_main(d, &m) || !gomodfile_read_sums(d, &m, sum, &ignored) ||
        !mainmods_load(d->arena, d->in->env, d->in->dir, &mains, &ignored) || mains.is_vendored) {
        return true;
    }
    bool ok = graph_load(d->arena, &mains, goenv_value(d->in->env, S("GOMODCACHE")), proc_cpus(),
                         &graph, err);
    if (ok) {
        add_graph(d, &mains, &graph, sum, ret);
    }
    graph_done(&graph);
    return ok;
}

/* ---- asking ---- */

static void compare(const Doctor *d, const GoSumLine *line, Str right, WrongList *wrong)
{
    if (line != NULL && right.len > 0 && !str_eq(line->hash, right)) {
        *VEC_PUSH(d->arena, wrong) = (Wrong){line, right};
    }
}

typedef enum {
    ASK_FAILED,
    ASK_DONE,
    ASK_NO_ANSWER, /* the server, or the time is over */
} AskOutcome;

static AskOutcome ask_one(Doctor *d, NetLog *log, const Asked *one, WrongList *wrong, Err *err)
{
    SumdbRecord record;
    if (!sumdb_lookup(&log->client, d->arena, one->mod.path, one->mod.version, &record, err)) {
        /* What the database does not know is private, or was never asked for. */
        return err->kind == ERR_NOT_FOUND || err->kind == ERR_USAGE ? ASK_DONE
               : err->kind == ERR_NET                               ? ASK_NO_ANSWER
                                                                    : ASK_FAILED;
    }
    compare(d, one->zip, record.h1, wrong);
    compare(d, one->go_mod, record.go_mod_h1, wrong);
    return ASK_DONE;
}

/* *ret_n: so many were asked for. */
static bool ask_all(Doctor *d, NetLog *log, const AskedList *list, WrongList *wrong, isize *ret_n,
                    Err *err)
{
    int64_t end = clock_monotonic_ns() + MAX_NS;
    isize n = 0;
    while (n < MIN(list->len, MAX_ASKED) && clock_monotonic_ns() < end) {
        AskOutcome outcome = ask_one(d, log, &list->ptr[n], wrong, err);
        if (outcome == ASK_FAILED) {
            return false;
        }
        if (outcome == ASK_NO_ANSWER) {
            break;
        }
        n++;
    }
    *ret_n = n;
    return true;
}

/* ---- telling ---- */

/* The file with the hashes of the database in its wrong lines; empty when it cannot be read. */
static Str put_right(const Doctor *d, Str file, const WrongList *wrong)
{
    StrBuf b = strbuf_init(d->arena);
    Str text, line;
    Err ignored;
    if (file_read_all(d->arena, FILE_CWD, file, MAX_SUM, &text, &ignored) != FILE_FOUND) {
        return (Str){0};
    }
    for (isize number = 1; str_next_line(&text, &line); number++) {
        for (isize i = 0; i < wrong->len; i++) {
            const GoSumLine *bad = wrong->ptr[i].line;
            if (bad->line == number && str_eq(bad->file, file)) {
                line = str_format(d->arena, "%.*s %.*s%s %.*s", STR_ARG(bad->path),
                                  STR_ARG(bad->version), bad->is_go_mod ? "/go.mod" : "",
                                  STR_ARG(wrong->ptr[i].right));
            }
        }
        strbuf_add(&b, line);
        strbuf_add_byte(&b, '\n');
    }
    return strbuf_str(&b);
}

static bool is_first_of_file(const WrongList *wrong, isize at)
{
    for (isize i = 0; i < at; i++) {
        if (str_eq(wrong->ptr[i].line->file, wrong->ptr[at].line->file)) {
            return false;
        }
    }
    return true;
}

static void find_wrong(Doctor *d, const NetLog *log, const Wrong *w)
{
    const GoSumLine *line = w->line;
    doctor_find(
        d,
        (Finding){
            .severity = SEVERITY_ERROR,
            .title = str_format(d->arena,
                                "go.sum has another hash of %s%.*s@%.*s than the checksum "
                                "database: its download stops with a checksum mismatch",
                                line->is_go_mod ? "the go.mod of " : "", STR_ARG(line->path),
                                STR_ARG(line->version)),
            .place = {.file = line->file, .line = line->line},
            .evidence = str_format(d->arena, "go.sum:  %.*s\n%.*s:  %.*s", STR_ARG(line->hash),
                                   STR_ARG(log->client.verifier.name), STR_ARG(w->right)),
            .remedy = S("git log -p go.sum shows who changed the line; goward doctor --net --fix "
                        "puts in what the checksum database has"),
        });
}

static void find_all(Doctor *d, const NetLog *log, const WrongList *wrong)
{
    for (isize i = 0; i < wrong->len; i++) {
        Str file = wrong->ptr[i].line->file, text;
        find_wrong(d, log, &wrong->ptr[i]);
        if (is_first_of_file(wrong, i) && (text = put_right(d, file, wrong)).len > 0) {
            doctor_fix(d, (Fix){
                              .kind = FIX_WRITE,
                              .path = file,
                              .value = text,
                              .says = str_format(d->arena,
                                                 "put the hashes of the checksum database into "
                                                 "%.*s",
                                                 STR_ARG(file)),
                          });
        }
    }
}

static void find_left(Doctor *d, const AskedList *list, isize n_asked)
{
    if (n_asked < list->len) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_INFO,
                           .title = str_format(d->arena,
                                               "the checksum database was asked for %td of %td "
                                               "modules that are in go.sum and not in the cache",
                                               n_asked, list->len),
                           .remedy = S("go mod download brings them, and checks each against "
                                       "go.sum"),
                       });
    }
}

/* ---- GWD106 ---- */

/* GOSUMDB=off and, for old Gos and scripts, GONOSUMCHECK and -insecure. */
static bool is_switched_off(const Doctor *d)
{
    Str flags = goenv_value(d->in->env, S("GOFLAGS")), word;
    while (str_next_field(&flags, &word)) {
        str_eat_prefix(&word, S("-"));
        if (str_eq(word, S("-insecure")) || str_eq(word, S("insecure")) ||
            str_starts_with(word, S("insecure="))) {
            return true;
        }
    }
    return netcheck_variable(d, S("GONOSUMCHECK")).got.value.len > 0;
}

static bool check_by_log(Doctor *d, Err *err)
{
    Variable ignored;
    Gosumdb database;
    AskedList list = {0};
    WrongList wrong = {0};
    isize n_asked = 0;
    NetLog log;
    if (is_switched_off(d) || !netcheck_read_database(d, &ignored, &database)) {
        return true;
    }
    if (!list_modules(d, &list, err)) {
        return FAIL_IN(err, "reading the module graph");
    }
    if (list.len == 0) {
        return true;
    }
    if (!netcheck_log_open(d, &database, &log, err)) {
        return err->kind == ERR_NET; /* GWD067 and GWD068 tell why */
    }
    bool ok = ask_all(d, &log, &list, &wrong, &n_asked, err);
    find_all(d, &log, &wrong);
    netcheck_log_close(&log);
    if (ok) {
        find_left(d, &list, n_asked);
    }
    return ok;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD106"),
                .title = STR_CONST("go.sum says what the checksum database says"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the lines of go.sum for modules of this build that are not in the module "
                    "cache, a hundred at most, and the records of the checksum database, which are "
                    "proved; not what GONOSUMDB or GOPRIVATE takes out. Made with --net only"),
                .why = STR_CONST(
                    "A line of go.sum is believed, the checksum database is asked only where there "
                    "is none. A line that a merge, an edit or a lying proxy has made wrong fails "
                    "where the module is not in the cache yet: `verifying module: checksum "
                    "mismatch`, SECURITY ERROR, on the machine of a colleague or in CI. Where the "
                    "server delivers what the wrong line says, nothing fails, and something else "
                    "is built."),
                .cure =
                    STR_CONST("git log -p go.sum; goward doctor --net --fix; not: delete go.sum"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#authenticating; modfetch/fetch.go"),
            },
        .run = check_by_log,
        .cost = COST_NETWORK,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_gosum_log = {rows, COUNT_OF(rows)};
