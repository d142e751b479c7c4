/*
 * Says what the doctor's checks find in this process's environment and working directory, for
 * test/oracle/doctor.py: oracle.doctor_driver GOROOT VERSION prints a line "severity id title" for
 * each finding, then "N of N passed".
 */
#include "doctor/check.h"
#include "os/proc.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    Arena a = arena_init(1 * MIB);
    Err err;
    GoEnv goenv;
    DoctorInput in = {.env = &goenv};
    Environ environ = environ_get(&a);
    if (argc != 3) {
        fputs("usage: oracle.doctor_driver GOROOT VERSION\n", stderr);
        return 2;
    }
    in.goroot = str_from_c(argv[1]);
    in.version = str_from_c(argv[2]);
    if (!goenv_load(&a, &environ, in.goroot, &goenv, &err) ||
        !proc_working_dir(&a, &in.dir, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 3;
    }
    ProcHost host = proc_host();
    in.host_os = host.os;
    in.host_arch = host.arch;
    doctor_target(&goenv, &in.os, &in.arch);
    DoctorResult result;
    doctor_run(&in, &a, &result);
    for (isize i = 0; i < result.findings.len; i++) {
        const Finding *f = &result.findings.ptr[i];
        printf("%.*s %.*s %.*s\n", STR_ARG(severity_name(f->severity)), STR_ARG(f->id),
               STR_ARG(f->title));
    }
    printf("%td of %td passed\n", result.n_passed, result.n_checks);
    arena_done(&a);
    return 0;
}
