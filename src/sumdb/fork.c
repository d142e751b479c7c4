#include "sumdb/fork.h"

#include "base/strbuf.h"
#include "format/base64.h"

bool fork_check(const SumdbFork *fork)
{
    const TlogTree *small = &fork->ours.tree, *large = &fork->theirs.tree;
    if (small->size > large->size) {
        small = &fork->theirs.tree;
        large = &fork->ours.tree;
    }
    if (small->size == large->size) {
        return !sha256_eq(&small->root, &large->root);
    }
    return fork->prefix.size == small->size && !sha256_eq(&fork->prefix.root, &small->root) &&
           tlog_check_consistency(fork->proof, &fork->prefix, large);
}

static void add_note(StrBuf *text, const char *title, Str note)
{
    strbuf_add_format(text, "\n%s:\n", title);
    while (note.len > 0) {
        StrCut line = str_cut(note, '\n');
        note = line.tail;
        strbuf_add_format(text, "\t%.*s\n", STR_ARG(line.head));
    }
}

static void add_hash(StrBuf *text, const Sha256 *hash)
{
    Str encoded = base64_encode(text->arena, (Str){(const char *)hash->bytes, SHA256_LEN});
    strbuf_add_format(text, "\t%.*s\n", STR_ARG(encoded));
}

Str fork_format(Arena *a, Str name, const SumdbFork *fork)
{
    StrBuf text = strbuf_init(a);
    strbuf_add_format(&text,
                      "The checksum database %.*s signed two histories: trees of %lld and %lld\n"
                      "records of which neither begins the other.\n",
                      STR_ARG(name), (long long)fork->ours.tree.size,
                      (long long)fork->theirs.tree.size);
    add_note(&text, "signed head known before", fork->ours.note);
    add_note(&text, "signed head that contradicts it", fork->theirs.note);
    if (fork->ours.tree.size != fork->theirs.tree.size) {
        strbuf_add_format(&text, "\nroot of the first %lld records in the larger tree:\n",
                          (long long)fork->prefix.size);
        add_hash(&text, &fork->prefix.root);
        strbuf_add(&text, S("\nconsistency proof of that root with the larger tree:\n"));
        for (isize i = 0; i < fork->proof.len; i++) {
            add_hash(&text, &fork->proof.ptr[i]);
        }
    }
    return strbuf_str(&text);
}
