/*
 * Says what goward takes messages for, many at once, for test/oracle/why_messages.py: each line of
 * standard input is a message (support/corpus.h says how one of several lines is written), each
 * line of the output the ids of its causes, the first one first, or "none".
 */
#include "doctor/diagnose.h"
#include "os/file.h"
#include "support/corpus.h"

#include <stdio.h>

#define STANDARD_INPUT 0
#define MAX_INPUT (64 * MIB)

int main(void)
{
    Arena a = arena_init(MAX_INPUT * 2);
    StrBuf read = strbuf_init(&a);
    Err err;
    isize n = 1;
    while (n > 0 && read.len < MAX_INPUT) {
        char part[64 * KIB];
        if (!file_read(STANDARD_INPUT, part, (isize)sizeof(part), &n, &err)) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        strbuf_add(&read, (Str){part, n});
    }
    Str rest = strbuf_str(&read);
    Str line;
    while (str_next_line(&rest, &line)) {
        Arena each = arena_init(16 * MIB);
        CauseList causes = diagnose_text(&each, corpus_unfold(&each, line));
        for (isize i = 0; i < causes.len; i++) {
            printf("%s%.*s", i > 0 ? " " : "", STR_ARG(causes.ptr[i].row->about.id));
        }
        puts(causes.len > 0 ? "" : "none");
        arena_done(&each);
    }
    return 0;
}
