/*
 * What one file adds to the surface of its package (surface.h): its declarations and methods,
 * walked in all views, without the other files: what a name means that stands alone is not known
 * yet. A file that several targets have is walked once.
 */
#ifndef GO_PREFLIGHT_FILESURFACE_H
#define GO_PREFLIGHT_FILESURFACE_H

#include "go/preflight/surface.h"

/* A mention before it is known what the package declares. */
typedef struct {
    int32_t import; /* index in the file's imports; -1: a name that stands alone */
    Name name;
    View view;
} RawMention;

typedef struct {
    Fingerprint text;
    const RawMention *mentions;
    isize n_mentions;
} FileView;

typedef struct {
    Name name;
    Name alias_of; /* of a type: the name that it is an alias of; 0: of no name, or none */
    bool is_type, is_alias, is_typed;
    FileView views[VIEW_NONE]; /* as in SurfaceDecl, without methods */
} FileDecl;

typedef struct {
    Name name, base; /* base: of the receiver's type, perhaps by an alias; 0: there is none */
    FileView shown;
} FileMethod;

typedef struct {
    Str path;
    Name name;     /* of the package that it means; 0: nobody knows */
    bool is_known; /* the unit has it among its imports: "C" and "unsafe" it has not */
    bool is_dot;
} FileImport;

typedef struct {
    Name package;
    const FileImport *imports;
    isize n_imports;
    const FileDecl *decls;
    isize n_decls;
    const FileMethod *methods;
    isize n_methods;
    const RawMention
        *roots; /* all that stands anywhere, in bodies, too, unless they are ignored; in
                                VIEW_TYPE what is only a condition */
    isize n_roots;
    const Name *asked; /* hidden methods that interfaces ask for */
    isize n_asked;
} FileSurface;

/* a and scratch are two chains. */
const FileSurface *filesurface_of(Arena *a, Arena scratch, const SourceTree *tree,
                                  const SurfaceSource *source);

/* Those that were made, for several threads. Release it with filesurfaces_done. */
FileSurfaces *filesurfaces_new(void);
void filesurfaces_done(FileSurfaces *known);

/* The one of a file whose imports mean what they meant before, or a new one on a, which then lives
 * as long as *source->known, if there is one. */
const FileSurface *filesurfaces_get(Arena *a, Arena scratch, const SourceTree *tree,
                                    const SurfaceSource *source);

#endif
