// File functions of the host for its own JavaScript. Each is one system call, or a few; `node:fs` is made of them.
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NATIVE(name) static JSValue name(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
#define UNUSED() (void)self, (void)argc, (void)argv

// The result of a system call on a path, which is freed.
static JSValue outcome(JSContext *context, const char *call, const char *path, int64_t value) {
  JSValue result = value < 0 ? throw_errno(call, path) : JS_NewInt64(context, value);
  if (path != NULL) JS_FreeCString(context, path);
  return result;
}

static int32_t number(JSContext *context, JSValueConst value) {
  int32_t result = 0;
  if (JS_ToInt32(context, &result, value) < 0) JS_FreeValue(context, JS_GetException(context));
  return result;
}

// Begins a function whose first argument is a path.
#define PATH()                                       \
  UNUSED();                                          \
  const char *path = JS_ToCString(context, argv[0]); \
  if (path == NULL) return JS_EXCEPTION

NATIVE(open_file) {
  PATH();
  return outcome(context, "open", path, open(path, number(context, argv[1]) | O_CLOEXEC, (mode_t)number(context, argv[2])));
}

NATIVE(close_file) {
  UNUSED();
  return outcome(context, "close", NULL, close(number(context, argv[0])));
}

// (fd, ArrayBuffer, offset, length, position or -1): the part of an array buffer for a transfer.
static int find_part(JSContext *context, JSValueConst *argv, uint8_t **start, size_t *size) {
  size_t total;
  int64_t offset, length;
  uint8_t *bytes = JS_GetArrayBuffer(context, &total, argv[1]);
  if (bytes == NULL || JS_ToInt64(context, &offset, argv[2]) < 0 || JS_ToInt64(context, &length, argv[3]) < 0) return -1;
  if (offset < 0 || length < 0 || (uint64_t)offset + (uint64_t)length > total) {
    JS_ThrowRangeError(context, "the bytes are out of range");
    return -1;
  }
  *start = bytes + offset;
  *size = (size_t)length;
  return 0;
}

// Reads or writes a part of bytes, at a position or, below 0, where the file is.
static JSValue transfer(JSContext *context, JSValueConst *argv, bool writes) {
  uint8_t *start;
  size_t size;
  int64_t position = -1;
  if (find_part(context, argv, &start, &size) < 0 || JS_ToInt64(context, &position, argv[4]) < 0) return JS_EXCEPTION;
  int file = number(context, argv[0]);
  ssize_t count;
  do {
    if (writes) count = position < 0 ? write(file, start, size) : pwrite(file, start, size, position);
    else count = position < 0 ? read(file, start, size) : pread(file, start, size, position);
  } while (count < 0 && errno == EINTR);
  return outcome(context, writes ? "write" : "read", NULL, count);
}

NATIVE(read_file) {
  UNUSED();
  return transfer(context, argv, false);
}

NATIVE(write_file) {
  UNUSED();
  return transfer(context, argv, true);
}

// (path, follows links) => [mode, size, modified ms, inode, device, links, user, group, accessed ms, changed ms], or undefined if absent.
NATIVE(stat_file) {
  PATH();
  struct stat found;
  bool follows = JS_ToBool(context, argv[1]) > 0;
  if ((follows ? stat(path, &found) : lstat(path, &found)) < 0) {
    bool is_absent = errno == ENOENT || errno == ENOTDIR;
    JSValue result = is_absent && JS_ToBool(context, argv[2]) > 0 ? JS_UNDEFINED : throw_errno(follows ? "stat" : "lstat", path);
    JS_FreeCString(context, path);
    return result;
  }
  JS_FreeCString(context, path);
  const struct timespec *times[] = {&found.st_mtim, &found.st_atim, &found.st_ctim};
  double milliseconds[3];
  for (int index = 0; index < 3; index++) milliseconds[index] = (double)times[index]->tv_sec * 1e3 + (double)times[index]->tv_nsec / 1e6;
  const double values[] = {found.st_mode,          (double)found.st_size, milliseconds[0], (double)found.st_ino, (double)found.st_dev,
                           (double)found.st_nlink, found.st_uid,          found.st_gid,    milliseconds[1],      milliseconds[2]};
  JSValue numbers[10];
  for (int index = 0; index < 10; index++) numbers[index] = JS_NewFloat64(context, values[index]);
  return JS_NewArrayFrom(context, 10, numbers);
}

// path => the names in the order of the folder.
NATIVE(read_folder) {
  PATH();
  DIR *folder = opendir(path);
  if (folder == NULL) return outcome(context, "scandir", path, -1);
  JS_FreeCString(context, path);
  JSValue names = JS_NewArray(context);
  uint32_t count = 0;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      JS_SetPropertyUint32(context, names, count++, JS_NewString(context, entry->d_name));
  closedir(folder);
  return names;
}

NATIVE(make_folder) {
  PATH();
  return outcome(context, "mkdir", path, mkdir(path, (mode_t)number(context, argv[1])));
}
NATIVE(remove_folder) {
  PATH();
  return outcome(context, "rmdir", path, rmdir(path));
}
NATIVE(unlink_file) {
  PATH();
  return outcome(context, "unlink", path, unlink(path));
}
NATIVE(access_file) {
  PATH();
  return outcome(context, "access", path, access(path, number(context, argv[1])));
}
NATIVE(change_mode) {
  PATH();
  return outcome(context, "chmod", path, chmod(path, (mode_t)number(context, argv[1])));
}
NATIVE(change_folder) {
  PATH();
  return outcome(context, "chdir", path, chdir(path));
}

static JSValue with_two(JSContext *context, JSValueConst *argv, const char *call, int (*run)(const char *, const char *)) {
  const char *path = JS_ToCString(context, argv[0]), *other = JS_ToCString(context, argv[1]);
  JSValue result = path == NULL || other == NULL ? JS_EXCEPTION : run(path, other) < 0 ? throw_errno(call, path) : JS_UNDEFINED;
  JS_FreeCString(context, path);
  JS_FreeCString(context, other);
  return result;
}
NATIVE(rename_file) {
  UNUSED();
  return with_two(context, argv, "rename", rename);
}
NATIVE(link_file) {
  UNUSED();
  return with_two(context, argv, "symlink", symlink);
}

NATIVE(real_path) {
  PATH();
  char *found = realpath(path, NULL);
  if (found == NULL) return outcome(context, "realpath", path, -1);
  JS_FreeCString(context, path);
  JSValue result = JS_NewString(context, found);
  free(found);
  return result;
}

NATIVE(read_link) {
  PATH();
  char target[4096];
  ssize_t length = readlink(path, target, sizeof target);
  if (length < 0) return outcome(context, "readlink", path, -1);
  JS_FreeCString(context, path);
  return JS_NewStringLen(context, target, (size_t)length);
}

NATIVE(make_temporary) {
  PATH();
  size_t length = strlen(path);
  char *name = allocate(length + sizeof "XXXXXX");
  memcpy(name, path, length);
  memcpy(name + length, "XXXXXX", sizeof "XXXXXX");
  JSValue result = mkdtemp(name) == NULL ? throw_errno("mkdtemp", name) : JS_NewString(context, name);
  free(name);
  JS_FreeCString(context, path);
  return result;
}

NATIVE(current_folder) {
  UNUSED();
  char *path = getcwd(NULL, 0);
  if (path == NULL) return throw_errno("uv_cwd", NULL);
  JSValue result = JS_NewString(context, path);
  free(path);
  return result;
}

// Defines the functions on an object.
void define_files(JSValueConst object) {
  static const JSCFunctionListEntry functions[] = {
      JS_CFUNC_DEF("open", 3, open_file),         JS_CFUNC_DEF("close", 1, close_file),    JS_CFUNC_DEF("read", 5, read_file),
      JS_CFUNC_DEF("write", 5, write_file),       JS_CFUNC_DEF("stat", 3, stat_file),      JS_CFUNC_DEF("readdir", 1, read_folder),
      JS_CFUNC_DEF("mkdir", 2, make_folder),      JS_CFUNC_DEF("rmdir", 1, remove_folder), JS_CFUNC_DEF("unlink", 1, unlink_file),
      JS_CFUNC_DEF("access", 2, access_file),     JS_CFUNC_DEF("chmod", 2, change_mode),   JS_CFUNC_DEF("rename", 2, rename_file),
      JS_CFUNC_DEF("symlink", 2, link_file),      JS_CFUNC_DEF("realpath", 1, real_path),  JS_CFUNC_DEF("readlink", 1, read_link),
      JS_CFUNC_DEF("mkdtemp", 1, make_temporary), JS_CFUNC_DEF("cwd", 0, current_folder),  JS_CFUNC_DEF("chdir", 1, change_folder),
  };
  JS_SetPropertyFunctionList(host.context, object, functions, sizeof functions / sizeof *functions);
}
