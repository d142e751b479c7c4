#!/usr/bin/env python3
"""Runs a program under a filter of system calls, as an old container runtime does.

    without_calls.py NAME=ERRNO|kill ... -- PROGRAM ARG...

Python's standard library only; Linux on amd64 and arm64.
"""
import ctypes
import os
import platform
import struct
import sys

NUMBERS = {
    "x86_64": {"madvise": 28, "clone": 56, "sigaltstack": 131, "epoll_create1": 291, "eventfd2": 290,
               "pipe2": 293, "pidfd_send_signal": 424, "pidfd_open": 434, "clone3": 435, "faccessat2": 439},
    "aarch64": {"madvise": 233, "clone": 220, "sigaltstack": 132, "epoll_create1": 20, "eventfd2": 19,
                "pipe2": 59, "pidfd_send_signal": 424, "pidfd_open": 434, "clone3": 435, "faccessat2": 439},
}
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
ALLOW, FAIL_WITH, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2


class Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def main():
    end = sys.argv.index("--")
    rules = [rule.split("=") for rule in sys.argv[1:end]]
    numbers = NUMBERS[platform.machine()]
    code = [struct.pack("=HBBI", LOAD, 0, 0, 0)]
    for name, what in rules:
        verdict = KILL_PROCESS if what == "kill" else FAIL_WITH | int(what)
        code.append(struct.pack("=HBBI", JUMP_IF_EQUAL, 0, 1, numbers[name]))
        code.append(struct.pack("=HBBI", RETURN, 0, 0, verdict))
    code.append(struct.pack("=HBBI", RETURN, 0, 0, ALLOW))
    program = Program(len(code), b"".join(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            or libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) != 0):
        print(f"no filter may be set here: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        return 125
    os.execvp(sys.argv[end + 1], sys.argv[end + 1:])
    return 126


if __name__ == "__main__":
    sys.exit(main())
