/* What is told of objects: of each, or each part of it, one thing; the last one stays. */
#ifndef GO_API_MESSAGES_H
#define GO_API_MESSAGES_H

#include "base/map.h"
#include "base/vec.h"
#include "go/api/diff.h"
#include "go/types/checker.h"

/* An object, and the side that it is of. */
typedef struct {
    const Object *object;
    bool is_new;
} MessageOf;

typedef struct {
    MessageOf of;
    Str part, says;
} Message;

typedef struct {
    VEC(Message) list;
    Map by_key; /* object, side and part -> 1 + index */
} Messages;

Messages messages_init(Arena *a);
/* part: "Field", ", element type", or empty. Strings live as long. */
void messages_put(Arena *a, Messages *m, MessageOf of, Str part, Str says);
/* Adds them as changes, by their words, each once. old and new: the packages that are compared,
 * whose names have no prefix. */
void messages_collect(Arena *a, const Messages *m, const TypePackage *old, const TypePackage *new,
                      bool is_compatible, ApiChanges *ret);
/* "Name", "T.Method", "(*T).Method"; of another package than own "path.Name". */
Str messages_name_of(Arena *a, const Object *o, const TypePackage *own);

#endif
