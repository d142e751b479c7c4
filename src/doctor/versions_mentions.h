/*
 * Every place of a project that says which Go it means: go.mod and go.work, .go-version,
 * .tool-versions, mise.toml, goward.lock, Dockerfiles, and CI files.
 */
#ifndef DOCTOR_VERSIONS_MENTIONS_H
#define DOCTOR_VERSIONS_MENTIONS_H

#include "doctor/cifiles_load.h"

#define MENTIONS_MAX_FILE (256 * KIB) /* of a version file or Dockerfile */
#define MENTIONS_MAX 2000
#define MENTIONS_MAX_DOCKERFILES 100
#define MENTIONS_MAX_DIRS 300 /* in which Dockerfiles are looked for */

typedef enum {
    MENTION_NONE,
    MENTION_PIN,   /* a file from which a version manager takes one Go */
    MENTION_IMAGE, /* FROM golang:... */
    MENTION_CI,    /* setup-go, or the image of a job */
    MENTION_KIND_COUNT,
} MentionKind;

typedef struct {
    MentionKind kind;
    Str file;             /* absolute */
    isize line;           /* from 1 */
    Str seen;             /* the line, trimmed */
    Str version;          /* "1.26.8", "1.26"; empty for "latest", ranges and expressions */
    const YamlNode *node; /* of CI: the scalar, else NULL */
    const CiStep *step;   /* of setup-go, else NULL */
    bool is_local;        /* GOTOOLCHAIN=local holds there: no other Go is fetched */
    bool builds;          /* of an image: files of the project are copied into it */
} Mention;

typedef struct MentionList {
    VEC(Mention) all;
    Str mod_path; /* go.mod of the project; empty: none */
    Str mod_text;
} MentionList;

/* Read when first asked for. */
const MentionList *mentions_of(Doctor *d);

/* For the files of this module that read them. */
void mentions_add(Doctor *d, MentionList *list, Mention mention);
/* The version in the tag of an image of Go ("golang:1.26-alpine", "cimg/go:1.26.8"); false for
 * other images. *ret_is_local: the image sets GOTOOLCHAIN=local. */
bool mentions_read_image(Str image, Str *ret_version, bool *ret_is_local);
/* $NAME, ${NAME} and ${NAME:-default} in text replaced; what has no value becomes empty. */
typedef struct {
    Str name, value;
} MentionVariable;
typedef VEC(MentionVariable) MentionVariables;
Str mentions_expand(Arena *a, Str text, const MentionVariables *variables);
void mentions_add_dockerfiles(Doctor *d, MentionList *list, Str root);
void mentions_add_ci(Doctor *d, MentionList *list);

/* The go line that counts for a file: of the go.mod beside it, else of the project. Empty when
 * there is none. */
Str mentions_need_at(Doctor *d, const MentionList *list, Str file);
/* 1.20 without quotes, which YAML makes the number 1.2. */
bool mentions_loses_zero(const YamlNode *node);
/* Whether a version names one release: "1.26.8", "1.27rc1", not "1.26". */
bool mentions_is_exact(Str version);
/* Whether Go `version` may be one that go.mod's `need` allows; of "1.26" the newest patch is
 * meant. */
bool mentions_may_satisfy(Str version, Str need);

#endif
