/* All groups of checks. */
#include "doctor/check.h"

static const CheckGroup *const doctor_groups[] = {
    &doctor_goexperiment,    &doctor_godebug,         &doctor_cgo,
    &doctor_ports,           &doctor_modules,         &doctor_storage,
    &doctor_gobin,           &doctor_folders,         &doctor_folders_owner,
    &doctor_storage_entries, &doctor_storage_used,    &doctor_storage_quota,
    &doctor_security,        &doctor_cisetup,         &doctor_cifailures,
    &doctor_ciunsafe,        &doctor_cgo_need,        &doctor_cgo_tools,
    &doctor_cgo_libraries,   &doctor_cgo_flags,       &doctor_which_path,
    &doctor_which_places,    &doctor_which_shells,    &doctor_which_root,
    &doctor_which_tree,      &doctor_edited,          &doctor_which_goenv,
    &doctor_which_program,   &doctor_limits,          &doctor_limits_memory,
    &doctor_limits_cpu,      &doctor_kernel,          &doctor_container,
    &doctor_libc_headers,    &doctor_cgo_probe,       &doctor_race_target,
    &doctor_race_libc,       &doctor_race_selftest,   &doctor_vcs_stamp,
    &doctor_godebug_keys,    &doctor_godebug_lines,   &doctor_goflags,
    &doctor_goflags_effect,  &doctor_gotoolchain,     &doctor_goenvfile,
    &doctor_cpulevel,        &doctor_proxies,         &doctor_proxies_private,
    &doctor_proxies_git,     &doctor_proxies_access,  &doctor_proxies_toolchain,
    &doctor_proxies_bypass,  &doctor_proxies_missing, &doctor_gomodfile,
    &doctor_gosum,           &doctor_gosum_log,       &doctor_vendor,
    &doctor_modcache,        &doctor_netcheck,        &doctor_netcheck_online,
    &doctor_netcheck_http,   &doctor_versions_drift,  &doctor_versions_inuse,
    &doctor_versions_ci,     &doctor_process,         &doctor_libc_programs,
    &doctor_plugins,         &doctor_policy_rules,    &doctor_project_checks,
};

const Check *doctor_next_check(Str after)
{
    const Check *next = NULL;
    for (isize g = 0; g < COUNT_OF(doctor_groups); g++) {
        for (isize i = 0; i < doctor_groups[g]->len; i++) {
            const Check *check = &doctor_groups[g]->rows[i];
            if (str_compare(check->about.id, after) > 0 &&
                (next == NULL || str_compare(check->about.id, next->about.id) < 0)) {
                next = check;
            }
        }
    }
    return next;
}

const Check *doctor_find_check(Str id)
{
    for (isize g = 0; g < COUNT_OF(doctor_groups); g++) {
        for (isize i = 0; i < doctor_groups[g]->len; i++) {
            if (str_eq(doctor_groups[g]->rows[i].about.id, id)) {
                return &doctor_groups[g]->rows[i];
            }
        }
    }
    return NULL;
}

const Explanation *doctor_explanation(isize i)
{
    for (isize g = 0; g < COUNT_OF(doctor_groups); g++) {
        if (i < doctor_groups[g]->len) {
            return &doctor_groups[g]->rows[i].about;
        }
        i -= doctor_groups[g]->len;
    }
    return i == 0 ? &doctor_lost_check : NULL;
}
