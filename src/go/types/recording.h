/*
 * What a check finds out of the nodes of a package's files: go/types' Info.
 *
 * A Recording is made before the check, is filled by it when Checker.recording has it, and can be
 * asked afterwards as long as its arena lives. Nodes are of the files' trees.
 */
#ifndef GO_TYPES_RECORDING_H
#define GO_TYPES_RECORDING_H

#include "go/types/checker.h"

typedef struct {
    AstNode node;
    uint8_t mode;   /* OperandMode */
    Type *type;     /* NULL with MODE_NO_VALUE */
    Constant value; /* of MODE_CONSTANT */
} RecordedType;

typedef struct {
    AstNode node;
    Object *object; /* NULL: the node declares none ("package p", t := in a type switch) */
} RecordedObject;

typedef struct {
    AstNode node; /* AstSelectorExpr */
    unsigned kind;
    Type *recv;
    Found_ found;
} RecordedSelection;

typedef struct {
    AstNode node; /* AstIdent of what is instantiated */
    TypeArgs targs;
    Type *type;
} RecordedInstance;

/* What a file uses of langversion.def. */
typedef struct {
    LangFeature feature;
    SourcePos pos;
} RecordedFeature;

/* Entries in the order in which they were found; they never move. */
#define RECORDED_CHUNK 128
#define RECORDED(type)      \
    struct {                \
        VEC(type *) chunks; \
        isize len;          \
    }
#define RECORDED_AT(list, i) (&(list)->chunks.ptr[(i) / RECORDED_CHUNK][(i) % RECORDED_CHUNK])

typedef enum {
    RECORDED_TYPE,
    RECORDED_DEF,
    RECORDED_USE,
    RECORDED_IMPLICIT,
    RECORDED_SELECTION,
    RECORDED_INSTANCE,
} RecordedKind;

/* An entry of a node; what there is of one node is a chain. */
typedef struct {
    uint32_t next;  /* 1 + the index of the next link; 0: none */
    uint32_t entry; /* index in its list, above RECORDED_KIND_BITS of RecordedKind */
} RecordedLink;
#define RECORDED_KIND_BITS 3

typedef struct {
    uint32_t file;     /* index in Program.files */
    isize n_words;     /* of its tree */
    uint32_t *by_node; /* 1 + the index of the first link; NULL: nothing was recorded */
    RECORDED(RecordedLink) links;
    RECORDED(RecordedType) types;
    RECORDED(RecordedObject) defs;
    RECORDED(RecordedObject) uses;
    RECORDED(RecordedObject) implicits;
    RECORDED(RecordedSelection) selections;
    RECORDED(RecordedInstance) instances;
    VEC(RecordedFeature) features; /* as they were met: some twice */
} RecordedFile;

struct Recording {
    Arena *arena;
    RecordedFile *files;
    isize n_files;
};

/* For the files of pkg, which are parsed. */
Recording *recording_new(Arena *a, const Program *p, const TypePackage *pkg);

/* The index of the entry of a node in the list of that kind; -1: it has none. */
isize recorded_index(const RecordedFile *f, AstNode n, RecordedKind kind);

/* What was recorded of a node; NULL: nothing. */
const RecordedType *recorded_type(const Recording *r, uint32_t file, AstNode e);
const RecordedObject *recorded_def(const Recording *r, uint32_t file, AstNode ident);
const RecordedObject *recorded_use(const Recording *r, uint32_t file, AstNode ident);
const RecordedObject *recorded_implicit(const Recording *r, uint32_t file, AstNode n);
const RecordedSelection *recorded_selection(const Recording *r, uint32_t file, AstNode e);
const RecordedInstance *recorded_instance(const Recording *r, uint32_t file, AstNode ident);

#endif
