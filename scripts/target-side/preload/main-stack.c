// Preloaded into programs on a 32-bit musl under qemu-user: a pthread_getattr_np that finds the stack of the main thread.
//
// musl's pthread_getattr_np finds the low end of that stack by mremap: it tries to grow each page below the top over its neighbour, as long
// as the kernel returns ENOMEM (the neighbour is mapped); for an unmapped page the kernel returns EFAULT. For a 32-bit guest qemu-user (7.2
// and 10.0) returns ENOMEM for unmapped pages too, so the search never ends. Rust programs for glibc call the function at their start to
// find the guard page; programs for musl do not, but C and C++ code may. This version reads the stack from /proc/self/maps, which qemu-user
// emulates for its guest.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_t main_thread;

__attribute__((constructor)) static void remember_main_thread(void) {
  main_thread = pthread_self();
}

// Constructors of other libraries may call this before the constructor above has run; then only the main thread exists.
static bool is_main(pthread_t thread) {
  return main_thread != NULL ? pthread_equal(thread, main_thread) : gettid() == getpid() && pthread_equal(thread, pthread_self());
}

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
  if (!is_main(thread)) {
    int (*original)(pthread_t, pthread_attr_t *) = (int (*)(pthread_t, pthread_attr_t *))dlsym(RTLD_NEXT, "pthread_getattr_np");
    return original(thread, attributes);
  }
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL) return errno;
  unsigned long low = 0, high = 0;
  for (char line[512]; high == 0 && fgets(line, sizeof line, maps) != NULL;)
    if (strstr(line, "[stack]") != NULL && sscanf(line, "%lx-%lx", &low, &high) != 2) high = 0;
  fclose(maps);
  if (high == 0) return ENOENT;
  pthread_attr_init(attributes);
  return pthread_attr_setstack(attributes, (void *)low, high - low);
}
