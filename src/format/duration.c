#include "format/duration.h"

bool duration_parse(Str text, int64_t *ret_ms)
{
    static const struct {
        Str suffix;
        int64_t ms;
    } units[] = {
        {STR_CONST("ms"), 1},        {STR_CONST("s"), 1000},
        {STR_CONST("m"), 60 * 1000}, {STR_CONST("h"), 60 * 60 * 1000},
        {STR_CONST(""), 1000},
    };
    isize unit = 0;
    while (!str_eat_suffix(&text, units[unit].suffix)) {
        unit++; /* ends at the empty suffix */
    }
    int64_t n;
    return str_parse_decimal(text, INT64_MAX, &n) &&
           !__builtin_mul_overflow(n, units[unit].ms, ret_ms);
}
