/*
 * quotactl_fd(2) takes an open directory, and so works in containers that have no /dev; kernels
 * before 5.14 want the device, which udev names by its number. XFS answers Q_GETQUOTA as the others
 * do. A filter may kill whoever makes the call, so a child tries it first.
 */
#define _GNU_SOURCE /* syscall */
#include "os/quota.h"

#include "os/callprobe.h"
#include "os/dir.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define COMMAND_GET 0x800007 /* Q_GETQUOTA */
#define COMMAND_SHIFT 8
#define MODE_SET_GROUP 02000
#define MAX_DEVICE 64 /* bytes of "/dev/block/MAJOR:MINOR" */
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif

static int64_t times(uint64_t n, int64_t unit)
{
    int64_t ret;
    return __builtin_mul_overflow(n, unit, &ret) ? INT64_MAX : ret;
}

static bool is_valid(const QuotaAnswer *answer, uint32_t parts)
{
    return (answer->valid & parts) == parts;
}

bool quota_read_answer(const QuotaAnswer *answer, Quota *ret)
{
    Quota quota = {0};
    if (is_valid(answer, QUOTA_VALID_BLOCK_LIMITS | QUOTA_VALID_SPACE)) {
        bool has_time = is_valid(answer, QUOTA_VALID_BLOCK_TIME);
        quota.bytes = (QuotaAmount){.used = times(answer->used_bytes, 1),
                                    .hard = times(answer->block_hard, KIB),
                                    .soft = times(answer->block_soft, KIB),
                                    .grace_end_s = has_time ? times(answer->block_time, 1) : 0};
    }
    if (is_valid(answer, QUOTA_VALID_FILE_LIMITS | QUOTA_VALID_FILES)) {
        bool has_time = is_valid(answer, QUOTA_VALID_FILE_TIME);
        quota.files = (QuotaAmount){.used = times(answer->used_files, 1),
                                    .hard = times(answer->file_hard, 1),
                                    .soft = times(answer->file_soft, 1),
                                    .grace_end_s = has_time ? times(answer->file_time, 1) : 0};
    }
    if (quota.bytes.hard == 0 && quota.bytes.soft == 0 && quota.files.hard == 0 &&
        quota.files.soft == 0) {
        return false;
    }
    *ret = quota;
    return true;
}

static bool ask(int fd, const FileStat *st, QuotaKind kind, uint32_t id, QuotaAnswer *ret)
{
    unsigned command = (unsigned)COMMAND_GET << COMMAND_SHIFT | (unsigned)kind;
    char device[MAX_DEVICE];
    if (syscall(SYS_quotactl_fd, fd, command, id, ret) == 0) {
        return true;
    }
    if (errno != ENOSYS) {
        return false;
    }
    snprintf(device, sizeof(device), "/dev/block/%u:%u", major(st->dev), minor(st->dev));
    return syscall(SYS_quotactl, command, device, id, ret) == 0;
}

bool quota_may_ask(void)
{
    Err ignored;
    int number;
    return geteuid() != 0 && callprobe_try(CALL_QUOTACTL, &number, &ignored) == CALL_TAKEN;
}

bool quota_look(Str dir, QuotaKind kind, Quota *ret)
{
    Err ignored;
    FileStat st;
    QuotaAnswer answer = {0};
    AUTO_CLOSE int fd = -1;
    if (dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND || !file_fstat(fd, &st, &ignored)) {
        return false;
    }
    uint32_t group = (st.mode & MODE_SET_GROUP) != 0 ? st.gid : getegid();
    return ask(fd, &st, kind, kind == QUOTA_USER ? geteuid() : group, &answer) &&
           quota_read_answer(&answer, ret);
}
