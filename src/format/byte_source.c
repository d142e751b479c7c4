#include "format/byte_source.h"

#include "base/panic.h"

bool byte_source_fill(ByteSource source, void *buf, isize cap, isize *ret_n, Err *err)
{
    isize done = 0;
    isize n = 1;
    while (done < cap && n > 0) {
        if (!source.read(source.context, (char *)buf + done, cap - done, &n, err)) {
            return false;
        }
        ASSERT(n >= 0 && n <= cap - done);
        done += n;
    }
    *ret_n = done;
    return true;
}

static bool read_str(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    (void)err;
    Str *rest = context;
    isize n = MIN(cap, rest->len);
    if (n > 0) {
        memcpy(buf, rest->ptr, (size_t)n);
    }
    *rest = str_from(*rest, n);
    *ret_n = n;
    return true;
}

ByteSource byte_source_of_str(Str *rest)
{
    return (ByteSource){read_str, rest};
}
