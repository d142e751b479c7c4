/* A program as bytes. What is found must hold together: a version, and no string beyond the
 * caps. */
#include "base/panic.h"
#include "go/buildinfo/buildinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(64 * KIB);
    AUTO_CLOSE int fd = -1;
    BuildInfo info;
    Err err = {0};
    ASSERT(file_create_memory(S("program"), &fd, &err));
    ASSERT(file_write(fd, (Str){(const char *)data, (isize)size}, &err));
    if (buildinfo_read(&a, fd, &info, &err) == BUILDINFO_FOUND) {
        ASSERT(info.format != EXE_FORMAT_NONE);
        ASSERT(info.go_version.len > 0 && info.go_version.len <= BUILDINFO_MAX_VERSION);
        ASSERT(buildinfo_version(&info).len <= info.go_version.len);
        for (isize i = 0; i < info.settings.len; i++) {
            ASSERT(info.settings.ptr[i].key.len > 0 || info.settings.ptr[i].value.len >= 0);
        }
    }
    arena_done(&a);
    return 0;
}
