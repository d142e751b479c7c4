#include "go/root/release.h"

#include "go/mod/version.h"

#define MODULE_PREFIX "v0.0.1-"

Str release_module_version(Arena *a, const Release *r)
{
    return str_format(a, MODULE_PREFIX "go%.*s.%.*s-%.*s", STR_ARG(r->version), STR_ARG(r->os),
                      STR_ARG(r->arch));
}

bool release_is_platform_word(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        bool is_fine = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9');
        if (!is_fine) {
            return false;
        }
    }
    return s.len > 0;
}

Str release_arch(Str site_arch)
{
    return str_eq(site_arch, S("armv6l")) ? S("arm") : site_arch;
}

/* "go1.26.8.linux-amd64" */
static bool parse_name(Str name, Release *ret)
{
    StrCut dot = str_cut_last(name, '.');
    StrCut dash = str_cut(dot.tail, '-');
    Str version = dot.head;
    bool ok = dot.found && dash.found && str_eat_prefix(&version, S("go")) &&
              goversion_is_valid(version) && release_is_platform_word(dash.head) &&
              release_is_platform_word(dash.tail);
    if (ok) {
        *ret = (Release){version, dash.head, dash.tail};
    }
    return ok;
}

bool release_parse(Str module_version, Release *ret)
{
    return str_eat_prefix(&module_version, S(MODULE_PREFIX)) && parse_name(module_version, ret);
}

bool release_parse_archive_name(Str file_name, Release *ret)
{
    Release r;
    if (str_eat_suffix(&file_name, S(".zip"))) {
        return release_parse(file_name, ret);
    }
    if (!str_eat_suffix(&file_name, S(".tar.gz")) || !parse_name(file_name, &r)) {
        return false;
    }
    r.arch = release_arch(r.arch);
    *ret = r;
    return true;
}
