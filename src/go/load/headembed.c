#include "go/load/commenttext.h"
#include "go/load/embedline.h"
#include "go/load/filehead_parts.h"
#include "go/load/space.h"

typedef VEC(HeadText) Patterns;

static isize skip_space(Str line, isize at)
{
    isize n;
    while ((n = space_len(str_from(line, at))) > 0) {
        at += n;
    }
    return at;
}

/* The patterns of one line; false when a quoted one is wrong: then none of them counts. */
static bool read_patterns(Arena *a, Str line, SourcePos pos, const Positions *positions,
                          Patterns *ret)
{
    Str text, rest = str_from(line, S("//go:embed").len);
    while (true) {
        isize at = skip_space(line, line.len - rest.len);
        EmbedWord word = embedline_next(a, &rest, &text);
        if (word != EMBEDWORD_PATTERN) {
            return word == EMBEDWORD_NONE;
        }
        *VEC_PUSH(a, ret) = (HeadText){text, headpos_at(positions, pos + (SourcePos)at)};
    }
}

void headembed_find(Arena *a, Str path, Str text, FileHead *head)
{
    if (text.len > SCANNER_MAX_TEXT) {
        return;
    }
    Str padded = headtext_padded(a, text);
    DiagnosticList ignored = {.arena = a};
    Scanner s;
    scanner_init(&s, a, padded, &ignored);
    while (scanner_next(&s) != TOKEN_EOF) {
    }
    Positions positions = {0};
    for (isize i = 0; i < s.comments.len; i++) {
        Comment c = s.comments.ptr[i];
        Str line = commenttext_clean(a, str_slice(padded, c.pos, c.end));
        Str rest = line;
        if (!str_eat_prefix(&rest, S("//go:embed")) || (rest.len > 0 && space_len(rest) == 0)) {
            continue;
        }
        if (positions.path.len == 0) {
            positions = positions_of(a, path, padded, &s.linedirs);
        }
        Patterns patterns = {0};
        if (read_patterns(a, line, c.pos, &positions, &patterns)) {
            for (isize k = 0; k < patterns.len; k++) {
                *VEC_PUSH(a, &head->embeds) = patterns.ptr[k];
            }
        }
    }
}
