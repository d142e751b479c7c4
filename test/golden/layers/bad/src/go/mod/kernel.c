#include <dirent.h>
#  include <sys/stat.h>
#include <linux/limits.h>
#include <string.h>
