#include "sumdb/note.h"

#include "format/base64.h"
#include "format/sha256.h"
#include "sumdb/text.h"

#include <sodium.h>

#define ALGORITHM_ED25519 1
#define KEY_HASH_LEN 4

_Static_assert(NOTE_KEY_LEN == crypto_sign_PUBLICKEYBYTES, "an Ed25519 key has 32 bytes");

static const Str signature_prefix = STR_CONST("\xe2\x80\x94 "); /* em dash, space */

/* One line of the signature block. */
typedef struct {
    Str name;
    uint32_t hash;
    Str signature; /* raw */
} SignatureLine;

static uint32_t read_be32(Str bytes)
{
    uint32_t value = 0;
    for (isize i = 0; i < 4; i++) {
        value = value << 8 | (uint8_t)bytes.ptr[i];
    }
    return value;
}

/* Exactly eight digits, of either case as in Go. */
static bool parse_hex32(Str hex, uint32_t *ret)
{
    if (hex.len != 8) {
        return false;
    }
    uint32_t value = 0;
    for (isize i = 0; i < hex.len; i++) {
        char c = hex.ptr[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return false;
        }
        value = value << 4 | (uint32_t)digit;
    }
    *ret = value;
    return true;
}

/* encoded: the algorithm byte and the key. */
static uint32_t key_hash(Str name, Str encoded)
{
    Sha256Stream stream = sha256_begin();
    sha256_add(&stream, name.ptr, name.len);
    sha256_add(&stream, "\n", 1);
    sha256_add(&stream, encoded.ptr, encoded.len);
    Sha256 digest = sha256_end(&stream);
    return read_be32((Str){(const char *)digest.bytes, KEY_HASH_LEN});
}

bool note_verifier_parse(Arena scratch, Str vkey, NoteVerifier *ret, Err *err)
{
    StrCut name = str_cut(vkey, '+');
    StrCut hash = str_cut(name.tail, '+');
    NoteVerifier verifier = {.vkey = vkey, .name = name.head};
    Str encoded = {0};
    if (!text_is_name(name.head) || !parse_hex32(hash.head, &verifier.hash) ||
        !base64_decode(&scratch, hash.tail, &encoded) || encoded.len == 0) {
        return FAIL(err, ERR_FORMAT,
                    "a verifier key is name+8 hexadecimal digits+base64, not '%.*s'",
                    STR_ARG(vkey));
    }
    uint32_t computed = key_hash(name.head, encoded);
    if (computed != verifier.hash) {
        return FAIL(err, ERR_FORMAT, "the verifier key of '%.*s' says hash %08x and has hash %08x",
                    STR_ARG(name.head), (unsigned)verifier.hash, (unsigned)computed);
    }
    if (encoded.ptr[0] != ALGORITHM_ED25519) {
        return FAIL(err, ERR_UNSUPPORTED,
                    "the verifier key of '%.*s' is for algorithm %d; only 1, Ed25519, is supported",
                    STR_ARG(name.head), (uint8_t)encoded.ptr[0]);
    }
    if (encoded.len != 1 + NOTE_KEY_LEN) {
        return FAIL(err, ERR_FORMAT, "the verifier key of '%.*s' has %td bytes, Ed25519 takes %d",
                    STR_ARG(name.head), encoded.len - 1, NOTE_KEY_LEN);
    }
    memcpy(verifier.key, encoded.ptr + 1, NOTE_KEY_LEN);
    *ret = verifier;
    return true;
}

static bool parse_signature_line(Arena *a, Str line, SignatureLine *ret)
{
    if (!str_eat_prefix(&line, signature_prefix)) {
        return false;
    }
    StrCut cut = str_cut(line, ' ');
    Str decoded;
    if (!text_is_name(cut.head) || !base64_decode(a, cut.tail, &decoded) ||
        decoded.len <= KEY_HASH_LEN) {
        return false;
    }
    *ret = (SignatureLine){cut.head, read_be32(decoded), str_from(decoded, KEY_HASH_LEN)};
    return true;
}

static bool is_signed_by(Str text, Str signature, const NoteVerifier *verifier)
{
    return signature.len == crypto_sign_BYTES &&
           crypto_sign_verify_detached((const uint8_t *)signature.ptr, (const uint8_t *)text.ptr,
                                       (unsigned long long)text.len, verifier->key) == 0;
}

/* Goes through the whole block: a malformed line rejects the note wherever it stands. */
static bool check_signatures(Arena scratch, Str text, Str block, const NoteVerifier *verifier,
                             Err *err)
{
    bool is_verified = false;
    for (isize n = 1; block.len > 0; n++) {
        StrCut line = str_cut(block, '\n');
        block = line.tail;
        SignatureLine signature;
        Arena line_scratch = scratch;
        if (n > NOTE_MAX_SIGNATURES) {
            return FAIL(err, ERR_FORMAT, "more than %d signatures", NOTE_MAX_SIGNATURES);
        }
        if (!parse_signature_line(&line_scratch, line.head, &signature)) {
            return FAIL(err, ERR_FORMAT, "line %td of the signatures is malformed", n);
        }
        if (is_verified || signature.hash != verifier->hash ||
            !str_eq(signature.name, verifier->name)) {
            continue;
        }
        if (!is_signed_by(text, signature.signature, verifier)) {
            return FAIL(err, ERR_VERIFY, "the signature of %.*s does not fit the text",
                        STR_ARG(verifier->name));
        }
        is_verified = true;
    }
    if (!is_verified) {
        return FAIL(err, ERR_VERIFY, "not signed by the key %.*s+%08x", STR_ARG(verifier->name),
                    (unsigned)verifier->hash);
    }
    return true;
}

/* Index of the last blank line's "\n\n", or -1. */
static isize last_blank_line(Str msg)
{
    for (isize i = msg.len - 2; i >= 0; i--) {
        if (msg.ptr[i] == '\n' && msg.ptr[i + 1] == '\n') {
            return i;
        }
    }
    return -1;
}

bool note_open(Arena scratch, Str msg, const NoteVerifier *verifier, Str *ret_text, Err *err)
{
    if (msg.len > NOTE_MAX_LEN) {
        return FAIL(err, ERR_LIMIT, "the signed note has %td bytes, at most %td are read", msg.len,
                    NOTE_MAX_LEN);
    }
    if (!text_is_clean(msg)) {
        return FAIL(err, ERR_FORMAT, "the signed note is not plain UTF-8 text");
    }
    isize split = last_blank_line(msg);
    if (split < 0 || split + 2 == msg.len || msg.ptr[msg.len - 1] != '\n') {
        return FAIL(err, ERR_FORMAT, "a signed note is a text, a blank line and signatures");
    }
    Str text = str_to(msg, split + 1);
    if (!check_signatures(scratch, text, str_from(msg, split + 2), verifier, err)) {
        return false;
    }
    *ret_text = text;
    return true;
}
