/*
 * A program: all packages that are checked, what they share, and where their types live.
 *
 * Packages are checked each by one thread, in any order in which imports come first. What is in the
 * program's tables may be asked by all of them at once.
 */
#ifndef GO_TYPES_PROGRAM_H
#define GO_TYPES_PROGRAM_H

#include "go/syntax/lines.h"
#include "go/syntax/names.h"
#include "go/types/scope.h"

union RecordedSlot; /* recording.h */

/* One file, for places and for what its version allows. */
typedef struct {
    Str path;                     /* as errors show it */
    AstFile ast;                  /* text is empty once the tree was dropped */
    union RecordedSlot *recorded; /* beside the words of ast; NULL: nobody asked for it */
    Lines lines;
    int version; /* minor of the language: 22 for go1.22 */
    int asked;   /* what its own build line asks for, or LANGVERSION_NONE */
} TypeFile;

typedef struct Program Program;

struct TypePackage { /* package_new makes one */
    Program *program;
    Str path, name;
    Scope *scope;
    TypePackage **imports;   /* direct, each once; "unsafe" and "C" are not among them */
    const Str *import_paths; /* of each what stands in the source: vendored ones differ from path */
    isize n_imports;
    Str trouble; /* of a fake one: why, for "could not import p (why)"; empty: nothing is told */
    uint32_t *files; /* indices in Program.files */
    isize n_files;
    int version;      /* of go.mod or --lang: what files have that do not say */
    bool is_complete; /* without an error that makes it doubtful */
    bool is_fake;     /* could not be found: whatever is selected from it is invalid, silently */
    bool is_cgo; /* import "C" is fine, and its names are unknown; else it cannot be imported */
    bool lacks_imports; /* one of it, or of those that they import, cannot be had */
    bool lacks_dots;    /* one that makes its names those of a file */
    bool minds_word;    /* something was found in it that depends on the size of words */
    bool shows_word;    /* that may be in any of its declarations; else in those of n_minding */
    bool minds_arch;    /* something was found that depends on more of the GOARCH */
    isize n_minding;    /* objects of its scope with minds_word */
};

/* Whether types in it that are invalid may be so for no fault of the source. */
static inline bool package_has_unknown(const TypePackage *p)
{
    return p != NULL && (p->is_cgo || p->lacks_imports);
}

/* Names that the checker asks for. */
typedef struct {
    Name blank, init, main, error, comparable, any, iota, nil, unsafe, c;
} KnownNames;

typedef struct TypeTable TypeTable; /* hash-consed types and numbers of types */
typedef struct Context Context;     /* instances */

struct Program {
    NameTable *names;
    KnownNames known;
    TypeTable *types;
    Context *instances;
    Scope *universe;
    TypePackage *unsafe;
    Basic *basic[BASIC_ALL];
    Type *any, *error, *comparable; /* of the universe: Alias or Named, Named, Named */
    Object *iota, *nil, *any_object, *comparable_object;
    TypeFile *files;
    isize n_files;
    int word_size, max_align; /* gc's, of the target */
    int go_minor;             /* of the Go whose checker is followed */
    bool has_test_functions;  /* assert and trace are in the universe, as for go/types' own tests */
};

/* Fills in names, known, types, instances, universe and all that is in it; what else there is in *p
 * is the caller's, and has_test_functions is set before. names and a must outlive it. Release it
 * with program_done. */
void program_init(Program *p, Arena *a, NameTable *names);
void program_done(Program *p);

/* A package without files, in the scope of the universe. */
TypePackage *package_new(Program *p, Arena *a, Str path, Str name);

/* context.c: of all threads; program_init makes one, program_done releases it. */
Context *context_new(void);
void context_release(Context *context);

/* ---- types of the program's own ---- */

Pointer *program_pointer(Program *p, Arena *a, Type *elem);
Slice *program_slice(Program *p, Arena *a, Type *elem);
Array *program_array(Program *p, Arena *a, Type *elem, int64_t len);
MapType *program_map(Program *p, Arena *a, Type *key, Type *elem);
Chan *program_chan(Program *p, Arena *a, Type *elem, uint8_t dir);

/* The next number of a type, which is entered; and the type of a number. */
TypeId program_enter(Program *p, Type *t);
Type *program_type(const Program *p, TypeId id);

#endif
