#include "sumdb/tileload.h"

static void read_cached(const SumdbState *state, Arena *a, TilePlan *plan)
{
    for (isize i = 0; i < plan->len; i++) {
        TileEntry *entry = &plan->ptr[i];
        bool is_cached = sumdb_state_read_tile(a, state, entry->tile, &entry->data);
        entry->origin = is_cached ? TILE_CACHED : TILE_ABSENT;
    }
}

static Tile widened(Tile tile, bool in_full)
{
    return (Tile){tile.level, tile.n, in_full ? TILE_MAX_WIDTH : tile.width};
}

/* Takes the entry's part of a reply for the asked tile, which may be wider. */
static bool accept_tile(TileEntry *entry, Tile asked, Str path, Str body, Err *err)
{
    if (body.len != tile_len(asked)) {
        const char *web_page = str_starts_with(body, S("<")) ? ": a web page came instead" : "";
        return FAIL(err, ERR_VERIFY, "'%.*s' has %td bytes, %td expected%s", STR_ARG(path),
                    body.len, tile_len(asked), web_page);
    }
    entry->data = str_to(body, tile_len(entry->tile));
    entry->origin = TILE_FETCHED;
    return true;
}

/* Asks for all absent tiles at once, for each as it is or in full. One that the database does not
 * have stays absent. */
static bool fetch_round(SumdbRemote *remote, Arena *a, TilePlan *plan, bool in_full, Err *err)
{
    TileEntry **absent = ARENA_ARRAY(a, TileEntry *, plan->len);
    Str *paths = ARENA_ARRAY(a, Str, plan->len);
    SumdbReply *replies = NULL;
    isize n = 0;
    for (isize i = 0; i < plan->len; i++) {
        bool is_asked_already = in_full && tile_is_full(plan->ptr[i].tile);
        if (plan->ptr[i].origin == TILE_ABSENT && !is_asked_already) {
            paths[n] = tile_path(a, widened(plan->ptr[i].tile, in_full));
            absent[n++] = &plan->ptr[i];
        }
    }
    if (n > 0 && !sumdb_remote_ask(remote, a, paths, n, &replies, err)) {
        return false;
    }
    for (isize i = 0; i < n; i++) {
        Tile asked = widened(absent[i]->tile, in_full);
        SumdbReplyOutcome outcome = sumdb_reply_judge(&replies[i], paths[i], err);
        if (outcome == SUMDB_REPLY_FAILED ||
            (outcome == SUMDB_REPLY_FOUND &&
             !accept_tile(absent[i], asked, paths[i], replies[i].body, err))) {
            return false;
        }
    }
    return true;
}

/* A partial tile may be absent because the database has it in full by now. */
static TileloadOutcome fetch_absent(SumdbRemote *remote, Arena *a, TilePlan *plan, Err *err)
{
    if (!fetch_round(remote, a, plan, false, err) || !fetch_round(remote, a, plan, true, err)) {
        return TILELOAD_FAILED;
    }
    for (isize i = 0; i < plan->len; i++) {
        if (plan->ptr[i].origin == TILE_ABSENT) {
            Str path = tile_path(a, plan->ptr[i].tile);
            FAIL(err, ERR_NET, "%.*s does not have '%.*s', which its signed tree of %lld needs",
                 STR_ARG(remote->name), STR_ARG(path), (long long)plan->size);
            return TILELOAD_ABSENT;
        }
    }
    return TILELOAD_DONE;
}

/* Forgets what the cache gave and the root does not prove. Returns how many. */
static isize forget_unproved(TilePlan *plan)
{
    isize n = 0;
    for (isize i = 0; i < plan->len; i++) {
        TileEntry *entry = &plan->ptr[i];
        if (entry->origin == TILE_CACHED && !entry->is_proved) {
            entry->origin = TILE_ABSENT;
            n++;
        }
    }
    return n;
}

/* Says which tile does not hold. */
static void blame(const SumdbRemote *remote, Arena scratch, const TilePlan *plan, Err *err)
{
    isize i = 0;
    while (plan->ptr[i].is_proved) {
        i++;
    }
    if (plan->ptr[i].parent < 0) {
        FAIL(err, ERR_VERIFY, "the tiles of %.*s do not add up to its signed tree of %lld",
             STR_ARG(remote->name), (long long)plan->size);
        return;
    }
    Str path = tile_path(&scratch, plan->ptr[i].tile);
    FAIL(err, ERR_VERIFY, "'%.*s' of %.*s is not part of its signed tree of %lld", STR_ARG(path),
         STR_ARG(remote->name), (long long)plan->size);
}

static void write_fetched(const SumdbState *state, Arena scratch, const TilePlan *plan)
{
    for (isize i = 0; i < plan->len; i++) {
        if (plan->ptr[i].origin == TILE_FETCHED) {
            sumdb_state_write_tile(scratch, state, plan->ptr[i].tile, plan->ptr[i].data);
        }
    }
}

TileloadOutcome tileload_prove(SumdbRemote *remote, const SumdbState *state, Arena *a,
                               TilePlan *plan, const Sha256 *root, Err *err)
{
    read_cached(state, a, plan);
    TileloadOutcome outcome = fetch_absent(remote, a, plan, err);
    if (outcome != TILELOAD_DONE) {
        return outcome;
    }
    bool is_proved = tile_plan_prove(plan, root);
    if (!is_proved && forget_unproved(plan) > 0) {
        outcome = fetch_absent(remote, a, plan, err);
        if (outcome != TILELOAD_DONE) {
            FAIL_IN(err, "replacing damaged tiles of the cache");
            return outcome;
        }
        is_proved = tile_plan_prove(plan, root);
    }
    if (!is_proved) {
        blame(remote, *a, plan, err);
        return TILELOAD_FAILED;
    }
    write_fetched(state, *a, plan);
    return TILELOAD_DONE;
}
