/*
 * GWD107: disk quotas. A disk with room takes nothing from a user whose quota is used up, and df
 * shows the room: home folders of shared machines, build servers, universities.
 */
#include "doctor/folders.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/clock.h"

#define MAX_PLACES 4

static const StorageNeed home_need = {
    .what = STR_CONST("the home folder"),
    .little_bytes = 64 * MIB, /* settings, and goward's own index of them */
    .least_bytes = 1 * MIB,
    .little_inodes = 1000,
    .makes_room =
        STR_CONST("du -xh -d 2 \"$HOME\" | sort -h | tail, and remove what is not needed"),
};

/* What one limit leaves. */
typedef enum {
    LEFT_NONE,   /* the limit is reached, or the days of grace are over */
    LEFT_LITTLE, /* or the days of grace run */
    LEFT_ENOUGH,
} Left;

static int64_t room_of(const QuotaAmount *amount)
{
    return amount->hard == 0 ? INT64_MAX : MAX(0, amount->hard - amount->used);
}

static bool is_in_grace(const QuotaAmount *amount)
{
    return amount->soft > 0 && amount->used > amount->soft && amount->grace_end_s > 0;
}

static Left judge_amount(const QuotaAmount *amount, int64_t little, int64_t least, int64_t now_s)
{
    if (room_of(amount) < least || (is_in_grace(amount) && now_s >= amount->grace_end_s)) {
        return LEFT_NONE;
    }
    return room_of(amount) < little || is_in_grace(amount) ? LEFT_LITTLE : LEFT_ENOUGH;
}

/* "4900 of 5000", with the limit that counts. */
static void add_amount(StrBuf *b, const QuotaAmount *amount, int64_t unit, const char *of)
{
    int64_t limit = amount->hard > 0 ? amount->hard : amount->soft;
    if (limit > 0) {
        strbuf_add_format(b, "%s%lld of %lld %s", b->len > 0 ? ", " : "",
                          (long long)(amount->used / unit), (long long)(limit / unit), of);
    }
}

static Str evidence_of(Doctor *d, const Variable *v, const Quota *quota)
{
    StrBuf used = strbuf_init(d->arena);
    add_amount(&used, &quota->bytes, MIB, "MiB");
    add_amount(&used, &quota->files, 1, "files");
    Str amounts = strbuf_str(&used);
    return str_format(d->arena, "%.*s\nquota: %.*s used", STR_ARG(variable_evidence(d->arena, v)),
                      STR_ARG(amounts));
}

static Str title_of(Doctor *d, const StorageNeed *need, const char *owner,
                    const QuotaAmount *amount, bool are_files, int64_t now_s)
{
    if (is_in_grace(amount) && now_s >= amount->grace_end_s) {
        return str_format(d->arena,
                          "nothing can be written to %.*s: the days of grace of the disk quota of "
                          "this %s are over",
                          STR_ARG(need->what), owner);
    }
    if (is_in_grace(amount)) {
        return str_format(d->arena,
                          "the disk quota of this %s is exceeded: from %.*s on nothing can be "
                          "written to %.*s",
                          owner, STR_ARG(clock_format_utc(d->arena, amount->grace_end_s)),
                          STR_ARG(need->what));
    }
    return str_format(d->arena, "the disk quota of this %s leaves %lld %s for %.*s", owner,
                      (long long)(room_of(amount) / (are_files ? 1 : MIB)),
                      are_files ? "more files" : "MiB", STR_ARG(need->what));
}

bool storage_judge_quota(Doctor *d, const Variable *v, const StorageNeed *need, QuotaKind kind,
                         const Quota *quota, int64_t now_s)
{
    Left bytes = judge_amount(&quota->bytes, need->little_bytes, need->least_bytes, now_s);
    Left files = judge_amount(&quota->files, need->little_inodes, 1, now_s);
    bool are_files = files < bytes;
    Left left = MIN(bytes, files);
    if (left == LEFT_ENOUGH) {
        return false;
    }
    const char *owner = kind == QUOTA_USER ? "user" : "group";
    const QuotaAmount *amount = are_files ? &quota->files : &quota->bytes;
    doctor_find(d, (Finding){
                       .severity = left == LEFT_NONE ? SEVERITY_ERROR : SEVERITY_WARN,
                       .title = title_of(d, need, owner, amount, are_files, now_s),
                       .place = variable_place(v),
                       .evidence = evidence_of(d, v, quota),
                       .remedy = need->makes_room,
                   });
    return true;
}

/* ---- GWD107 ---- */

typedef struct {
    uint64_t told[MAX_PLACES]; /* file systems of which something was said */
    isize n_told;
} ToldDisks;

static bool is_told(const ToldDisks *disks, uint64_t dev)
{
    for (isize i = 0; i < disks->n_told; i++) {
        if (disks->told[i] == dev) {
            return true;
        }
    }
    return false;
}

static void check_place(Doctor *d, const Variable *v, const StorageNeed *need, ToldDisks *disks)
{
    Str dir;
    FileStat st;
    bool finds = false;
    Str path = path_absolute(d->arena, d->in->dir, v->got.value);
    if (v->got.value.len == 0 || !storage_find_existing(path, &st, &dir) ||
        is_told(disks, st.dev)) {
        return;
    }
    for (QuotaKind kind = 0; kind < QUOTA_KIND_COUNT; kind++) {
        Quota quota;
        finds = (quota_look(dir, kind, &quota) &&
                 storage_judge_quota(d, v, need, kind, &quota, clock_wall_s())) ||
                finds;
    }
    if (finds) {
        disks->told[disks->n_told++] = st.dev;
    }
}

static bool check_quotas(Doctor *d, Err *err)
{
    (void)err;
    const struct {
        Variable v;
        const StorageNeed *need;
    } places[MAX_PLACES] = {
        {doctor_variable(d, S("GOCACHE")), &storage_cache_need},
        {folders_tmp(d), &storage_tmp_need},
        {doctor_variable(d, S("GOMODCACHE")), &storage_modcache_need},
        {doctor_variable(d, S("HOME")), &home_need},
    };
    ToldDisks disks = {0};
    bool may_ask = quota_may_ask();
    for (isize i = 0; may_ask && i < COUNT_OF(places); i++) {
        check_place(d, &places[i].v, places[i].need, &disks);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD107"),
                .title = STR_CONST("disk quotas leave room for builds"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the quotas (quotactl) of this user and group on the file systems of GOCACHE, "
                    "GOTMPDIR, GOMODCACHE and HOME: bytes, files, days of grace. Where nobody may "
                    "ask nothing is said; root is not bound"),
                .why = STR_CONST(
                    "Beyond its quota a user cannot write, although df shows room: `write "
                    "$WORK/b006/_pkg_.a: disk quota exceeded`. A build cache grows to gigabytes, "
                    "and where it cannot be written every build starts from nothing, without a "
                    "word. A soft limit turns into a hard one after some days."),
                .cure = STR_CONST("go clean -cache; go env -w GOCACHE=/a/disk/without/quota; the "
                                  "administrator raises it"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("quotactl(2)"),
            },
        .run = check_quotas,
        .modes = MODE_CLEAN,
    },
};

const CheckGroup doctor_storage_quota = {rows, COUNT_OF(rows)};
