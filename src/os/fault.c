#include "os/fault.h"

FaultHook fault_hook = NULL;
void *fault_context = NULL;
