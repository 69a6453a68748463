// The probe host: `probe <addon.node>` loads an addon, calls its registration and reports what it exported.
//
// stdout: one line of JSON. stderr: a line at the start of each stage, so that the last line shows where an addon crashed, and the addon's
// output. Exit code: 0 registered, 1 the addon failed, 2 usage. Signals are not caught: the caller distinguishes SIGILL from SIGSEGV.
#include "report.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct napi_env__ environment = {.module_version = 8};
atomic_int distinct_calls;

// Contents of the report; fields of stages that were not reached are empty.
static struct {
  FILE *out;
  const char *entry, *unimplemented;
  napi_value exports;
  int cleanup_hooks;
  const char *missing[64];
  size_t missing_count;
} report;

// Writes the report and ends the process, once, in the first thread that calls it. Destructors of the addon do not run: they are not part
// of its registration, and its threads may still run.
static _Noreturn void end(const char *error) {
  static atomic_int ended;
  while (atomic_exchange(&ended, 1)) pause();
  FILE *out = report.out;
  fprintf(out, "{\"ok\":%s,\"error\":", error == NULL ? "true" : "false");
  write_text(out, error);
  fputs(",\"unimplemented\":", out);
  write_list(out, &report.unimplemented, report.unimplemented != NULL);
  fputs(",\"missing\":", out);
  write_list(out, report.missing, report.missing_count);
  fputs(",\"entry\":", out);
  write_text(out, report.entry);
  fputs(",\"modules\":", out);
  write_list(out, environment.module != NULL ? &environment.module->nm_modname : NULL, environment.module != NULL);
  fprintf(out, ",\"napiVersion\":%d,\"calls\":%d,\"cleanupHooks\":%d", (int)environment.module_version, atomic_load(&distinct_calls),
          report.cleanup_hooks);
  fprintf(out, ",\"type\":\"%s\",\"exports\":", report.exports != NULL ? kind_of(report.exports) : "undefined");
  if (report.exports != NULL) write_exports(out, report.exports);
  else fputs("[]", out);
  fputs("}\n", out);
  fflush(NULL);
  keep_memory();
  _exit(error == NULL ? 0 : 1);
}

// Ends the probe with an error.
_Noreturn void finish(const char *format, ...) {
  static char text[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  end(text);
}

// Ends the probe at an unimplemented function: a made-up result would make the rest of the run meaningless.
_Noreturn void unimplemented(const char *name) {
  report.unimplemented = name;
  finish("the probe host does not implement %s", name);
}

// Records a missing property of an intrinsic object that Node might have, such as globalThis.process.
void note_missing(const char *object, const char *name) {
  size_t size = strlen(object) + strlen(name) + 2;
  char *text = allocate(size);
  snprintf(text, size, "%s.%s", object, name);
  for (size_t index = 0; index < report.missing_count; index++)
    if (strcmp(report.missing[index], text) == 0) return;
  if (report.missing_count < sizeof report.missing / sizeof *report.missing) report.missing[report.missing_count++] = text;
}

// Prints the start of a stage to stderr.
static void stage(const char *name) {
  fprintf(stderr, "probe: %s\n", name);
}

// Fails if an exception is pending.
static void check_exception(const char *during) {
  napi_value exception = environment.exception;
  if (exception == NULL) return;
  struct property *code = is_object(exception) ? own_property(exception, new_text("code")) : NULL;
  if (code != NULL && code->value != NULL) finish("%s threw %s (code %s)", during, to_text(exception)->text, to_text(code->value)->text);
  finish("%s threw %s", during, to_text(exception)->text);
}

// Finds the registration function like Node: from napi_module_register in a constructor, else by the well-known symbol.
static napi_addon_register_func find_entry(void *handle) {
  napi_addon_register_func entry = NULL;
  if (environment.module != NULL) {
    report.entry = "napi_module_register";
    return environment.module->nm_register_func;
  }
  *(void **)&entry = dlsym(handle, "napi_register_module_v1");
  if (entry != NULL) report.entry = "napi_register_module_v1";
  return entry;
}

// Reads the addon's version of Node-API, if it exports one.
static void read_version(void *handle) {
  node_api_addon_get_api_version_func version = NULL;
  *(void **)&version = dlsym(handle, "node_api_module_get_api_version_v1");
  if (version != NULL) environment.module_version = version();
  if (environment.module_version > NAPI_VERSION && environment.module_version != NAPI_VERSION_EXPERIMENTAL)
    finish("the addon needs Node-API %d, the probe host has %d", (int)environment.module_version, NAPI_VERSION);
}

// The addon's path as an escaped file: URL.
static const char *file_url(const char *path) {
  char *url = allocate(strlen(path) * 3 + sizeof "file://"), *end = url + sprintf(url, "file://");
  for (; *path != 0; path++) {
    bool plain = strchr("/-_.~+@", *path) != NULL || (*path >= '0' && *path <= '9') || ((*path | 32) >= 'a' && (*path | 32) <= 'z');
    if (plain) *end++ = *path;
    else end += sprintf(end, "%%%02X", (unsigned char)*path);
  }
  return url;
}

int main(int argc, char **argv) {
  // For control runs: the same emulator, C library and program, without an addon.
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    keep_memory();
    return puts("probe host") < 0 ? 2 : 0;
  }
  if (argc != 2 || argv[1][0] == '-') {
    fputs("usage: probe <addon.node>\n", stderr);
    return 2;
  }
  // stdout is for the report only: output of the addon goes to stderr.
  int out = dup(STDOUT_FILENO);
  report.out = out < 0 ? NULL : fdopen(out, "w");
  if (report.out == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    perror("probe: stdout");
    return 2;
  }
  make_realm(&environment);
  char *path = realpath(argv[1], NULL);
  if (path == NULL) finish("%s: no such file", argv[1]);
  environment.file = file_url(path);

  stage("load");
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) finish("%s", dlerror());
  napi_addon_register_func entry = find_entry(handle);
  if (entry == NULL) finish("%s is not a Node-API addon: it has no napi_register_module_v1 and registered no module", path);
  read_version(handle);

  stage("register");
  napi_value exports = new_object(PLAIN, prototypes.object), result = entry(&environment, exports);
  check_exception("registration");
  report.exports = result != NULL ? result : exports;

  stage("run queued calls");
  drain(&environment);
  check_exception("a queued call");

  stage("tear down");
  report.cleanup_hooks = tear_down(&environment);
  end(NULL);
}
