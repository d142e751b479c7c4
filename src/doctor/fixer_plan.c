/*
 * Fixes are taken one by one, and each is applied to what the plan so far makes of its file: the
 * text of a CHANGE_CONTENT is what the next fix of the same file starts from. So three variables
 * of the go env file are one change, the same as three commands would leave it.
 *
 * Fixes that contradict each other are refused together: which of two checks is right is nothing
 * that an order of ids could decide.
 */
#include "base/path.h"
#include "base/vec.h"
#include "doctor/fixer.h"
#include "doctor/fixer_goenv.h"
#include "doctor/fixer_record.h"
#include "os/proc.h"

#define MAX_FIXES 1000
#define MAX_MISSING_DIRS 64 /* above one path */
#define OTHERS_MAY_WRITE 0002

static const Str kind_names[FIX_COUNT] = {
    [FIX_NONE] = STR_CONST("none"),           [FIX_GOENV_UNSET] = STR_CONST("goenv-unset"),
    [FIX_GOENV_SET] = STR_CONST("goenv-set"), [FIX_LINE] = STR_CONST("line"),
    [FIX_WRITE] = STR_CONST("write"),         [FIX_MODE] = STR_CONST("mode"),
    [FIX_REMOVE] = STR_CONST("remove"),       [FIX_MAKE_DIR] = STR_CONST("make-dir"),
};

typedef VEC(Change) ChangeList;

typedef struct {
    Arena *arena;
    const FixWishes *wishes;
    const FixPlan *plan; /* with the verdicts so far */
    FixGuard *guards;    /* with symlinks resolved */
    ChangeList changes;
} Planner;

/* The path of a fix, and what is there. */
typedef struct {
    Str path; /* symlinks resolved */
    bool is_there;
    FileStat st;
    Str ancestor; /* of what is not there: the nearest directory that is */
} Target;

Str fixer_kind_name(FixKind kind)
{
    return kind_names[kind];
}

static void refuse(PlannedFix *p, Str because)
{
    p->verdict = FIX_REFUSED;
    p->because = because;
}

/* ---- contradictions ---- */

static bool is_goenv(const Fix *f)
{
    return f->kind == FIX_GOENV_SET || f->kind == FIX_GOENV_UNSET;
}

/* Two fixes that ask for the same thing are no contradiction. */
static bool contradict_on_one_path(const Fix *x, const Fix *y)
{
    if (is_goenv(x) && is_goenv(y)) {
        return str_eq(x->name, y->name) && (x->kind != y->kind || !str_eq(x->value, y->value));
    }
    if (x->kind == FIX_LINE && y->kind == FIX_LINE) {
        return x->line == y->line && !str_eq(x->value, y->value);
    }
    if (x->kind == y->kind) {
        return (x->kind == FIX_WRITE && !str_eq(x->value, y->value)) ||
               ((x->kind == FIX_MODE || x->kind == FIX_MAKE_DIR) && x->mode != y->mode);
    }
    if ((x->kind == FIX_LINE && y->kind == FIX_WRITE) ||
        (x->kind == FIX_WRITE && y->kind == FIX_LINE)) {
        return true;
    }
    /* A file can get a mode, a content, and in that content other variables: whoever writes the
     * whole go env file started from what is there, and says nothing of other checks' variables. */
    return x->kind == FIX_REMOVE || y->kind == FIX_REMOVE || x->kind == FIX_MAKE_DIR ||
           y->kind == FIX_MAKE_DIR;
}

static bool contradict(const Fix *x, const Fix *y)
{
    if (str_eq(x->path, y->path)) {
        return contradict_on_one_path(x, y);
    }
    return (x->kind == FIX_REMOVE && y->kind != FIX_REMOVE && path_is_within(y->path, x->path)) ||
           (y->kind == FIX_REMOVE && x->kind != FIX_REMOVE && path_is_within(x->path, y->path));
}

static void refuse_contradictions(Arena *a, FixPlan *plan)
{
    for (isize i = 0; i < plan->n_fixes; i++) {
        PlannedFix *p = &plan->fixes[i];
        for (isize k = 0; k < plan->n_fixes && p->verdict != FIX_REFUSED; k++) {
            const Fix *other = &plan->fixes[k].fix;
            if (k != i && contradict(&p->fix, other)) {
                refuse(p, str_format(a, "it contradicts what %.*s asks for: %.*s",
                                     STR_ARG(other->id), STR_ARG(other->says)));
            }
        }
    }
}

