/*
 * YAML 1.1, as libyaml reads it: bytes in, a tree out that is only read.
 *
 * The reader is bounded and says no rather than guess: UTF-8 only, no key twice in a mapping, keys
 * are scalars, at most YAML_MAX_DEPTH deep. An alias stands for the tree of its anchor, which is
 * shared and not copied; what the document would hold if every alias were written out counts
 * against YAML_MAX_NODES, so that walking the tree is bounded as well.
 *
 * Scalars stay text: whether `on` is true and 1.20 is 1.2 is for whoever asks (yaml_is_plain).
 */
#ifndef FORMAT_YAML_H
#define FORMAT_YAML_H

#include "base/err.h"

#define YAML_MAX_LEN (4 * MIB)      /* bytes of a file; the largest CI files have 200 KB */
#define YAML_MAX_DEPTH 64           /* nested mappings and sequences, through aliases too */
#define YAML_MAX_NODES (256 * 1024) /* of one file, aliases written out */
#define YAML_MAX_ANCHORS 1000       /* of one document */

typedef enum {
    YAML_NONE,
    YAML_SCALAR,
    YAML_SEQUENCE,
    YAML_MAPPING,
    YAML_KIND_COUNT,
} YamlKind;

typedef enum {
    YAML_STYLE_NONE, /* of what is no scalar */
    YAML_PLAIN,      /* word: the only style in which 1.20 is a number */
    YAML_QUOTED,     /* 'word' or "word" */
    YAML_LITERAL,    /* |: line breaks are kept */
    YAML_FOLDED,     /* >: line breaks become spaces */
    YAML_STYLE_COUNT,
} YamlStyle;

typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlKind kind;
    YamlStyle style;
    Str text;              /* scalar: decoded; may be empty, and hold NUL bytes when quoted */
    Str tag;               /* "!reference", "tag:yaml.org,2002:str"; empty when none is written */
    isize line, column;    /* from 1; of an alias: where the alias stands */
    const YamlNode *key;   /* of a value in a mapping: its key, a scalar */
    const YamlNode *child; /* first element or value; shared by all aliases of an anchor */
    const YamlNode *next;  /* sibling; of a root: the root of the next document */
    isize n_children;
};

/* file names it in messages: "file:line: what", ERR_FORMAT (ERR_LIMIT past a bound). *ret is the
 * root of the first document, NULL when there is none. The tree lives on a; text is not needed
 * afterwards. */
bool yaml_parse(Arena *a, Str file, Str text, const YamlNode **ret, Err *err);

/* Value of a key; NULL when there is none, or when node is no mapping or NULL. Where the mapping
 * itself lacks the key, those of its merge key (`<<: *defaults`, `<<: [*a, *b]`) are asked. */
const YamlNode *yaml_get(const YamlNode *node, Str key);
/* Text of a scalar; fallback for other kinds and NULL. */
Str yaml_text(const YamlNode *node, Str fallback);
bool yaml_is(const YamlNode *node, YamlKind kind); /* false for NULL */
/* A scalar that is written without quotes, and so may be a number, a truth value or null. */
bool yaml_is_plain(const YamlNode *node);
/* The line of the file on which the i-th line (from 0) of a scalar's text stands: exact for
 * YAML_LITERAL, else that on which the scalar starts. */
isize yaml_line_of(const YamlNode *node, isize i);

#endif
