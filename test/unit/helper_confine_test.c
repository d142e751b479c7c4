/* What goward-fetch can still do after it has confined itself: read certificates and the resolver's
 * files, write to what is open already, and nothing else. Each check runs in a child. */
#define _GNU_SOURCE
#include "../../helper/confine.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/fixture.h"

typedef struct {
    char dir[4096], secret[4096], ca_file[4096], ca_dirs[8192];
    int open_fd;
} Place;

static Place place;

static void copy_path(Str path, char *to)
{
    memcpy(to, path.ptr, (size_t)path.len);
    to[path.len] = '\0';
}

static int set_up(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str dir = fixture_dir(&a);
    copy_path(dir, place.dir);
    copy_path(fixture_file(&a, dir, S("secret"), S("s")), place.secret);
    copy_path(fixture_file(&a, dir, S("my-ca.pem"), S("ca")), place.ca_file);
    Str certs = path_join(&a, dir, S("certs"));
    fixture_file(&a, dir, S("certs/0.pem"), S("ca"));
    copy_path(str_format(&a, "/nonexistent:%.*s", STR_ARG(certs)), place.ca_dirs);
    bool ok = file_create(FILE_CWD, path_join(&a, dir, S("body")), 0600, &place.open_fd, &err);
    arena_done(&a);
    return ok ? 0 : -1;
}

static bool can_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static bool can_open_below(const char *name, int flags)
{
    char path[sizeof(place.dir) + 64];
    snprintf(path, sizeof(path), "%s/%s", place.dir, name);
    return can_open(path, flags);
}

static bool is_confined(void)
{
    Settings settings = {.ca_file = place.ca_file, .ca_dirs = place.ca_dirs};
    confine_process();
    return confine_files(&settings) > 0;
}

static void need_landlock(void)
{
    if (syscall(SYS_LANDLOCK_CREATE_RULESET, NULL, (size_t)0, LANDLOCK_VERSION) < 1) {
        skip();
    }
}

static bool reads_only_what_it_needs(void *context)
{
    (void)context;
    return is_confined() &&
           can_open("/etc/resolv.conf", O_RDONLY) == (access("/etc/resolv.conf", F_OK) == 0) &&
           can_open(place.ca_file, O_RDONLY) && can_open_below("certs/0.pem", O_RDONLY) &&
           !can_open(place.secret, O_RDONLY) && !can_open("/etc/passwd", O_RDONLY) &&
           !can_open("/proc/self/environ", O_RDONLY) && !can_open("/proc/self/mem", O_RDWR);
}

static void test_reads_only_what_it_needs(void **state)
{
    (void)state;
    need_landlock();
    assert_true(fixture_holds_in_child(reads_only_what_it_needs, NULL));
}

static bool writes_only_what_is_open(void *context)
{
    (void)context;
    /* confine_process closes what it does not know, so the descriptor goes where it is kept. */
    dup2(place.open_fd, 3);
    return is_confined() && write(3, "x", 1) == 1 && ftruncate(3, 0) == 0 &&
           !can_open_below("new", O_WRONLY | O_CREAT) && !can_open(place.ca_file, O_WRONLY) &&
           !can_open(place.secret, O_WRONLY | O_TRUNC) && !can_open("/dev/null", O_WRONLY) &&
           mkdir("/tmp/confined", 0700) != 0 && unlink(place.secret) != 0 &&
           rename(place.ca_file, place.secret) != 0;
}

static void test_writes_only_what_is_open(void **state)
{
    (void)state;
    need_landlock();
    assert_true(fixture_holds_in_child(writes_only_what_is_open, NULL));
    assert_int_equal(access(place.secret, F_OK), 0);
}

static bool runs_no_program(void *context)
{
    (void)context;
    char name[] = "true";
    char *const argv[] = {name, NULL};
    if (!is_confined()) {
        return false;
    }
    execv("/bin/true", argv);
    return errno == EACCES;
}

static void test_runs_no_program(void **state)
{
    (void)state;
    need_landlock();
    assert_true(fixture_holds_in_child(runs_no_program, NULL));
}

static bool leaves_no_descriptor_and_no_core(void *context)
{
    struct rlimit limit;
    int *extra = context;
    confine_process();
    return fcntl(*extra, F_GETFD) < 0 && getrlimit(RLIMIT_CORE, &limit) == 0 &&
           limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static void test_leaves_no_descriptor_and_no_core(void **state)
{
    (void)state;
    int extra = dup(place.open_fd);
    assert_true(extra > 3);
    assert_true(fixture_holds_in_child(leaves_no_descriptor_and_no_core, &extra));
    close(extra);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_only_what_it_needs),
        cmocka_unit_test(test_writes_only_what_is_open),
        cmocka_unit_test(test_runs_no_program),
        cmocka_unit_test(test_leaves_no_descriptor_and_no_core),
    };
    return cmocka_run_group_tests_name("helper_confine", tests, set_up, NULL);
}
