/*
 * Instances of generic types and functions that were made already, so that equal ones are one.
 *
 * There are two kinds of context. That of a package (Checker.instances) belongs to the thread
 * that checks it, and finds what is identical and has the same names (byte or uint8, an alias) in
 * its outer parts, as go/types does: an instance has the spelling that the package wrote first.
 * That of the program (Program.instances) has instances of defined types that name nothing of a
 * package still being checked; it finds what is spelled equally, so that what errors say does not
 * depend on which thread came first.
 *
 * Nothing is ever removed, and entries never change: a chain is read without a lock, and gets an
 * entry by compare and swap at its head.
 */
#ifndef GO_TYPES_CONTEXT_H
#define GO_TYPES_CONTEXT_H

#include "go/types/checker.h"

/* That of a program comes from context_new, and context_release releases it (program.h). That
 * of the package that c checks, made when there is none. */
Context *context_of(Checker *c);

uint64_t context_hash(Type *orig, TypeArgs targs);
/* The instance, or NULL. */
Type *context_find(const Context *x, uint64_t hash, Type *orig, TypeArgs targs);
/* Enters an instance whose key lives as long as the program; the one that came first is given. */
Type *context_add(Context *x, Arena *a, uint64_t hash, Type *orig, TypeArgs targs, Type *inst);

/*
 * A checker of no package, for the expansion of an instance of the context whose package is
 * complete and has no thread of its own any more. It is the caller's alone until it is given
 * back; several are lent at once, also to one thread, so nobody ever waits. No error that it
 * meets is told: the package that declares the type told it.
 */
Checker *context_borrow(Program *p, Context *x);
/* Finds out what is found out lazily of all that was made since it was lent: before others see
 * it. */
void context_settle(Checker *c);
void context_return(Checker *c);

#endif
