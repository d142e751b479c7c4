/* Addresses of the internet protocol as text. */
#ifndef OS_IP_H
#define OS_IP_H

#include "base/str.h"

#define IP_LEN 16
#define IP_OF_4 12 /* bytes before an IPv4 address that is written as an IPv6 one */

typedef struct {
    unsigned char bytes[IP_LEN]; /* an IPv4 address as ::ffff:a.b.c.d */
    bool is_4;
} Ip;

/* "10.0.0.1", "fd00::1", "::ffff:10.0.0.1"; without brackets, port and zone. */
bool ip_parse(Str text, Ip *ret);
bool ip_is_loopback(const Ip *ip);
/* Whether the first n bits of both are the same, n at most 128. */
bool ip_shares_bits(const Ip *a, const Ip *b, isize n);

#endif
