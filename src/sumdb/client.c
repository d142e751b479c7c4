/*
 * Every question to the log ends in one *merge*: the head that came with an answer and the
 * client's own are put in order, and one set of tiles of the larger tree shows three things at
 * once: that the smaller tree begins it, that the record is in it, and the record's inclusion
 * proof. So an answer costs one round trip for itself and one for all tiles that are not cached.
 *
 * Forward moves keep the cache complete: the consistency check of old and new head loads, in the
 * new tree's width, just the tiles that were the old frontier. What was proved once can therefore
 * be proved again from the cache, under every later head.
 *
 * A head is saved as soon as it is known to continue ours, even if the record that came with it
 * turns out bad: it is signed, and forgetting it would help only a liar. No lock is held while
 * the network is asked; a head that another process saved meanwhile is merged like any other,
 * which is the loop of save_head.
 */
#include "sumdb/client.h"

#include "base/panic.h"
#include "base/vec.h"
#include "go/mod/escape.h"
#include "sumdb/tileload.h"

#define CLIENT_MAX_NAME 1024       /* bytes of a module path or version */
#define CLIENT_MAX_RETRIES 16      /* heads that other processes may save while one is merged */
#define CLIENT_SCRATCH (256 * KIB) /* enough for the tiles and replies of a lookup */

#define NO_RECORD (-1)

typedef VEC(TlogNode) Nodes;

/* What became of a reply about a record. */
typedef enum {
    ANSWER_FAILED,   /* nobody can tell, or a fork: asking again does not help */
    ANSWER_REJECTED, /* this reply is bad */
    ANSWER_PROVED,
} AnswerOutcome;

/* Heads that must be one history, and the proved tiles of the largest. */
typedef struct {
    SumdbHead heads[3]; /* ours, theirs, and if need be the newest that the database has */
    isize n_heads;
    isize newest;
    TilePlan plan; /* without tiles when none were needed */
} History;

static SumdbHead copy_head(Arena *a, const SumdbHead *head)
{
    return (SumdbHead){head->tree, str_copy(a, head->note)};
}

static void add_range(Arena *a, Nodes *nodes, TlogRange range)
{
    TlogNode of_range[TLOG_MAX_HASHES];
    isize n = tlog_range_nodes(range, of_range);
    for (isize i = 0; i < n; i++) {
        *VEC_PUSH(a, nodes) = of_range[i];
    }
}

static void add_ranges(Arena *a, Nodes *nodes, const TlogRange *ranges, isize n)
{
    for (isize i = 0; i < n; i++) {
        add_range(a, nodes, ranges[i]);
    }
}

/* Hashes of ranges, which make a proof. */
static TlogProof read_proof(Arena *a, const TilePlan *plan, const TlogRange *ranges, isize n)
{
    TlogProof proof = {ARENA_ARRAY(a, Sha256, n), n};
    for (isize i = 0; i < n; i++) {
        proof.ptr[i] = tlog_range_hash(ranges[i], tile_plan_read, plan);
    }
    return proof;
}

/* The nodes that show a smaller tree in a larger one, and the evidence if it is not there. */
static void add_consistency(Arena *a, Nodes *nodes, int64_t old, int64_t size)
{
    if (old > 0 && old < size) {
        TlogRange ranges[TLOG_MAX_HASHES];
        add_range(a, nodes, (TlogRange){0, old});
        add_ranges(a, nodes, ranges, tlog_consistency_ranges(old, size, ranges));
    }
}

static void add_inclusion(Arena *a, Nodes *nodes, int64_t record, int64_t size)
{
    TlogRange ranges[TLOG_MAX_HASHES];
    *VEC_PUSH(a, nodes) = (TlogNode){0, record};
    add_ranges(a, nodes, ranges, tlog_inclusion_ranges(record, size, ranges));
}

static bool fail_forked(const SumdbClient *client, Err *err)
{
    const SumdbFork *fork = &client->fork;
    FAIL(err, ERR_VERIFY,
         "%.*s signed two histories: the tree of %lld records that was known here and the tree of "
         "%lld that it shows now contradict each other (GWT005)",
         STR_ARG(client->verifier.name), (long long)fork->ours.tree.size,
         (long long)fork->theirs.tree.size);
    if (client->fork_path.len > 0) {
        err_hint(err,
                 "both signed heads and the proof are in '%.*s'; trust nothing new from it "
                 "until somebody explains them",
                 STR_ARG(client->fork_path));
    }
    return false;
}

/* Gives the client up, and keeps the evidence: what the newest tree has for a smaller head's
 * records is not that head's. */
