#include "os/mapping.h"

#include "base/panic.h"
#include "os/fault.h"

#include <errno.h>
#include <sys/mman.h>

/* A writable mapping remembers its descriptor, so that its content can be shown to os/fault. */
bool mapping_open(int fd, isize len, bool writable, Mapping *ret, Err *err)
{
    ASSERT(len >= 0);
    Mapping m = {.ptr = NULL, .len = len, .fd = writable ? fd : -1};
    if (len > 0) {
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        void *ptr = mmap(NULL, (size_t)len, protection, MAP_SHARED, fd, 0);
        if (ptr == MAP_FAILED) {
            return FAIL_SYS(err, "mapping %td bytes", len);
        }
        m.ptr = ptr;
    }
    *ret = m;
    return true;
}

void mapping_close(Mapping *m)
{
    if (m->ptr != NULL) {
        if (m->fd >= 0) {
            fault_ask(&(FaultEvent){.op = FAULT_MAP_WRITE, .fd = m->fd, .data = {m->ptr, m->len}});
        }
        munmap(m->ptr, (size_t)m->len);
    }
    *m = (Mapping){.fd = -1};
}
