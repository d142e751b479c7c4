#include "policy/date.h"

#define FIRST_YEAR 1970
#define LAST_YEAR 9999

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_of_year(int64_t year)
{
    return is_leap(year) ? 366 : 365;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Of a field with leading zeros. */
static bool parse_digits(Str s, int64_t min, int64_t max, int64_t *ret)
{
    *ret = 0;
    for (isize i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
        *ret = *ret * 10 + (s.ptr[i] - '0');
    }
    return *ret >= min && *ret <= max;
}

bool date_parse(Str text, int64_t *ret_day)
{
    int64_t year, month, day;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !parse_digits(str_to(text, 4), FIRST_YEAR, LAST_YEAR, &year) ||
        !parse_digits(str_slice(text, 5, 7), 1, 12, &month) ||
        !parse_digits(str_from(text, 8), 1, days_of_month(year, month), &day)) {
        return false;
    }
    int64_t n = day - 1;
    for (int64_t y = FIRST_YEAR; y < year; y++) {
        n += days_of_year(y);
    }
    for (int64_t m = 1; m < month; m++) {
        n += days_of_month(year, m);
    }
    *ret_day = n;
    return true;
}

Str date_text(Arena *a, int64_t day)
{
    int64_t year = FIRST_YEAR, month = 1;
    for (; day >= days_of_year(year); year++) {
        day -= days_of_year(year);
    }
    for (; day >= days_of_month(year, month); month++) {
        day -= days_of_month(year, month);
    }
    return str_format(a, "%04lld-%02lld-%02lld", (long long)year, (long long)month,
                      (long long)day + 1);
}
