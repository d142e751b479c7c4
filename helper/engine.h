/* The socket to goward on one side, libcurl on the other. */
#ifndef HELPER_ENGINE_H
#define HELPER_ENGINE_H

#include "settings.h"

#include <stdint.h>

/* Serves requests from the socket until goward closes it. landlock goes into the hello packet. The
 * exit status: 0 at the end, 1 when libcurl cannot be set up, 2 when goward breaks the protocol. */
int engine_run(int socket, const Settings *settings, uint32_t landlock);

#endif