static bool report_fork(SumdbClient *client, Arena *a, const History *history, isize smaller,
                        const TlogTree *prefix, Err *err)
{
    /* Ours comes first, whether it is the smaller one or not. */
    isize first = MIN(smaller, history->newest), second = MAX(smaller, history->newest);
    SumdbFork fork = {
        .ours = copy_head(client->arena, &history->heads[first]),
        .theirs = copy_head(client->arena, &history->heads[second]),
        .prefix = *prefix,
    };
    int64_t size = history->heads[history->newest].tree.size;
    if (prefix->size < size) {
        TlogRange ranges[TLOG_MAX_HASHES];
        isize n = tlog_consistency_ranges(prefix->size, size, ranges);
        fork.proof = read_proof(client->arena, &history->plan, ranges, n);
    }
    ASSERT(fork_check(&fork));
    client->fork = fork;
    client->has_fork = true;

    Err ignored; /* the fork is the news, not that a disk is full */
    Str evidence = fork_format(a, client->verifier.name, &fork);
    sumdb_state_write_fork(client->arena, &client->state, evidence, &client->fork_path, &ignored);
    return fail_forked(client, err);
}

/* Compares each head with what the newest tree has for its records, as far as that is known: heads
 * of the same size contradict each other before any tile is loaded. */
static bool check_heads(SumdbClient *client, Arena *a, const History *history, Err *err)
{
    const TlogTree *newest = &history->heads[history->newest].tree;
    for (isize i = 0; i < history->n_heads; i++) {
        const TlogTree *tree = &history->heads[i].tree;
        TlogTree prefix = *newest;
        if (tree->size < newest->size) {
            if (tree->size == 0 || history->plan.len == 0) {
                continue;
            }
            TlogRange range = {0, tree->size};
            prefix = (TlogTree){tree->size, tlog_range_hash(range, tile_plan_read, &history->plan)};
        }
        if (!sha256_eq(&prefix.root, &tree->root)) {
            return report_fork(client, a, history, i, &prefix, err);
        }
    }
    return true;
}

/* Loads the tiles that show each head, and a record's place, in the newest tree. */
static TileloadOutcome load_tiles(SumdbClient *client, Arena *a, int64_t record, History *history,
                                  Err *err)
{
    const TlogTree *newest = &history->heads[history->newest].tree;
    Nodes nodes = {0};
    for (isize i = 0; i < history->n_heads; i++) {
        add_consistency(a, &nodes, history->heads[i].tree.size, newest->size);
    }
    if (record != NO_RECORD) {
        add_inclusion(a, &nodes, record, newest->size);
    }
    if (nodes.len == 0) {
        return TILELOAD_DONE;
    }
    history->plan = tile_plan(a, newest->size, nodes.ptr, nodes.len);
    return tileload_prove(&client->remote, &client->state, a, &history->plan, &newest->root, err);
}

static void add_head(History *history, const SumdbHead *head)
{
    history->heads[history->n_heads] = *head;
    if (head->tree.size > history->heads[history->newest].tree.size) {
        history->newest = history->n_heads;
    }
    history->n_heads++;
}

/* Asks for the newest head. False, with *err untouched, when that is not to be had or no
 * larger than the newest that is known. */
static bool add_latest(SumdbClient *client, Arena *a, History *history)
{
    Err ignored;
    Str path = S("latest");
    SumdbReply *reply;
    SumdbHead latest;
    isize newest = history->newest;
    if (!sumdb_remote_ask(&client->remote, a, &path, 1, &reply, &ignored) ||
        sumdb_reply_judge(reply, path, &ignored) != SUMDB_REPLY_FOUND ||
        !sumdb_head_open(*a, reply->body, &client->verifier, &latest, &ignored)) {
        return false;
    }
    add_head(history, &latest);
    return history->newest != newest;
}

/* Shows that their head and ours are one history, in whose newest tree the record is; it must be in
 * the larger one, or NO_RECORD. When the database cannot show that tree, its newest takes over. */
static bool merge(SumdbClient *client, Arena *a, const SumdbHead *theirs, int64_t record,
                  History *ret, Err *err)
{
    History history = {0};
    add_head(&history, &client->head);
    add_head(&history, theirs);
    if (!check_heads(client, a, &history, err)) {
        return false;
    }
    TileloadOutcome outcome = load_tiles(client, a, record, &history, err);
    if (outcome == TILELOAD_ABSENT && add_latest(client, a, &history)) {
        outcome = load_tiles(client, a, record, &history, err);
    }
    if (outcome == TILELOAD_ABSENT && theirs->tree.size < client->head.tree.size) {
        err_hint(err,
                 "it shows %lld records where %lld were seen before: a mirror that is behind? "
                 "ask another one (GOPROXY, GOSUMDB)",
                 (long long)theirs->tree.size, (long long)client->head.tree.size);
    }
    if (outcome != TILELOAD_DONE || !check_heads(client, a, &history, err)) {
        return false;
    }
    *ret = history;
    return true;
}

