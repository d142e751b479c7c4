#include "go/types/gcarch.h"

#define WIDTH_64 (INT64_C(1) << 50)
#define WIDTH_32 ((INT64_C(1) << 32) - 1)
#define WIDTH_MIPS ((INT64_C(1) << 31) - 1)

static const struct {
    Str name;
    GcArch arch;
} archs[] = {
    {STR_CONST("386"), {4, 4, WIDTH_32, false}},
    {STR_CONST("amd64p32"), {4, 8, WIDTH_32, false}},
    {STR_CONST("arm"), {4, 4, WIDTH_32, false}},
    {STR_CONST("mips"), {4, 4, WIDTH_MIPS, false}},
    {STR_CONST("mipsle"), {4, 4, WIDTH_MIPS, false}},
    {STR_CONST("wasm"), {8, 8, WIDTH_64, true}},
};

GcArch gcarch_of(Str arch)
{
    for (isize i = 0; i < COUNT_OF(archs); i++) {
        if (str_eq(archs[i].name, arch)) {
            return archs[i].arch;
        }
    }
    return (GcArch){8, 8, WIDTH_64, false};
}
