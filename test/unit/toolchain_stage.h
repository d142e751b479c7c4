/*
 * The stage of a test of toolchains: a small made release, a folder that is module proxy and
 * checksum database with a key of its own, and a context on an empty home.
 */
#ifndef TEST_UNIT_TOOLCHAIN_STAGE_H
#define TEST_UNIT_TOOLCHAIN_STAGE_H

#include "archive_maker.h"
#include "base/strbuf.h"
#include "sumdb_log.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/install.h"

#define STAGE_LOG S("log.example")

typedef struct {
    Str path, content;
} StageFile;

#define STAGE_N_FILES 7

static Arena arena;
static Err err;
static Str home, proxy;
static Environ env;
static LogKey log_signer;
static Log published;
static ToolchainContext context;
static StageFile release_files[STAGE_N_FILES];

/* go.env as every release has it, but for the value of GOTOOLCHAIN. The data file has @PROXY@ where
 * Go names its default proxy: this project names no registry. */
static inline Str stage_go_env(const char *toolchain)
{
    Str rest = fixture_read(&arena, FILE_CWD, S("test/unit/data/toolchain/go.env"));
    StrBuf text = strbuf_init(&arena);
    ASSERT(str_eat_suffix(&rest, S("auto\n")));
    for (isize at; (at = str_index(rest, S("@PROXY@"))) >= 0;) {
        strbuf_add(&text, str_to(rest, at));
        strbuf_add_format(&text, "%s.%s.%s", "proxy", "golang", "org");
        rest = str_from(rest, at + S("@PROXY@").len);
    }
    strbuf_add_format(&text, "%.*s%s\n", STR_ARG(rest), toolchain);
    return strbuf_str(&text);
}

static inline void stage_fill_release(void)
{
    Str compiler = str_format(&arena, "pkg/tool/%.*s_%.*s/compile", STR_ARG(context_host_os()),
                              STR_ARG(context_host_arch()));
    StageFile files[STAGE_N_FILES] = {
        {S("VERSION"), S("go1.26.8\ntime 2026-01-01T00:00:00Z\n")},
        {S("bin/go"), S("the go command")},
        {S("go.env"), stage_go_env("auto")},
        {compiler, S("the compiler")},
        {S("src/go.mod"), S("module std\n")},
        {S("src/net/ip.go"), S("package net\n")},
        {S("test/left_out.go"), S("package test\n")},
    };
    memcpy(release_files, files, sizeof(files));
}

static inline Release stage_release(const char *version)
{
    return (Release){str_from_c(version), context_host_os(), context_host_arch()};
}

static inline Str stage_prefix(const char *version)
{
    Release r = stage_release(version);
    return manifest_prefix(&arena, r.version, r.os, r.arch);
}

/* The h1 of the files, as the release version. */
static inline Str stage_h1(const char *version)
{
    DirhashFile files[STAGE_N_FILES];
    isize n = 0;
    for (isize i = 0; i < STAGE_N_FILES; i++) {
        Str name;
        if (manifest_name(&arena, stage_prefix(version), release_files[i].path, false, &name)) {
            files[n++] = (DirhashFile){name, sha256_of(release_files[i].content)};
        }
    }
    return dirhash_h1(&arena, dirhash_summary(&arena, files, n));
}

static inline Str stage_zip(const char *version)
{
    ZipMember members[STAGE_N_FILES];
    isize n = 0;
    for (isize i = 0; i < STAGE_N_FILES; i++) {
        Str name;
        if (manifest_name(&arena, stage_prefix(version), release_files[i].path, false, &name)) {
            members[n++] = (ZipMember){.name = name, .content = release_files[i].content};
        }
    }
    ZipMade zip = make_zip(&arena, members, n, false, (Str){0});
    return zip_made_str(&zip);
}

static inline Str stage_version(const char *version)
{
    Release r = stage_release(version);
    return release_module_version(&arena, &r);
}

/* Puts a zip into the proxy, whatever it holds. */
static inline Str stage_put_zip(const char *version, Str zip)
{
    Str folder = path_join(&arena, proxy, S("golang.org/toolchain/@v"));
    Str name = stage_version(version);
    fixture_file(&arena, folder, S("list"), str_concat(&arena, name, S("\n")));
    return fixture_file(&arena, folder, str_concat(&arena, name, S(".zip")), zip);
}

/* Records the release and publishes the log. */
static inline void stage_publish(const char *version)
{
    Str h1 = stage_h1(version), v = stage_version(version);
    Str base = path_join(&arena, proxy, path_join(&arena, S("sumdb"), STAGE_LOG));
    log_add(&published, str_format(&arena,
                                   "golang.org/toolchain %.*s %.*s\n"
                                   "golang.org/toolchain %.*s/go.mod %.*s\n",
                                   STR_ARG(v), STR_ARG(h1), STR_ARG(v), STR_ARG(h1)));
    int64_t size = published.records.len;
    LogServer server = {.log = &published, .key = log_signer, .size = size};
    Tile tile = {0, 0, (int)size};
    Str data;
    ASSERT(log_tile(&arena, &published, tile, size, &data));
    fixture_file(&arena, base, S("supported"), S(""));
    fixture_file(&arena, base, S("latest"),
                 log_sign_tree(&arena, &log_signer, log_tree(&published, size)));
    fixture_file(&arena, base, tile_path(&arena, tile), data);
    fixture_file(&arena, base, str_format(&arena, "lookup/golang.org/toolchain@%.*s", STR_ARG(v)),
                 log_reply(&arena, &server, size - 1, published.records.ptr[size - 1], size));
}

/* The release as a directory, one file of it changed; content.ptr NULL leaves the file out. */
static inline Str stage_goroot(const char *path, Str content)
{
    Str root = fixture_dir(&arena);
    for (isize i = 0; i < STAGE_N_FILES; i++) {
        bool is_changed = str_eq(release_files[i].path, str_from_c(path));
        if (!is_changed || content.ptr != NULL) {
            fixture_file(&arena, root, release_files[i].path,
                         is_changed ? content : release_files[i].content);
        }
    }
    return root;
}

/* A context of a run of its own. */
static inline void stage_restart(void)
{
    context_done(&context);
    context = context_init(&arena, &env, home, home);
    context.jobs = 2;
}

static inline int stage_begin(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    err = (Err){0};
    home = path_join(&arena, fixture_dir(&arena), S("home"));
    proxy = fixture_dir(&arena);
    published = (Log){.arena = &arena};
    log_signer = log_key(&arena, STAGE_LOG, 7);
    stage_fill_release();
    log_add(&published, log_record(&arena, S("example.com/m"), S("v1.0.0"), S("filler")));
    env = (Environ){0};
    env = environ_with(&arena, &env, S("HOME"), fixture_dir(&arena));
    env = environ_with(&arena, &env, S("GOPROXY"), str_concat(&arena, S("file://"), proxy));
    env = environ_with(&arena, &env, S("GOSUMDB"), log_signer.vkey);
    context = context_init(&arena, &env, home, home);
    context.jobs = 2;
    return 0;
}

static inline int stage_end(void **state)
{
    (void)state;
    context_done(&context);
    arena_done(&arena);
    return 0;
}

static inline InstallOptions stage_wish(void)
{
    return (InstallOptions){.os = context_host_os(), .arch = context_host_arch()};
}

static inline void assert_said(const char *text)
{
    Str said = err_format(&arena, &err);
    if (!str_contains(said, str_from_c(text))) {
        fail_msg("'%s' is not in: %.*s", text, STR_ARG(said));
    }
}

#endif
