#include "os/term.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80

bool term_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

int term_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : DEFAULT_WIDTH;
}
