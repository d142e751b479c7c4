/* Mach-O: segments, the section __go_buildinfo; of a universal file the first program. */
#include "go/buildinfo/exe.h"

#define MACHO_FAT_32 0xcafebabeu
#define MACHO_FAT_64 0xcafebabfu
#define MACHO_MAX_ARCHS 20    /* a Java class has the same magic, and a version from 45 on here */
#define MACHO_SEGMENT_32 0x01 /* LC_SEGMENT */
#define MACHO_SEGMENT_64 0x19 /* LC_SEGMENT_64 */
#define MACHO_READ_WRITE 3    /* of a segment's protection */
#define MACHO_MAX_COMMANDS 4096

static Str arch_of(uint32_t machine)
{
    static const struct {
        uint32_t machine;
        Str arch;
    } machines[] = {
        {0x01000007, STR_CONST("amd64")},
        {0x0100000c, STR_CONST("arm64")},
        {0x00000007, STR_CONST("386")},
        {0x0000000c, STR_CONST("arm")},
    };
    for (isize i = 0; i < COUNT_OF(machines); i++) {
        if (machines[i].machine == machine) {
            return machines[i].arch;
        }
    }
    return (Str){0};
}

/* Where the first of several programs begins. */
static ExeOutcome enter_fat(Exe *x, uint32_t magic, Err *err)
{
    Str head;
    Reader r = reader_init(x->window);
    reader_skip(&r, 4);
    uint32_t n_archs = reader_u32be(&r);
    reader_skip(&r, 4 + 4); /* cputype, cpusubtype */
    uint64_t offset = magic == MACHO_FAT_64 ? reader_u64be(&r) : reader_u32be(&r);
    if (r.is_failed || n_archs == 0 || n_archs > MACHO_MAX_ARCHS) {
        return EXE_NONE;
    }
    x->base = offset;
    return exe_bytes(x, 0, EXE_WINDOW, &head, err) ? EXE_FOUND : EXE_FAILED;
}

static void read_section_headers(Exe *x, Reader *r, uint32_t n)
{
    for (uint32_t i = 0; i < n && !r->is_failed && x->data.len == 0; i++) {
        Str name = reader_bytes(r, 16);
        reader_skip(r, 16); /* of its segment */
        uint64_t addr = exe_word(x, r);
        uint64_t len = exe_word(x, r);
        reader_skip(r, x->is_64 ? 32 : 28);
        if (str_eq(str_cut(name, '\0').head, S("__go_buildinfo"))) {
            x->data = (ExeRange){.addr = addr, .len = len};
        }
    }
}

/* ret_writable: the first segment that is data and not empty, where older linkers put it. */
static void read_segment(Exe *x, Reader *r, ExeRange *ret_writable)
{
    ExeRange range;
    Str name = str_cut(reader_bytes(r, 16), '\0').head;
    range.addr = exe_word(x, r);
    uint64_t memory_len = exe_word(x, r);
    range.offset = exe_word(x, r);
    range.len = exe_word(x, r);
    uint32_t max_protection = exe_u32(x, r);
    uint32_t protection = exe_u32(x, r);
    uint32_t n_sections = exe_u32(x, r);
    reader_skip(r, 4); /* flags */
    if (r->is_failed || str_eq(name, S("__PAGEZERO"))) {
        return;
    }
    x->ranges[x->n_ranges++] = range;
    if (ret_writable->len == 0 && range.addr != 0 && range.len != 0 &&
        protection == MACHO_READ_WRITE && max_protection == MACHO_READ_WRITE) {
        *ret_writable = (ExeRange){.addr = range.addr, .len = memory_len};
    }
    read_section_headers(x, r, n_sections);
}

static ExeOutcome read_commands(Exe *x, Str commands, uint32_t n)
{
    ExeRange writable = {0};
    Reader r = reader_init(commands);
    x->ranges = ARENA_ARRAY(x->arena, ExeRange, (isize)n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t command = exe_u32(x, &r);
        uint32_t len = exe_u32(x, &r);
        Str body = reader_bytes(&r, (isize)len - 8);
        if (r.is_failed || len < 8) {
            return EXE_NONE;
        }
        if (command == (x->is_64 ? MACHO_SEGMENT_64 : MACHO_SEGMENT_32)) {
            Reader segment = reader_init(body);
            read_segment(x, &segment, &writable);
        }
    }
    if (x->data.len == 0) {
        x->data = writable;
    }
    return EXE_FOUND;
}

static ExeOutcome read_thin(Exe *x, Err *err)
{
    Str head, commands;
    if (!exe_bytes(x, 0, 32, &head, err)) {
        return EXE_FAILED;
    }
    x->is_big_endian = str_starts_with(head, S("\xfe\xed\xfa"));
    if (!x->is_big_endian && !str_ends_with(str_to(head, MIN(head.len, 4)), S("\xfa\xed\xfe"))) {
        return EXE_NONE;
    }
    x->is_64 = head.ptr[x->is_big_endian ? 3 : 0] == '\xcf';
    Reader r = reader_init(head);
    reader_skip(&r, 4);
    x->machine = exe_u32(x, &r);
    reader_skip(&r, 4 + 4); /* cpusubtype, filetype */
    uint32_t n = exe_u32(x, &r);
    uint32_t len = exe_u32(x, &r);
    if (r.is_failed || n > MACHO_MAX_COMMANDS || len > EXE_MAX_TABLE) {
        return EXE_NONE;
    }
    x->arch = arch_of(x->machine);
    if (!exe_bytes(x, x->is_64 ? 32 : 28, (isize)len, &commands, err)) {
        return EXE_FAILED;
    }
    return read_commands(x, commands, n);
}

ExeOutcome exe_read_macho(Exe *x, Err *err)
{
    Reader r = reader_init(x->window);
    uint32_t magic = reader_u32be(&r);
    x->format = EXE_FORMAT_MACHO;
    x->os = S("darwin");
    if (magic == MACHO_FAT_32 || magic == MACHO_FAT_64) {
        ExeOutcome outcome = enter_fat(x, magic, err);
        if (outcome != EXE_FOUND) {
            return outcome;
        }
    }
    return read_thin(x, err);
}
