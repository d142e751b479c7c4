#include "doctor/check.h"
#include "cmd/command.h"
#include "sumdb/note.h"
