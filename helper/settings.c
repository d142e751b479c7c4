#define _GNU_SOURCE /* setenv */
#include "settings.h"

#include "base/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Never proxied, as in Go's net/http: loopback in the spellings that libcurl compares. */
#define LOOPBACK "localhost,127.0.0.1,127.0.0.0/8,::1,[::1]"

static const struct {
    const char *upper, *lower;
} proxy_names[] = {
    {"HTTP_PROXY", "http_proxy"}, /* libcurl reads the lower-case name alone */
    {"HTTPS_PROXY", "https_proxy"},
    {"NO_PROXY", "no_proxy"},
};

/* Value of a variable; NULL when unset or empty. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static void adopt_upper_case_names(void)
{
    for (isize i = 0; i < COUNT_OF(proxy_names); i++) {
        const char *value = variable(proxy_names[i].upper);
        if (value != NULL) {
            setenv(proxy_names[i].lower, value, 1);
        }
    }
}

static void exempt_loopback(void)
{
    char list[8192];
    const char *others = variable("no_proxy");
    int len = snprintf(list, sizeof(list), "%s%s%s", LOOPBACK, others == NULL ? "" : ",",
                       others == NULL ? "" : others);
    if (others != NULL && others[0] == '*' && others[1] == '\0') {
        return; /* nothing is proxied at all */
    }
    if (len > 0 && len < (int)sizeof(list)) {
        setenv("no_proxy", list, 1);
        unsetenv("NO_PROXY");
    }
}

/* The path in a variable, if such a file can be read; as cmd/go, what cannot is passed over. */
static const char *readable_path(const char *name)
{
    const char *path = variable(name);
    return path != NULL && access(path, R_OK) == 0 ? path : NULL;
}

static void find_netrc(Settings *ret)
{
    const char *named = variable("NETRC");
    const char *home = variable("HOME");
    int len = -1;
    if (named != NULL) {
        len = snprintf(ret->netrc, sizeof(ret->netrc), "%s", named);
    } else if (home != NULL) {
        len = snprintf(ret->netrc, sizeof(ret->netrc), "%s/.netrc", home);
    }
    if (len < 0 || len >= (int)sizeof(ret->netrc) || access(ret->netrc, R_OK) != 0) {
        ret->netrc[0] = '\0';
    }
}

void settings_read(Settings *ret)
{
    *ret =
        (Settings){.ca_file = readable_path("SSL_CERT_FILE"), .ca_dirs = variable("SSL_CERT_DIR")};
    find_netrc(ret);
    adopt_upper_case_names();
    exempt_loopback();
}
