/* Two folders of one layer, without an edge; and a word hidden in a macro. */
#include "os/file.h"

#include <stdio.h>

#define SAY puts

int zip(void);
int zip(void)
{
    return SAY("zip");
}
