/* GOPROXY and its kin for checks: the value that this Go uses, shown without passwords. */
#ifndef DOCTOR_PROXIES_H
#define DOCTOR_PROXIES_H

#include "doctor/context.h"
#include "go/mod/proxy.h"

/* GOPROXY or GOSUMDB as the Go in use takes it: before Go 1.21 an empty one is the default that was
 * compiled in, since then the default is a line of go.env. False when there is no Go and nobody set
 * the variable: then there is nothing to say. */
bool proxies_variable(const Doctor *d, Str name, Variable *ret);

/* text with each user name and password and each query replaced by asterisks. What cannot be told
 * apart is hidden rather than shown. */
Str proxies_hide(Arena *a, Str text);

/* As doctor_find_variable, with passwords hidden. better must hold none. */
void proxies_find(Doctor *d, Severity severity, const Variable *v, Str better, Str title);

/* The toolchain that the go command in use goes on as ("go1.27.4"), by GOTOOLCHAIN and the go and
 * toolchain lines here. Empty when it stays what it is. */
Str proxies_switches_to(const Doctor *d);

/* Whether a list of globs takes in every module path. */
bool proxies_matches_all(Str globs);

#endif