/* The head on disk, or the empty one that nobody signed. */
static bool read_head(const SumdbClient *client, Arena *a, SumdbHead *ret, Err *err)
{
    Str note;
    if (!sumdb_state_read_head(a, &client->state, &note, err)) {
        return false;
    }
    if (note.len == 0) {
        *ret = (SumdbHead){.tree = tlog_empty_tree()};
        return true;
    }
    if (!sumdb_head_open(*a, note, &client->verifier, ret, err)) {
        err->kind = ERR_VERIFY; /* what was saved was a signed head */
        FAIL_IN(err, "reading the saved '%.*s/latest'", STR_ARG(client->state.name));
        return err_hint(err, "the file was damaged or replaced: find out how before removing it, "
                             "for with it goes the memory of what the database showed");
    }
    return true;
}

/* Moves forward to a head that continues ours, and saves it unless somebody saved a newer one. */
static bool save_head(SumdbClient *client, Arena *a, const SumdbHead *newer, Err *err)
{
    Str on_disk = client->head.note;
    client->head = copy_head(client->arena, newer);
    for (int i = 0; i < CLIENT_MAX_RETRIES; i++) {
        switch (sumdb_state_swap_head(*a, &client->state, on_disk, client->head.note, err)) {
        case SUMDB_SWAP_FAILED:
            return FAIL_IN(err, "saving the signed head of %.*s", STR_ARG(client->verifier.name));
        case SUMDB_SWAPPED:
            return true;
        case SUMDB_SWAP_CHANGED:
            break;
        }
        SumdbHead saved;
        History history;
        if (!read_head(client, a, &saved, err) ||
            !merge(client, a, &saved, NO_RECORD, &history, err)) {
            return false;
        }
        client->head = copy_head(client->arena, &history.heads[history.newest]);
        if (saved.tree.size == client->head.tree.size) {
            return true;
        }
        on_disk = saved.note;
    }
    return FAIL(err, ERR_CONFLICT, "other processes keep changing the saved head of %.*s",
                STR_ARG(client->verifier.name));
}

/* Merges their head, with a record of the larger tree or NO_RECORD, and moves forward. */
static bool merge_and_save(SumdbClient *client, Arena *a, const SumdbHead *theirs, int64_t record,
                           History *ret, Err *err)
{
    if (!merge(client, a, theirs, record, ret, err)) {
        return false;
    }
    const SumdbHead *newest = &ret->heads[ret->newest];
    return newest->tree.size <= client->head.tree.size || save_head(client, a, newest, err);
}

/* Versions in the log are semantic ones, which need no care in a URL. */
static bool is_plain_version(Str version)
{
    for (isize i = 0; i < version.len; i++) {
        char c = version.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '.' || c == '+')) {
            return false;
        }
    }
    return true;
}

static bool lookup_path(Arena *a, Str module, Str version, Str *ret, Err *err)
{
    Str path, escaped;
    if (module.len > CLIENT_MAX_NAME || !escape_module_path(a, module, &path)) {
        return FAIL(err, ERR_USAGE, "'%.*s' is no module path", STR_ARG(module));
    }
    if (version.len > CLIENT_MAX_NAME || !is_plain_version(version) ||
        !escape_version(a, version, &escaped)) {
        return FAIL(err, ERR_USAGE, "'%.*s' is no module version", STR_ARG(version));
    }
    *ret = str_format(a, "lookup/%.*s@%.*s", STR_ARG(path), STR_ARG(escaped));
    return true;
}

/* Whether the authenticated tree has this record, and the record what is wanted. Only then is any
 * byte of its text believed (CVE-2026-56864). */