/* ---- finding the path ---- */

/* The nearest part of path that is there, resolved, with what is missing added again. */
static bool resolve_missing(Arena *a, Str path, Target *t, Err *err)
{
    Str missing = {0}, real, at = path;
    for (int i = 0; i < MAX_MISSING_DIRS; i++) {
        missing = missing.len == 0 ? path_base(at) : path_join(a, path_base(at), missing);
        at = path_dir(at);
        switch (proc_real_path(a, at, &real, err)) {
        case FILE_FAILED:
            return false;
        case FILE_FOUND:
            t->ancestor = real;
            t->path = path_clean(a, path_join(a, real, missing));
            return true;
        case FILE_ABSENT:
            break;
        }
    }
    return FAIL(err, ERR_LIMIT, "'%.*s' lies too deep", STR_ARG(path));
}

/* Of a thing to remove only the way is resolved: a link is removed itself. */
static bool find_target(Arena *a, const Fix *f, Target *ret, Err *err)
{
    Target t = {0};
    FileStat link;
    Str path = path_clean(a, f->path);
    FileOutcome found = FILE_ABSENT;
    if (f->kind != FIX_REMOVE) {
        found = proc_real_path(a, path, &t.path, err);
    }
    if (found == FILE_FAILED || (found == FILE_ABSENT && !resolve_missing(a, path, &t, err))) {
        return false;
    }
    if (found == FILE_ABSENT && f->kind != FIX_REMOVE &&
        file_lstat(FILE_CWD, path, &link, err) == FILE_FOUND) {
        return FAIL(err, ERR_UNSUPPORTED, "it is a link that leads nowhere");
    }
    found = file_lstat(FILE_CWD, t.path, &t.st, err);
    t.is_there = found == FILE_FOUND;
    *ret = t;
    return found != FILE_FAILED;
}

/* ---- what must not be touched ---- */

static Str guarded_because(const Planner *p, const Fix *f, Str path)
{
    for (isize i = 0; i < p->wishes->n_guards; i++) {
        const FixGuard *guard = &p->guards[i];
        bool is_hit = (guard->inside && path_is_within(path, guard->dir)) ||
                      (f->kind == FIX_REMOVE && path_is_within(guard->dir, path));
        if (is_hit) {
            return guard->because;
        }
    }
    return (Str){0};
}

/* Why this user should not change what is there, or make what is not; empty when nothing speaks
 * against it. What needs a rename needs a directory that can be written. */
static Str forbidden_because(Arena *a, const Fix *f, const Target *t)
{
    FileStat dir;
    Err ignored;
    uint32_t me = proc_user_id();
    Str above = t->is_there ? path_dir(t->path) : t->ancestor;
    if (t->is_there && t->st.uid != me) {
        return str_format(a, "it belongs to user %u, and you are user %u", (unsigned)t->st.uid,
                          (unsigned)me);
    }
    if (file_lstat(FILE_CWD, above, &dir, &ignored) != FILE_FOUND) {
        return S("its directory cannot be looked at");
    }
    if (!t->is_there && dir.uid != me && (dir.mode & OTHERS_MAY_WRITE) == 0) {
        return str_format(a, "'%.*s' belongs to user %u, and you are user %u", STR_ARG(above),
                          (unsigned)dir.uid, (unsigned)me);
    }
    if (f->kind != FIX_MODE && !file_may_write(FILE_CWD, above)) {
        return str_format(a, "nothing can be written to '%.*s'", STR_ARG(above));
    }
    return (Str){0};
}

/* ---- changes ---- */

static void add_id(Arena *a, Change *c, Str id)
{
    if (!str_list_has(c->ids, id)) {
        c->ids = c->ids.len == 0 ? id : str_format(a, "%.*s,%.*s", STR_ARG(c->ids), STR_ARG(id));
    }
}

/* What the plan does to the path so far; NULL: nothing. There is one change of a path. */
static Change *planned_change(Planner *p, Str path)
{
    for (isize i = 0; i < p->changes.len; i++) {
        if (str_eq(p->changes.ptr[i].path, path)) {
            return &p->changes.ptr[i];
        }
    }
    return NULL;
}

