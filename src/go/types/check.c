/*
 * A package is checked in the phases of checkFiles (check.go): objects are collected from all
 * files, then each is declared, whenever it is needed for the first time; what is put off until
 * types are complete comes when all are. Bodies of functions come last (bodies.c): for them the
 * package is as complete as for those who import it. What they find is put into the order of
 * checkFiles, where they stand among all else that is put off (CheckTurn).
 */
#include "go/types/checker.h"

/* ---- what is put off ---- */

static CheckTurn next_turn(Checker *c)
{
    return c->turn == 0 ? TURN_ROUND + c->n_turns++ : c->turn + TURN_ROUND;
}

static Action action_of(Checker *c, Later run, void *arg)
{
    return (Action){run, arg, c->env.file, c->env.version, next_turn(c)};
}

void check_later(Checker *c, Later run, void *arg)
{
    *VEC_PUSH(c->scratch, &c->actions) = action_of(c, run, arg);
}

void check_later_body(Checker *c, FuncBody *body)
{
    *VEC_PUSH(c->scratch, &c->bodies) = action_of(c, check_func_body, body);
}

static void enter_file(Checker *c, uint32_t file, int version)
{
    c->env.file = file;
    c->env.version = version;
    c->file = &c->program->files[file];
}

/* Actions may put off others, which then come behind all that were there. Those that are needed in
 * the midst of another one are part of it. */
void check_process_delayed(Checker *c, isize top)
{
    const Environment around = c->env;
    const CheckTurn turn = c->turn;
    for (isize i = top; i < c->actions.len; i++) {
        Action action = c->actions.ptr[i];
        c->turn = top == 0 ? action.turn : turn;
        enter_file(c, action.file, action.version);
        if (action.file != around.file) {
            c->env.errpos = 0; /* is in the other file */
        }
        action.run(c, action.arg);
    }
    ASSERT(top <= c->actions.len);
    c->actions.len = top;
    c->turn = turn;
    c->env.errpos = around.errpos;
    enter_file(c, around.file, around.version);
}

/* ---- what is being declared ---- */

void check_push(Checker *c, Object *o)
{
    o->is_pending = true;
    *VEC_PUSH(c->scratch, &c->path) = o;
}

Object *check_pop(Checker *c)
{
    ASSERT(c->path.len > 0);
    Object *o = c->path.ptr[--c->path.len];
    o->is_pending = false;
    return o;
}

/* ---- what depends on the size of words ---- */

static void let_object_mind_word(TypePackage *pkg, Object *o)
{
    pkg->n_minding += !o->minds_word;
    o->minds_word = true;
}

/* Several threads may note it at once. */
static void let_package_mind_word(TypePackage *pkg)
{
    if (!__atomic_load_n(&pkg->minds_word, __ATOMIC_RELAXED)) {
        __atomic_store_n(&pkg->minds_word, true, __ATOMIC_RELAXED);
    }
}

/* In a declaration it shows: in the object that is being declared, or, of a method or of what was
 * put off, nobody can say where. */
void check_mind_word(const Checker *c)
{
    TypePackage *pkg = c->pkg;
    let_package_mind_word(pkg);
    if (c->is_declared) {
        return;
    }
    Object *o = c->path.len > 0 ? c->path.ptr[c->path.len - 1] : NULL;
    const Declaration *together = c->env.decl;
    bool is_blank = o != NULL && o->name == c->program->known.blank; /* nobody can mention it */
    if (o == NULL || (o->parent != pkg->scope && !is_blank)) {
        pkg->shows_word = pkg->shows_word || c->env.sig == NULL;
        return;
    }
    let_object_mind_word(pkg, o);
    for (isize i = 0; together != NULL && i < together->n_lhs; i++) {
        let_object_mind_word(pkg, together->lhs[i]);
    }
}

/* ---- cleaning up ---- */