static bool check_record(const SumdbClient *client, Arena *a, const History *history,
                         const RecordReply *reply, SumdbRecord *record, Err *err)
{
    const TlogTree *tree = &history->heads[history->newest].tree;
    Sha256 leaf = tlog_leaf_hash(reply->text);
    Sha256 logged = tile_plan_read(&history->plan, (TlogNode){0, reply->id});
    if (!sha256_eq(&leaf, &logged)) {
        return FAIL(err, ERR_VERIFY,
                    "the record is not what number %lld is in the signed tree of %.*s",
                    (long long)reply->id, STR_ARG(client->verifier.name));
    }
    if (!record_read_hashes(*a, reply->text, record->module, record->version, record, err)) {
        return false;
    }
    TlogRange ranges[TLOG_MAX_HASHES];
    isize n = tlog_inclusion_ranges(reply->id, tree->size, ranges);
    record->proof = read_proof(a, &history->plan, ranges, n);
    ASSERT(tlog_check_inclusion(record->proof, reply->id, &leaf, tree));
    return true;
}

/* What cannot even be read proves nothing either: for the caller all bad replies are one. */
static AnswerOutcome reject(Err *err)
{
    err->kind = ERR_VERIFY;
    return ANSWER_REJECTED;
}

/* Proves a reply of /lookup for record->module and version, and fills record with slices of it. */
static AnswerOutcome prove_answer(SumdbClient *client, Arena *a, Str body, SumdbRecord *record,
                                  Err *err)
{
    RecordReply reply;
    SumdbHead theirs;
    if (!record_parse_reply(body, &reply, err) ||
        !sumdb_head_open(*a, reply.note, &client->verifier, &theirs, err)) {
        return reject(err);
    }
    int64_t size = MAX(theirs.tree.size, client->head.tree.size);
    bool is_in_tree = reply.id < size;
    History history;
    if (!merge_and_save(client, a, &theirs, is_in_tree ? reply.id : NO_RECORD, &history, err)) {
        return ANSWER_FAILED;
    }
    if (!is_in_tree) {
        FAIL(err, ERR_VERIFY, "the reply is about record %lld, and the signed tree has %lld",
             (long long)reply.id, (long long)size);
        return reject(err);
    }
    if (!check_record(client, a, &history, &reply, record, err)) {
        return reject(err);
    }
    record->text = reply.text;
    record->id = reply.id;
    record->head = history.heads[history.newest];
    record->served_size = theirs.tree.size;
    return ANSWER_PROVED;
}

/* Starts from the newest head, when the database gives it: what does not verify is left alone, for
 * no proof rests on it. */
static bool adopt_latest(SumdbClient *client, Arena *a, const SumdbReply *reply, Err *err)
{
    SumdbHead latest;
    Err ignored;
    bool is_good = sumdb_reply_judge(reply, S("latest"), &ignored) == SUMDB_REPLY_FOUND &&
                   sumdb_head_open(*a, reply->body, &client->verifier, &latest, &ignored);
    return !is_good || save_head(client, a, &latest, err);
}

/* Asks for a record. A client without a head asks for the newest in the same batch: the one that
 * comes with the record may be months old, and the partial tiles of its tree long gone. */
static SumdbReplyOutcome ask_record(SumdbClient *client, Arena *a, Str path, Str *ret_body,
                                    Err *err)
{
    const Str paths[] = {path, S("latest")};
    bool is_first = client->head.tree.size == 0;
    SumdbReply *replies;
    if (!sumdb_remote_ask(&client->remote, a, paths, is_first ? 2 : 1, &replies, err) ||
        (is_first && !adopt_latest(client, a, &replies[1], err))) {
        return SUMDB_REPLY_FAILED;
    }
    *ret_body = replies[0].body;
    return sumdb_reply_judge(&replies[0], path, err);
}

/* Proves the wanted record from the cache or the network; what it gives lives on scratch. */
static bool find_record(SumdbClient *client, Arena *scratch, SumdbRecord *record, Err *err)
{
    Str path, body;
    if (!lookup_path(scratch, record->module, record->version, &path, err)) {
        return false;
    }
    if (sumdb_state_read_reply(scratch, &client->state, path, RECORD_MAX_REPLY, &body)) {
        isize n_requests = client->remote.n_requests;
        AnswerOutcome outcome = prove_answer(client, scratch, body, record, err);
        if (outcome != ANSWER_REJECTED || client->remote.get == NULL) {
            record->from_cache = client->remote.n_requests == n_requests;
            return outcome == ANSWER_PROVED;
        }
    }
    switch (ask_record(client, scratch, path, &body, err)) {
    case SUMDB_REPLY_FAILED:
        return false;
    case SUMDB_REPLY_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "the database has no such record");
    case SUMDB_REPLY_FOUND:
        break;
    }
    if (prove_answer(client, scratch, body, record, err) != ANSWER_PROVED) {
        return false;
    }
    sumdb_state_write_reply(*scratch, &client->state, path, body);
    return true;
}

