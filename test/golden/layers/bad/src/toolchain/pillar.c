#include "cmd/command.h"
#include "doctor/check.h"
#include "sumdb/note.h"
