/*
 * Readers during switches: whether a Go is ever missing.
 *
 *     readers GOWARD SWITCHES READS PROCESSES STARTS GO...
 *
 * Runs `goward use VERSION --global` SWITCHES times, 1.26.8 and 1.27.4 by turns, while each of
 * PROCESSES opens the paths GO in turn, READS times at least and until the switches are over, and
 * as many more start them, STARTS times at least. Ends with 0 and says how often each was done when
 * no open and no start ever failed.
 */
#define _GNU_SOURCE /* POSIX_SPAWN_*, environ */

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_PROCESSES 16
#define PAUSE_NS 20000 /* of a reader, who leaves the processor to the switches */

typedef struct {
    atomic_bool is_over;
    atomic_long n_reads, n_starts, n_failed;
} Shared;

static Shared *shared;

static bool run(char *const argv[], int silent_fd)
{
    pid_t pid;
    int status;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, silent_fd, STDOUT_FILENO);
    int failed = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        fprintf(stderr, "starting %s: %s\n", argv[0], strerror(failed));
        return false;
    }
    bool ok = waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!ok) {
        fprintf(stderr, "%s ended with wait status %#x\n", argv[0], (unsigned)status);
    }
    return ok;
}

static bool read_once(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "opening %s: %s\n", path, strerror(errno));
        return false;
    }
    close(fd);
    atomic_fetch_add(&shared->n_reads, 1);
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    return true;
}

static bool start_once(char *path, int silent_fd)
{
    static char word[] = "version";
    char *argv[] = {path, word, NULL};
    atomic_fetch_add(&shared->n_starts, 1);
    return run(argv, silent_fd);
}

/* The life of one reader. */
static int keep_on(char **paths, int n_paths, long least, bool does_start, int silent_fd)
{
    for (long n = 0; n < least || !atomic_load(&shared->is_over); n++) {
        char *path = paths[n % n_paths];
        if (!(does_start ? start_once(path, silent_fd) : read_once(path))) {
            atomic_fetch_add(&shared->n_failed, 1);
            return 1;
        }
    }
    return 0;
}

static bool switch_often(char *goward, long n, int silent_fd)
{
    static char use[] = "use", global[] = "--global";
    static char versions[2][8] = {"1.26.8", "1.27.4"};
    for (long i = 0; i < n; i++) {
        char *argv[] = {goward, use, versions[i % 2], global, NULL};
        if (!run(argv, silent_fd)) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    pid_t pids[2 * MAX_PROCESSES];
    long n_processes = argc < 7 ? 0 : strtol(argv[4], NULL, 10);
    int silent_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (n_processes < 1 || n_processes > MAX_PROCESSES || silent_fd < 0 || shared == MAP_FAILED) {
        fputs("usage: readers GOWARD SWITCHES READS PROCESSES STARTS GO...\n", stderr);
        return 2;
    }
    for (long i = 0; i < 2 * n_processes; i++) {
        bool does_start = i % 2 == 1;
        long least = strtol(argv[does_start ? 5 : 3], NULL, 10);
        pids[i] = fork();
        if (pids[i] == 0) {
            _exit(keep_on(argv + 6, argc - 6, least, does_start, silent_fd));
        }
    }
    bool ok = switch_often(argv[1], strtol(argv[2], NULL, 10), silent_fd);
    atomic_store(&shared->is_over, true);
    for (long i = 0; i < 2 * n_processes; i++) {
        int status = -1;
        ok &= pids[i] > 0 && waitpid(pids[i], &status, 0) == pids[i] && status == 0;
    }
    printf("%ld opens, %ld starts, %ld failed\n", atomic_load(&shared->n_reads),
           atomic_load(&shared->n_starts), atomic_load(&shared->n_failed));
    return ok ? 0 : 1;
}
