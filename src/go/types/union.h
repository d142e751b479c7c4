/* Unions of terms, as they are written in constraints. */
#ifndef GO_TYPES_UNION_H
#define GO_TYPES_UNION_H

/* Terms of a union, written out and once interfaces in it are taken apart. Lists of terms take the
 * square of their length; go/types has the same limit and says so. */
#define UNION_MAX_TERMS 100

#endif
