#ifndef BASE_NUM_H
#define BASE_NUM_H
typedef long isize;
#endif