void check_clean_type(Checker *c, Type *t)
{
    switch ((int)type_kind(t)) {
    case TYPE_ALIAS:
        type_unalias(t);
        break;
    case TYPE_NAMED:
        if (((Named *)t)->inst == NULL) { /* instances are expanded when they are needed */
            named_under((Named *)t);
        }
        ((Named *)t)->check = NULL;
        break;
    case TYPE_PARAM:
        param_interface(c, (TypeParam *)t);
        ((TypeParam *)t)->check = NULL;
        break;
    case TYPE_INTERFACE:
        interface_set(c, (Interface *)t);
        ((Interface *)t)->check = NULL;
        ((Interface *)t)->embed_pos = NULL;
        break;
    default:
        break; /* nothing is found out lazily */
    }
}

/* The list may grow on the way. */
void check_clean_up(Checker *c)
{
    c->turn = TURN_LAST;
    for (isize i = 0; i < c->to_clean.len; i++) {
        check_clean_type(c, c->to_clean.ptr[i]);
    }
    c->to_clean.len = 0;
}

/* ---- files ---- */

/* Whether a file is of the package, which *package names once a file did; else that is told. */
static bool belongs(Checker *c, uint32_t file, Str *package)
{
    const AstFile *f = &c->program->files[file].ast;
    if (f->name == 0) {
        return false; /* an error of the syntax */
    }
    Str name = name_text(c->program->names, ast_name(f, f->name));
    if (package->len > 0 && !str_eq(name, *package)) {
        check_error_pos(c, (ObjectPos){file, f->package}, CODE_MISMATCHED_PKG_NAME,
                        "package %s; expected package %s", &name, package);
        return false;
    }
    if (ast_name(f, f->name) == NAME_BLANK) {
        check_error_pos(c, (ObjectPos){file, ast_pos(f, f->name)}, CODE_BLANK_PKG_NAME,
                        "invalid package name _");
        return true;
    }
    *package = name;
    return true;
}

/* Leaves out the files that are of other packages. The first one that has a name has that of the
 * package. */
static void choose_files(Checker *c)
{
    TypePackage *pkg = c->pkg;
    Str package = {0};
    uint32_t *files = ARENA_ARRAY(c->arena, uint32_t, pkg->n_files);
    isize n = 0;
    for (isize i = 0; i < pkg->n_files; i++) {
        if (belongs(c, pkg->files[i], &package)) {
            files[n++] = pkg->files[i];
        }
    }
    pkg->files = files;
    pkg->n_files = n;
    pkg->name = package.len > 0 ? package : pkg->name;
}

/* The versions that nobody here knows (initFiles). */
static void check_versions(Checker *c, uint32_t first)
{
    const Program *p = c->program;
    int newest = p->go_minor;
    if (c->pkg->version > newest && c->pkg->version < LANGVERSION_ANY) {
        check_error_pos(c, (ObjectPos){first, p->files[first].ast.package}, CODE_TOO_NEW,
                        "package requires newer Go version go1.%d (application built with go1.%d)",
                        c->pkg->version, newest);
    }
    for (isize i = 0; i < c->pkg->n_files; i++) {
        uint32_t file = c->pkg->files[i];
        const TypeFile *f = &p->files[file];
        if (f->asked > newest && f->ast.name != 0) {
            check_error_pos(c, (ObjectPos){file, ast_pos(&f->ast, f->ast.name)}, CODE_TOO_NEW,
                            "file requires newer Go version go1.%d (application built with go1.%d)",
                            f->asked, newest);
        }
    }
}

/* ---- the package ---- */

void check_whole(Checker *c)
{
    if (c->parts != NULL || c->exported_only) {
        return;
    }
    check_init_order(c);
    check_unused_imports(c);
    if (c->errors.len == 0) {
        check_monomorph(c);
    }
}

void check_declarations(Checker *c)
{
    uint32_t first = c->pkg->n_files > 0 ? c->pkg->files[0] : 0;
    c->lasting = c->values = c->scratch;
    c->pkg->program = c->program;
    choose_files(c);
    if (first != 0) {
        check_versions(c, first);
    }
    check_collect_objects(c);
    check_direct_cycles(c);
    check_package_objects(c);
    check_process_delayed(c, 0);
    while (check_hidden_methods(c)) {
        check_process_delayed(c, 0);
    }
    check_clean_up(c);
    record_rest_of_untyped(c);
    c->pkg->is_complete = true;
    c->is_declared = true;
}
