/*
 * libyaml's events become a tree. The containers that are open stand on a stack of YAML_MAX_DEPTH,
 * so nothing recurses, whatever the document; a node goes into its container when it is complete.
 *
 * Billion laughs: each complete node knows how many nodes it stands for and how high it is. An
 * alias adds both to the place where it stands, and the sums are held against the bounds that hold
 * for what is written out. Keys that occur twice are found by sorting each mapping's keys: no table
 * that hostile keys could make slow.
 */
#include "format/yaml.h"

#include "base/panic.h"
#include "base/sort.h"
#include "base/vec.h"

#include <yaml.h>

/* What is counted while the tree is built. A node is kept in one of these for good: the tree and
 * the anchors point at it. */
typedef struct {
    YamlNode node;
    isize weight; /* nodes, itself and aliases written out included */
    isize height; /* levels of containers, itself included; 0: a scalar */
} Built;

typedef struct {
    Built *built;
    YamlNode *last;      /* child so far */
    const YamlNode *key; /* read, its value is due */
    Str anchor;          /* its own; empty when it has none */
} Open;

typedef struct {
    Str name;
    const Built *built; /* NULL: not yet complete */
} Anchor;

typedef struct {
    Arena *arena;
    Str file;
    yaml_parser_t parser;
    Open open[YAML_MAX_DEPTH];
    int depth;
    VEC(Anchor) anchors; /* of the document; the last one of a name counts */
    isize n_nodes;
    YamlNode *first_root, *last_root;
} Reader;

static isize line_of(yaml_mark_t mark)
{
    return (isize)mark.line + 1;
}

static Str copy_text(Arena *a, const yaml_char_t *ptr, size_t len)
{
    return str_copy(a, (Str){(const char *)ptr, (isize)len});
}

static Str copy_name(Arena *a, const yaml_char_t *name)
{
    return str_copy(a, str_from_c((const char *)name));
}

static bool fail_at(const Reader *r, isize line, ErrKind kind, const char *what, Str name, Err *err)
{
    return FAIL(err, kind, "%.*s:%td: %s%.*s", STR_ARG(r->file), line, what, STR_ARG(name));
}

/* ---- placing nodes ---- */

static bool count_nodes(Reader *r, const Built *b, Err *err)
{
    if (b->weight > YAML_MAX_NODES - r->n_nodes) {
        return FAIL(err, ERR_LIMIT, "%.*s:%td: more than %d values, aliases written out",
                    STR_ARG(r->file), b->node.line, YAML_MAX_NODES);
    }
    if (r->depth + b->height > YAML_MAX_DEPTH) {
        return FAIL(err, ERR_LIMIT, "%.*s:%td: nested more than %d deep", STR_ARG(r->file),
                    b->node.line, YAML_MAX_DEPTH);
    }
    r->n_nodes += b->weight;
    return true;
}

static void add_child(Open *parent, YamlNode *node)
{
    node->key = parent->key;
    parent->key = NULL;
    if (parent->last == NULL) {
        parent->built->node.child = node;
    } else {
        parent->last->next = node;
    }
    parent->last = node;
    parent->built->node.n_children++;
}

/* Puts a complete node where it belongs: a root, an element, a key or a value. */
static bool place(Reader *r, Built *b, Err *err)
{
    if (r->depth == 0) {
        if (r->last_root == NULL) {
            r->first_root = &b->node;
        } else {
            r->last_root->next = &b->node;
        }
        r->last_root = &b->node;
        return true;
    }
    Open *parent = &r->open[r->depth - 1];
    parent->built->weight += b->weight;
    parent->built->height = MAX(parent->built->height, b->height + 1);
    if (parent->built->node.kind != YAML_MAPPING || parent->key != NULL) {
        add_child(parent, &b->node);
        return true;
    }
    if (b->node.kind != YAML_SCALAR) {
        return fail_at(r, b->node.line, ERR_FORMAT, "a key is a list or a mapping", S(""), err);
    }
    parent->key = &b->node;
    return true;
}

static Anchor *find_anchor(Reader *r, Str name)
{
    for (isize i = r->anchors.len; i > 0; i--) {
        if (str_eq(r->anchors.ptr[i - 1].name, name)) {
            return &r->anchors.ptr[i - 1];
        }
    }
    return NULL;
}

