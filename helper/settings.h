/* What the environment says about the network. */
#ifndef HELPER_SETTINGS_H
#define HELPER_SETTINGS_H

/* Paths from the environment; NULL where it names none that can be read. */
typedef struct {
    const char *ca_file; /* SSL_CERT_FILE */
    const char *ca_dirs; /* SSL_CERT_DIR, colon-separated */
    char netrc[4096];    /* NETRC, else ~/.netrc; empty when there is none */
} Settings;

/* Also rewrites the proxy variables of this process as libcurl wants them, with cmd/go's meaning:
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY win over their lower-case names, and requests to this very
 * machine are never proxied. Called before any thread exists. */
void settings_read(Settings *ret);

#endif
