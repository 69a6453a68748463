// Preloaded into programs that run on a 32-bit musl under qemu-user: where the stack of the main thread lies.
//
// musl's pthread_getattr_np finds the low end of that stack by mremap: it asks for each page below the top to grow over its neighbour
// and goes on while the kernel answers ENOMEM, "the neighbour is mapped"; an unmapped page is EFAULT. qemu-user (7.2 and 10.0 alike)
// answers ENOMEM for the unmapped ones of a 32-bit guest too, so the search runs round the address space for ever. A Rust program for
// glibc asks at its start, to know its guard page; one for musl does not, but C and C++ may. qemu names the stack in the /proc/self/maps
// that it shows its guest, which is what is read here instead.
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

// Other libraries' constructors may ask before this one's has run; only the main thread runs then.
static bool is_main(pthread_t thread) {
  return main_thread != NULL ? pthread_equal(thread, main_thread) : gettid() == getpid() && pthread_equal(thread, pthread_self());
}

// The attributes of a running thread.
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
