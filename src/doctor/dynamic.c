#include "doctor/dynamic.h"

#define MAX_SEGMENTS 64         /* that are looked through for the dynamic one */
#define MAX_DYNAMIC (8 * KIB)   /* of its table */
#define MAX_STRINGS (1 * MIB)   /* names of a dynamic program */
#define SEGMENT_SIZE 56         /* Elf64_Phdr */
#define SEGMENT_DYNAMIC 2       /* PT_DYNAMIC */
#define DYNAMIC_STRINGS 5       /* DT_STRTAB */
#define DYNAMIC_STRINGS_SIZE 10 /* DT_STRSZ */

/* The table of the dynamic segment; empty when there is none. */
static bool read_dynamic(Exe *x, Str *ret, Err *err)
{
    Str head, table;
    *ret = (Str){0};
    if (!exe_bytes(x, 0, 64, &head, err)) {
        return false;
    }
    Reader r = reader_init(head);
    reader_skip(&r, 0x20);
    uint64_t at = exe_word(x, &r);
    reader_skip(&r, 8 + 4 + 2 + 2); /* e_shoff, e_flags, e_ehsize, e_phentsize */
    isize n = MIN((isize)exe_u16(x, &r), (isize)MAX_SEGMENTS);
    if (r.is_failed || !exe_bytes(x, at, n * SEGMENT_SIZE, &table, err)) {
        return r.is_failed; /* a head that is cut off has no segments */
    }
    for (isize i = 0; i < table.len / SEGMENT_SIZE; i++) {
        Reader s = reader_init(str_from(table, i * SEGMENT_SIZE));
        uint32_t type = exe_u32(x, &s);
        exe_u32(x, &s); /* p_flags */
        uint64_t offset = exe_word(x, &s);
        reader_skip(&s, 8 + 8); /* p_vaddr, p_paddr */
        uint64_t len = exe_word(x, &s);
        if (type == SEGMENT_DYNAMIC) {
            return exe_bytes(x, offset, (isize)MIN(len, (uint64_t)MAX_DYNAMIC), ret, err);
        }
    }
    return true;
}

bool dynamic_names(Exe *x, Str *ret, Err *err)
{
    Str table;
    uint64_t addr = 0, len = 0;
    if (!read_dynamic(x, &table, err)) {
        return false;
    }
    Reader r = reader_init(table);
    while (r.rest.len >= 16) {
        uint64_t tag = exe_word(x, &r), value = exe_word(x, &r);
        addr = tag == DYNAMIC_STRINGS ? value : addr;
        len = tag == DYNAMIC_STRINGS_SIZE ? value : len;
    }
    return exe_bytes_at(x, addr, (isize)MIN(len, (uint64_t)MAX_STRINGS), ret, err);
}
