/*
 * Strings. A sum is not put together until somebody asks for its bytes: a chain of a thousand
 * additions would be copied a thousand times, and most of them nobody looks at. Nor is a sum of
 * constants that were declared, which after forty declarations, each twice the one before, is a
 * string that no memory holds: what is declared is kept in parts, which others share.
 *
 * Strings of at most MAX_PLAIN bytes are compared byte by byte. Longer ones are equal when their
 * hashes are, two polynomials over the field of 2^61 - 1 elements, so that the hash of a sum
 * follows from those of its parts, and that of the first bytes from those of the parts they lie in.
 *
 * The hashes of two different strings of n bytes agree for fewer than n of the 2^61 values that a
 * base may have: their difference is a polynomial that is zero there. The kernel draws both bases
 * for each process, and nothing that a hash decides tells them. So whoever wrote the strings, they
 * are mistaken for each other with a chance of at most (n / 2^61)^2: 2^-62 for a gigabyte. Of bases
 * that are known, different strings with the same hashes are found in a second.
 */
#include "base/strbuf.h"
#include "go/types/constant_parts.h"
#include "os/random.h"

#define MAX_PLAIN (4 * KIB)
#define MAX_LEN (INT64_MAX / 2) /* longer ones count as so long; nobody can make them */
#define STEP 8                  /* bytes that are hashed at once */
#define PRIME ((UINT64_C(1) << 61) - 1)

static const ConstantString *memory(Constant x)
{
    return constant_memory(x);
}

static bool is_sum(const ConstantString *s)
{
    return s->ptr == NULL;
}

/* ---- hashes ---- */

/* x modulo PRIME; x is below twice as much. */
static uint64_t reduce(uint64_t x)
{
    return x >= PRIME ? x - PRIME : x;
}

/* The same of x below 2^123. */
static uint64_t reduce_product(unsigned __int128 x)
{
    return reduce(reduce((uint64_t)(x & PRIME) + (uint64_t)(x >> 61)));
}

static StringHash multiply(StringHash x, StringHash y)
{
    return (StringHash){{reduce_product((unsigned __int128)x.words[0] * y.words[0]),
                         reduce_product((unsigned __int128)x.words[1] * y.words[1])}};
}

static StringHash bases(void)
{
    StringHash drawn;
    random_of_process(drawn.words);
    return (StringHash){{reduce(drawn.words[0] & PRIME), reduce(drawn.words[1] & PRIME)}};
}

/* The two bases to the power of n. */
static StringHash power(isize n)
{
    StringHash square = bases(), result = {{1, 1}};
    for (; n > 0; n >>= 1) {
        result = (n & 1) != 0 ? multiply(result, square) : result;
        square = multiply(square, square);
    }
    return result;
}

/* Of a string and another one of n bytes behind it. */
static StringHash join(StringHash left, StringHash right, isize n)
{
    StringHash h = multiply(left, power(n));
    return (StringHash){{reduce(h.words[0] + right.words[0]), reduce(h.words[1] + right.words[1])}};
}

/* Of n bytes, at most STEP, behind others of that hash; powers are those up to STEP. */
static StringHash hash_step(StringHash h, const StringHash *powers, const char *ptr, isize n)
{
    StringHash next;
    for (int word = 0; word < 2; word++) {
        unsigned __int128 sum = (unsigned __int128)h.words[word] * powers[n].words[word];
        for (isize i = 0; i < n; i++) {
            sum += (unsigned __int128)powers[n - 1 - i].words[word] * ((unsigned char)ptr[i] + 1u);
        }
        next.words[word] = reduce_product(sum);
    }
    return next;
}

static StringHash hash_bytes(const char *ptr, isize n)
{
    StringHash powers[STEP + 1], h = {{0, 0}};
    for (isize i = 0; i <= STEP; i++) {
        powers[i] = power(i);
    }
    for (; n >= STEP; n -= STEP, ptr += STEP) {
        h = hash_step(h, powers, ptr, STEP);
    }
    return hash_step(h, powers, ptr, n);
}

/* ---- parts ---- */

/* Goes through the parts of a string, from left to right. */
typedef struct {
    const ConstantString **waiting; /* no more wait at once than the sum is deep */
    isize len;
} Parts;

static Parts parts_of(Arena *a, const ConstantString *s)
{
    Parts p = {ARENA_ARRAY(a, const ConstantString *, s->depth + 1), 1};
    p.waiting[0] = s;
    return p;
}

/* Whether others share it, so that it is not taken apart. */
static bool is_shared(const ConstantString *s)
{
    return s->is_kept && s->len > MAX_PLAIN;
}

/* The next part that is no sum, or with keeps_shared is a shared one; NULL: there is none. */
static const ConstantString *next_part(Parts *p, bool keeps_shared)
{
    while (p->len > 0) {
        const ConstantString *s = p->waiting[--p->len];
        if (!is_sum(s) || (keeps_shared && is_shared(s))) {
            return s;
        }
        p->waiting[p->len++] = s->right;
        p->waiting[p->len++] = s->left;
    }
    return NULL;
}

/* Of a string that is not declared all but sums are looked at again each time: it is used once. */
static StringHash hash_of(Arena scratch, const ConstantString *s)
{
    if (s->len > MAX_PLAIN && (is_sum(s) || s->is_kept)) {
        return s->hash;
    }
    Str bytes = constant_string_head(&scratch, s, s->len);
    return hash_bytes(bytes.ptr, bytes.len);
}

/* ---- made ---- */

static ConstantString *new_string(Arena *a, Str bytes)
{
    ConstantString *s = ARENA_NEW(a, ConstantString);
    *s = (ConstantString){.ptr = bytes.len > 0 ? bytes.ptr : "", .len = bytes.len};
    return s;
}

