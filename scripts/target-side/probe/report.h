// Writes the report.
#ifndef REPORT_H
#define REPORT_H

#include "probe.h"
#include <stdio.h>

#pragma GCC visibility push(hidden)
void write_text(FILE *out, const char *text);
void write_list(FILE *out, const char *const *items, size_t count);
const char *kind_of(napi_value value);
void write_exports(FILE *out, napi_value exports);
void keep_memory(void);
#pragma GCC visibility pop

#endif
