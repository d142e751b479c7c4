/* The standard descriptors and signals of a command, made safe before anything else is opened. */
#ifndef OS_STANDARD_H
#define OS_STANDARD_H

/* Descriptors 0, 1 and 2 that the caller left closed are opened on /dev/null the wrong way round,
 * so that using them still fails and no file of ours ever gets their number. SIGPIPE and SIGXFSZ
 * are ignored: a reader that went away, and a limit on file sizes, are errors of the write.
 * Children get them back (os/spawn.h). */
void standard_prepare(void);

#endif
