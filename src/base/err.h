/*
 * Trouble with the world. A function that can meet it returns bool and takes `Err *err` last:
 *
 *     if (size > ZIP_MAX_SIZE) {
 *         return FAIL(err, ERR_LIMIT, "archive has %td bytes, at most %td are read", size, max);
 *     }
 *     if (!zip_open(&zip, fd, err)) {
 *         return FAIL_IN(err, "reading '%.*s'", STR_ARG(path));
 *     }
 *
 * The innermost text says what is wrong, expected and actual; each frame going up names the object.
 * Nothing branches on an Err (main maps its kind to an exit code): an outcome that a caller must
 * act on is a returned enum. Faults in the user's Go code are diagnostics and faults in the
 * environment are findings: neither is an Err.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/str.h"

typedef enum {
    ERR_NONE,
    ERR_USAGE,       /* wrong flag, argument or configuration */
    ERR_NOT_FOUND,   /* there is nothing of that name, or nothing to work on */
    ERR_IO,          /* the kernel said no; errnum says why */
    ERR_NET,         /* the network was needed and could not be had */
    ERR_FORMAT,      /* bytes that do not follow their format */
    ERR_VERIFY,      /* a hash, signature or proof that does not hold */
    ERR_CONFLICT,    /* somebody else holds or changed it */
    ERR_LIMIT,       /* larger than a stated bound */
    ERR_UNSUPPORTED, /* well-formed, and not something goward does */
    ERR_BUG,         /* goward's own fault */
    ERR_KIND_COUNT,
} ErrKind;

#define ERR_MAX_TEXT 2000 /* a sentence, or what is wrong with a file in some lines */
#define ERR_MAX_HINT 600
#define ERR_MAX_FRAMES 8
#define ERR_MAX_FRAME 200

typedef struct {
    ErrKind kind;
    int errnum; /* 0 when the kernel had no part in it */
    int n_frames;
    char text[ERR_MAX_TEXT];
    char hint[ERR_MAX_HINT]; /* what to do, or empty */
    char frames[ERR_MAX_FRAMES][ERR_MAX_FRAME];
} Err;

/* Sets *err and returns false. A previous content is replaced. */
bool err_set(Err *err, ErrKind kind, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds what was being done; returns false. Frames past ERR_MAX_FRAMES are dropped. */
bool err_frame(Err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds the sentence that says what to do; returns false. */
bool err_hint(Err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lets a compiler see what the three functions promise: without it, gcc and the static analyzer
 * follow paths on which a failed call has "succeeded". */
static inline bool err_false(bool said)
{
    (void)said;
    return false;
}

#define FAIL(err, kind, ...) err_false(err_set((err), (kind), 0, __VA_ARGS__))
/* For a failed system call: the text is followed by what errno says. */
#define FAIL_SYS(err, ...) err_false(err_set((err), ERR_IO, errno, __VA_ARGS__))
#define FAIL_IN(err, ...) err_false(err_frame((err), __VA_ARGS__))

/* Frames from the outside in, the text, what errnum says: one line, if the text is one. */
Str err_format(Arena *a, const Err *err);

/* "usage", "not found" ... for --json. */
Str err_kind_name(ErrKind kind);

#endif
