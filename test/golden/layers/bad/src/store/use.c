#include "sumdb/note.h"
