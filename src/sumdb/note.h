/*
 * Signed notes (C2SP signed-note, golang.org/x/mod/sumdb/note): a text, a blank line, and lines
 *
 *     U+2014 " " name " " base64(key hash, 4 bytes big-endian, then the signature) "\n"
 *
 * One verifier is enough for goward: the log it asks. Lines of other signers are ignored, but must
 * be well-formed.
 */
#ifndef SUMDB_NOTE_H
#define SUMDB_NOTE_H

#include "base/err.h"

#define NOTE_MAX_LEN ((isize)1000 * 1000) /* bytes; Go's bound for the text of a tree head */
#define NOTE_MAX_SIGNATURES 100           /* Go's bound; the specification asks for at least 16 */
#define NOTE_KEY_LEN 32                   /* an Ed25519 public key */

/* Whose signature counts. */
typedef struct {
    Str vkey;      /* as it was given: "name+hash+key" */
    Str name;      /* its name, a slice of vkey */
    uint32_t hash; /* first four bytes of SHA-256(name, "\n", algorithm, key) */
    uint8_t key[NOTE_KEY_LEN];
} NoteVerifier;

/* Parses "name+hhhhhhhh+base64(algorithm, key)". The key hash is recomputed and must agree; the
 * only algorithm is 1, Ed25519. ret keeps slices of vkey. Failure is ERR_FORMAT, or
 * ERR_UNSUPPORTED for another algorithm. */
bool note_verifier_parse(Arena scratch, Str vkey, NoteVerifier *ret, Err *err);

/* Gives the text of a note (a slice of msg, with its final newline) after verifying its
 * signature. A bad signature of the verifier's own key rejects the note, whatever else it
 * carries; a second line of that key is ignored, as Go does. ERR_FORMAT for what is no note,
 * ERR_VERIFY when no signature counts, ERR_LIMIT past NOTE_MAX_LEN.
 *
 * Ed25519 is libsodium's, which accepts a subset of what Go accepts: keys and signature points
 * of small order or in a non-canonical encoding are refused. Base64 is strict too: Go ignores
 * left-over bits. No signer writes such things; a note that only a forger would shape is no
 * loss. */
bool note_open(Arena scratch, Str msg, const NoteVerifier *verifier, Str *ret_text, Err *err);

#endif
