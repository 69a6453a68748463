// Errors of system calls as Node throws them.
#include "faults.h"

#include <errno.h>
#include <string.h>

static const struct {
  int number;
  const char *name, *text;
} known[] = {
    {EACCES, "EACCES", "permission denied"},
    {EAGAIN, "EAGAIN", "resource temporarily unavailable"},
    {EBADF, "EBADF", "bad file descriptor"},
    {EBUSY, "EBUSY", "resource busy or locked"},
    {EEXIST, "EEXIST", "file already exists"},
    {EFBIG, "EFBIG", "file too large"},
    {EINVAL, "EINVAL", "invalid argument"},
    {EIO, "EIO", "i/o error"},
    {EISDIR, "EISDIR", "illegal operation on a directory"},
    {ELOOP, "ELOOP", "too many symbolic links encountered"},
    {EMFILE, "EMFILE", "too many open files"},
    {ENAMETOOLONG, "ENAMETOOLONG", "name too long"},
    {ENODEV, "ENODEV", "no such device"},
    {ENOENT, "ENOENT", "no such file or directory"},
    {ENOEXEC, "ENOEXEC", "exec format error"},
    {ENOMEM, "ENOMEM", "not enough memory"},
    {ENOSPC, "ENOSPC", "no space left on device"},
    {ENOSYS, "ENOSYS", "function not implemented"},
    {ENOTDIR, "ENOTDIR", "not a directory"},
    {ENOTEMPTY, "ENOTEMPTY", "directory not empty"},
    {EPERM, "EPERM", "operation not permitted"},
    {EPIPE, "EPIPE", "broken pipe"},
    {EROFS, "EROFS", "read-only file system"},
    {EXDEV, "EXDEV", "cross-device link not permitted"},
};

JSValue throw_errno(const char *call, const char *path) {
  int number = errno;
  JSContext *context = host.context;
  const char *name = "EUNKNOWN", *text = strerror(number);
  for (size_t index = 0; index < sizeof known / sizeof *known; index++) {
    if (known[index].number != number) continue;
    name = known[index].name;
    text = known[index].text;
  }
  JSValue error = path == NULL ? JS_NewPlainError(context, "%s: %s, %s", name, text, call)
                               : JS_NewPlainError(context, "%s: %s, %s '%s'", name, text, call, path);
  JS_DefinePropertyValueStr(context, error, "errno", JS_NewInt32(context, -number), JS_PROP_C_W_E);
  JS_DefinePropertyValueStr(context, error, "code", JS_NewString(context, name), JS_PROP_C_W_E);
  JS_DefinePropertyValueStr(context, error, "syscall", JS_NewString(context, call), JS_PROP_C_W_E);
  if (path != NULL) JS_DefinePropertyValueStr(context, error, "path", JS_NewString(context, path), JS_PROP_C_W_E);
  return JS_Throw(context, error);
}
