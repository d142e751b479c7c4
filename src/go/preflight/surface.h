/*
 * What a package shows to those that import it: its declarations without bodies of functions, each
 * with a fingerprint of how it is written and with all that it mentions.
 *
 * Nothing is evaluated: a name that a declaration mentions is one that its meaning may depend on.
 * What the names mean, in other packages, too, is for go/preflight/reach.h.
 */
#ifndef GO_PREFLIGHT_SURFACE_H
#define GO_PREFLIGHT_SURFACE_H

#include "go/preflight/fingerprint.h"
#include "go/syntax/nameindex.h"
#include "go/syntax/trees.h"

/* How much of a declaration counts. What is no type is always seen whole. */
typedef enum {
    VIEW_WHOLE,  /* all that an importer can make use of */
    VIEW_BEHIND, /* what is promoted from a type that is embedded as a pointer and cannot be named:
                    not its fields that are not exported */
    VIEW_LAYOUT, /* what size and comparability depend on: not methods, nor what pointers mean */
    VIEW_NAME,   /* which type it is: an alias is what it stands for */
    VIEW_NONE,   /* nothing: it is needed, but for what nobody outside can notice */
    VIEW_COUNT,
    VIEW_TYPE = 1, /* of a constant with a type that is written the type alone */
} View;

typedef struct {
    uint32_t target; /* index of a declaration of the same package, or of a root */
    bool is_root;
    uint8_t view; /* View */
} Mention;

/* A name of another package that the files mention. */
typedef struct {
    uint32_t import; /* index in the surface's imports */
    Name name;
    View view; /* VIEW_WHOLE; VIEW_TYPE: the files have no use for the value of a constant */
} SurfaceRoot;

typedef struct {
    Fingerprint text;
    const Mention *mentions;
    isize n_mentions;
} SurfaceView;

typedef struct {
    Name name;
    bool is_type;
    bool is_typed;      /* a constant that has VIEW_TYPE */
    SurfaceView *views; /* decl_views of them */
} SurfaceDecl;

static inline View decl_views(const SurfaceDecl *d)
{
    return d->is_type ? VIEW_NONE : d->is_typed ? VIEW_TYPE + 1 : VIEW_WHOLE + 1;
}

typedef struct {
    Name name; /* the package's; 0: none of its files can be read */
    SurfaceDecl *decls;
    isize n_decls;
    NameIndex by_name;        /* index of a declaration */
    const SurfaceRoot *roots; /* each once, in the order in which they are met */
    isize n_roots;
} Surface;

/* What is known of single files: filesurface.h. */
typedef struct FileSurfaces FileSurfaces;

typedef struct {
    const SourceTree *const *files;
    isize n_files;
    const Str *import_paths;  /* as they stand in the source */
    const Name *import_names; /* of the packages that they mean */
    isize n_imports;
    const NameTable *names;
    bool ignores_bodies; /* roots are those of the declarations */
    FileSurfaces *known; /* of other packages and targets, and for them; or NULL */
    Arena *of_files;     /* where those live that are new: as long as known, or for this call */
} SurfaceSource;

/* Equal sources make equal surfaces, in any run, but for the numbers that stand for names. On a;
 * what the files hold is not needed any more. a, scratch and of_files are chains of their own, but
 * that of_files may be a. */
const Surface *surface_of(Arena *a, Arena scratch, const SurfaceSource *source);

/* The declaration of that name, or NULL. */
static inline const SurfaceDecl *surface_find(const Surface *s, Name name)
{
    const uint32_t *at = nameindex_get(&s->by_name, name);
    return at == NULL ? NULL : &s->decls[*at];
}

#endif
