// Memory and the end of the process by an error of the host itself.
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Allocates zeroed memory.
void *allocate(size_t size) {
  void *memory = calloc(1, size > 0 ? size : 1);
  if (memory == NULL) fatal("no memory for %zu bytes", size);
  return memory;
}

// Copies a text and adds a final NUL.
char *copy_text(const char *text, size_t length) {
  char *copy = allocate(length + 1);
  memcpy(copy, text, length);
  return copy;
}

// Aborts like Node after a fatal error.
_Noreturn void fatal(const char *format, ...) {
  va_list arguments;
  fflush(stdout);
  fputs("FATAL ERROR: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  abort();
}

// Ends the process at a Node-API function that the host lacks: a made-up result would make the rest of the run meaningless.
_Noreturn void unimplemented(const char *name) {
  fatal("the host does not implement %s", name);
}
