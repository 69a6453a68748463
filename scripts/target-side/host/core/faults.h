// Errors of system calls as Node throws them.
#ifndef HOST_FAULTS_H
#define HOST_FAULTS_H

#include "host.h"

// Throws an error with the code of `errno`: "ENOENT: no such file or directory, open 'path'". The path may be NULL.
JSValue throw_errno(const char *call, const char *path);

#endif
