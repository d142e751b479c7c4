#include "report/human.h"

#include "base/panic.h"

#define NS_PER_MS 1000000
#define NS_PER_S 1000000000LL

Str human_bytes(Arena *a, int64_t n)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    ASSERT(n >= 0);
    if (n < 1000) {
        return str_format(a, "%lld B", (long long)n);
    }
    double value = (double)n / 1000;
    isize unit = 0;
    while (value >= 999.5 && unit + 1 < COUNT_OF(units)) { /* 999.6 kB would round to 1000 kB */
        value /= 1000;
        unit++;
    }
    return str_format(a, value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

Str human_duration(Arena *a, int64_t ns)
{
    ASSERT(ns >= 0);
    double ms = (double)ns / NS_PER_MS;
    if (ms < 9.95) {
        return str_format(a, "%.1f ms", ms);
    }
    if (ms < 999.5) {
        return str_format(a, "%.0f ms", ms);
    }
    if (ms < 59950) {
        return str_format(a, "%.1f s", ms / 1000);
    }
    long long seconds = (ns + NS_PER_S / 2) / NS_PER_S;
    if (seconds < 3600) {
        return str_format(a, "%lld min %lld s", seconds / 60, seconds % 60);
    }
    return str_format(a, "%lld h %lld min", seconds / 3600, seconds % 3600 / 60);
}

Str human_rate(Arena *a, int64_t bytes, int64_t ns)
{
    if (ns <= 0) {
        return (Str){0};
    }
    double per_second = (double)bytes / ((double)ns / NS_PER_S);
    int64_t rate = per_second < (double)INT64_MAX ? (int64_t)per_second : INT64_MAX;
    return str_concat(a, human_bytes(a, rate), S("/s"));
}

Str human_count(Arena *a, int64_t n)
{
    Str digits = str_format(a, "%lld", (long long)n);
    isize n_signs = n < 0;
    isize n_commas = (digits.len - n_signs - 1) / 3;
    char *out = ARENA_ARRAY(a, char, digits.len + n_commas);
    isize at = digits.len + n_commas;
    for (isize i = 0; i < digits.len; i++) {
        if (i > 0 && i % 3 == 0 && i < digits.len - n_signs) {
            out[--at] = ',';
        }
        out[--at] = digits.ptr[digits.len - 1 - i];
    }
    ASSERT(at == 0);
    return (Str){out, digits.len + n_commas};
}

Str human_plural(Arena *a, int64_t n, Str one, Str many)
{
    if (n == 0) {
        return str_format(a, "no %.*s", STR_ARG(many));
    }
    Str count = human_count(a, n);
    Str noun = n == 1 ? one : many;
    return str_format(a, "%.*s %.*s", STR_ARG(count), STR_ARG(noun));
}