static Change *add_change(Planner *p, ChangeKind kind, Str path, Str id)
{
    Change *c = VEC_PUSH(p->arena, &p->changes);
    *c = (Change){.kind = kind, .path = path, .ids = id};
    return c;
}

/* The missing directories between the ancestor and path, outermost first. */
static void add_parents(Planner *p, const Target *t, Str id)
{
    Str missing = path_dir(t->path);
    isize from = t->ancestor.len;
    while (!t->is_there && from < missing.len) {
        isize slash = str_index_byte(str_from(missing, from + 1), '/');
        Str dir = slash < 0 ? missing : str_to(missing, from + 1 + slash);
        if (planned_change(p, dir) == NULL) {
            add_change(p, CHANGE_MAKE_DIR, dir, id);
        }
        from = dir.len;
    }
}

static bool read_before(Planner *p, const Target *t, Str *ret, Err *err)
{
    if (t->st.kind != FILE_KIND_REGULAR) {
        return FAIL(err, ERR_UNSUPPORTED, "it is not a regular file");
    }
    FileOutcome found = file_read_all(p->arena, FILE_CWD, t->path, CHANGE_MAX_CONTENT, ret, err);
    return found == FILE_FOUND ||
           (found == FILE_ABSENT && FAIL(err, ERR_CONFLICT, "it is being removed"));
}

/* The change of the file's content that the plan has, made when it has none. A change of its mode
 * becomes one. */
static bool content_change(Planner *p, const Target *t, Change **ret, Err *err)
{
    Change *c = planned_change(p, t->path);
    Str before = S("");
    if (c == NULL || c->kind != CHANGE_CONTENT) {
        if (t->is_there && !read_before(p, t, &before, err)) {
            return false;
        }
        if (c == NULL) {
            c = add_change(p, CHANGE_CONTENT, t->path, S(""));
            c->mode_before = c->mode_after = t->is_there ? t->st.mode : 0;
        }
        if (c->kind != CHANGE_CONTENT && c->kind != CHANGE_MODE) {
            return FAIL(err, ERR_CONFLICT, "another fix makes a directory of that name");
        }
        c->kind = CHANGE_CONTENT;
        c->is_new = !t->is_there;
        c->before = c->after = before;
    }
    *ret = c;
    return true;
}

/* ---- the kinds of fixes: each says FIX_PLANNED, FIX_ALREADY, or fails with the reason ---- */

typedef bool (*PlanKind)(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err);

static bool set_content(Planner *p, const Fix *f, const Target *t, Str text, Err *err)
{
    Change *c;
    if (text.len > CHANGE_MAX_CONTENT) {
        return FAIL(err, ERR_LIMIT, "it would have %td bytes, at most %td are written", text.len,
                    CHANGE_MAX_CONTENT);
    }
    add_parents(p, t, f->id);
    if (!content_change(p, t, &c, err)) {
        return false;
    }
    c->after = text;
    if (f->kind == FIX_WRITE && c->is_new && c->mode_after == 0) {
        c->mode_after = f->mode;
    }
    add_id(p->arena, c, f->id);
    return true;
}

/* What the file holds once the plan so far is done. */
static bool current_text(Planner *p, const Target *t, Str *ret, Err *err)
{
    const Change *c = planned_change(p, t->path);
    if (c != NULL && c->kind == CHANGE_CONTENT) {
        *ret = c->after;
        return true;
    }
    *ret = S("");
    return !t->is_there || read_before(p, t, ret, err);
}

static bool plan_goenv(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err)
{
    Str text;
    GoenvEdit edit = {f->name, f->value, f->kind == FIX_GOENV_UNSET};
    if (!current_text(p, t, &text, err)) {
        return false;
    }
    if (str_index_byte(f->value, '\n') >= 0 || str_index_byte(f->value, '\r') >= 0) {
        return FAIL(err, ERR_FORMAT, "a value in the go env file is one line");
    }
    if (fixer_goenv_has(text, &edit)) {
        *ret = FIX_ALREADY;
        return true;
    }
    *ret = FIX_PLANNED;
    return set_content(p, f, t, fixer_goenv_edit(p->arena, text, &edit), err);
}

