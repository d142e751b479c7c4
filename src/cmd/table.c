/* The table of commands. What a user reads about them is here and nowhere else. */
#include "cmd/table.h"

#define NET_OPTIONS OPTION_FROM, OPTION_JOBS

const Command commands[] = {
#include "cmd/commands_toolchain.def"

#include "cmd/commands_doctor.def"

#include "cmd/commands_code.def"

#include "cmd/commands_self.def"
};

const isize n_commands = COUNT_OF(commands);

const Command *command_find(Str name)
{
    for (isize i = 0; i < n_commands; i++) {
        if (str_eq(commands[i].name, name)) {
            return &commands[i];
        }
    }
    return NULL;
}
