/* Which format a file has, and its bytes by offset and by address. */
#include "go/buildinfo/exe.h"

uint16_t exe_u16(const Exe *x, Reader *r)
{
    return x->is_big_endian ? reader_u16be(r) : reader_u16le(r);
}

uint32_t exe_u32(const Exe *x, Reader *r)
{
    return x->is_big_endian ? reader_u32be(r) : reader_u32le(r);
}

uint64_t exe_word(const Exe *x, Reader *r)
{
    if (!x->is_64) {
        return exe_u32(x, r);
    }
    return x->is_big_endian ? reader_u64be(r) : reader_u64le(r);
}

static bool read_window(Exe *x, uint64_t offset, isize len, Err *err)
{
    isize cap = MAX(len, EXE_WINDOW), n = 0;
    char *buf = ARENA_ARRAY(x->arena, char, cap);
    if (!file_read_at(x->fd, (int64_t)offset, buf, cap, &n, err)) {
        return false;
    }
    x->window_offset = offset;
    x->window = (Str){buf, n};
    return true;
}

bool exe_bytes(Exe *x, uint64_t offset, isize len, Str *ret, Err *err)
{
    uint64_t at;
    *ret = (Str){0};
    if (__builtin_add_overflow(x->base, offset, &at) || at > INT64_MAX) {
        return true;
    }
    bool is_inside = at >= x->window_offset && at - x->window_offset <= (uint64_t)x->window.len &&
                     (uint64_t)len <= (uint64_t)x->window.len - (at - x->window_offset);
    if (!is_inside && !read_window(x, at, len, err)) {
        return false;
    }
    Str rest = str_from(x->window, (isize)(at - x->window_offset));
    *ret = str_to(rest, MIN(len, rest.len));
    return true;
}

bool exe_bytes_at(Exe *x, uint64_t addr, isize len, Str *ret, Err *err)
{
    for (isize i = 0; i < x->n_ranges; i++) {
        const ExeRange *range = &x->ranges[i];
        if (addr >= range->addr && addr - range->addr < range->len) {
            uint64_t into = addr - range->addr, left = range->len - into, offset;
            if (__builtin_add_overflow(range->offset, into, &offset)) {
                break;
            }
            isize n = (uint64_t)len < left ? len : (isize)left;
            return exe_bytes(x, offset, n, ret, err);
        }
    }
    *ret = (Str){0};
    return true;
}

ExeOutcome exe_read(Arena *a, int fd, Exe *ret, Err *err)
{
    static const struct {
        Str magic;
        ExeOutcome (*read)(Exe *x, Err *err);
    } formats[] = {
        {STR_CONST("\x7f"
                   "ELF"),
         exe_read_elf},
        {STR_CONST("MZ"), exe_read_pe},
        {STR_CONST("\xfe\xed\xfa\xce"), exe_read_macho},
        {STR_CONST("\xfe\xed\xfa\xcf"), exe_read_macho},
        {STR_CONST("\xce\xfa\xed\xfe"), exe_read_macho},
        {STR_CONST("\xcf\xfa\xed\xfe"), exe_read_macho},
        {STR_CONST("\xca\xfe\xba\xbe"), exe_read_macho},
        {STR_CONST("\xca\xfe\xba\xbf"), exe_read_macho},
    };
    FileStat st;
    Exe x = {.arena = a, .fd = fd};
    if (!file_fstat(fd, &st, err)) {
        return EXE_FAILED;
    }
    if (st.kind != FILE_KIND_REGULAR) {
        return EXE_NONE;
    }
    if (!read_window(&x, 0, EXE_WINDOW, err)) {
        return EXE_FAILED;
    }
    for (isize i = 0; i < COUNT_OF(formats); i++) {
        if (str_starts_with(x.window, formats[i].magic)) {
            ExeOutcome outcome = formats[i].read(&x, err);
            if (outcome == EXE_FOUND) {
                *ret = x;
            }
            return outcome;
        }
    }
    return EXE_NONE;
}
