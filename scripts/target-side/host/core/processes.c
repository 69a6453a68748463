// Child processes of the host for its own JavaScript: one at a time, and waited for.
#include "faults.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// An array of texts as C strings with a final NULL. The texts belong to the array.
static char **texts_of(JSContext *context, JSValueConst array) {
  int64_t length = 0;
  if (JS_GetLength(context, array, &length) < 0) return NULL;
  char **texts = allocate(((size_t)length + 1) * sizeof *texts);
  for (int64_t index = 0; index < length; index++) {
    JSValue value = JS_GetPropertyInt64(context, array, index);
    size_t size;
    const char *text = JS_ToCStringLen(context, &size, value);
    texts[index] = text == NULL ? copy_text("", 0) : copy_text(text, size);
    if (text != NULL) JS_FreeCString(context, text);
    JS_FreeValue(context, value);
  }
  return texts;
}

static void free_texts(char **texts) {
  for (char **text = texts; *text != NULL; text++) free(*text);
  free(texts);
}

// What a child prints to one of its outputs.
struct output {
  int file;
  uint8_t *bytes;
  size_t length, room;
};

// Reads what is there. Returns false at the end.
static bool read_output(struct output *output) {
  if (output->length == output->room) {
    output->room = output->room == 0 ? 4096 : output->room * 2;
    uint8_t *bytes = realloc(output->bytes, output->room);
    if (bytes == NULL) fatal("no memory for the output of a child process");
    output->bytes = bytes;
  }
  ssize_t count = read(output->file, output->bytes + output->length, output->room - output->length);
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  output->length += (size_t)count;
  return true;
}

static void read_outputs(struct output outputs[2]) {
  struct pollfd files[] = {{.fd = outputs[0].file, .events = POLLIN}, {.fd = outputs[1].file, .events = POLLIN}};
  while (files[0].fd >= 0 || files[1].fd >= 0) {
    if (poll(files, 2, -1) < 0) continue;
    for (int index = 0; index < 2; index++)
      if (files[index].fd >= 0 && files[index].revents != 0 && !read_output(&outputs[index])) files[index].fd = -1;
  }
}

// In the child: connects its outputs and becomes the program. `inherits` leaves it those of the host.
static _Noreturn void become(char **argv, char **environment, const char *folder, int pipes[2][2], bool inherits) {
  extern char **environ;
  for (int index = 0; index < 2 && !inherits; index++) dup2(pipes[index][1], index + 1);
  if (folder != NULL && chdir(folder) < 0) _exit(127);
  environ = environment;
  execvp(argv[0], argv);
  _exit(127);
}

// (arguments, environment, folder or undefined, inherits) => [exit code or null, signal or null, stdout, stderr]
static JSValue run_child(JSContext *context, JSValueConst self, int argc, JSValueConst *argv) {
  (void)self, (void)argc;
  char **arguments = texts_of(context, argv[0]), **environment = texts_of(context, argv[1]);
  const char *folder = JS_IsUndefined(argv[2]) ? NULL : JS_ToCString(context, argv[2]);
  bool inherits = JS_ToBool(context, argv[3]) > 0;
  int pipes[2][2];
  if (pipe(pipes[0]) < 0 || pipe(pipes[1]) < 0) return throw_errno("pipe", NULL);
  pid_t child = fork();
  if (child < 0) return throw_errno("fork", NULL);
  if (child == 0) become(arguments, environment, folder, pipes, inherits);
  struct output outputs[2] = {{.file = pipes[0][0]}, {.file = pipes[1][0]}};
  close(pipes[0][1]);
  close(pipes[1][1]);
  read_outputs(outputs);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  JSValue result = JS_NewArray(context);
  JS_SetPropertyUint32(context, result, 0, WIFEXITED(status) ? JS_NewInt32(context, WEXITSTATUS(status)) : JS_NULL);
  JS_SetPropertyUint32(context, result, 1, WIFSIGNALED(status) ? JS_NewInt32(context, WTERMSIG(status)) : JS_NULL);
  for (uint32_t index = 0; index < 2; index++) {
    JS_SetPropertyUint32(context, result, index + 2, JS_NewArrayBufferCopy(context, outputs[index].bytes, outputs[index].length));
    free(outputs[index].bytes);
    close(outputs[index].file);
  }
  free_texts(arguments);
  free_texts(environment);
  if (folder != NULL) JS_FreeCString(context, folder);
  return result;
}

// Defines the function on an object.
void define_processes(JSValueConst object) {
  JS_SetPropertyStr(host.context, object, "run", JS_NewCFunction(host.context, run_child, "run", 4));
}
