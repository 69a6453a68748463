// Preloaded, with main-stack.c, into programs and addons for a 32-bit ARM *glibc* that run on musl: no glibc for ARMv6 with hard floats is
// published. It defines the names of glibc 2.4 to 2.17 that musl lacks or that have another meaning in musl.
//
// In a 32-bit glibc the plain names take 32-bit offsets, inode numbers and limits, and the names that end in 64 take 64-bit ones. In musl
// the plain names take 64-bit ones, and its loader (before 1.2.4 libc.so itself) resolves the names in 64 to them. So the functions here
// convert between 32 bits and the names in 64. That is correct for every caller: libc.so binds its own calls to itself, and all other code
// in such a process is for glibc. musl's plain names for time take 32 bits, like those of glibc.
//
// Such a program must start through its own interpreter (musl as lib/ld-linux-armhf.so.3 in qemu's -L folder). As an argument of musl's
// loader it gets a stack pointer that is moved by the loader's arguments, 4 bytes each. Unlike musl's, glibc's start code does not align it
// again: with an odd number of arguments Rust code, which adds offsets by `orr`, reads the wrong memory and crashes.
//
// Left out, since nothing uses them: statfs, statvfs, prlimit, fgetpos, glob, ftw, scandir, aio_* and lockf with 32 bits, the *_chk names,
// backtrace, ucontext, dlvsym, obstack, and printf's hooks.
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

// Gives a function with another prototype than the header's its name in the object file.
#define NAMED(name) __asm__(name)

_Static_assert(sizeof(long) == 4 && sizeof(off_t) == 8, "for a 32-bit musl");

static int32_t narrow_offset(int64_t offset) {
  if (offset == (int32_t)offset) return (int32_t)offset;
  errno = EOVERFLOW;
  return -1;
}

// Files and memory.

void *wide_mmap(void *address, size_t length, int protection, int flags, int file, int64_t offset) NAMED("mmap64");
void *narrow_mmap(void *address, size_t length, int protection, int flags, int file, int32_t offset) NAMED("mmap");
void *narrow_mmap(void *address, size_t length, int protection, int flags, int file, int32_t offset) {
  return wide_mmap(address, length, protection, flags, file, offset);
}

int64_t wide_lseek(int file, int64_t offset, int whence) NAMED("lseek64");
int32_t narrow_lseek(int file, int32_t offset, int whence) NAMED("lseek");
int32_t narrow_lseek(int file, int32_t offset, int whence) {
  return narrow_offset(wide_lseek(file, offset, whence));
}

ssize_t wide_pread(int file, void *bytes, size_t length, int64_t offset) NAMED("pread64");
ssize_t narrow_pread(int file, void *bytes, size_t length, int32_t offset) NAMED("pread");
ssize_t narrow_pread(int file, void *bytes, size_t length, int32_t offset) {
  return wide_pread(file, bytes, length, offset);
}

ssize_t wide_pwrite(int file, const void *bytes, size_t length, int64_t offset) NAMED("pwrite64");
ssize_t narrow_pwrite(int file, const void *bytes, size_t length, int32_t offset) NAMED("pwrite");
ssize_t narrow_pwrite(int file, const void *bytes, size_t length, int32_t offset) {
  return wide_pwrite(file, bytes, length, offset);
}

ssize_t wide_preadv(int file, const struct iovec *parts, int count, int64_t offset) NAMED("preadv64");
ssize_t narrow_preadv(int file, const struct iovec *parts, int count, int32_t offset) NAMED("preadv");
ssize_t narrow_preadv(int file, const struct iovec *parts, int count, int32_t offset) {
  return wide_preadv(file, parts, count, offset);
}

ssize_t wide_pwritev(int file, const struct iovec *parts, int count, int64_t offset) NAMED("pwritev64");
ssize_t narrow_pwritev(int file, const struct iovec *parts, int count, int32_t offset) NAMED("pwritev");
ssize_t narrow_pwritev(int file, const struct iovec *parts, int count, int32_t offset) {
  return wide_pwritev(file, parts, count, offset);
}

int wide_truncate(const char *path, int64_t length) NAMED("truncate64");
int narrow_truncate(const char *path, int32_t length) NAMED("truncate");
int narrow_truncate(const char *path, int32_t length) {
  return wide_truncate(path, length);
}

int wide_ftruncate(int file, int64_t length) NAMED("ftruncate64");
int narrow_ftruncate(int file, int32_t length) NAMED("ftruncate");
int narrow_ftruncate(int file, int32_t length) {
  return wide_ftruncate(file, length);
}

int wide_fallocate(int file, int mode, int64_t offset, int64_t length) NAMED("fallocate64");
int narrow_fallocate(int file, int mode, int32_t offset, int32_t length) NAMED("fallocate");
int narrow_fallocate(int file, int mode, int32_t offset, int32_t length) {
  return wide_fallocate(file, mode, offset, length);
}

