/* Makes small Go programs for tests: an ELF file of one segment with the build information that a
 * linker would leave. They cannot be run. */
#ifndef UNIT_PROGRAM_MAKER_H
#define UNIT_PROGRAM_MAKER_H

#include "base/strbuf.h"
#include "support/clinic.h"

#define PROGRAM_DATA 512 /* offset of the build information */
#define PROGRAM_AMD64 62 /* e_machine */
#define PROGRAM_ARM64 183
#define PROGRAM_RISCV64 243

typedef struct {
    int machine;       /* 0: amd64 */
    Str version;       /* "go1.26.8"; empty: no build information */
    Str lines;         /* "path\tcmd/go\n"; empty: as outside a module */
    Str interpreter;   /* PT_INTERP, or empty */
    bool has_pointers; /* as Go 1.17 wrote it */
} Program;

static inline void program_put(StrBuf *b, uint64_t value, isize n)
{
    for (isize i = 0; i < n; i++) {
        strbuf_add_byte(b, (char)(uint8_t)(value >> (8 * i)));
    }
}

static inline void program_pad(StrBuf *b, isize to)
{
    ASSERT(b->len <= to);
    while (b->len < to) {
        strbuf_add_byte(b, '\0');
    }
}

static inline void program_put_string(StrBuf *b, Str s)
{
    uint64_t len = (uint64_t)s.len;
    for (; len >= 0x80; len >>= 7) {
        strbuf_add_byte(b, (char)(uint8_t)(len | 0x80));
    }
    strbuf_add_byte(b, (char)len);
    strbuf_add(b, s);
}

static inline void program_put_segment(StrBuf *b, int type, int flags, uint64_t at, uint64_t len)
{
    program_put(b, (uint64_t)type, 4);
    program_put(b, (uint64_t)flags, 4);
    program_put(b, at, 8);
    program_put(b, 0x400000 + at, 8);
    program_put(b, 0x400000 + at, 8);
    program_put(b, len, 8);
    program_put(b, len, 8);
    program_put(b, 16, 8);
}

static inline Str program_blob(Arena *a, const Program *p)
{
    StrBuf b = strbuf_init(a);
    Str lines = p->lines.len == 0 ? (Str){0}
                                  : str_format(a, "%.16s%.*s%.16s", "0123456789abcdef",
                                               STR_ARG(p->lines), "fedcba9876543210");
    strbuf_add(&b, S("\xff Go buildinf:\x08"));
    strbuf_add_byte(&b, p->has_pointers ? 0 : 2);
    if (!p->has_pointers) {
        program_pad(&b, 32);
        program_put_string(&b, p->version);
        program_put_string(&b, lines);
        return strbuf_str(&b);
    }
    uint64_t base = 0x400000 + PROGRAM_DATA; /* two pointers, two strings, their bytes */
    program_put(&b, base + 32, 8);
    program_put(&b, base + 48, 8);
    program_put(&b, base + 64, 8);
    program_put(&b, (uint64_t)p->version.len, 8);
    program_put(&b, base + 64 + (uint64_t)p->version.len, 8);
    program_put(&b, (uint64_t)lines.len, 8);
    strbuf_add(&b, p->version);
    strbuf_add(&b, lines);
    return strbuf_str(&b);
}

static inline Str program_make(Arena *a, const Program *p)
{
    StrBuf b = strbuf_init(a);
    Str blob = p->version.len == 0 ? S("nothing of Go") : program_blob(a, p);
    strbuf_add(&b, S("\x7f"
                     "ELF\x02\x01\x01"));
    program_pad(&b, 16);
    program_put(&b, 2, 2); /* e_type */
    program_put(&b, (uint64_t)(p->machine == 0 ? PROGRAM_AMD64 : p->machine), 2);
    program_put(&b, 1, 4);
    program_put(&b, 0, 8);
    program_put(&b, 64, 8); /* e_phoff */
    program_put(&b, 0, 8);
    program_put(&b, 0, 4);
    program_put(&b, 64, 2);
    program_put(&b, 56, 2);
    program_put(&b, p->interpreter.len > 0 ? 2 : 1, 2);
    program_pad(&b, 64);
    program_put_segment(&b, 1, 6, PROGRAM_DATA, (uint64_t)blob.len);
    if (p->interpreter.len > 0) {
        program_put_segment(&b, 3, 4, 256, (uint64_t)p->interpreter.len + 1);
        program_pad(&b, 256);
        strbuf_add(&b, p->interpreter);
    }
    program_pad(&b, PROGRAM_DATA);
    strbuf_add(&b, blob);
    return strbuf_str(&b);
}

/* A file of the clinic with these bytes, to be run. */
static inline Str program_plant(Clinic *c, const char *name, Str content)
{
    Err err;
    Str path = fixture_file(&c->a, c->root, str_from_c(name), content);
    ASSERT(file_set_mode_at(FILE_CWD, path, 0755, &err));
    return path;
}

/* The go command of a version ("1.26.8"). */
static inline Str program_plant_go(Clinic *c, const char *name, const char *version)
{
    Program p = {.version = str_format(&c->a, "go%s", version), .lines = S("path\tcmd/go\n")};
    return program_plant(c, name, program_make(&c->a, &p));
}

#endif
