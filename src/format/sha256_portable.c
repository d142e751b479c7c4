/* SHA-256 in plain C: the reference for the other engines, and what runs where there is none. */
#include "format/sha256_engine.h"

const uint32_t sha256_k[64] __attribute__((aligned(64))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static inline uint32_t load_be32(const uint8_t *p)
{
    uint32_t bytes;
    memcpy(&bytes, p, sizeof(bytes));
    return sha256_big_endian(bytes);
}

/* Word t + i of the schedule; slot i holds the one 16 before it, whose place it takes. */
static inline uint32_t word(uint32_t w[static 16], int t, int i)
{
    if (t > 0) {
        uint32_t x = w[(i + 1) & 15], y = w[(i + 14) & 15];
        uint32_t s0 = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3;
        uint32_t s1 = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10;
        w[i] += s0 + w[(i + 9) & 15] + s1;
    }
    return w[i];
}

/* One round. The new e and a replace d and h: the caller rotates names, not values. */
static inline void step(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
                        uint32_t g, uint32_t *h, uint32_t kw)
{
    uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    uint32_t choice = g ^ (e & (f ^ g));
    uint32_t majority = (a & b) | (c & (a | b));
    uint32_t t1 = *h + sum1 + choice + kw;
    *d += t1;
    *h = t1 + sum0 + majority;
}

static void compress_block(uint32_t *state, const uint8_t *block)
{
    uint32_t w[16];
    for (int t = 0; t < 16; t++) {
        w[t] = load_be32(block + 4 * t);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    const uint32_t *k = sha256_k;
    for (int t = 0; t < 64; t += 16, k += 16) {
        step(a, b, c, &d, e, f, g, &h, k[0] + word(w, t, 0));
        step(h, a, b, &c, d, e, f, &g, k[1] + word(w, t, 1));
        step(g, h, a, &b, c, d, e, &f, k[2] + word(w, t, 2));
        step(f, g, h, &a, b, c, d, &e, k[3] + word(w, t, 3));
        step(e, f, g, &h, a, b, c, &d, k[4] + word(w, t, 4));
        step(d, e, f, &g, h, a, b, &c, k[5] + word(w, t, 5));
        step(c, d, e, &f, g, h, a, &b, k[6] + word(w, t, 6));
        step(b, c, d, &e, f, g, h, &a, k[7] + word(w, t, 7));
        step(a, b, c, &d, e, f, g, &h, k[8] + word(w, t, 8));
        step(h, a, b, &c, d, e, f, &g, k[9] + word(w, t, 9));
        step(g, h, a, &b, c, d, e, &f, k[10] + word(w, t, 10));
        step(f, g, h, &a, b, c, d, &e, k[11] + word(w, t, 11));
        step(e, f, g, &h, a, b, c, &d, k[12] + word(w, t, 12));
        step(d, e, f, &g, h, a, b, &c, k[13] + word(w, t, 13));
        step(c, d, e, &f, g, h, a, &b, k[14] + word(w, t, 14));
        step(b, c, d, &e, f, g, h, &a, k[15] + word(w, t, 15));
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void compress(uint32_t *const *states, const uint8_t *const *data, isize n, isize n_blocks)
{
    for (isize i = 0; i < n; i++) {
        for (isize block = 0; block < n_blocks; block++) {
            compress_block(states[i], data[i] + block * SHA256_BLOCK);
        }
    }
}

const Sha256Engine sha256_portable = {STR_CONST("portable"), 1, compress};
