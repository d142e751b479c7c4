/* test/lib/goproxy.py for unit tests: started on a free port, made to misbehave, and asked what it
 * was asked. Without python3 there is none, and tests that need it skip themselves. */
#ifndef SUPPORT_WEBSERVER_H
#define SUPPORT_WEBSERVER_H

#include "os/environ.h"

typedef struct {
    Arena *arena;
    int pid, port;
    Str url;    /* "http://127.0.0.1:PORT", or https with a certificate */
    Str faults; /* paths of the files */
    Str log;
} WebServer;

/* Serves the folder root. certificate: a file of test/lib/tls, or empty for plain HTTP. connect_to:
 * where CONNECT leads, or empty. False without python3; any other trouble ends the process. */
bool webserver_start(Arena *a, Str root, Str certificate, Str connect_to, WebServer *ret);
void webserver_stop(WebServer *w);

/* Sets the faults (JSON, see goproxy.py; empty for none) and empties the log. */
void webserver_misbehave(const WebServer *w, Str faults);
/* One line per request since then. */
Str webserver_log(const WebServer *w);
isize webserver_n_requests(const WebServer *w);

/* Runs test/lib/makelog.py into the folder out, for each release ("1.26.8:linux-amd64"). False
 * without python3. */
bool webserver_make_releases(Arena *a, Str out, const Str *releases, isize n);

/* The environment without what would lead elsewhere: HTTP proxies, netrc, CA files. */
Environ webserver_environ(Arena *a);
/* Whether goward-fetch lies beside the test program, or where GOWARD_FETCH says. */
bool webserver_has_helper(Arena *a);

#endif
