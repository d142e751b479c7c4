#include "trouble.h"

#include <stdarg.h>
#include <stdio.h>

/* Results of X.509 verification, as OpenSSL numbers them (x509_vfy.h). */
enum {
    X509_UNABLE_TO_GET_ISSUER = 2,
    X509_NOT_YET_VALID = 9,
    X509_HAS_EXPIRED = 10,
    X509_SELF_SIGNED = 18,
    X509_SELF_SIGNED_IN_CHAIN = 19,
    X509_UNABLE_TO_GET_LOCAL_ISSUER = 20,
    X509_UNABLE_TO_VERIFY_LEAF = 21,
};

/* Codes of one meaning each. Those that need a closer look are not in here. What libcurl says about
 * the HTTP proxy is not repeated: it may quote the proxy's URL as it was written. */
static const struct {
    CURLcode code;
    FetchFault fault;
    bool is_silent;
    const char *text;
} meanings[] = {
    {CURLE_URL_MALFORMAT, FETCH_FAULT_URL, false, "the URL is malformed"},
    {CURLE_UNSUPPORTED_PROTOCOL, FETCH_FAULT_URL, false, "the URL is neither http nor https"},
    {CURLE_COULDNT_RESOLVE_HOST, FETCH_FAULT_RESOLVE, false, "the host's name has no address"},
    {CURLE_COULDNT_RESOLVE_PROXY, FETCH_FAULT_RESOLVE, true,
     "the HTTP proxy that the environment names has no address"},
    {CURLE_COULDNT_CONNECT, FETCH_FAULT_CONNECT, false, "nobody answers"},
    {CURLE_PROXY, FETCH_FAULT_PROXY, true, "the HTTP proxy of the environment failed"},
    {CURLE_SSL_CONNECT_ERROR, FETCH_FAULT_TLS, false, "the TLS handshake failed"},
    {CURLE_SSL_CACERT_BADFILE, FETCH_FAULT_TLS, false,
     "the file of CA certificates cannot be used"},
    {CURLE_SSL_CIPHER, FETCH_FAULT_TLS, false, "no common TLS cipher"},
    {CURLE_SSL_ENGINE_NOTFOUND, FETCH_FAULT_TLS, false, "TLS cannot be set up"},
    {CURLE_PARTIAL_FILE, FETCH_FAULT_CUT, false, "the connection ended before the answer did"},
    {CURLE_GOT_NOTHING, FETCH_FAULT_CUT, false, "the connection ended without an answer"},
    {CURLE_SEND_ERROR, FETCH_FAULT_CUT, false, "the connection broke"},
    {CURLE_RECV_ERROR, FETCH_FAULT_CUT, false, "the connection broke"},
    {CURLE_HTTP2, FETCH_FAULT_CUT, false, "the HTTP/2 connection broke"},
    {CURLE_HTTP2_STREAM, FETCH_FAULT_CUT, false, "the HTTP/2 stream broke"},
    {CURLE_WEIRD_SERVER_REPLY, FETCH_FAULT_PROTOCOL, false, "the answer is not HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, FETCH_FAULT_PROTOCOL, false, "the answer is wrongly encoded"},
    {CURLE_TOO_MANY_REDIRECTS, FETCH_FAULT_REDIRECT, false, "too many redirects"},
};

static bool is_word_end(char c)
{
    return c == '\0' || c == ' ' || c == '\'' || c == '"' || c == '\n';
}

void trouble_scrub(const char *text, char *ret, isize cap)
{
    isize len = 0;
    isize word = 0; /* where in ret the current word begins */
    for (; *text != '\0' && len < cap - 1; text++) {
        if (*text == '@') {
            len = word;
            continue;
        }
        ret[len++] = *text >= 0x20 && *text <= 0x7e ? *text : '?';
        if (is_word_end(*text)) {
            word = len;
        }
    }
    ret[len] = '\0';
}

void trouble_set(Trouble *ret, FetchFault fault, const char *format, ...)
{
    char text[2 * FETCH_MAX_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    ret->fault = fault;
    ret->errnum = 0;
    ret->is_lasting = false;
    trouble_scrub(text, ret->text, sizeof(ret->text));
}

static bool holds(const char *text, const char *word)
{
    return str_contains(str_from_c(text), str_from_c(word));
}

/* Why a certificate was refused. OpenSSL says it by number; other libraries by words alone. */
static FetchFault certificate_fault(CURL *easy, const char *detail)
{
    long result = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    switch (result) {
    case X509_NOT_YET_VALID:
    case X509_HAS_EXPIRED:
        return FETCH_FAULT_TLS_TIME;
    case X509_UNABLE_TO_GET_ISSUER:
    case X509_SELF_SIGNED:
    case X509_SELF_SIGNED_IN_CHAIN:
    case X509_UNABLE_TO_GET_LOCAL_ISSUER:
    case X509_UNABLE_TO_VERIFY_LEAF:
        return FETCH_FAULT_TLS_TRUST;
    }
    if (holds(detail, "expired") || holds(detail, "not yet")) {
        return FETCH_FAULT_TLS_TIME;
    }
    return holds(detail, "match") ? FETCH_FAULT_TLS_NAME : FETCH_FAULT_TLS_TRUST;
}

static const char *certificate_text(FetchFault fault)
{
    return fault == FETCH_FAULT_TLS_TIME ? "its certificate is not valid at this machine's time"
           : fault == FETCH_FAULT_TLS_NAME
               ? "its certificate belongs to another host"
               : "its certificate comes from an authority that this machine does not know";
}

/* A tunnel that the HTTP proxy refused comes as a receive error with a status of its own. */
static long tunnel_status(CURL *easy)
{
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return status >= 300 ? status : 0;
}

void trouble_from_curl(CURL *easy, CURLcode code, const char *detail, Trouble *ret)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        FetchFault fault = certificate_fault(easy, detail);
        trouble_set(ret, fault, "%s (%s)", certificate_text(fault), detail);
        return;
    }
    if (code == CURLE_OPERATION_TIMEDOUT) { /* the only time-out that libcurl keeps: connecting */
        trouble_set(ret, FETCH_FAULT_CONNECT, "nobody answers (%s)", detail);
        ret->is_lasting = true;
        return;
    }
    if (tunnel_status(easy) != 0) {
        trouble_set(ret, FETCH_FAULT_PROXY,
                    "the HTTP proxy of the environment answered %ld to CONNECT%s",
                    tunnel_status(easy),
                    tunnel_status(easy) == 407 ? ": it wants a user name and password" : "");
        return;
    }
    for (isize i = 0; i < COUNT_OF(meanings); i++) {
        if (meanings[i].code == code) {
            bool has_detail = detail[0] != '\0' && !meanings[i].is_silent;
            trouble_set(ret, meanings[i].fault, has_detail ? "%s (%s)" : "%s", meanings[i].text,
                        detail);
            ret->is_lasting = ret->fault == FETCH_FAULT_TLS && code != CURLE_SSL_CONNECT_ERROR;
            return;
        }
    }
    trouble_set(ret, FETCH_FAULT_PROTOCOL, "%s",
                detail[0] != '\0' ? detail : curl_easy_strerror(code));
}

bool trouble_is_transient(const Trouble *trouble)
{
    switch (trouble->fault) {
    case FETCH_FAULT_CONNECT:
    case FETCH_FAULT_TLS: /* a handshake that broke off looks like one that was refused */
    case FETCH_FAULT_CUT:
        return !trouble->is_lasting;
    case FETCH_FAULT_NONE:
    case FETCH_FAULT_OFFLINE:
    case FETCH_FAULT_URL:
    case FETCH_FAULT_RESOLVE: /* the resolver has tried several times already */
    case FETCH_FAULT_PROXY:
    case FETCH_FAULT_TLS_TIME:
    case FETCH_FAULT_TLS_TRUST:
    case FETCH_FAULT_TLS_NAME:
    case FETCH_FAULT_STALL: /* patience has run out */
    case FETCH_FAULT_TIMEOUT:
    case FETCH_FAULT_TOO_LARGE:
    case FETCH_FAULT_REDIRECT:
    case FETCH_FAULT_NO_RANGE:
    case FETCH_FAULT_WRITE:
    case FETCH_FAULT_PROTOCOL:
    case FETCH_FAULT_HELPER:
    case FETCH_FAULT_COUNT:
        return false;
    }
    return false;
}
