/*
 * The exported API of a package as text, a line a feature, in the words and the order of Go's
 * "api" files (cmd/api): "func Get(string) (*Response, error)", "type Server struct, Addr
 * string", "method (*T[$0]) M($0)", "const Max = 1024", "//deprecated".
 */
#ifndef GO_API_FEATURES_H
#define GO_API_FEATURES_H

#include "base/vec.h"
#include "go/types/type.h"

typedef VEC(Str) FeatureList;

/* Of the package that c has just checked, its trees still there (see TypecheckWitness). Sorted,
 * each once, without "pkg PATH, ". On a, which must not be an arena of c. */
FeatureList features_of_package(Checker *c, Arena *a);

#endif
