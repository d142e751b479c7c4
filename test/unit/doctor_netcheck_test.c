#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/clinic.h"

#define CERTIFICATE S("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")

static void test_authorities(void **state)
{
    Clinic *c = *state;
    static const ClinicCase none[] = {
        {"GOPROXY=https://a.example", SEVERITY_ERROR, "no certificate authority", NULL},
        {"GOPROXY=http://a.example,off", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=https://a.example;SSL_CERT_FILE=$ROOT/own.pem", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=https://a.example;SSL_CERT_DIR=/none:$ROOT/certs", SEVERITY_NONE, NULL, NULL},
    };
    static const ClinicCase some[] = {
        {"GOPROXY=direct", SEVERITY_NONE, NULL, NULL},
        {"GOPROXY=direct;SSL_CERT_DIR=$ROOT/none", SEVERITY_WARN, "SSL_CERT_DIR names no", NULL},
        {"GOPROXY=direct;SSL_CERT_FILE=$ROOT/none;SSL_CERT_DIR=$ROOT/none", SEVERITY_ERROR,
         "no certificate authority", "unset SSL_CERT_FILE"},
    };
    c->only = S("GWD065");
    c->system = path_join(&c->a, c->root, S("system"));
    fixture_file(&c->a, c->root, S("own.pem"), CERTIFICATE);
    fixture_file(&c->a, c->root, S("certs/a.pem"), CERTIFICATE);
    clinic_check(c, c->only, none, COUNT_OF(none));
    fixture_file(&c->a, c->root, S("system/etc/ssl/cert.pem"), CERTIFICATE);
    clinic_check(c, c->only, some, COUNT_OF(some));
}

static void test_http_proxies(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"HTTPS_PROXY=http://proxy.example:3128", SEVERITY_NONE, NULL, NULL},
        {"HTTPS_PROXY=socks5://[::1]:1080", SEVERITY_NONE, NULL, NULL},
        {"https_proxy=proxy.example", SEVERITY_NONE, NULL, NULL},
        {"HTTPS_PROXY=gopher://proxy.example", SEVERITY_ERROR, "does not speak",
         "unset HTTPS_PROXY"},
        {"https_proxy=http://proxy.example:80x", SEVERITY_ERROR, "https_proxy has a port", NULL},
        {"HTTP_PROXY=http://", SEVERITY_ERROR, "has no host", NULL},
        {"NO_PROXY=a,b;no_proxy=a", SEVERITY_WARN, "differ", "unset no_proxy"},
    };
    c->only = S("GWD066");
    clinic_check(c, c->only, cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_authorities),
        CLINIC_TEST(test_http_proxies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
