/* The linker puts the header of the file at the start of what is loaded, and the name of its place
 * at everybody's disposal; from there the program finds its own notes (elf(5)). */
#include "os/self.h"

#include <elf.h>
#include <link.h>

#define NOTE_ALIGN 4

extern const char __ehdr_start[] __attribute__((visibility("hidden")));

static isize padded(uint32_t size)
{
    return ((isize)size + NOTE_ALIGN - 1) / NOTE_ALIGN * NOTE_ALIGN;
}

static Str build_id_in(Str notes)
{
    ElfW(Nhdr) note;
    while (notes.len >= (isize)sizeof note) {
        memcpy(&note, notes.ptr, sizeof note);
        isize name = padded(note.n_namesz), head = (isize)sizeof note + name;
        isize size = head + padded(note.n_descsz);
        if (size > notes.len) {
            break;
        }
        if (note.n_type == NT_GNU_BUILD_ID &&
            str_eq(str_slice(notes, (isize)sizeof note, head), S("GNU\0"))) {
            return str_slice(notes, head, head + (isize)note.n_descsz);
        }
        notes = str_from(notes, size);
    }
    return (Str){0};
}

Str self_build_id(void)
{
    ElfW(Ehdr) file;
    Str found = {0};
    memcpy(&file, __ehdr_start, sizeof file);
    for (isize i = 0; i < file.e_phnum && found.len == 0; i++) {
        ElfW(Phdr) part;
        memcpy(&part, __ehdr_start + file.e_phoff + i * (isize)sizeof part, sizeof part);
        if (part.p_type == PT_NOTE) {
            /* Notes lie in the first segment, which begins with the header of the file. */
            found = build_id_in((Str){__ehdr_start + part.p_offset, (isize)part.p_filesz});
        }
    }
    return found;
}
