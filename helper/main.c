/*
 * goward-fetch: HTTP and TLS for goward, in a process of their own.
 *
 * goward starts it with one end of a packet socket as descriptor 3 and sends requests: a URL, a
 * cap, and a descriptor that the body is written to. It has no other way to write anything, and
 * nothing to read but certificates and the resolver's files. It ends when goward closes the
 * socket. The protocol is in docs/formats/fetch.md.
 */
#include "confine.h"
#include "engine.h"

#include "os/fetch_wire.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_packet_socket(int fd)
{
    int type = 0;
    socklen_t len = sizeof(type);
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

int main(void)
{
    if (!is_packet_socket(FETCH_WIRE_FD)) {
        fputs("goward-fetch is goward's helper for the network and is started by it alone.\n",
              stderr);
        return 2;
    }
    Settings settings;
    confine_process();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error like any other */
    settings_read(&settings);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fputs("goward-fetch: libcurl cannot be set up\n", stderr);
        return 1;
    }
    uint32_t landlock = confine_files(&settings);
    int status = engine_run(FETCH_WIRE_FD, &settings, landlock);
    /* Nothing is left to do: open transfers have nobody to tell, and the kernel frees faster. */
    _exit(status);
}
