#include "go/root/goroot.h"

#include "base/path.h"
#include "go/buildinfo/buildinfo.h"
#include "go/mod/version.h"
#include "os/dir.h"
#include "os/proc.h"

#define VERSION_MAX_LEN (4 * KIB) /* bytes of VERSION; a real one has about 40 */

/* "go1.26.8" is a release; "go1.26.8-custom" and "devel go1.28-abc" are not. */
static Str release_version(Str name)
{
    Str version = name;
    return str_eat_prefix(&version, S("go")) && goversion_is_valid(version) &&
                   !goversion_is_lang(version)
               ? version
               : (Str){0};
}

static bool is_platform_word(Str word)
{
    for (isize i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            return false;
        }
    }
    return word.len > 0;
}

/* "linux_amd64" */
static bool split_platform(Str text, char separator, Str *ret_os, Str *ret_arch)
{
    StrCut cut = str_cut(text, separator);
    if (!cut.found || !is_platform_word(cut.head) || !is_platform_word(cut.tail)) {
        return false;
    }
    *ret_os = cut.head;
    *ret_arch = cut.tail;
    return true;
}

/* The platform is the one folder of pkg/tool that holds a compiler. */
static bool platform_of_tools(Arena *a, int root_fd, Goroot *root, Err *err)
{
    AUTO_CLOSE int tool_fd = -1;
    DirList list = {0};
    FileOutcome opened = dir_open(root_fd, S("pkg/tool"), &tool_fd, err);
    if (opened == FILE_FAILED || (opened == FILE_FOUND && !dir_list(a, tool_fd, &list, err))) {
        return false;
    }
    for (isize i = 0; i < list.len && root->os.len == 0; i++) {
        FileStat st;
        Err ignored;
        Str compiler = path_join(a, list.ptr[i].name, S("compile"));
        Str compiler_exe = str_concat(a, compiler, S(".exe"));
        if (file_lstat(tool_fd, compiler, &st, &ignored) == FILE_FOUND ||
            file_lstat(tool_fd, compiler_exe, &st, &ignored) == FILE_FOUND) {
            split_platform(list.ptr[i].name, '_', &root->os, &root->arch);
        }
    }
    return true;
}

/* The module cache names the folder "toolchain@v0.0.1-go1.26.8.linux-amd64". */
static void platform_of_name(Goroot *root)
{
    StrCut module = str_cut(path_base(root->path), '@');
    StrCut platform = str_cut_last(module.tail, '.');
    if (str_eq(module.head, S("toolchain")) && platform.found) {
        split_platform(platform.tail, '-', &root->os, &root->arch);
    }
}

static bool has(int root_fd, Str path)
{
    FileStat st;
    Err ignored;
    return file_stat(root_fd, path, &st, &ignored) == FILE_FOUND;
}

GorootOutcome goroot_read(Arena *a, Str path, Goroot *ret, Err *err)
{
    AUTO_CLOSE int root_fd = -1;
    FileOutcome opened = dir_open(FILE_CWD, path, &root_fd, err);
    if (opened != FILE_FOUND) {
        return opened == FILE_ABSENT ? GOROOT_ABSENT : GOROOT_FAILED;
    }
    Str text = {0};
    FileOutcome read = file_read_all(a, root_fd, S("VERSION"), VERSION_MAX_LEN, &text, err);
    if (read == FILE_FAILED) {
        return GOROOT_FAILED;
    }
    if (read == FILE_ABSENT && !has(root_fd, S("bin/go"))) {
        return GOROOT_OTHER;
    }
    Goroot root = {.path = path, .is_module_form = has(root_fd, S("src/_go.mod"))};
    str_next_field(&text, &root.name);
    root.version = release_version(root.name);
    if (!platform_of_tools(a, root_fd, &root, err)) {
        return GOROOT_FAILED;
    }
    if (root.os.len == 0) {
        platform_of_name(&root);
    }
    *ret = root;
    return GOROOT_FOUND;
}

/* The release that a program of the tree was built as; empty when it does not say. */
static Str release_of_program(Arena *a, Str path)
{
    BuildInfo info;
    Err ignored;
    return buildinfo_read_file(a, path, &info, &ignored) == BUILDINFO_FOUND
               ? release_version(info.go_version)
               : (Str){0};
}

void goroot_settle_version(Arena *a, Goroot *root)
{
    Str compiler = str_format(a, "%.*s/pkg/tool/%.*s_%.*s/compile", STR_ARG(root->path),
                              STR_ARG(root->os), STR_ARG(root->arch));
    Str of_go = release_of_program(a, path_join(a, root->path, S("bin/go")));
    if (of_go.len > 0 && !str_eq(of_go, root->version) &&
        str_eq(of_go, release_of_program(a, compiler))) {
        root->version = of_go;
        root->name = str_concat(a, S("go"), of_go);
    }
}

bool goroot_of_program(Arena *a, Str go_path, Str *ret_root)
{
    Err ignored;
    Str real;
    FileStat st;
    if (proc_real_path(a, go_path, &real, &ignored) != FILE_FOUND ||
        !str_eat_suffix(&real, S("/bin/go"))) {
        return false;
    }
    Str version_file = path_join(a, real, S("VERSION"));
    if (file_stat(FILE_CWD, version_file, &st, &ignored) != FILE_FOUND) {
        return false;
    }
    *ret_root = real;
    return true;
}
