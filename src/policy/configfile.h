/*
 * goward.yaml: the files of settings that apply in a directory.
 *
 * There may be several, and all of them hold: a project cannot weaken what the owner of the machine
 * wrote. They are data, never run anything, and never say who is to be trusted.
 *
 *   project   goward.yaml in the directory and in those above it, up to the project's root
 *             (go/mod/projectroot.h; outside of a project in the directory alone)
 *   user      $XDG_CONFIG_HOME/goward/goward.yaml, else $HOME/.config/goward/goward.yaml
 *   system    /etc/goward/goward.yaml
 *
 * A file is one YAML document, a mapping (or nothing at all), whose keys are those of
 * configfile_keys: `policy` is read by policy/rules.h, `checks` by the doctor. docs/formats/
 * policy.md describes the first.
 */
#ifndef POLICY_CONFIGFILE_H
#define POLICY_CONFIGFILE_H

#include "base/vec.h"
#include "format/yaml.h"
#include "os/environ.h"
#include "os/file.h"

#define CONFIGFILE_NAME S("goward.yaml")
#define CONFIGFILE_MAX (256 * KIB) /* bytes of a file; a long one of a team has 10 KB */

typedef enum {
    CONFIG_NONE,
    CONFIG_PROJECT,
    CONFIG_USER,
    CONFIG_SYSTEM,
    CONFIG_LAYER_COUNT,
} ConfigLayer;

typedef struct {
    ConfigLayer layer;
    Str path; /* absolute */
    Str text;
    const YamlNode *root; /* a mapping; NULL when the file says nothing */
} ConfigFile;

typedef VEC(ConfigFile) ConfigFiles;

typedef struct {
    const Environ *environ; /* HOME and XDG_CONFIG_HOME */
    Str dir;                /* absolute, clean */
    Str project_root;       /* of dir; empty outside of a project */
    Str system;             /* before the system's path: empty, but for tests */
} ConfigPlace;

/* All that are there, the most specific first. False for the first one that is no regular file,
 * cannot be read, is too large or malformed, or has a key that is not known at its top: ERR_FORMAT,
 * "file:line: what". A user's file that cannot even be seen (a HOME of somebody else) is not there.
 * Where there is no file at all the costs are one failed open for each place. The files live on
 * a. */
bool configfile_load(Arena *a, const ConfigPlace *place, ConfigFiles *ret, Err *err);

/* One file. FILE_ABSENT: there is none. */
FileOutcome configfile_read(Arena *a, ConfigLayer layer, Str path, ConfigFile *ret, Err *err);
/* The same from its bytes. */
bool configfile_parse(Arena *a, ConfigLayer layer, Str path, Str text, ConfigFile *ret, Err *err);

/* Value of a key at the top of the file, NULL when it has none. */
const YamlNode *configfile_get(const ConfigFile *file, Str key);

/* "project", "user", "system". */
Str configfile_layer_name(ConfigLayer layer);

/* ---- for whoever decodes a part of it ---- */

/* ERR_FORMAT "file:line: text", for the line on which node stands. */
bool configfile_fail(const ConfigFile *file, const YamlNode *node, Err *err, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));
/* Fails unless node (what: "policy", for the message) is of that kind. */
bool configfile_expect(const ConfigFile *file, const YamlNode *node, YamlKind kind, Str what,
                       Err *err);
/* Fails unless node is a mapping and has no key but these; the message names the nearest one. */
bool configfile_expect_keys(const ConfigFile *file, const YamlNode *node, const Str *keys, isize n,
                            Str what, Err *err);

#endif