/* built NULL: the anchor is known, and what it names is not complete. */
static bool set_anchor(Reader *r, Str name, const Built *built, isize line, Err *err)
{
    Anchor *known = find_anchor(r, name);
    if (name.len == 0) {
        return true;
    }
    if (known != NULL) {
        known->built = built;
        return true;
    }
    if (r->anchors.len == YAML_MAX_ANCHORS) {
        return FAIL(err, ERR_LIMIT, "%.*s:%td: more than %d anchors", STR_ARG(r->file), line,
                    YAML_MAX_ANCHORS);
    }
    *VEC_PUSH(r->arena, &r->anchors) = (Anchor){name, built};
    return true;
}

/* ---- events ---- */

static YamlStyle style_of(yaml_scalar_style_t style)
{
    switch (style) {
    case YAML_PLAIN_SCALAR_STYLE:
        return YAML_PLAIN;
    case YAML_LITERAL_SCALAR_STYLE:
        return YAML_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return YAML_FOLDED;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        break;
    }
    return YAML_QUOTED;
}

static Built *new_node(Reader *r, YamlKind kind, const yaml_event_t *event, const yaml_char_t *tag)
{
    Built *b = ARENA_NEW(r->arena, Built);
    b->weight = 1;
    b->height = kind == YAML_SCALAR ? 0 : 1;
    b->node.kind = kind;
    b->node.tag = copy_name(r->arena, tag);
    b->node.line = line_of(event->start_mark);
    b->node.column = (isize)event->start_mark.column + 1;
    return b;
}

static bool read_scalar(Reader *r, const yaml_event_t *event, Err *err)
{
    Built *b = new_node(r, YAML_SCALAR, event, event->data.scalar.tag);
    b->node.style = style_of(event->data.scalar.style);
    b->node.text = copy_text(r->arena, event->data.scalar.value, event->data.scalar.length);
    return count_nodes(r, b, err) &&
           set_anchor(r, copy_name(r->arena, event->data.scalar.anchor), b, b->node.line, err) &&
           place(r, b, err);
}

static bool read_alias(Reader *r, const yaml_event_t *event, Err *err)
{
    Str name = copy_name(r->arena, event->data.alias.anchor);
    const Anchor *anchor = find_anchor(r, name);
    isize line = line_of(event->start_mark);
    if (anchor == NULL) {
        return fail_at(r, line, ERR_FORMAT, "no anchor stands before the alias *", name, err);
    }
    if (anchor->built == NULL) {
        return fail_at(r, line, ERR_FORMAT, "within its own anchor stands the alias *", name, err);
    }
    Built *b = ARENA_NEW(r->arena, Built);
    *b = *anchor->built;
    b->node.line = line;
    b->node.column = (isize)event->start_mark.column + 1;
    b->node.key = NULL;
    b->node.next = NULL;
    return count_nodes(r, b, err) && place(r, b, err);
}

static bool begin(Reader *r, YamlKind kind, const yaml_event_t *event, Err *err)
{
    bool is_mapping = kind == YAML_MAPPING;
    Built *b =
        new_node(r, kind, event,
                 is_mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    Str anchor = copy_name(r->arena, is_mapping ? event->data.mapping_start.anchor
                                                : event->data.sequence_start.anchor);
    if (!count_nodes(r, b, err) || !set_anchor(r, anchor, NULL, b->node.line, err)) {
        return false;
    }
    r->open[r->depth++] = (Open){.built = b, .anchor = anchor};
    return true;
}

static int compare_keys(const void *x, const void *y)
{
    const YamlNode *const *a = x;
    const YamlNode *const *b = y;
    return str_compare((*a)->text, (*b)->text);
}

static bool check_keys(const Reader *r, Arena scratch, const YamlNode *mapping, Err *err)
{
    const YamlNode **keys = ARENA_ARRAY(&scratch, const YamlNode *, mapping->n_children);
    isize n = 0;
    for (const YamlNode *child = mapping->child; child != NULL; child = child->next) {
        keys[n++] = child->key;
    }
    sort_array(keys, n, sizeof(keys[0]), compare_keys);
    for (isize i = 1; i < n; i++) {
        if (str_eq(keys[i]->text, keys[i - 1]->text)) {
            return FAIL(err, ERR_FORMAT, "%.*s:%td: the key %.*s stands on line %td already",
                        STR_ARG(r->file), keys[i]->line, STR_ARG(keys[i]->text), keys[i - 1]->line);
        }
    }
    return true;
}

static bool end(Reader *r, Err *err)
{
    Open open = r->open[--r->depth];
    Built *b = open.built;
    if (b->node.kind == YAML_MAPPING && !check_keys(r, *r->arena, &b->node, err)) {
        return false;
    }
    return set_anchor(r, open.anchor, b, b->node.line, err) && place(r, b, err);
}

static bool read_event(Reader *r, const yaml_event_t *event, Err *err)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event, err);
    case YAML_ALIAS_EVENT:
        return read_alias(r, event, err);
    case YAML_SEQUENCE_START_EVENT:
        return begin(r, YAML_SEQUENCE, event, err);
    case YAML_MAPPING_START_EVENT:
        return begin(r, YAML_MAPPING, event, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end(r, err);
    case YAML_DOCUMENT_START_EVENT:
        r->anchors.len = 0;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return true;
}

