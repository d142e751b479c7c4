/*
 * The HTTP proxies of the environment: which one Go sends a request through.
 *
 * Source: golang.org/x/net/http/httpproxy, as net/http of Go 1.19 to 1.27 has it.
 */
#ifndef DOCTOR_HTTPPROXY_H
#define DOCTOR_HTTPPROXY_H

#include "doctor/context.h"

typedef struct {
    Str big, small; /* Go takes the first that has a value */
} HttpproxyNames;

enum { HTTPPROXY_HTTPS, HTTPPROXY_HTTP, HTTPPROXY_NO, HTTPPROXY_COUNT };
extern const HttpproxyNames httpproxy_names[HTTPPROXY_COUNT];

/* The variable that has a value, as Go reads the pair; without a value when neither has. */
Variable httpproxy_variable(const Doctor *d, const HttpproxyNames *names);

/* Whether requests for the URL (http or https) go through an HTTP proxy, and which variable names
 * it. Names are compared as they are written, without IDNA. */
bool httpproxy_for(const Doctor *d, Str url, Variable *ret);

#endif
