#include "os/ip.h"

#include <arpa/inet.h>
#include <string.h>

#define IP_MAX_TEXT 64

bool ip_parse(Str text, Ip *ret)
{
    char z[IP_MAX_TEXT];
    if (text.len == 0 || text.len >= IP_MAX_TEXT) {
        return false;
    }
    memcpy(z, text.ptr, (size_t)text.len);
    z[text.len] = '\0';
    static const unsigned char before_4[IP_OF_4] = {[IP_OF_4 - 2] = 0xff, [IP_OF_4 - 1] = 0xff};
    memcpy(ret->bytes, before_4, IP_OF_4);
    bool is_ip =
        inet_pton(AF_INET, z, ret->bytes + IP_OF_4) == 1 || inet_pton(AF_INET6, z, ret->bytes) == 1;
    ret->is_4 = is_ip && memcmp(ret->bytes, before_4, IP_OF_4) == 0;
    return is_ip;
}

bool ip_is_loopback(const Ip *ip)
{
    static const unsigned char one[IP_LEN] = {[IP_LEN - 1] = 1};
    return ip->is_4 ? ip->bytes[IP_OF_4] == 127 : memcmp(ip->bytes, one, IP_LEN) == 0;
}

bool ip_shares_bits(const Ip *a, const Ip *b, isize n)
{
    isize whole = n / 8, rest = n % 8;
    unsigned mask = 0xffu << (8 - rest) & 0xffu;
    return memcmp(a->bytes, b->bytes, (size_t)whole) == 0 &&
           (rest == 0 || ((a->bytes[whole] ^ b->bytes[whole]) & mask) == 0);
}
