/* The linker puts the header of the file at the start of what is loaded, and the name of its place
 * at everybody's disposal; from there the program finds its own notes (elf(5)). */
#include "os/self.h"

#include <elf.h>
#include <link.h>

#define NOTE_ALIGN 4

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

static isize padded(uint32_t size)
{
    return ((isize)size + NOTE_ALIGN - 1) / NOTE_ALIGN * NOTE_ALIGN;
}

static Str build_id_in(const char *notes, isize len)
{
    while (len >= (isize)sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)notes;
        isize name = padded(note->n_namesz), head = (isize)sizeof *note + name;
        isize size = head + padded(note->n_descsz);
        if (size > len) {
            break;
        }
        if (note->n_type == NT_GNU_BUILD_ID &&
            str_eq((Str){notes + sizeof *note, name}, S("GNU\0"))) {
            return (Str){notes + head, (isize)note->n_descsz};
        }
        notes += size;
        len -= size;
    }
    return (Str){0};
}

Str self_build_id(void)
{
    const char *base = (const char *)&__ehdr_start;
    const ElfW(Phdr) *headers = (const ElfW(Phdr) *)(const void *)(base + __ehdr_start.e_phoff);
    Str found = {0};
    for (int i = 0; i < __ehdr_start.e_phnum && found.len == 0; i++) {
        if (headers[i].p_type == PT_NOTE) {
            /* Notes lie in the first segment, which begins with the header of the file. */
            found = build_id_in(base + headers[i].p_offset, (isize)headers[i].p_filesz);
        }
    }
    return found;
}
