/* Imports of a package's files: which package a path means, and under which name it is seen. */
#ifndef GO_TYPES_IMPORTING_H
#define GO_TYPES_IMPORTING_H

#include "go/types/checker.h"

/* The packages that were imported so far, by path as it stands in the source. */
typedef struct {
    Map by_path; /* index in packages + 1 */
    VEC(TypePackage *) packages;
} Importing;

Importing importing_begin(Checker *c);

/* Enters what an AstImportSpec imports in the scope of its file. */
void check_import(Checker *c, Importing *imports, Scope *file, AstNode spec);

#endif