// The loader of musl 1.2.5 does not resolve the wide name: it is longer than the loader's buffer.
int posix_fallocate64(int file, int64_t offset, int64_t length);
int posix_fallocate64(int file, int64_t offset, int64_t length) {
  const int saved = errno;
  const int error = wide_fallocate(file, 0, offset, length) == 0 ? 0 : errno;
  errno = saved;
  return error;
}
int narrow_posix_fallocate(int file, int32_t offset, int32_t length) NAMED("posix_fallocate");
int narrow_posix_fallocate(int file, int32_t offset, int32_t length) {
  return posix_fallocate64(file, offset, length);
}

int wide_posix_fadvise(int file, int64_t offset, int64_t length, int advice) NAMED("posix_fadvise64");
int narrow_posix_fadvise(int file, int32_t offset, int32_t length, int advice) NAMED("posix_fadvise");
int narrow_posix_fadvise(int file, int32_t offset, int32_t length, int advice) {
  return wide_posix_fadvise(file, offset, length, advice);
}

ssize_t wide_sendfile(int out, int in, int64_t *offset, size_t length) NAMED("sendfile64");
ssize_t narrow_sendfile(int out, int in, int32_t *offset, size_t length) NAMED("sendfile");
ssize_t narrow_sendfile(int out, int in, int32_t *offset, size_t length) {
  int64_t position = offset != NULL ? *offset : 0;
  ssize_t sent = wide_sendfile(out, in, offset != NULL ? &position : NULL, length);
  if (offset != NULL) *offset = (int32_t)position;
  return sent;
}

int wide_fseeko(FILE *file, int64_t offset, int whence) NAMED("fseeko64");
int narrow_fseeko(FILE *file, int32_t offset, int whence) NAMED("fseeko");
int narrow_fseeko(FILE *file, int32_t offset, int whence) {
  return wide_fseeko(file, offset, whence);
}

int64_t wide_ftello(FILE *file) NAMED("ftello64");
int32_t narrow_ftello(FILE *file) NAMED("ftello");
int32_t narrow_ftello(FILE *file) {
  return narrow_offset(wide_ftello(file));
}

// File status: glibc's inline stat, fstat, lstat and fstatat call these with the version of the structure; ARM has only one version. Under
// the wide names musl keeps the structure that 32-bit kernels fill, which is also glibc's `struct stat64`.
struct moment {
  int32_t seconds, nanoseconds;
};
struct wide_status {
  uint64_t device;
  uint32_t padding, short_inode, mode, links, user, group;
  uint64_t represented;
  uint32_t padding_2;
  int64_t size;
  int32_t block_size;
  int64_t blocks;
  struct moment accessed, modified, changed;
  uint64_t inode;
  char rest[64]; // musl's own structure is longer
};
struct narrow_status {
  uint64_t device;
  uint16_t padding;
  uint32_t inode, mode, links, user, group;
  uint64_t represented;
  uint16_t padding_2;
  int32_t size, block_size, blocks;
  struct moment accessed, modified, changed;
  uint32_t unused[2];
};
_Static_assert(offsetof(struct wide_status, inode) == 96 && sizeof(struct narrow_status) == 88, "as <bits/stat.h> has them");

static int narrow_status(int result, const struct wide_status *wide, struct narrow_status *narrow) {
  if (result != 0) return result;
  if (narrow_offset(wide->size) != wide->size || narrow_offset(wide->blocks) != wide->blocks) return -1;
  if (wide->inode > UINT32_MAX) {
    errno = EOVERFLOW;
    return -1;
  }
  *narrow = (struct narrow_status){
      .device = wide->device,
      .inode = (uint32_t)wide->inode,
      .mode = wide->mode,
      .links = wide->links,
      .user = wide->user,
      .group = wide->group,
      .represented = wide->represented,
      .size = (int32_t)wide->size,
      .block_size = wide->block_size,
      .blocks = (int32_t)wide->blocks,
      .accessed = wide->accessed,
      .modified = wide->modified,
      .changed = wide->changed,
  };
  return 0;
}

int wide_xstat(int version, const char *path, struct wide_status *status) NAMED("__xstat64");
int narrow_xstat(int version, const char *path, struct narrow_status *status) NAMED("__xstat");
int narrow_xstat(int version, const char *path, struct narrow_status *status) {
  struct wide_status wide;
  return narrow_status(wide_xstat(version, path, &wide), &wide, status);
}

int wide_lxstat(int version, const char *path, struct wide_status *status) NAMED("__lxstat64");
int narrow_lxstat(int version, const char *path, struct narrow_status *status) NAMED("__lxstat");
int narrow_lxstat(int version, const char *path, struct narrow_status *status) {
  struct wide_status wide;
  return narrow_status(wide_lxstat(version, path, &wide), &wide, status);
}

