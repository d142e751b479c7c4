#include "toolchain/activate.h"

#include "os/proc.h"

static const Str shims[] = {STR_CONST("go"), STR_CONST("gofmt"), STR_CONST("goward")};

/* Generation 0 is made with the store, so that there is always one. */
static bool read_current(Store *store, Generation *ret, Err *err)
{
    switch (generation_current(store->arena, store, ret, err)) {
    case FILE_FOUND:
        return true;
    case FILE_ABSENT:
        FAIL(err, ERR_FORMAT, "the link '%.*s/current' is gone, or leads to no generation",
             STR_ARG(store->home));
        return err_hint(err,
                        "goward history names the last one; goward rollback --to N goes there");
    case FILE_FAILED:
        break;
    }
    return FAIL_IN(err, "reading the current generation");
}

GenerationOutcome activate_toolchain(Store *store, const Activation *wanted, int64_t *ret_number,
                                     Err *err)
{
    Generation now;
    Arena *a = store->arena;
    if (!read_current(store, &now, err)) {
        return GENERATION_FAILED;
    }
    Str *visible = ARENA_ARRAY(a, Str, now.n_visible + 1);
    for (isize i = 0; i < now.n_visible; i++) {
        visible[i] = now.visible[i];
    }
    visible[now.n_visible] = wanted->id; /* last: of two with one version it counts */
    GenerationPlan plan = {
        .change = wanted->as_default ? GENERATION_DEFAULT_SET : GENERATION_DEFAULT_KEEP,
        .default_id = wanted->id,
        .visible = visible,
        .n_visible = now.n_visible + 1,
        .action = wanted->action,
        .project = wanted->project,
        .reason = wanted->reason,
        .edit = wanted->edit,
    };
    GenerationOutcome outcome = generation_switch(store, &plan, ret_number, err);
    if (outcome == GENERATION_UNCHANGED) {
        *ret_number = now.number;
    }
    return outcome;
}

bool activate_hide(Store *store, Str id, Err *err)
{
    Generation now;
    Arena *a = store->arena;
    if (!read_current(store, &now, err)) {
        return false;
    }
    Str *visible = ARENA_ARRAY(a, Str, now.n_visible);
    isize n = 0;
    for (isize i = 0; i < now.n_visible; i++) {
        if (!str_eq(now.visible[i], id)) {
            visible[n++] = now.visible[i];
        }
    }
    if (n == now.n_visible || str_eq(now.default_id, id)) {
        return true;
    }
    GenerationPlan plan = {.change = GENERATION_DEFAULT_KEEP,
                           .visible = visible,
                           .n_visible = n,
                           .action = S("remove"),
                           .reason = str_format(a, "%.*s no longer visible", STR_ARG(id))};
    int64_t number;
    return generation_switch(store, &plan, &number, err) != GENERATION_FAILED;
}

bool activate_shims(Store *store, Err *err)
{
    Str program;
    if (!proc_executable(store->arena, &program, err)) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(shims); i++) {
        if (!store_link_shim(store, shims[i], program, err)) {
            return false;
        }
    }
    return true;
}
