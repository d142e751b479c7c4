/*
 * The packages of a test (cmd/go/internal/load.TestPackagesAndErrors):
 *
 *     p.test             the generated program that runs the tests
 *     p [p.test]         p with its own test files
 *     p_test [p.test]    the tests in a package of their own
 *     q [p.test]         a package between p_test and p, built anew to see p's test files
 */
#ifndef GO_LOAD_TESTPACKAGES_H
#define GO_LOAD_TESTPACKAGES_H

#include "go/load/assemble.h"

typedef struct {
    Package *main;
    Package *test;  /* p itself when it has no test files of its own */
    Package *xtest; /* or NULL */
} TestPackages;

/* For a package with test files. */
TestPackages testpackages_make(Assembly *s, Package *p);

#endif
