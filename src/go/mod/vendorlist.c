#include "go/mod/vendorlist.h"

const VendorModule *vendorlist_find(Arena scratch, const VendorList *list, ModVersion mod)
{
    const isize *at = map_get(&list->by_name, modversion_format(&scratch, mod));
    return at == NULL ? NULL : &list->modules.ptr[*at - 1];
}

const VendorModule *vendorlist_module_of(const VendorList *list, Str import_path)
{
    const isize *at = map_get(&list->by_package, import_path);
    return at == NULL ? NULL : &list->modules.ptr[*at - 1];
}

static bool is_version(Str s)
{
    return s.len > 1 && s.ptr[0] == 'v' && s.ptr[1] >= '0' && s.ptr[1] <= '9';
}

static VendorModule *put_module(Arena *a, VendorList *list, Str path, Str version, isize line)
{
    bool is_new;
    isize *at = map_put(&list->by_name, modversion_format(a, (ModVersion){path, version}), &is_new);
    if (is_new) {
        *VEC_PUSH(a, &list->modules) =
            (VendorModule){.path = path, .version = version, .line = line};
        *at = list->modules.len;
    }
    return &list->modules.ptr[*at - 1];
}

/* rest is what follows "# ": "path version", "path version => path [version]", "path => ...". NULL
 * for what is none of these. */
static VendorModule *read_module(Arena *a, VendorList *list, Str rest, isize line)
{
    Str path, version = {0}, word, new_path, new_version = {0};
    if (!str_next_field(&rest, &path) || !str_next_field(&rest, &word)) {
        return NULL;
    }
    if (is_version(word)) {
        version = word;
        word = (Str){0};
        str_next_field(&rest, &word);
    } else if (!str_eq(word, S("=>"))) {
        return NULL;
    }
    VendorModule *m = put_module(a, list, path, version, line);
    if (str_eq(word, S("=>")) && str_next_field(&rest, &new_path)) {
        str_next_field(&rest, &new_version);
        m->new_path = new_path;
        m->new_version = new_version;
    }
    return m;
}

/* "explicit; go 1.21" */
static void read_annotations(Str text, VendorModule *m)
{
    for (StrCut cut = {.tail = text, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ';');
        Str word = str_trim(cut.head);
        if (str_eat_prefix(&word, S("go "))) {
            m->go_version = word;
        } else if (str_eq(word, S("explicit"))) {
            m->is_explicit = true;
        }
    }
}

void vendorlist_read(Arena *a, Str text, VendorList *ret)
{
    VendorList list = {.by_name = map_init(a), .by_package = map_init(a)};
    isize at = -1; /* index of the module that the next lines belong to */
    Str line, package;
    for (isize n = 1; str_next_line(&text, &line); n++) {
        if (str_eat_prefix(&line, S("# "))) {
            const VendorModule *m = read_module(a, &list, line, n);
            at = m == NULL ? -1 : m - list.modules.ptr;
        } else if (at < 0) {
            continue;
        } else if (str_eat_prefix(&line, S("## "))) {
            read_annotations(line, &list.modules.ptr[at]);
        } else if (str_next_field(&line, &package) && str_trim(line).len == 0) {
            list.modules.ptr[at].has_packages = true;
            *map_put(&list.by_package, package, NULL) = at + 1;
            *VEC_PUSH(a, &list.packages) = package;
        }
    }
    *ret = list;
}
