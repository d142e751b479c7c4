/* Files as memory. Only for files that nobody truncates meanwhile: ours, or sealed. */
#ifndef OS_MAPPING_H
#define OS_MAPPING_H

#include "os/file.h"

typedef struct {
    char *ptr; /* NULL when len is 0 */
    isize len;
    int fd; /* of a writable mapping, else -1; not owned */
} Mapping;

/* Maps the first len bytes, shared; writable needs a descriptor open for writing and space already
 * reserved (file_reserve), or a full disk would end the process. len 0 maps nothing. */
bool mapping_open(int fd, isize len, bool writable, Mapping *ret, Err *err);
void mapping_close(Mapping *m);
static inline Str mapping_str(const Mapping *m)
{
    return (Str){m->ptr, m->len};
}

#endif
