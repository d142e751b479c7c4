/*
 * GODEBUG as the runtime reads it (parsegodebug of runtime/runtime1.go): key=value parted by
 * commas, the last one of a key counts, what is no number is passed over, unknown keys are too.
 */
#include "doctor/godebug_values.h"

static bool check_stop_the_world(Doctor *d, Err *err)
{
    (void)err;
    const Str key = S("gcstoptheworld");
    Variable v = godebug_variable(d);
    int64_t mode;
    if (godebug_number_of(&v, key, &mode) && (mode == 1 || mode == 2)) {
        doctor_find_variable(d, SEVERITY_WARN, &v, godebug_without(d->arena, v.got.value, key),
                             "every garbage collection stops the program for its whole length%s",
                             mode == 2 ? ", and sweeping is not concurrent either" : "");
    }
    return true;
}

static bool check_madvise(Doctor *d, Err *err)
{
    (void)err;
    const Str key = S("madvdontneed");
    Variable v = godebug_variable(d);
    int64_t mode;
    if (!godebug_number_of(&v, key, &mode) || doctor_go_is_before(d, S("1.16"))) {
        return true;
    }
    Str better = godebug_without(d->arena, v.got.value, key);
    if (!str_eq(d->in->os, S("linux"))) {
        doctor_find_variable(d, SEVERITY_INFO, &v, better,
                             "madvdontneed changes nothing on %.*s: it is for Linux",
                             STR_ARG(d->in->os));
    } else if (mode == 0) {
        doctor_find_variable(d, SEVERITY_WARN, &v, better,
                             "freed memory still counts as used: it is given back with MADV_FREE, "
                             "and the resident size looks larger than what is needed");
    } else {
        doctor_find_variable(d, SEVERITY_INFO, &v, better,
                             "madvdontneed=%lld changes nothing: that is the default since Go 1.16",
                             (long long)mode);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD002"),
                .title = STR_CONST("the garbage collector runs beside the program"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the key gcstoptheworld in GODEBUG"),
                .why = STR_CONST(
                    "gcstoptheworld=1 makes every collection stop the program from its beginning "
                    "to its end, 2 also sweeps while it stands still. Both are for the search for "
                    "faults in the collector itself. Left in an environment they turn pauses of "
                    "microseconds into pauses that grow with the heap, in every Go program that is "
                    "started there: the compiler too."),
                .cure = STR_CONST("take the key out of GODEBUG"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/runtime#hdr-Environment_Variables"),
            },
        .run = check_stop_the_world,
        .modes = MODE_MINIMAL,
        .item = 2,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD009"),
                .title = STR_CONST("freed memory goes back to the system at once"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the key madvdontneed in GODEBUG"),
                .why = STR_CONST(
                    "Since Go 1.16 freed memory is given back with MADV_DONTNEED on Linux, so that "
                    "the resident size of a program falls when it frees. madvdontneed=0 brings "
                    "MADV_FREE back: the kernel takes the pages only when memory is short, until "
                    "then they count as used, and monitors and limits see a program that looks "
                    "larger than it is.\n\n"
                    "madvdontneed=1 is the default, and not deprecated; it only says so again."),
                .cure = STR_CONST("take the key out of GODEBUG"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.16#runtime"),
            },
        .run = check_madvise,
        .modes = MODE_MINIMAL,
        .item = 9,
    },
};

const CheckGroup doctor_godebug = {rows, COUNT_OF(rows)};
