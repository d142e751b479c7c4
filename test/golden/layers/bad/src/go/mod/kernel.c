#include <dirent.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>
