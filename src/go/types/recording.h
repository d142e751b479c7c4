/*
 * What a check finds out of the nodes of files: go/types' Info.
 *
 * It can be asked for after the check, before check_bodies_done and while the trees are there.
 * Threads that check bodies of one file write beside different nodes of it.
 */
#ifndef GO_TYPES_RECORDING_H
#define GO_TYPES_RECORDING_H

#include "go/types/checker.h"

/* What there may be of a node beside its type. */
typedef enum {
    RECORDED_VALUE, /* of a constant */
    RECORDED_DEF,   /* object NULL: the node declares none ("package p", t := in a type switch) */
    RECORDED_USE,
    RECORDED_IMPLICIT,
    RECORDED_SELECTION, /* of an AstSelectorExpr */
    RECORDED_INSTANCE,  /* of the AstIdent of what is instantiated */
} RecordedKind;

typedef struct {
    Type *recv;
    Object *object;
    unsigned kind;    /* of selection.h */
    bool is_indirect; /* like n_path and path as in Found_ */
    int32_t n_path;
    int32_t path[];
} RecordedSelection;

typedef struct {
    TypeArgs targs;
    Type *type;
} RecordedInstance;

typedef union RecordedPart {
    Constant value;
    Object *object;
    const RecordedSelection *selection;
    const RecordedInstance *instance;
    union RecordedPart *several; /* by kind */
} RecordedPart;

/* A node has the slots of its first two words; all bits 0: nothing was recorded. */
typedef union RecordedSlot {
    struct {
        TypeId type;
        uint8_t mode; /* OperandMode; MODE_INVALID: the node has no type */
        uint8_t has;  /* 1 << RecordedKind, or-ed */
    } first;
    RecordedPart second; /* of the one kind, or several */
} RecordedSlot;

typedef struct {
    OperandMode mode; /* MODE_INVALID: no type was recorded */
    Type *type;       /* NULL with MODE_NO_VALUE */
    Constant value;   /* of MODE_CONSTANT */
} RecordedType;

/* Lets c, before its check, record what it finds out of the files of its package. */
void recording_begin(Checker *c);

/* What was recorded of a node of a file of that package. */
RecordedType recorded_type(const Program *p, uint32_t file, AstNode e);
bool recorded_has(const Program *p, uint32_t file, AstNode n, RecordedKind kind);
/* Of RECORDED_DEF, RECORDED_USE or RECORDED_IMPLICIT; NULL: nothing. */
Object *recorded_object(const Program *p, uint32_t file, AstNode n, RecordedKind kind);
const RecordedSelection *recorded_selection(const Program *p, uint32_t file, AstNode e);
const RecordedInstance *recorded_instance(const Program *p, uint32_t file, AstNode ident);

#endif
