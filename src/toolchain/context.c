#include "toolchain/context.h"

#include "base/path.h"
#include "go/root/goroot.h"
#include "os/dir.h"
#include "os/proc.h"
#include "os/spawn.h"
#include "store/store.h"
#include "toolchain/sumdb_source.h"

#define CONTEXT_LOCK_TIMEOUT_MS (5 * 60 * 1000) /* an install of somebody else takes seconds */

ToolchainContext context_init(Arena *a, const Environ *env, Str dir, Str home)
{
    return (ToolchainContext){.arena = a,
                              .env = env,
                              .dir = dir,
                              .home = home,
                              .jobs = proc_cpus(),
                              .lock_timeout_ms = CONTEXT_LOCK_TIMEOUT_MS,
                              .sumdb_dirfd = -1};
}

void context_done(ToolchainContext *c)
{
    source_close(c->source);
    c->source = NULL;
    if (c->fetcher != NULL) {
        fetcher_close(c->fetcher);
        c->fetcher = NULL;
    }
    file_close(&c->sumdb_dirfd);
    context_release_store(c);
}

static StoreOutcome open_store(ToolchainContext *c, StoreMode mode, Err *err)
{
    StoreOptions options = {.home = c->home,
                            .mode = mode,
                            .lock_timeout_ms = c->lock_timeout_ms,
                            .command = c->command,
                            .user = proc_user_name(c->arena)};
    c->store_outcome = store_open(c->arena, &options, &c->store, err);
    return c->store_outcome;
}

StoreOutcome context_store(ToolchainContext *c, Store **ret, Err *err)
{
    if (c->store_outcome == STORE_FAILED) {
        open_store(c, STORE_READ, err);
    }
    *ret = &c->store;
    return c->store_outcome;
}

bool context_claim_store(ToolchainContext *c, Store **ret, Err *err)
{
    if (c->store_outcome != STORE_OPENED || c->store.mode == STORE_READ) {
        context_release_store(c);
        if (open_store(c, STORE_CREATE, err) != STORE_OPENED) {
            return false;
        }
    }
    *ret = &c->store;
    return true;
}

void context_release_store(ToolchainContext *c)
{
    if (c->store_outcome == STORE_OPENED) {
        store_close(&c->store);
    }
    c->store_outcome = STORE_FAILED;
}

/* goward's own links lie in <home>/bin, and are links to the running program wherever they lie. */
static bool is_shim(ToolchainContext *c, Str program)
{
    Err ignored;
    Str real, self;
    return proc_real_path(c->arena, program, &real, &ignored) == FILE_FOUND &&
           proc_executable(c->arena, &self, &ignored) && str_eq(real, self);
}

Str context_system_goroot(ToolchainContext *c, Str *ret_program)
{
    Str rest = environ_value(c->env, S("PATH"));
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ':');
        rest = cut.tail;
        Str program = path_join(c->arena, cut.head, S("go"));
        Str root;
        if (!path_is_absolute(cut.head) || path_is_within(cut.head, c->home) ||
            !file_may_execute(FILE_CWD, program) || is_shim(c, program)) {
            continue;
        }
        if (goroot_of_program(c->arena, program, &root)) {
            if (ret_program != NULL) {
                *ret_program = program;
            }
            return root;
        }
    }
    return (Str){0};
}

bool context_goenv(ToolchainContext *c, const GoEnv **ret, Err *err)
{
    if (!c->has_goenv) {
        Str id, root;
        bool has_default = store_peek_default(c->arena, c->home, &id, err) == FILE_FOUND &&
                           store_peek_tree(c->arena, c->home, id, &root, err) == FILE_FOUND;
        if (!has_default) {
            root = context_system_goroot(c, NULL);
        }
        if (!goenv_load(c->arena, c->env, root, &c->goenv, err)) {
            return false;
        }
        c->has_goenv = true;
    }
    *ret = &c->goenv;
    return true;
}

bool context_gosumdb(ToolchainContext *c, const Gosumdb **ret, Err *err)
{
    if (!c->has_gosumdb) {
        const GoEnv *goenv;
        if (!context_goenv(c, &goenv, err) ||
            !gosumdb_parse_for_toolchain(*c->arena, goenv_value(goenv, S("GOSUMDB")), &c->gosumdb,
                                         err)) {
            return false;
        }
        c->has_gosumdb = true;
    }
    *ret = &c->gosumdb;
    return true;
}

Fetcher *context_fetcher(ToolchainContext *c)
{
    if (c->fetcher == NULL) {
        Str helper = environ_value(c->env, S("GOWARD_FETCH"));
        c->fetcher = fetcher_open(c->arena, helper, c->env, c->offline);
    }
    return c->fetcher;
}

bool context_source(ToolchainContext *c, Source **ret, Err *err)
{
    if (c->source == NULL) {
        const GoEnv *goenv;
        if (!context_goenv(c, &goenv, err)) {
            return false;
        }
        SourceConfig config = {
            .goproxy = goenv_value(goenv, S("GOPROXY")),
            .from = c->from,
            .feed_url = environ_value(c->env, S("GOWARD_DL_URL")),
            .state_dir = path_join(c->arena, c->home, S("cache/proxies")),
        };
        c->source = source_open(c->arena, context_fetcher(c), &config, err);
        if (c->source == NULL) {
            return false;
        }
    }
    *ret = c->source;
    return true;
}

void context_change_source(ToolchainContext *c, Str from)
{
    source_close(c->source);
    c->source = NULL;
    c->from = from;
    file_close(&c->sumdb_dirfd); /* the log is asked through the source's proxies */
    c->has_sumdb = false;
}

Str context_host_os(void)
{
    return proc_host().os;
}

Str context_host_arch(void)
{
    return proc_host().arch;
}

static bool open_state(Str path, int *ret_fd, Err *err)
{
    file_close(ret_fd); /* of an attempt that failed */
    if (!dir_make_all(FILE_CWD, path, 0700, err)) {
        return false;
    }
    FileOutcome opened = dir_open(FILE_CWD, path, ret_fd, err);
    return opened == FILE_FOUND ||
           (opened == FILE_ABSENT &&
            FAIL(err, ERR_CONFLICT, "the folder '%.*s' vanished", STR_ARG(path)));
}

bool context_sumdb(ToolchainContext *c, SumdbClient **ret, Err *err)
{
    if (!c->has_sumdb) {
        const Gosumdb *database;
        Source *source;
        Str state = path_join(c->arena, c->home, S("sumdb"));
        if (!context_gosumdb(c, &database, err) || !context_source(c, &source, err) ||
            !open_state(state, &c->sumdb_dirfd, err)) {
            return false;
        }
        void *transport = c->offline ? NULL : source_sumdb_new(c->arena, source, database);
        if (!sumdb_open(&c->sumdb, c->arena, c->sumdb_dirfd, &database->verifier,
                        transport == NULL ? NULL : source_sumdb_get, transport, err)) {
            return false;
        }
        c->has_sumdb = true;
    }
    *ret = &c->sumdb;
    return true;
}
