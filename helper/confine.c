/*
 * Landlock by raw system calls, with its structures and bits written out here: the headers of the
 * machine that compiles may be older than the kernel that runs. Each ABI level adds rights that can
 * be taken away; what this kernel does not know is masked off.
 *
 * Paths that do not exist are skipped: the list is the union of what distributions use. A rule is
 * on what a path leads to, symlinks followed, so /etc/resolv.conf works wherever it points.
 */
#define _GNU_SOURCE /* O_PATH */
#include "confine.h"

#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYS_CLOSE_RANGE 436
#define SYS_LANDLOCK_CREATE_RULESET 444
#define SYS_LANDLOCK_ADD_RULE 445
#define SYS_LANDLOCK_RESTRICT_SELF 446

#define LANDLOCK_VERSION 1u     /* flag: tell the ABI */
#define LANDLOCK_PATH_BENEATH 1 /* rule type */

/* Rights on files, and the ABI that brought them. */
#define FS_READ_FILE ((uint64_t)1 << 2)
#define FS_READ_DIR ((uint64_t)1 << 3)
#define FS_ALL_ABI1 (((uint64_t)1 << 13) - 1)
#define FS_REFER_ABI2 ((uint64_t)1 << 13)
#define FS_TRUNCATE_ABI3 ((uint64_t)1 << 14)
#define FS_IOCTL_ABI5 ((uint64_t)1 << 15)
#define NET_BIND_TCP_ABI4 ((uint64_t)1 << 0)
#define SCOPE_ABI6 (((uint64_t)1 << 2) - 1) /* abstract sockets and signals of other processes */

typedef struct {
    uint64_t fs, net, scoped;
} Ruleset;

typedef struct {
    uint64_t allowed;
    int32_t parent_fd;
} __attribute__((packed)) PathRule;

/* Shared libraries of name services and TLS, CA certificates, resolver files, randomness. */
static const char *const readable[] = {
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/ssl",
    "/usr/share/ca-certificates",
    "/usr/share/pki",
    "/usr/local/share/ca-certificates",
    "/var/lib/ca-certificates",
    "/nix/store",
    "/gnu/store",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/gnutls",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/localtime",
    "/run/systemd/resolve",
    "/run/systemd/machines",
    "/run/NetworkManager",
    "/run/resolvconf",
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
};

void confine_process(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    syscall(SYS_CLOSE_RANGE, 4u, ~0u, 0u);
}

static void allow_reading(int ruleset_fd, const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    struct stat st;
    bool is_dir = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
    PathRule rule = {FS_READ_FILE | (is_dir ? FS_READ_DIR : 0), fd};
    syscall(SYS_LANDLOCK_ADD_RULE, ruleset_fd, LANDLOCK_PATH_BENEATH, &rule, 0u);
    close(fd);
}

/* The elements of a colon-separated list of directories. */
static void allow_reading_list(int ruleset_fd, const char *list)
{
    while (*list != '\0') {
        char dir[4096];
        size_t len = strcspn(list, ":");
        if (len > 0 && len < sizeof(dir)) {
            memcpy(dir, list, len);
            dir[len] = '\0';
            allow_reading(ruleset_fd, dir);
        }
        list += len;
        list += *list == ':';
    }
}

static Ruleset ruleset_of(long abi)
{
    return (Ruleset){
        .fs = FS_ALL_ABI1 | (abi >= 2 ? FS_REFER_ABI2 : 0) | (abi >= 3 ? FS_TRUNCATE_ABI3 : 0) |
              (abi >= 5 ? FS_IOCTL_ABI5 : 0),
        .net = abi >= 4 ? NET_BIND_TCP_ABI4 : 0,
        .scoped = abi >= 6 ? SCOPE_ABI6 : 0,
    };
}

static size_t ruleset_len(long abi)
{
    return abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
}

uint32_t confine_files(const Settings *settings)
{
    long abi = syscall(SYS_LANDLOCK_CREATE_RULESET, NULL, (size_t)0, LANDLOCK_VERSION);
    if (abi < 1) {
        return 0;
    }
    Ruleset rules = ruleset_of(abi);
    int fd = (int)syscall(SYS_LANDLOCK_CREATE_RULESET, &rules, ruleset_len(abi), 0u);
    if (fd < 0) {
        return 0;
    }
    for (isize i = 0; i < COUNT_OF(readable); i++) {
        allow_reading(fd, readable[i]);
    }
    if (settings->ca_file != NULL) {
        allow_reading(fd, settings->ca_file);
    }
    if (settings->netrc[0] != '\0') {
        allow_reading(fd, settings->netrc);
    }
    if (settings->ca_dirs != NULL) {
        allow_reading_list(fd, settings->ca_dirs);
    }
    bool is_confined = syscall(SYS_LANDLOCK_RESTRICT_SELF, fd, 0u) == 0;
    close(fd);
    return is_confined ? (uint32_t)abi : 0;
}
