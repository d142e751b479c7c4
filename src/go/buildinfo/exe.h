/*
 * Programs as files: ELF, Mach-O and PE, as far as it takes to say for which machine one was built
 * and to read its bytes by their address. Nothing is mapped and nothing read whole: one window of
 * the file is held, and a Go program needs three reads.
 */
#ifndef GO_BUILDINFO_EXE_H
#define GO_BUILDINFO_EXE_H

#include "format/reader.h"
#include "os/file.h"

#define EXE_WINDOW (4 * KIB)      /* what one read brings at least: the headers of a Go program */
#define EXE_MAX_RANGES 4096       /* segments or sections; programs have some forty */
#define EXE_MAX_TABLE (256 * KIB) /* bytes of one table of headers, and of section names */

typedef enum {
    EXE_FORMAT_NONE,
    EXE_FORMAT_ELF,
    EXE_FORMAT_MACHO,
    EXE_FORMAT_PE,
    EXE_FORMAT_COUNT,
} ExeFormat;

typedef enum {
    EXE_FAILED, /* *err says why */
    EXE_FOUND,
    EXE_NONE, /* no program of these formats, or a damaged one */
} ExeOutcome;

/* The bytes at the addresses from addr on. */
typedef struct {
    uint64_t addr, len;
    uint64_t offset; /* in the file */
} ExeRange;

typedef struct {
    ExeFormat format;
    bool is_64, is_big_endian;
    uint32_t machine; /* as the format numbers it: e_machine, cputype, Machine */
    Str os;           /* GOOS, where the format belongs to one system; else empty */
    Str arch;         /* GOARCH; empty when Go has none for the machine */
    Str interpreter;  /* of ELF: what loads it (PT_INTERP); empty for a static program */
    ExeRange *ranges;
    isize n_ranges;
    ExeRange data; /* addresses in which the linker puts the build information; len 0: none */

    /* Of exe_bytes. */
    Arena *arena;
    int fd;
    uint64_t base; /* of the program in a file that holds several */
    uint64_t window_offset;
    Str window;
} Exe;

/* Reads the headers of the regular file fd. What *ret holds lives on a. */
ExeOutcome exe_read(Arena *a, int fd, Exe *ret, Err *err);

/* len bytes at an offset of the program, fewer only at its end. They live on the arena. */
bool exe_bytes(Exe *x, uint64_t offset, isize len, Str *ret, Err *err);
/* The same by address; fewer where the segment ends, none where there is no segment. */
bool exe_bytes_at(Exe *x, uint64_t addr, isize len, Str *ret, Err *err);

/* Numbers in the byte order of the program; exe_word is as wide as its addresses. */
uint16_t exe_u16(const Exe *x, Reader *r);
uint32_t exe_u32(const Exe *x, Reader *r);
uint64_t exe_word(const Exe *x, Reader *r);

/* ---- one per format: fill in the rest of *x, whose first window is there ---- */

ExeOutcome exe_read_elf(Exe *x, Err *err);
ExeOutcome exe_read_macho(Exe *x, Err *err);
ExeOutcome exe_read_pe(Exe *x, Err *err);

#endif
