/* ELF: segments, the section .go.buildinfo, the interpreter (elf.h says what the fields are). */
#include "go/buildinfo/exe.h"

#define ELF_LOAD 1    /* PT_LOAD */
#define ELF_INTERP 3  /* PT_INTERP */
#define ELF_EXECUTE 1 /* PF_X */
#define ELF_WRITE 2   /* PF_W */
#define ELF_CLASS_64 2
#define ELF_BIG_ENDIAN 2
#define ELF_MAX_INTERPRETER 4096 /* PATH_MAX */

typedef struct {
    uint64_t segments, sections; /* offsets of the tables */
    uint16_t segment_size, n_segments;
    uint16_t section_size, n_sections, names; /* names: index of the section that holds them */
} Header;

typedef struct {
    uint32_t type, flags;
    ExeRange range; /* len as in the file */
    uint64_t memory_len;
} Segment;

typedef struct {
    uint32_t name;
    uint64_t addr, offset, len;
} Section;

static Str arch_of(const Exe *x)
{
    static const struct {
        uint32_t machine;
        bool is_64, is_big_endian;
        Str arch;
    } machines[] = {
        {62, true, false, STR_CONST("amd64")},    {183, true, false, STR_CONST("arm64")},
        {3, false, false, STR_CONST("386")},      {40, false, false, STR_CONST("arm")},
        {243, true, false, STR_CONST("riscv64")}, {22, true, true, STR_CONST("s390x")},
        {21, true, false, STR_CONST("ppc64le")},  {21, true, true, STR_CONST("ppc64")},
        {258, true, false, STR_CONST("loong64")}, {8, true, false, STR_CONST("mips64le")},
        {8, true, true, STR_CONST("mips64")},     {8, false, false, STR_CONST("mipsle")},
        {8, false, true, STR_CONST("mips")},
    };
    for (isize i = 0; i < COUNT_OF(machines); i++) {
        if (machines[i].machine == x->machine && machines[i].is_64 == x->is_64 &&
            machines[i].is_big_endian == x->is_big_endian) {
            return machines[i].arch;
        }
    }
    return (Str){0};
}

static bool read_header(Exe *x, Header *ret)
{
    Reader r = reader_init(x->window);
    reader_skip(&r, 4);
    x->is_64 = reader_u8(&r) == ELF_CLASS_64;
    x->is_big_endian = reader_u8(&r) == ELF_BIG_ENDIAN;
    reader_skip(&r, 10 + 2); /* the rest of e_ident, e_type */
    x->machine = exe_u16(x, &r);
    reader_skip(&r, 4); /* e_version */
    exe_word(x, &r);    /* e_entry */
    ret->segments = exe_word(x, &r);
    ret->sections = exe_word(x, &r);
    reader_skip(&r, 4 + 2); /* e_flags, e_ehsize */
    ret->segment_size = exe_u16(x, &r);
    ret->n_segments = exe_u16(x, &r);
    ret->section_size = exe_u16(x, &r);
    ret->n_sections = exe_u16(x, &r);
    ret->names = exe_u16(x, &r);
    return !r.is_failed && (ret->n_segments == 0 || ret->segment_size == (x->is_64 ? 56 : 32)) &&
           (ret->n_sections == 0 || ret->section_size == (x->is_64 ? 64 : 40)) &&
           ret->n_segments <= EXE_MAX_RANGES && ret->n_sections <= EXE_MAX_RANGES;
}

static Segment read_segment(const Exe *x, Reader *r)
{
    Segment s = {.type = exe_u32(x, r)};
    if (x->is_64) {
        s.flags = exe_u32(x, r);
    }
    s.range.offset = exe_word(x, r);
    s.range.addr = exe_word(x, r);
    exe_word(x, r); /* p_paddr */
    s.range.len = exe_word(x, r);
    s.memory_len = exe_word(x, r);
    if (!x->is_64) {
        s.flags = exe_u32(x, r);
    }
    exe_word(x, r); /* p_align */
    return s;
}

static Section read_section(const Exe *x, Reader *r)
{
    Section s = {.name = exe_u32(x, r)};
    exe_u32(x, r);  /* sh_type */
    exe_word(x, r); /* sh_flags */
    s.addr = exe_word(x, r);
    s.offset = exe_word(x, r);
    s.len = exe_word(x, r);
    reader_skip(r, 4 + 4); /* sh_link, sh_info */
    exe_word(x, r);        /* sh_addralign */
    exe_word(x, r);        /* sh_entsize */
    return s;
}

static bool read_interpreter(Exe *x, const Segment *s, Err *err)
{
    Str path;
    if (!exe_bytes(x, s->range.offset, (isize)MIN(s->range.len, (uint64_t)ELF_MAX_INTERPRETER),
                   &path, err)) {
        return false;
    }
    x->interpreter = str_cut(path, '\0').head;
    return true;
}

/* The data is looked for in the first segment that may be written and not executed, as long as no
 * section says better. */
static ExeOutcome read_segments(Exe *x, const Header *h, Err *err)
{
    Str table;
    if (!exe_bytes(x, h->segments, (isize)h->segment_size * h->n_segments, &table, err)) {
        return EXE_FAILED;
    }
    Reader r = reader_init(table);
    x->ranges = ARENA_ARRAY(x->arena, ExeRange, h->n_segments);
    for (isize i = 0; i < h->n_segments; i++) {
        Segment s = read_segment(x, &r);
        if (r.is_failed) {
            return EXE_NONE;
        }
        if (s.type == ELF_INTERP && !read_interpreter(x, &s, err)) {
            return EXE_FAILED;
        }
        if (s.type != ELF_LOAD) {
            continue;
        }
        x->ranges[x->n_ranges++] = s.range;
        if (x->data.len == 0 && (s.flags & (ELF_EXECUTE | ELF_WRITE)) == ELF_WRITE) {
            x->data = (ExeRange){.addr = s.range.addr, .len = s.memory_len};
        }
    }
    return EXE_FOUND;
}

static ExeOutcome read_sections(Exe *x, const Header *h, Err *err)
{
    Str table, names;
    if (h->n_sections == 0) {
        return EXE_FOUND;
    }
    if (h->names >= h->n_sections) {
        return EXE_NONE;
    }
    if (!exe_bytes(x, h->sections, (isize)h->section_size * h->n_sections, &table, err)) {
        return EXE_FAILED;
    }
    if (table.len < (isize)h->section_size * h->n_sections) {
        return EXE_NONE;
    }
    Reader r = reader_init(str_from(table, (isize)h->section_size * h->names));
    Section of_names = read_section(x, &r);
    if (!exe_bytes(x, of_names.offset, (isize)MIN(of_names.len, (uint64_t)EXE_MAX_TABLE), &names,
                   err)) {
        return EXE_FAILED;
    }
    r = reader_init(table);
    for (isize i = 0; i < h->n_sections; i++) {
        Section s = read_section(x, &r);
        if (s.name < (uint64_t)names.len &&
            str_starts_with(str_from(names, (isize)s.name), S(".go.buildinfo\0"))) {
            x->data = (ExeRange){.addr = s.addr, .len = s.len};
            break;
        }
    }
    return EXE_FOUND;
}

ExeOutcome exe_read_elf(Exe *x, Err *err)
{
    Header h = {0};
    x->format = EXE_FORMAT_ELF;
    if (!read_header(x, &h)) {
        return EXE_NONE;
    }
    x->arch = arch_of(x);
    ExeOutcome outcome = read_segments(x, &h, err);
    return outcome == EXE_FOUND ? read_sections(x, &h, err) : outcome;
}