/* The number that the line has once the plan so far is done; 0: the plan changes it already. */
static isize line_now(const Planner *p, const Fix *f)
{
    isize now = f->line;
    for (isize i = 0; i < p->plan->n_fixes; i++) {
        const PlannedFix *other = &p->plan->fixes[i];
        if (other->fix.kind != FIX_LINE || other->verdict != FIX_PLANNED ||
            !str_eq(other->fix.path, f->path)) {
            continue;
        }
        if (other->fix.line == f->line) {
            return 0;
        }
        now -= other->fix.value.len == 0 && other->fix.line < f->line;
    }
    return now;
}

static bool plan_line(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err)
{
    Str text, line = {0}, rest;
    isize number = line_now(p, f);
    if (!t->is_there) {
        return FAIL(err, ERR_NOT_FOUND, "there is no such file");
    }
    if (!current_text(p, t, &text, err)) {
        return false;
    }
    *ret = number == 0 ? FIX_ALREADY : FIX_PLANNED;
    if (number == 0) {
        return true;
    }
    rest = text;
    for (isize i = 0; i < number; i++) {
        StrCut cut = str_cut(rest, '\n');
        line = cut.head;
        rest = cut.tail;
        if (!cut.found && i + 1 < number) {
            return FAIL(err, ERR_CONFLICT, "it has no line %td any more", f->line);
        }
    }
    if (!str_eq(line, f->name)) {
        return FAIL(err, ERR_CONFLICT, "its line %td reads otherwise by now", f->line);
    }
    isize from = line.ptr - text.ptr, to = from + line.len;
    bool takes_end = f->value.len == 0 && to < text.len;
    text = str_format(p->arena, "%.*s%.*s%.*s", STR_ARG(str_to(text, from)), STR_ARG(f->value),
                      STR_ARG(str_from(text, to + takes_end)));
    return set_content(p, f, t, text, err);
}

static bool plan_write(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err)
{
    Str text;
    const Change *c = planned_change(p, t->path);
    if (!current_text(p, t, &text, err)) {
        return false;
    }
    bool will_be_there = t->is_there || (c != NULL && c->kind == CHANGE_CONTENT);
    if (will_be_there && str_eq(text, f->value)) {
        *ret = FIX_ALREADY;
        return true;
    }
    if (t->is_there && f->is_new) {
        return FAIL(err, ERR_CONFLICT, "there is such a file by now");
    }
    *ret = FIX_PLANNED;
    return set_content(p, f, t, f->value, err);
}

static bool plan_mode(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err)
{
    Change *c = planned_change(p, t->path);
    if (c != NULL && c->kind == CHANGE_CONTENT) {
        c->mode_after = f->mode;
        add_id(p->arena, c, f->id);
        *ret = FIX_PLANNED;
        return true;
    }
    if (!t->is_there || (t->st.kind != FILE_KIND_REGULAR && t->st.kind != FILE_KIND_DIR)) {
        return FAIL(err, ERR_NOT_FOUND, "there is no such file or directory");
    }
    *ret = t->st.mode == f->mode ? FIX_ALREADY : FIX_PLANNED;
    if (*ret == FIX_PLANNED) {
        c = c != NULL ? c : add_change(p, CHANGE_MODE, t->path, f->id);
        c->mode_before = t->st.mode;
        c->mode_after = f->mode;
        add_id(p->arena, c, f->id);
    }
    return true;
}

/* What lies in something that goes as well goes with it. */
static bool is_removed_already(const Planner *p, Str path)
{
    for (isize i = 0; i < p->changes.len; i++) {
        const Change *c = &p->changes.ptr[i];
        if (c->kind == CHANGE_REMOVE && path_is_within(path, c->path)) {
            return true;
        }
    }
    return false;
}

static bool plan_remove(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err)
{
    for (isize i = 0; i < p->changes.len; i++) {
        const Change *c = &p->changes.ptr[i];
        if (c->kind != CHANGE_REMOVE && path_is_within(c->path, t->path)) {
            return FAIL(err, ERR_CONFLICT, "another fix (%.*s) changes something in it",
                        STR_ARG(c->ids));
        }
    }
    *ret = t->is_there && !is_removed_already(p, t->path) ? FIX_PLANNED : FIX_ALREADY;
    if (*ret == FIX_PLANNED) {
        Change *c = add_change(p, CHANGE_REMOVE, t->path, f->id);
        c->mode_before = t->st.mode;
        c->seen = t->st;
    }
    return true;
}