/* ---- the whole ---- */

static bool fail_as_parser(const Reader *r, Err *err)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) {
        out_of_memory();
    }
    const char *what = p->problem == NULL ? "not YAML" : p->problem;
    if (p->error == YAML_READER_ERROR) {
        return FAIL(err, ERR_FORMAT, "%.*s:%td: %s", STR_ARG(r->file), line_of(p->mark), what);
    }
    if (p->context == NULL) {
        return FAIL(err, ERR_FORMAT, "%.*s:%td: %s", STR_ARG(r->file), line_of(p->problem_mark),
                    what);
    }
    return FAIL(err, ERR_FORMAT, "%.*s:%td: %s, %s of line %td", STR_ARG(r->file),
                line_of(p->problem_mark), what, p->context, line_of(p->context_mark));
}

static bool read_events(Reader *r, Err *err)
{
    for (bool is_over = false; !is_over;) {
        yaml_event_t event;
        if (yaml_parser_parse(&r->parser, &event) == 0) {
            return fail_as_parser(r, err);
        }
        is_over = event.type == YAML_STREAM_END_EVENT;
        bool ok = read_event(r, &event, err);
        yaml_event_delete(&event);
        if (!ok) {
            return false;
        }
    }
    return true;
}

bool yaml_parse(Arena *a, Str file, Str text, const YamlNode **ret, Err *err)
{
    if (text.len > YAML_MAX_LEN) {
        return FAIL(err, ERR_LIMIT, "%.*s has %td bytes, at most %td are read", STR_ARG(file),
                    text.len, YAML_MAX_LEN);
    }
    Reader r = {.arena = a, .file = file};
    if (yaml_parser_initialize(&r.parser) == 0) {
        out_of_memory();
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.len > 0 ? text.ptr : ""),
                                 (size_t)text.len);
    bool ok = read_events(&r, err);
    yaml_parser_delete(&r.parser);
    if (ok) {
        *ret = r.first_root;
    }
    return ok;
}

/* ---- reading the tree ---- */

bool yaml_is(const YamlNode *node, YamlKind kind)
{
    return node != NULL && node->kind == kind;
}

bool yaml_is_plain(const YamlNode *node)
{
    return yaml_is(node, YAML_SCALAR) && node->style == YAML_PLAIN && node->tag.len == 0;
}

Str yaml_text(const YamlNode *node, Str fallback)
{
    return yaml_is(node, YAML_SCALAR) ? node->text : fallback;
}

isize yaml_line_of(const YamlNode *node, isize i)
{
    return node->style == YAML_LITERAL ? node->line + 1 + i : node->line;
}

static const YamlNode *get_own(const YamlNode *node, Str key)
{
    if (!yaml_is(node, YAML_MAPPING)) {
        return NULL;
    }
    const YamlNode *child = node->child;
    while (child != NULL && !str_eq(child->key->text, key)) {
        child = child->next;
    }
    return child;
}

/* Recurses as deep as merge keys nest, which YAML_MAX_DEPTH bounds. */
const YamlNode *yaml_get(const YamlNode *node, Str key)
{
    const YamlNode *own = get_own(node, key);
    const YamlNode *merged = own == NULL ? get_own(node, S("<<")) : NULL;
    if (!yaml_is(merged, YAML_SEQUENCE)) {
        return merged == NULL ? own : yaml_get(merged, key);
    }
    for (const YamlNode *each = merged->child; each != NULL; each = each->next) {
        const YamlNode *found = yaml_get(each, key);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}
