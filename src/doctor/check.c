#include "doctor/check.h"

#include "doctor/context.h"

static const CheckGroup *const doctor_checks[] = {
    &doctor_goexperiment, &doctor_godebug, &doctor_cgo,   &doctor_ports,
    &doctor_modules,      &doctor_storage, &doctor_gobin,
};

/* The row with the next higher id than `after` (empty: the first), NULL when there is none. */
static const Check *next_check(Str after)
{
    const Check *next = NULL;
    for (isize g = 0; g < COUNT_OF(doctor_checks); g++) {
        for (isize i = 0; i < doctor_checks[g]->len; i++) {
            const Check *check = &doctor_checks[g]->rows[i];
            if (str_compare(check->about.id, after) > 0 &&
                (next == NULL || str_compare(check->about.id, next->about.id) < 0)) {
                next = check;
            }
        }
    }
    return next;
}

const Explanation *doctor_explanation(isize i)
{
    const Check *check = next_check((Str){0});
    while (check != NULL && i-- > 0) {
        check = next_check(check->about.id);
    }
    return check == NULL ? NULL : &check->about;
}

void doctor_target(const GoEnv *env, Str *ret_os, Str *ret_arch)
{
    *ret_os = goenv_value(env, S("GOOS"));
    *ret_arch = goenv_value(env, S("GOARCH"));
}

static void find_not_made(Doctor *d, const Err *err)
{
    doctor_find(d, (Finding){
                       .severity = SEVERITY_WARN,
                       .title = str_format(d->arena, "could not be looked at: %.*s",
                                           STR_ARG(d->about->title)),
                       .evidence = err_format(d->arena, err),
                       .remedy = str_copy(d->arena, str_from_c(err->hint)),
                   });
}

/* Whether it was made, and found nothing that matters. */
static bool passes(Doctor *d, const Check *check)
{
    Err err = {0};
    isize before = d->findings->len;
    d->about = &check->about;
    if (!check->run(d, &err)) {
        find_not_made(d, &err);
    }
    for (isize i = before; i < d->findings->len; i++) {
        if (d->findings->ptr[i].severity >= SEVERITY_WARN) {
            return false;
        }
    }
    return true;
}

void doctor_run(const DoctorInput *in, Arena *a, DoctorResult *ret)
{
    DoctorResult result = {0};
    Doctor d = {.in = in, .arena = a, .findings = &result.findings};
    for (const Check *check = next_check((Str){0}); check != NULL;
         check = next_check(check->about.id)) {
        result.n_checks++;
        result.n_passed += passes(&d, check);
    }
    findings_sort(&result.findings);
    *ret = result;
}
