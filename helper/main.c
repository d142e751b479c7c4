/*
 * goward-fetch: HTTP and TLS for goward, in a process of their own.
 *
 * goward starts it with one end of a packet socket as descriptor 3 and sends requests: a URL, a
 * cap, and a descriptor that the body is written to. It has no other way to write anything, and
 * nothing to read but certificates and the resolver's files. It ends when goward closes the
 * socket. The protocol is in docs/formats/fetch.md.
 */
#define _GNU_SOURCE

#include "confine.h"
#include "engine.h"

#include "os/fetch_wire.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define STACK (1 << 20) /* bytes of each thread; they are but addresses until they are used */

static bool is_packet_socket(int fd)
{
    int type = 0;
    socklen_t len = sizeof(type);
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

typedef struct {
    Settings settings;
    uint32_t landlock;
    int status; /* that the process ends with */
} Service;

static void *set_up(void *context)
{
    Service *s = context;
    settings_read(&s->settings);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fputs("goward-fetch: libcurl cannot be set up\n", stderr);
        s->status = 1;
    }
    return NULL;
}

static void *serve(void *context)
{
    Service *s = context;
    s->status = engine_run(FETCH_WIRE_FD, &s->settings, s->landlock);
    return NULL;
}

/* A limit may leave 16 KiB to the stack: certificates and names of hosts do not fit into that. What
 * uses libcurl runs on a thread with a stack of its own, while this one waits; so do the threads of
 * libcurl. */
static void run_with_room(void *(*run)(void *context), Service *s)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_setattr_default_np(&attributes);
    if (pthread_create(&thread, &attributes, run, s) == 0) {
        pthread_join(thread, NULL);
    } else {
        run(s);
    }
    pthread_attr_destroy(&attributes);
}

int main(void)
{
    if (!is_packet_socket(FETCH_WIRE_FD)) {
        fputs("goward-fetch is goward's helper for the network and is started by it alone.\n",
              stderr);
        return 2;
    }
    Service service = {0};
    confine_process();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error like any other */
    run_with_room(set_up, &service);
    if (service.status != 0) {
        return service.status;
    }
    service.landlock = confine_files(&service.settings); /* of this thread, and those to come */
    run_with_room(serve, &service);
    /* Nothing is left to do: open transfers have nobody to tell, and the kernel frees faster. */
    _exit(service.status);
}
