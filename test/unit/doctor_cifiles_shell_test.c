#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "doctor/cifiles_shell.h"
#include "support/assert_str.h"

static char join_sign(ShellJoin join)
{
    static const char signs[SHELL_JOIN_COUNT] = {
        [SHELL_END] = ';', [SHELL_AND] = '&', [SHELL_OR] = '/', [SHELL_PIPE] = '|'};
    return signs[join];
}

/* "line:word,word" of each command from its program on, and what joins the next one to it. */
static Str shown(Arena *a, Str text)
{
    StrBuf b = strbuf_init(a);
    YamlNode node = {.kind = YAML_SCALAR, .style = YAML_LITERAL, .text = text};
    ShellScript script = shell_read(a, &node);
    for (isize i = 0; i < script.len; i++) {
        strbuf_add_format(&b, "%s%td:", script.ptr[i].is_asked ? "?" : "", script.ptr[i].line);
        for (isize w = script.ptr[i].program; w < script.ptr[i].n_words; w++) {
            strbuf_add(&b, w == script.ptr[i].program ? S("") : S(","));
            strbuf_add(&b, script.ptr[i].words[w]);
        }
        strbuf_add_byte(&b, join_sign(script.ptr[i].then));
    }
    return strbuf_str(&b);
}

static void test_reads_commands(void **state)
{
    (void)state;
    static const struct {
        const char *script, *commands;
    } rows[] = {
        {"", ""},
        {"go test ./...\n", "1:go,test,./...;"},
        {"a && b || c; d | e & f", "1:a&1:b/1:c;1:d|1:e;1:f;"},
        {"A=1 sudo B='x y' go vet", "1:go,vet;"},
        {"if ! go test; then\n  exit 1\nfi", "?1:go,test;1:;2:exit,1;3:fi;"},
        {"go test \\\n  -v | tee log\nnext", "2:go,test,-v|2:tee,log;3:next;"},
        {"go test 2>&1 | tee x", "1:go,test,2>&1|1:tee,x;"},
        {"go test |& tee x", "1:go,test|1:tee,x;"},
        {"echo \"a || b\" 'c | d' # e || f\ng", "1:echo,a || b,c | d;2:g;"},
        {"echo ${{ a || b }} $(x | y)", "1:echo,${{ a || b }},$(x | y);"},
        {"cat <<EOF >f\na || true\nEOF\nb", "1:cat,>f;4:b;"},
        {"cat << 'E'\na || true\n E\nb", "1:cat;4:b;"},
        {"cat <<E\nnever ended", "1:cat;"},
        {"(a; b)", "1:a;1:b;"},
        {"echo \"not closed", "1:echo,not closed;"},
        {"echo $(not closed", "1:echo,$(not closed;"},
        {"a \\", "1:a,\\;"},
        {"a\r\nb\r\n", "1:a;2:b;"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        assert_str(shown(&a, str_from_c(rows[i].script)), str_from_c(rows[i].commands));
        arena_done(&a);
    }
}

static void test_knows_the_verb_of_go(void **state)
{
    (void)state;
    static const struct {
        const char *script, *verb;
        isize args;
    } rows[] = {
        {"go test x", "test", 2},
        {"/usr/local/go/bin/go vet", "vet", 2},
        {"go -C dir build", "build", 4},
        {"gotestsum -- x", "", 0},
        {"go", "", 2},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        isize args = 0;
        YamlNode node = {.kind = YAML_SCALAR, .text = str_from_c(rows[i].script)};
        ShellScript script = shell_read(&a, &node);
        assert_str(shell_go_verb(&script.ptr[0], &args), str_from_c(rows[i].verb));
        assert_int_equal(args, rows[i].args);
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_commands),
        cmocka_unit_test(test_knows_the_verb_of_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
