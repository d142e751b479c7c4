/* Whether cgo is on, and the commands that it runs: CC, CXX, PKG_CONFIG. */
#ifndef DOCTOR_CGO_COMMAND_H
#define DOCTOR_CGO_COMMAND_H

#include "doctor/context.h"
#include "go/load/strs.h"

typedef Strs CgoWords;

/* The words of CC and its kin as cmd/go reads them (cmd/internal/quoted): parted by white space,
 * one that begins with a quote goes up to the next such quote, and nothing is escaped. False when
 * that quote is missing. */
bool cgo_split(Arena *a, Str command, CgoWords *ret);

/* The compiler that this Go takes when CC (CXX) is not set: DefaultCC (DefaultCXX) of
 * src/cmd/go/internal/cfg, as whoever built it chose; "gcc" ("g++") when that cannot be read. */
Str cgo_default_cc(const Doctor *d);
Str cgo_default_cxx(const Doctor *d);

/* Whether a program is there to be run; *ret_path is then absolute. */
bool cgo_find_program(const Doctor *d, Str program, Str *ret_path);

/* Whether the target is the machine that the go command is built for. */
bool cgo_is_native(const DoctorInput *in);

/* Whether the target has cgo at all; when that cannot be read, it is taken to. */
bool cgo_has_port(Doctor *d);

typedef enum {
    CGO_UNKNOWN, /* there is no Go */
    CGO_ON,
    CGO_OFF_SET,         /* CGO_ENABLED=0 */
    CGO_OFF_CROSS,       /* for another target it is off unless it is asked for */
    CGO_OFF_NO_COMPILER, /* nobody set anything: since Go 1.20 it turns itself off */
    CGO_OFF_PORT,        /* the target has none */
} CgoState;

/* cmd/go/internal/cfg, defaultContext. */
CgoState cgo_state(Doctor *d);

/* What CC is, set or not, as words; none when it cannot be split. */
CgoWords cgo_compiler(const Doctor *d);

/* Whether GWD083 finds something: no compiler needs to be asked then. */
bool cgo_headers_are_missing(const Doctor *d);

#endif
