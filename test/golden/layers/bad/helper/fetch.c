#include "os/fetch_wire.h"
#include "os/file.h"
#include "store/store.h"
