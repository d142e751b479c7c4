/* From libcurl's error codes to the faults of the protocol, in words a person can act on. */
#ifndef HELPER_TROUBLE_H
#define HELPER_TROUBLE_H

#include "os/fetch_wire.h"

#include <curl/curl.h>

typedef struct {
    FetchFault fault;
    int errnum;
    bool is_lasting; /* asking again at once is in vain, whatever the fault */
    char text[FETCH_MAX_TEXT + 1];
} Trouble;

/* detail: libcurl's own words (CURLOPT_ERRORBUFFER), maybe none. No credentials in the text. */
void trouble_from_curl(CURL *easy, CURLcode code, const char *detail, Trouble *ret);

/* Sets fault and text, cut to its limit; what is not printable ASCII becomes '?'. */
void trouble_set(Trouble *ret, FetchFault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether asking once more soon may help. */
bool trouble_is_transient(const Trouble *trouble);

/* Copies at most cap - 1 bytes of text: printable ASCII, and of each word that holds an '@' only
 * what follows the last one, because libcurl may quote a proxy's URL. ret is NUL-terminated. */
void trouble_scrub(const char *text, char *ret, isize cap);

#endif
