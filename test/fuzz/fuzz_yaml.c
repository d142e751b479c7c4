/* Whatever yaml_parse accepts is a tree within its bounds, in which each key is found again. */
#include "base/panic.h"
#include "format/utf8.h"
#include "format/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static isize check_node(const YamlNode *node, int depth);

/* Nodes below a container. */
static isize check_children(const YamlNode *node, int depth)
{
    isize n = 0;
    isize n_children = 0;
    for (const YamlNode *child = node->child; child != NULL; child = child->next) {
        ASSERT((child->key != NULL) == (node->kind == YAML_MAPPING));
        if (child->key != NULL) {
            ASSERT(yaml_is(child->key, YAML_SCALAR));
            ASSERT(yaml_get(node, child->key->text) == child);
            n++;
        }
        n += check_node(child, depth + 1);
        n_children++;
    }
    ASSERT(n_children == node->n_children);
    return n;
}

static isize check_node(const YamlNode *node, int depth)
{
    ASSERT(depth <= YAML_MAX_DEPTH);
    ASSERT(node->line > 0 && node->column > 0);
    ASSERT(utf8_is_valid(node->text));
    if (node->kind == YAML_SCALAR) {
        ASSERT(node->child == NULL && node->style != YAML_STYLE_NONE);
        return 1;
    }
    ASSERT(node->text.len == 0 && node->style == YAML_STYLE_NONE);
    return 1 + check_children(node, depth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Err err;
    const YamlNode *root;
    if (yaml_parse(&a, S("f"), (Str){(const char *)data, (isize)size}, &root, &err)) {
        isize n = 0;
        for (; root != NULL; root = root->next) {
            n += check_node(root, 0);
        }
        ASSERT(n <= YAML_MAX_NODES);
    } else {
        ASSERT(err.kind == ERR_FORMAT || err.kind == ERR_LIMIT);
        ASSERT(str_starts_with(str_from_c(err.text), S("f")));
    }
    arena_done(&a);
    return 0;
}
