#ifndef PITLANE_CMALLOC_SHIM_H
#define PITLANE_CMALLOC_SHIM_H

// glibc's functions that the Glibc module leaves out.
#include <malloc.h>

#endif
