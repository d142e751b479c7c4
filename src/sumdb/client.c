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

/* Two heads, ours and another, in order, and the proved tiles of the newer. */
typedef struct {
    SumdbHead older, newer;
    TilePlan plan; /* no tiles when none were needed */
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

/* The nodes of the newer tree that show the older one, and the evidence if it is not there. */
static void add_consistency(Arena *a, Nodes *nodes, const History *history)
{
    int64_t old = history->older.tree.size, size = history->newer.tree.size;
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
         "%lld that it shows now contradict each other",
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

/* Gives the client up, and keeps the evidence. prefix is what the newer tree has for the older
 * one's records. */
static bool report_fork(SumdbClient *client, Arena *a, const History *history,
                        const SumdbHead *theirs, const TlogTree *prefix, Err *err)
{
    SumdbFork fork = {client->head, copy_head(client->arena, theirs), *prefix, {0}};
    int64_t size = history->newer.tree.size;
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

/* What the newer tree has for the older one's records. */
static TlogTree prefix_of(const History *history)
{
    TlogTree older = history->older.tree, newer = history->newer.tree;
    if (older.size == 0 || older.size == newer.size) {
        return older.size == 0 ? older : newer;
    }
    TlogRange range = {0, older.size};
    return (TlogTree){older.size, tlog_range_hash(range, tile_plan_read, &history->plan)};
}

/* Loads what shows that two heads are one history, and a record's place in the newer one. */
static bool load_history(SumdbClient *client, Arena *a, int64_t record, History *history, Err *err)
{
    const TlogTree *newer = &history->newer.tree;
    Nodes nodes = {0};
    add_consistency(a, &nodes, history);
    if (record != NO_RECORD) {
        add_inclusion(a, &nodes, record, newer->size);
    }
    if (nodes.len == 0) {
        return true;
    }
    history->plan = tile_plan(a, newer->size, nodes.ptr, nodes.len);
    return tileload_prove(&client->remote, &client->state, a, &history->plan, &newer->root, err);
}

/* Shows that their head and ours are one history, in which the newer head holds the record (which
 * must be in the larger tree, or NO_RECORD). */
static bool merge(SumdbClient *client, Arena *a, const SumdbHead *theirs, int64_t record,
                  History *ret, Err *err)
{
    bool is_forward = theirs->tree.size > client->head.tree.size;
    History history = {.older = is_forward ? client->head : *theirs,
                       .newer = is_forward ? *theirs : client->head};
    /* Roots of the same size need no tiles to contradict each other. */
    bool is_same_size = history.older.tree.size == history.newer.tree.size;
    if (!is_same_size && !load_history(client, a, record, &history, err)) {
        return false;
    }
    TlogTree prefix = prefix_of(&history);
    if (!sha256_eq(&prefix.root, &history.older.tree.root)) {
        return report_fork(client, a, &history, theirs, &prefix, err);
    }
    if (is_same_size && !load_history(client, a, record, &history, err)) {
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
        if (saved.tree.size >= client->head.tree.size) {
            client->head = copy_head(client->arena, &saved);
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
    return theirs->tree.size <= client->head.tree.size || save_head(client, a, theirs, err);
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
    const TlogTree *tree = &history->newer.tree;
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

/* Proves a reply of /lookup for record->module and version, and fills record with slices of it. */
static AnswerOutcome prove_answer(SumdbClient *client, Arena *a, Str body, SumdbRecord *record,
                                  Err *err)
{
    RecordReply reply;
    SumdbHead theirs;
    if (!record_parse_reply(body, &reply, err) ||
        !sumdb_head_open(*a, reply.note, &client->verifier, &theirs, err)) {
        return ANSWER_REJECTED;
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
        return ANSWER_REJECTED;
    }
    if (!check_record(client, a, &history, &reply, record, err)) {
        return ANSWER_REJECTED;
    }
    record->text = reply.text;
    record->id = reply.id;
    record->head = history.newer;
    record->served_size = theirs.tree.size;
    return ANSWER_PROVED;
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
    switch (sumdb_remote_ask_one(&client->remote, scratch, path, &body, err)) {
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
    FAIL(err, ERR_VERIFY, "%.*s once signed two histories and is not trusted since",
         STR_ARG(client->verifier.name));
    return err_hint(err, "the evidence is in '%.*s'; moving it away is the decision to trust again",
                    STR_ARG(path));
}

bool sumdb_open(SumdbClient *ret, Arena *a, int state_dirfd, const NoteVerifier *verifier,
                SumdbGet get, void *context, Err *err)
{
    SumdbClient client = {
        .verifier = *verifier,
        .state = {state_dirfd, verifier->name},
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
    bool ok = sumdb_head_open(scratch, note, &client->verifier, &theirs, err) &&
              merge_and_save(client, &scratch, &theirs, NO_RECORD, &history, err);
    arena_done(&scratch);
    return ok;
}

bool sumdb_refresh(SumdbClient *client, Err *err)
{
    Arena scratch = arena_init(0);
    Str note;
    bool ok = false;
    switch (sumdb_remote_ask_one(&client->remote, &scratch, S("latest"), &note, err)) {
    case SUMDB_REPLY_FAILED:
        break;
    case SUMDB_REPLY_ABSENT:
        FAIL(err, ERR_NET, "the database has no 'latest'");
        break;
    case SUMDB_REPLY_FOUND:
        ok = sumdb_merge_head(client, note, err);
        break;
    }
    arena_done(&scratch);
    return ok || FAIL_IN(err, "asking %.*s for its newest head", STR_ARG(client->verifier.name));
}
