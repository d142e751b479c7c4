#include "toolchain/installed.h"

#include "go/mod/version.h"

Str installed_id(Arena *a, Str version, Str os, Str arch)
{
    return store_id_make(a, str_concat(a, S("go"), version),
                         str_format(a, "%.*s/%.*s", STR_ARG(os), STR_ARG(arch)), (Str){0});
}

/* Records of the platform, and the version of each without "go". */
static bool platform_records(ToolchainContext *c, Arena *a, Str os, Str arch, StoreRecord **ret,
                             Str **ret_versions, isize *ret_n, Err *err)
{
    Store *store;
    RecordList list = {0};
    StoreOutcome opened = context_store(c, &store, err);
    if (opened == STORE_FAILED || (opened == STORE_OPENED && !record_list(a, store, &list, err))) {
        return false;
    }
    Str platform = str_format(a, "%.*s/%.*s", STR_ARG(os), STR_ARG(arch));
    Str *versions = ARENA_ARRAY(a, Str, list.len);
    isize n = 0;
    for (isize i = 0; i < list.len; i++) {
        Str version = list.ptr[i].version;
        if (str_eq(list.ptr[i].platform, platform) && str_eat_prefix(&version, S("go"))) {
            list.ptr[n] = list.ptr[i];
            versions[n++] = version;
        }
    }
    *ret = list.ptr;
    *ret_versions = versions;
    *ret_n = n;
    return true;
}

InstalledOutcome installed_find(ToolchainContext *c, Arena *a, const Spec *spec, Str os, Str arch,
                                StoreRecord *ret, Err *err)
{
    StoreRecord *records;
    Str *versions;
    Str newest;
    isize n;
    if (!platform_records(c, a, os, arch, &records, &versions, &n, err)) {
        return INSTALLED_FAILED;
    }
    if (!spec_match(spec, versions, n, &newest)) {
        return INSTALLED_NONE;
    }
    Str official = installed_id(a, newest, os, arch);
    isize found = -1;
    for (isize i = 0; i < n; i++) {
        if (str_eq(versions[i], newest) && (found < 0 || str_eq(records[i].id, official))) {
            found = i;
        }
    }
    *ret = records[found];
    return INSTALLED_FOUND;
}

bool installed_newest(void *context, Str spec_text, Str *ret_name)
{
    ToolchainContext *c = context;
    Spec spec;
    StoreRecord record;
    Err ignored;
    if (!spec_parse(spec_text, &spec, &ignored) || !spec_is_version(&spec) ||
        installed_find(c, c->arena, &spec, context_host_os(), context_host_arch(), &record,
                       &ignored) != INSTALLED_FOUND) {
        return false;
    }
    *ret_name = record.version;
    return true;
}
