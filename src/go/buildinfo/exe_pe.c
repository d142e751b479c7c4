/* PE, the programs of Windows: sections, and the first that is plain writable data. */
#include "go/buildinfo/exe.h"

#define PE_OFFSET_AT 0x3c /* in the DOS header: where the real one begins */
#define PE_MAGIC_32 0x10b /* of the optional header */
#define PE_MAGIC_64 0x20b
#define PE_SECTION_LEN 40
#define PE_DATA 0xc0000040u  /* initialized data, to be read and written */
#define PE_ALIGN 0x00600000u /* alignment to 32 bytes, which some linkers note beside it */

static Str arch_of(uint32_t machine)
{
    static const struct {
        uint32_t machine;
        Str arch;
    } machines[] = {
        {0x8664, STR_CONST("amd64")},
        {0xaa64, STR_CONST("arm64")},
        {0x014c, STR_CONST("386")},
        {0x01c4, STR_CONST("arm")},
    };
    for (isize i = 0; i < COUNT_OF(machines); i++) {
        if (machines[i].machine == machine) {
            return machines[i].arch;
        }
    }
    return (Str){0};
}

static bool read_image_base(Exe *x, Str optional, uint64_t *ret)
{
    Reader r = reader_init(optional);
    uint16_t magic = reader_u16le(&r);
    x->is_64 = magic == PE_MAGIC_64;
    reader_skip(&r, x->is_64 ? 22 : 26); /* up to ImageBase */
    *ret = exe_word(x, &r);
    return !r.is_failed && (magic == PE_MAGIC_32 || magic == PE_MAGIC_64);
}

static ExeOutcome read_sections(Exe *x, Str table, isize n, uint64_t base)
{
    Reader r = reader_init(table);
    x->ranges = ARENA_ARRAY(x->arena, ExeRange, n);
    for (isize i = 0; i < n; i++) {
        reader_skip(&r, 8); /* name */
        uint32_t memory_len = reader_u32le(&r);
        uint32_t addr = reader_u32le(&r);
        uint32_t len = reader_u32le(&r);
        uint32_t offset = reader_u32le(&r);
        reader_skip(&r, 12); /* relocations and line numbers */
        uint32_t flags = reader_u32le(&r);
        if (r.is_failed) {
            return EXE_NONE;
        }
        x->ranges[x->n_ranges++] = (ExeRange){.addr = base + addr, .len = len, .offset = offset};
        if (x->data.len == 0 && addr != 0 && len != 0 && (flags & ~PE_ALIGN) == PE_DATA) {
            x->data = (ExeRange){.addr = base + addr, .len = memory_len};
        }
    }
    return EXE_FOUND;
}

ExeOutcome exe_read_pe(Exe *x, Err *err)
{
    Str head, rest;
    uint64_t base;
    Reader r = reader_init(x->window);
    reader_skip(&r, PE_OFFSET_AT);
    uint32_t at = reader_u32le(&r);
    if (r.is_failed) {
        return EXE_NONE;
    }
    if (!exe_bytes(x, at, 24, &head, err)) {
        return EXE_FAILED;
    }
    r = reader_init(head);
    if (!str_eq(reader_bytes(&r, 4), S("PE\0\0"))) {
        return EXE_NONE;
    }
    x->format = EXE_FORMAT_PE;
    x->os = S("windows");
    x->machine = reader_u16le(&r);
    isize n = reader_u16le(&r);
    reader_skip(&r, 12); /* time, symbols */
    isize optional_len = reader_u16le(&r);
    if (r.is_failed || n > EXE_MAX_RANGES) {
        return EXE_NONE;
    }
    x->arch = arch_of(x->machine);
    if (!exe_bytes(x, (uint64_t)at + 24, optional_len + n * PE_SECTION_LEN, &rest, err)) {
        return EXE_FAILED;
    }
    if (rest.len < optional_len || !read_image_base(x, str_to(rest, optional_len), &base)) {
        return EXE_NONE;
    }
    return read_sections(x, str_from(rest, optional_len), n, base);
}
