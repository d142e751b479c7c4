/* The order of questions is that of cmd/go (1.19 to 1.27), so that the answer is its answer. */
#include "doctor/cgo_command.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/root/defaultcc.h"
#include "os/file.h"
#include "os/spawn.h"

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_quote(char byte)
{
    return byte == '"' || byte == '\'';
}

bool cgo_split(Arena *a, Str command, CgoWords *ret)
{
    CgoWords words = {0};
    for (;;) {
        command = str_trim(command);
        if (command.len == 0) {
            *ret = words;
            return true;
        }
        if (is_quote(command.ptr[0])) {
            StrCut cut = str_cut(str_from(command, 1), command.ptr[0]);
            if (!cut.found) {
                return false;
            }
            *VEC_PUSH(a, &words) = cut.head;
            command = cut.tail;
            continue;
        }
        isize n = 0;
        while (n < command.len && !is_space(command.ptr[n])) {
            n++;
        }
        *VEC_PUSH(a, &words) = str_to(command, n);
        command = str_from(command, n);
    }
}

Str cgo_default_cc(const Doctor *d)
{
    return defaultcc_read(d->arena, d->in->goroot, d->in->os, d->in->arch);
}

Str cgo_default_cxx(const Doctor *d)
{
    return defaultcc_read_cxx(d->arena, d->in->goroot, d->in->os, d->in->arch);
}

bool cgo_find_program(const Doctor *d, Str program, Str *ret_path)
{
    Str path;
    if (program.len == 0 || !spawn_find(d->arena, d->in->env->environ, program, &path)) {
        return false;
    }
    path = path_absolute(d->arena, d->in->dir, path);
    if (!file_may_execute(FILE_CWD, path)) {
        return false;
    }
    *ret_path = path;
    return true;
}

bool cgo_is_native(const DoctorInput *in)
{
    return str_eq(in->os, in->host_os) && str_eq(in->arch, in->host_arch);
}

bool cgo_has_port(Doctor *d)
{
    Err ignored;
    const PortList *ports = doctor_ports_of_go(d, &ignored);
    const Port *port = ports == NULL ? NULL : portlist_find(ports, d->in->os, d->in->arch);
    return port == NULL || port->has_cgo;
}

CgoState cgo_state(Doctor *d)
{
    Str path, set = goenv_value(d->in->env, S("CGO_ENABLED"));
    if (d->in->goroot.len == 0) {
        return CGO_UNKNOWN;
    }
    if (str_eq(set, S("0"))) {
        return CGO_OFF_SET;
    }
    if (!cgo_has_port(d)) {
        return CGO_OFF_PORT;
    }
    if (str_eq(set, S("1"))) {
        return CGO_ON;
    }
    if (!cgo_is_native(d->in)) {
        return CGO_OFF_CROSS;
    }
    /* CC of the go env file does not count here, in cmd/go as well. */
    bool has_compiler = environ_value(d->in->env->environ, S("CC")).len > 0 ||
                        cgo_find_program(d, cgo_default_cc(d), &path);
    return has_compiler || doctor_go_is_before(d, S("1.20")) ? CGO_ON : CGO_OFF_NO_COMPILER;
}

CgoWords cgo_compiler(const Doctor *d)
{
    CgoWords words = {0};
    Str command = goenv_value(d->in->env, S("CC"));
    if (command.len == 0) {
        *VEC_PUSH(d->arena, &words) = cgo_default_cc(d);
        return words;
    }
    return cgo_split(d->arena, command, &words) ? words : (CgoWords){0};
}