/* With all it points to; the hashes are slices of the text. */
static SumdbRecord copy_record(Arena *a, const SumdbRecord *record)
{
    SumdbRecord copy = *record;
    copy.module = str_copy(a, record->module);
    copy.version = str_copy(a, record->version);
    copy.text = str_copy(a, record->text);
    copy.h1 = str_copy(a, record->h1);
    copy.go_mod_h1 = str_copy(a, record->go_mod_h1);
    copy.head = copy_head(a, &record->head);
    copy.proof.ptr = ARENA_ARRAY(a, Sha256, record->proof.len);
    for (isize i = 0; i < copy.proof.len; i++) {
        copy.proof.ptr[i] = record->proof.ptr[i];
    }
    return copy;
}

static bool refuse_recorded_fork(SumdbClient *client, Arena scratch, Err *err)
{
    bool is_found;
    Str path;
    if (!sumdb_state_find_fork(&scratch, &client->state, &is_found, &path, err)) {
        return false;
    }
    if (!is_found) {
        return true;
    }
    FAIL(err, ERR_VERIFY, "%.*s once signed two histories and is not trusted since (GWT005)",
         STR_ARG(client->verifier.name));
    return err_hint(err, "the evidence is in '%.*s'; moving it away is the decision to trust again",
                    STR_ARG(path));
}

static bool open_client(SumdbClient *ret, Arena *a, const SumdbState *state,
                        const NoteVerifier *verifier, SumdbGet get, void *context, Err *err)
{
    SumdbClient client = {
        .verifier = *verifier,
        .state = *state,
        .arena = a,
        .remote = {.name = verifier->name, .get = get, .context = context},
    };
    if (!refuse_recorded_fork(&client, *a, err) || !read_head(&client, a, &client.head, err)) {
        return FAIL_IN(err, "opening the state of the checksum database %.*s",
                       STR_ARG(verifier->name));
    }
    *ret = client;
    return true;
}

bool sumdb_open(SumdbClient *ret, Arena *a, int state_dirfd, const NoteVerifier *verifier,
                SumdbGet get, void *context, Err *err)
{
    SumdbState state = {state_dirfd, verifier->name, .is_read_only = false};
    return open_client(ret, a, &state, verifier, get, context, err);
}

bool sumdb_open_read_only(SumdbClient *ret, Arena *a, int state_dirfd, const NoteVerifier *verifier,
                          SumdbGet get, void *context, Err *err)
{
    SumdbState state = {state_dirfd, verifier->name, .is_read_only = true};
    return open_client(ret, a, &state, verifier, get, context, err);
}

bool sumdb_lookup(SumdbClient *client, Arena *a, Str module, Str version, SumdbRecord *ret,
                  Err *err)
{
    if (client->has_fork) {
        return fail_forked(client, err);
    }
    Arena scratch = arena_init(CLIENT_SCRATCH);
    SumdbRecord record = {.module = module, .version = version};
    bool ok = find_record(client, &scratch, &record, err);
    if (ok) {
        *ret = copy_record(a, &record);
    }
    arena_done(&scratch);
    return ok || FAIL_IN(err, "proving %.*s %.*s by %.*s", STR_ARG(module), STR_ARG(version),
                         STR_ARG(client->verifier.name));
}

bool sumdb_merge_head(SumdbClient *client, Str note, Err *err)
{
    if (client->has_fork) {
        return fail_forked(client, err);
    }
    Arena scratch = arena_init(CLIENT_SCRATCH);
    SumdbHead theirs;
    History history;
    bool ok = false;
    if (!sumdb_head_open(scratch, note, &client->verifier, &theirs, err)) {
        reject(err);
    } else {
        ok = merge_and_save(client, &scratch, &theirs, NO_RECORD, &history, err);
    }
    arena_done(&scratch);
    return ok;
}

bool sumdb_refresh(SumdbClient *client, Err *err)
{
    const Str path = S("latest");
    Arena scratch = arena_init(0);
    SumdbReply *reply;
    bool ok = false;
    if (sumdb_remote_ask(&client->remote, &scratch, &path, 1, &reply, err)) {
        switch (sumdb_reply_judge(reply, path, err)) {
        case SUMDB_REPLY_FAILED:
            break;
        case SUMDB_REPLY_ABSENT:
            FAIL(err, ERR_NET, "the database does not give its newest head");
            break;
        case SUMDB_REPLY_FOUND:
            ok = sumdb_merge_head(client, reply->body, err);
            break;
        }
    }
    arena_done(&scratch);
    return ok || FAIL_IN(err, "asking %.*s for its newest head", STR_ARG(client->verifier.name));
}
