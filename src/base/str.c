#define _GNU_SOURCE /* memmem, memrchr */
#include "base/str.h"

#include "base/panic.h"

#include <stdarg.h>
#include <stdio.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_from_c(const char *c)
{
    return c == NULL ? (Str){0} : (Str){c, (isize)strlen(c)};
}

int str_compare(Str a, Str b)
{
    isize n = MIN(a.len, b.len);
    int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, (size_t)n);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_eq_fold(Str a, Str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (isize i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

isize str_index_byte(Str s, char byte)
{
    const char *hit = s.len == 0 ? NULL : memchr(s.ptr, byte, (size_t)s.len);
    return hit == NULL ? -1 : hit - s.ptr;
}

isize str_last_index_byte(Str s, char byte)
{
    const char *hit = s.len == 0 ? NULL : memrchr(s.ptr, byte, (size_t)s.len);
    return hit == NULL ? -1 : hit - s.ptr;
}

isize str_index(Str s, Str needle)
{
    if (needle.len <= 1) {
        return needle.len == 0 ? 0 : str_index_byte(s, needle.ptr[0]);
    }
    const char *hit =
        s.len == 0 ? NULL : memmem(s.ptr, (size_t)s.len, needle.ptr, (size_t)needle.len);
    return hit == NULL ? -1 : hit - s.ptr;
}

static StrCut cut_at(Str s, isize at)
{
    if (at < 0) {
        return (StrCut){s, (Str){0}, false};
    }
    return (StrCut){str_to(s, at), str_from(s, at + 1), true};
}

StrCut str_cut(Str s, char sep)
{
    return cut_at(s, str_index_byte(s, sep));
}

StrCut str_cut_last(Str s, char sep)
{
    return cut_at(s, str_last_index_byte(s, sep));
}

bool str_next_line(Str *rest, Str *ret_line)
{
    if (rest->len == 0) {
        return false;
    }
    StrCut cut = str_cut(*rest, '\n');
    *rest = cut.tail;
    if (cut.found) {
        str_eat_suffix(&cut.head, S("\r"));
    }
    *ret_line = cut.head;
    return true;
}

bool str_list_has(Str list, Str word)
{
    while (list.len > 0) {
        StrCut cut = str_cut(list, ',');
        if (word.len > 0 && str_eq(cut.head, word)) {
            return true;
        }
        list = cut.tail;
    }
    return false;
}

bool str_is_among(Str s, const Str *list, isize n)
{
    for (isize i = 0; i < n; i++) {
        if (str_eq(list[i], s)) {
            return true;
        }
    }
    return false;
}

bool str_eat_decimal(Str *rest, Str *ret_digits)
{
    isize n = 0;
    while (n < rest->len && rest->ptr[n] >= '0' && rest->ptr[n] <= '9') {
        n++;
    }
    if (n == 0 || (n > 1 && rest->ptr[0] == '0')) {
        return false;
    }
    *ret_digits = str_to(*rest, n);
    *rest = str_from(*rest, n);
    return true;
}

bool str_next_field(Str *rest, Str *ret_field)
{
    isize start = 0;
    while (start < rest->len && is_space(rest->ptr[start])) {
        start++;
    }
    isize end = start;
    while (end < rest->len && !is_space(rest->ptr[end])) {
        end++;
    }
    if (start == end) {
        return false;
    }
    *ret_field = str_slice(*rest, start, end);
    *rest = str_from(*rest, end);
    return true;
}

Str str_trim(Str s)
{
    isize from = 0, to = s.len;
    while (from < to && is_space(s.ptr[from])) {
        from++;
    }
    while (to > from && is_space(s.ptr[to - 1])) {
        to--;
    }
    return str_slice(s, from, to);
}

Str str_copy(Arena *a, Str s)
{
    return str_concat(a, s, (Str){0});
}

Str str_concat(Arena *a, Str x, Str y)
{
    char *ptr = arena_alloc(a, x.len + y.len, 1, 1);
    if (x.len > 0) {
        memcpy(ptr, x.ptr, (size_t)x.len);
    }
    if (y.len > 0) {
        memcpy(ptr + x.len, y.ptr, (size_t)y.len);
    }
    return (Str){ptr, x.len + y.len};
}

Str str_vformat(Arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    ASSERT(need >= 0);
    char *ptr = arena_alloc(a, need + 1, 1, 1);
    vsnprintf(ptr, (size_t)need + 1, format, again);
    va_end(again);
    return (Str){ptr, need};
}

Str str_format(Arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = str_vformat(a, format, args);
    va_end(args);
    return text;
}

bool str_parse_decimal(Str s, int64_t max, int64_t *ret)
{
    if (s.len == 0 || (s.len > 1 && s.ptr[0] == '0')) {
        return false;
    }
    int64_t value = 0;
    for (isize i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, s.ptr[i] - '0', &value)) {
            return false;
        }
    }
    if (value > max) {
        return false;
    }
    *ret = value;
    return true;
}

int str_distance(Str a, Str b)
{
    enum { MAX_LEN = 64 };
    isize n = MIN(a.len, MAX_LEN), m = MIN(b.len, MAX_LEN);
    int row[MAX_LEN + 1];
    for (isize j = 0; j <= m; j++) {
        row[j] = (int)j;
    }
    for (isize i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (isize j = 1; j <= m; j++) {
            int change = diagonal + (lower(a.ptr[i - 1]) != lower(b.ptr[j - 1]));
            diagonal = row[j];
            row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[m];
}

bool str_is_near(Str word, Str name)
{
    return str_distance(word, name) * 3 <= MAX(word.len, name.len);
}

/* Spreads what a word adds over all bits: the low ones choose a slot. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0xd6e8feb86659fd93u;
    return hash ^ hash >> 32;
}

uint64_t str_hash(Str s)
{
    uint64_t word = 0, hash = 0x9e3779b97f4a7c15u + (uint64_t)s.len;
    for (isize i = 0; i + 8 < s.len; i += 8) {
        memcpy(&word, s.ptr + i, 8);
        hash = mix(hash, word);
    }
    word = 0;
    if (s.len >= 8) { /* its last bytes, some of them once more */
        memcpy(&word, s.ptr + s.len - 8, 8);
    }
    for (isize i = 0; s.len < 8 && i < s.len; i++) {
        word = word << 8 | (uint8_t)s.ptr[i];
    }
    return mix(mix(hash, word), 0);
}
