#include "doctor/race_wanted.h"

bool race_flag_is_on(const GoEnv *env, Str name)
{
    /* strconv.ParseBool; anything else stops the go command with a plain message. */
    static const Str on[] = {STR_CONST(""),     STR_CONST("1"),    STR_CONST("t"),   STR_CONST("T"),
                             STR_CONST("true"), STR_CONST("TRUE"), STR_CONST("True")};
    Str value;
    if (!goenv_flag(env, name, &value)) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(on); i++) {
        if (str_eq(on[i], value)) {
            return true;
        }
    }
    return false;
}

bool race_is_wanted(const Doctor *d)
{
    return d->in->profile == PROFILE_RACE || race_flag_is_on(d->in->env, S("race"));
}
