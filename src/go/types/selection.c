/* A method's own signature has the receiver of its declaration; that of a selection has x's. */
#include "go/types/selection.h"

#include "go/types/generic.h"

static const Str kind_texts[] = {
    [SELECTION_FIELD_VAL] = STR_CONST("field "),
    [SELECTION_METHOD_VAL] = STR_CONST("method "),
    [SELECTION_METHOD_EXPR] = STR_CONST("method expr "),
};

/* The parameters with the receiver before them. */
static Tuple *with_receiver(Checker *c, Object *recv, const Tuple *params)
{
    Objects vars = tuple_vars(params);
    Tuple *t = CHECK_NEW_TYPE(c, TYPE_TUPLE, Tuple);
    t->vars = (Objects){ARENA_ARRAY(c->arena, Object *, vars.len + 1), vars.len + 1};
    t->vars.ptr[0] = recv;
    for (isize i = 0; i < vars.len; i++) {
        t->vars.ptr[i + 1] = vars.ptr[i];
    }
    return t;
}

Type *selection_type(Checker *c, const Selection *s)
{
    const Signature *declared = as_signature(s->object->type);
    if (s->kind == SELECTION_FIELD_VAL || declared == NULL || declared->recv == NULL) {
        return s->object->type;
    }
    Signature *sig = signature_clone(c, declared);
    Object *recv = object_clone(c, declared->recv, s->recv);
    if (s->kind == SELECTION_METHOD_VAL) {
        sig->recv = recv;
    } else {
        sig->recv = NULL;
        sig->params = with_receiver(c, recv, declared->params);
    }
    return &sig->t;
}

void selection_write(StrBuf *b, const Selection *s, Checker *c)
{
    strbuf_add(b, kind_texts[s->kind]);
    strbuf_add_byte(b, '(');
    type_write(b, s->recv, c);
    strbuf_add(b, S(") "));
    strbuf_add(b, name_text(c->program->names, s->object->name));
    Type *t = selection_type(c, s);
    if (s->kind == SELECTION_FIELD_VAL) {
        strbuf_add_byte(b, ' ');
        type_write(b, t, c);
    } else {
        signature_write(b, (Signature *)t, c);
    }
}