static bool plan_dir(Planner *p, const Fix *f, const Target *t, FixVerdict *ret, Err *err)
{
    Change *c = planned_change(p, t->path);
    if (t->is_there && t->st.kind != FILE_KIND_DIR) {
        return FAIL(err, ERR_CONFLICT, "there is something else of that name");
    }
    *ret = t->is_there ? FIX_ALREADY : FIX_PLANNED;
    if (*ret == FIX_PLANNED) {
        add_parents(p, t, f->id);
        c = c != NULL ? c : add_change(p, CHANGE_MAKE_DIR, t->path, f->id);
        c->mode_after = f->mode;
        add_id(p->arena, c, f->id);
    }
    return true;
}

static const PlanKind plan_kinds[FIX_COUNT] = {
    [FIX_GOENV_UNSET] = plan_goenv, [FIX_GOENV_SET] = plan_goenv, [FIX_LINE] = plan_line,
    [FIX_WRITE] = plan_write,       [FIX_MODE] = plan_mode,       [FIX_REMOVE] = plan_remove,
    [FIX_MAKE_DIR] = plan_dir,
};

/* ---- the plan ---- */

static void plan_one(Planner *p, PlannedFix *planned)
{
    const Fix *f = &planned->fix;
    Target t;
    Err err;
    ChangeList before = p->changes;
    if (!path_is_absolute(f->path)) {
        refuse(planned, is_goenv(f) ? S("there is no go env file: GOENV=off, or no home")
                                    : S("its path is not absolute"));
        return;
    }
    if (!find_target(p->arena, f, &t, &err)) {
        refuse(planned, err_format(p->arena, &err));
        return;
    }
    Str because = guarded_because(p, f, t.path);
    because = because.len > 0 ? because : forbidden_because(p->arena, f, &t);
    if (because.len == 0 && f->kind != FIX_REMOVE && is_removed_already(p, t.path)) {
        because = S("another fix removes it");
    }
    if (because.len == 0 && !plan_kinds[f->kind](p, f, &t, &planned->verdict, &err)) {
        because = err_format(p->arena, &err);
    }
    if (because.len == 0 && p->changes.len > FIXER_MAX_CHANGES) {
        because = S("there is too much to do at once: it is for the next run");
    }
    if (because.len > 0) {
        p->changes.len = before.len; /* with the directories that were for it alone */
        refuse(planned, because);
    } else if (planned->verdict == FIX_PLANNED) {
        planned->change = planned_change(p, t.path) - p->changes.ptr;
    }
}

/* Guards that are links, or lie behind some, are meant where they lead. */
static void resolve_guards(Planner *p)
{
    p->guards = ARENA_ARRAY(p->arena, FixGuard, p->wishes->n_guards);
    for (isize i = 0; i < p->wishes->n_guards; i++) {
        Err ignored;
        FixGuard guard = p->wishes->guards[i];
        proc_real_path(p->arena, guard.dir, &guard.dir, &ignored);
        p->guards[i] = guard;
    }
}

bool fixer_plan(Arena *a, const FixWishes *wishes, FixPlan *ret, Err *err)
{
    Planner p = {.arena = a, .wishes = wishes};
    FixPlan plan = {.fixes = ARENA_ARRAY(a, PlannedFix, wishes->n_fixes),
                    .n_fixes = wishes->n_fixes};
    if (wishes->n_fixes > MAX_FIXES) {
        return FAIL(err, ERR_LIMIT, "%td fixes are proposed, at most %d are made at once",
                    wishes->n_fixes, MAX_FIXES);
    }
    p.plan = &plan;
    resolve_guards(&p);
    for (isize i = 0; i < plan.n_fixes; i++) {
        Fix fix = wishes->fixes[i];
        fix.path = is_goenv(&fix) ? wishes->goenv_path : path_clean(a, fix.path);
        plan.fixes[i].fix = fix;
    }
    refuse_contradictions(a, &plan);
    for (int is_late = 0; is_late < 2; is_late++) { /* contents first, then variables in them */
        for (isize i = 0; i < plan.n_fixes; i++) {
            PlannedFix *planned = &plan.fixes[i];
            if (planned->verdict != FIX_REFUSED && is_goenv(&planned->fix) == is_late) {
                plan_one(&p, planned);
            }
        }
    }
    plan.changes = p.changes.ptr;
    plan.n_changes = p.changes.len;
    *ret = plan;
    return true;
}
