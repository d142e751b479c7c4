/* What the quotas of a file system leave to this user: statfs(2) knows nothing of them, and a write
 * that goes beyond one fails with EDQUOT on a disk that has room. */
#ifndef OS_QUOTA_H
#define OS_QUOTA_H

#include "os/file.h"

typedef enum {
    QUOTA_USER,
    QUOTA_GROUP,
    QUOTA_KIND_COUNT,
} QuotaKind;

/* Of bytes, or of files. */
typedef struct {
    int64_t used;
    int64_t hard;        /* never more than this; 0: no limit */
    int64_t soft;        /* no more than this for long; 0: no limit */
    int64_t grace_end_s; /* seconds since 1970: when what is beyond soft ends; 0: it is not */
} QuotaAmount;

typedef struct {
    QuotaAmount bytes, files;
} Quota;

/* As the kernel answers Q_GETQUOTA (struct if_dqblk of linux/quota.h). */
typedef struct {
    uint64_t block_hard, block_soft; /* KiB */
    uint64_t used_bytes;
    uint64_t file_hard, file_soft, used_files;
    uint64_t block_time, file_time; /* seconds since 1970 */
    uint32_t valid;                 /* QUOTA_VALID_... */
    uint32_t padding;
} QuotaAnswer;

#define QUOTA_VALID_BLOCK_LIMITS 1
#define QUOTA_VALID_SPACE 2
#define QUOTA_VALID_FILE_LIMITS 4
#define QUOTA_VALID_FILES 8
#define QUOTA_VALID_BLOCK_TIME 16
#define QUOTA_VALID_FILE_TIME 32

/* False when the answer sets no limit. */
bool quota_read_answer(const QuotaAnswer *answer, Quota *ret);

/* Whether quotas bind this user (they do not bind root), and asking is harmless: a filter of system
 * calls may kill whoever asks, so a child tries it. */
bool quota_may_ask(void);

/* The quota of this user (of the group that new files in dir get) on the file system of dir, which
 * must exist. False where none is kept, or nobody may ask.
 *
 * Quotas of projects (directories) are in the answer of statfs(2) already; those of btrfs only an
 * administrator can ask for, and those of NFS are the server's. */
bool quota_look(Str dir, QuotaKind kind, Quota *ret);

#endif
