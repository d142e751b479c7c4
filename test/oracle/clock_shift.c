/*
 * clock_shift SECONDS PROGRAM [ARGUMENT...]: runs a program, and all that it starts, on a machine
 * whose clock goes wrong by so many seconds.
 *
 * A time namespace shifts the monotonic clocks alone, and a library that is loaded first has no say
 * in a static program. So the kernel is asked in the program's stead: the vDSO, by which a clock is
 * read without a system call, is taken out of what each program finds at its start; a seccomp
 * filter stops the two calls that are left at this tracer; and what they have written is shifted
 * before the program sees it. Times of files stay those of the machine.
 *
 * Ends as the program does; 125 when that cannot be done here.
 */
#include <elf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CANNOT 125
#define MAX_TASKS 4096   /* that read the clock at the same time */
#define MAX_WORDS 100000 /* of arguments and environment of a program */

/* A task between the beginning and the end of a call that writes the time. */
typedef struct {
    pid_t task;
    uintptr_t time; /* where: a struct that begins with the seconds */
} Reading;

static Reading readings[MAX_TASKS];
static long shift;

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(CANNOT);
}

/* ---- the program ---- */

static void install_filter(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_gettimeofday, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
    };
    struct sock_fprog program = {sizeof(rules) / sizeof(*rules), rules};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)) {
        fail("seccomp");
    }
}

static _Noreturn void become(char **argv)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
        fail("ptrace");
    }
    raise(SIGSTOP);
    install_filter();
    execvp(argv[0], argv);
    fail(argv[0]);
}

/* ---- the tracer ---- */

static long peek(pid_t task, uintptr_t at)
{
    return ptrace(PTRACE_PEEKDATA, task, (void *)at, NULL);
}

static void poke(pid_t task, uintptr_t at, long word)
{
    ptrace(PTRACE_POKEDATA, task, (void *)at, (void *)(uintptr_t)word);
}

static struct __ptrace_syscall_info look(pid_t task)
{
    struct __ptrace_syscall_info info = {0};
    ptrace(PTRACE_GET_SYSCALL_INFO, task, (void *)sizeof(info), &info);
    return info;
}

/* A new program's stack: argc, arguments, 0, environment, 0, pairs of the auxiliary vector. */
static void take_vdso_away(pid_t task)
{
    uintptr_t at = (uintptr_t)look(task).stack_pointer + sizeof(long);
    int zeros = 0;
    for (int i = 0; i < MAX_WORDS && zeros < 2; i++, at += sizeof(long)) {
        zeros += peek(task, at) == 0;
    }
    for (int i = 0; i < 64; i++, at += 2 * sizeof(long)) {
        long type = peek(task, at);
        if (type == AT_NULL) {
            return;
        }
        if (type == AT_SYSINFO_EHDR) {
            poke(task, at, AT_IGNORE);
        }
    }
}

static Reading *reading_of(pid_t task)
{
    for (int i = 0; i < MAX_TASKS; i++) {
        if (readings[i].task == task) {
            return &readings[i];
        }
    }
    return NULL;
}

/* Whether the end of the call is to be waited for. */
static int begin_reading(pid_t task)
{
    struct __ptrace_syscall_info info = look(task);
    uint64_t clock = info.seccomp.args[0];
    int is_day = info.seccomp.nr == SYS_gettimeofday;
    Reading *free_one = reading_of(0);
    if ((!is_day && clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) ||
        free_one == NULL) {
        return 0;
    }
    *free_one = (Reading){task, (uintptr_t)info.seccomp.args[is_day ? 0 : 1]};
    return 1;
}

static void end_reading(pid_t task)
{
    Reading *reading = reading_of(task);
    if (reading == NULL) {
        return;
    }
    struct __ptrace_syscall_info info = look(task);
    if (info.op == PTRACE_SYSCALL_INFO_EXIT && !info.exit.is_error && reading->time != 0) {
        poke(task, reading->time, peek(task, reading->time) + shift);
    }
    *reading = (Reading){0};
}

/* Lets the stopped task go on: to the end of its call, or as it likes; with its signal. */
static void go_on(pid_t task, int status)
{
    int event = status >> 16, number = WSTOPSIG(status);
    int signal_number = 0, is_reading = 0;
    if (event == PTRACE_EVENT_SECCOMP) {
        is_reading = begin_reading(task);
    } else if (event == PTRACE_EVENT_EXEC) {
        take_vdso_away(task);
    } else if (number == (SIGTRAP | 0x80)) {
        end_reading(task);
    } else if (event == 0 && number != SIGSTOP) { /* a new task begins with a stop */
        signal_number = number;
    }
    ptrace(is_reading ? PTRACE_SYSCALL : PTRACE_CONT, task, NULL, (void *)(uintptr_t)signal_number);
}

/* Until all have ended; the status of the first. */
static int trace(pid_t first)
{
    int status, result = CANNOT;
    pid_t task;
    while ((task = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
        if (task <= 0) {
            continue;
        }
        if (WIFSTOPPED(status)) {
            go_on(task, status);
            continue;
        }
        Reading *left = reading_of(task);
        if (left != NULL) {
            *left = (Reading){0};
        }
        if (task == first) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: clock_shift SECONDS PROGRAM [ARGUMENT...]\n");
        return CANNOT;
    }
    shift = strtol(argv[1], NULL, 10);
    pid_t first = fork();
    if (first == 0) {
        become(argv + 2);
    }
    int status;
    if (first < 0 || waitpid(first, &status, 0) != first || !WIFSTOPPED(status)) {
        fail("clock_shift");
    }
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC |
                   PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                   PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)(uintptr_t)options) != 0 ||
        ptrace(PTRACE_CONT, first, NULL, NULL) != 0) {
        fail("ptrace");
    }
    return trace(first);
}