static ConstantString *new_sum(Arena *a, const ConstantString *left, const ConstantString *right)
{
    ConstantString *s = ARENA_NEW(a, ConstantString);
    *s = (ConstantString){
        .len = MIN(left->len + right->len, MAX_LEN),
        .left = left,
        .right = right,
        .depth = MAX(left->depth, right->depth) + 1,
    };
    if (s->len > MAX_PLAIN) {
        s->hash = join(hash_of(*a, left), hash_of(*a, right), right->len);
    }
    return s;
}

Constant constant_of_string(Arena *a, Str bytes)
{
    return constant_at(new_string(a, bytes), FORM_STRING);
}

Constant constant_string_sum(Arena *a, Constant x, Constant y)
{
    return constant_at(new_sum(a, memory(x), memory(y)), FORM_STRING);
}

/* ---- kept ---- */

/* What is put together on an arena of the parts that came so far, and bytes behind it. */
typedef struct {
    Arena *arena;
    const ConstantString *sum; /* NULL: none */
    StrBuf bytes;
} Keeper;

static void add_part(Keeper *k, const ConstantString *part)
{
    if (k->sum == NULL) {
        k->sum = part;
        return;
    }
    ConstantString *sum = new_sum(k->arena, k->sum, part);
    sum->is_kept = true;
    k->sum = sum;
}

static void add_bytes(Keeper *k)
{
    ConstantString *s = new_string(k->arena, str_copy(k->arena, strbuf_str(&k->bytes)));
    k->bytes.len = 0;
    s->hash = s->len > MAX_PLAIN ? hash_bytes(s->ptr, s->len) : s->hash;
    s->is_kept = true;
    add_part(k, s);
}

Constant constant_string_keep(Arena *a, Arena scratch, Constant x)
{
    Keeper k = {.arena = a, .bytes = strbuf_init(&scratch)};
    Parts parts = parts_of(&scratch, memory(x));
    for (const ConstantString *part; (part = next_part(&parts, true)) != NULL;) {
        if (!is_shared(part)) {
            strbuf_add(&k.bytes, (Str){part->ptr, part->len});
            continue;
        }
        if (k.bytes.len > 0) {
            add_bytes(&k);
        }
        add_part(&k, part);
    }
    if (k.bytes.len > 0 || k.sum == NULL) {
        add_bytes(&k);
    }
    return constant_at(k.sum, FORM_STRING);
}

/* ---- read ---- */

isize constant_string_len(Constant x)
{
    return x.word == 0 ? 0 : memory(x)->len;
}

Str constant_string_head(Arena *a, const ConstantString *s, isize max)
{
    isize len = MIN(s->len, max), at = 0;
    if (!is_sum(s)) {
        return (Str){s->ptr, len};
    }
    char *bytes = arena_room(a, len, 1);
    Parts parts = parts_of(a, s);
    while (at < len) {
        const ConstantString *part = next_part(&parts, false);
        isize n = MIN(part->len, len - at);
        memcpy(bytes + at, part->ptr, (size_t)n);
        at += n;
    }
    return (Str){bytes, len};
}

Str constant_string(Arena *a, Constant x)
{
    return x.word == 0 ? S("") : constant_string_head(a, memory(x), memory(x)->len);
}

Str constant_string_key(Arena *a, Constant x)
{
    const ConstantString *s = memory(x);
    if (s->len <= MAX_PLAIN) {
        return str_concat(a, S("s"), constant_string(a, x));
    }
    struct {
        StringHash hash;
        isize len;
    } key = {hash_of(*a, s), s->len};
    return str_concat(a, S("l"), (Str){(const char *)&key, sizeof key});
}

/* ---- compared ---- */

/* Of the first n bytes. */
static StringHash hash_of_head(Arena scratch, const ConstantString *s, isize n)
{
    StringHash h = {{0, 0}};
    while (is_sum(s)) {
        isize left = s->left->len;
        if (n >= left) {
            h = join(h, hash_of(scratch, s->left), left);
            n -= left;
            s = s->right;
        } else {
            s = s->left;
        }
    }
    return join(h, hash_bytes(s->ptr, n), n);
}

static int byte_at(const ConstantString *s, isize at)
{
    while (is_sum(s)) {
        isize left = s->left->len;
        s = at < left ? s->left : s->right;
        at -= at < left ? 0 : left;
    }
    return (unsigned char)s->ptr[at];
}

static bool is_equal(StringHash x, StringHash y)
{
    return x.words[0] == y.words[0] && x.words[1] == y.words[1];
}

/* How many bytes both begin with. */
static isize common_len(Arena scratch, const ConstantString *x, const ConstantString *y)
{
    isize same = 0, most = MIN(x->len, y->len);
    while (same < most) {
        isize n = most - (most - same) / 2;
        if (is_equal(hash_of_head(scratch, x, n), hash_of_head(scratch, y, n))) {
            same = n;
        } else {
            most = n - 1;
        }
    }
    return same;
}

int constant_string_compare(Arena scratch, Constant x, Constant y)
{
    const ConstantString *p = memory(x), *q = memory(y);
    if (MIN(p->len, q->len) <= MAX_PLAIN || (!is_sum(p) && !is_sum(q))) {
        Str head = constant_string_head(&scratch, p, q->len + 1);
        return str_compare(head, constant_string_head(&scratch, q, p->len + 1));
    }
    if (p->len == q->len && is_equal(hash_of(scratch, p), hash_of(scratch, q))) {
        return 0;
    }
    isize same = common_len(scratch, p, q);
    if (same == p->len || same == q->len) {
        return p->len < q->len ? -1 : 1;
    }
    return byte_at(p, same) - byte_at(q, same);
}