int wide_fxstat(int version, int file, struct wide_status *status) NAMED("__fxstat64");
int narrow_fxstat(int version, int file, struct narrow_status *status) NAMED("__fxstat");
int narrow_fxstat(int version, int file, struct narrow_status *status) {
  struct wide_status wide;
  return narrow_status(wide_fxstat(version, file, &wide), &wide, status);
}

int wide_fxstatat(int version, int directory, const char *path, struct wide_status *status, int flags) NAMED("__fxstatat64");
int narrow_fxstatat(int version, int directory, const char *path, struct narrow_status *status, int flags) NAMED("__fxstatat");
int narrow_fxstatat(int version, int directory, const char *path, struct narrow_status *status, int flags) {
  struct wide_status wide;
  return narrow_status(wide_fxstatat(version, directory, path, &wide, flags), &wide, status);
}

// Directories. musl's entry is glibc's `struct dirent64`.
struct narrow_entry {
  uint32_t inode;
  int32_t offset;
  uint16_t length;
  uint8_t type;
  char name[256];
};
enum { ENTRY_SHIFT = offsetof(struct dirent, d_name) - offsetof(struct narrow_entry, name) };
_Static_assert(ENTRY_SHIFT == 8 && offsetof(struct dirent, d_reclen) - offsetof(struct narrow_entry, length) == ENTRY_SHIFT,
               "a narrow entry is the tail of a wide one");

struct dirent *wide_readdir(DIR *directory) NAMED("readdir64");
struct narrow_entry *narrow_readdir(DIR *directory) NAMED("readdir");
// The entry is converted in the directory's buffer: musl does not read it again.
struct narrow_entry *narrow_readdir(DIR *directory) {
  struct dirent *wide = wide_readdir(directory);
  if (wide == NULL) return NULL;
  const uint32_t inode = (uint32_t)wide->d_ino;
  const int32_t offset = (int32_t)wide->d_off;
  struct narrow_entry *narrow = (struct narrow_entry *)((char *)wide + ENTRY_SHIFT);
  narrow->inode = inode;
  narrow->offset = offset;
  narrow->length -= ENTRY_SHIFT;
  return narrow;
}

int narrow_readdir_r(DIR *directory, struct narrow_entry *copy, struct narrow_entry **result) NAMED("readdir_r");
int narrow_readdir_r(DIR *directory, struct narrow_entry *copy, struct narrow_entry **result) {
  const int saved = errno;
  errno = 0;
  const struct narrow_entry *entry = narrow_readdir(directory);
  const int error = errno;
  errno = saved;
  *result = entry != NULL ? memcpy(copy, entry, entry->length) : NULL;
  return entry != NULL ? 0 : error;
}

// Limits. Infinity is all ones in both.
int wide_getrlimit(int resource, uint64_t limits[2]) NAMED("getrlimit64");
int narrow_getrlimit(int resource, uint32_t limits[2]) NAMED("getrlimit");
int narrow_getrlimit(int resource, uint32_t limits[2]) {
  uint64_t wide[2];
  if (wide_getrlimit(resource, wide) != 0) return -1;
  for (int index = 0; index < 2; index++) limits[index] = wide[index] > UINT32_MAX ? UINT32_MAX : (uint32_t)wide[index];
  return 0;
}

int wide_setrlimit(int resource, const uint64_t limits[2]) NAMED("setrlimit64");
int narrow_setrlimit(int resource, const uint32_t limits[2]) NAMED("setrlimit");
int narrow_setrlimit(int resource, const uint32_t limits[2]) {
  uint64_t wide[2];
  for (int index = 0; index < 2; index++) wide[index] = limits[index] == UINT32_MAX ? UINT64_MAX : limits[index];
  return wide_setrlimit(resource, wide);
}

// Rust's std reads the version when a DNS lookup fails, and below 2.26 calls __res_init to reload /etc/resolv.conf. musl always reloads it.
const char *gnu_get_libc_version(void);
const char *gnu_get_libc_version(void) {
  return "2.17";
}
int __res_init(void);
int __res_init(void) {
  return 0;
}

// musl decides itself when to release memory; 0 means that none was released.
int malloc_trim(size_t padding);
int malloc_trim(size_t padding) {
  (void)padding;
  return 0;
}

// Called by glibc's pthread_atfork, which is linked statically into each program and library.
int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *library);
int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *library) {
  (void)library;
  return pthread_atfork(prepare, parent, child);
}

// glibc has two versions: __xpg_strerror_r is that of POSIX, which returns a number; musl has that name too.
int posix_strerror_r(int error, char *text, size_t length) NAMED("__xpg_strerror_r");
char *gnu_strerror_r(int error, char *text, size_t length) NAMED("strerror_r");
char *gnu_strerror_r(int error, char *text, size_t length) {
  posix_strerror_r(error, text, length);
  return text;
}
