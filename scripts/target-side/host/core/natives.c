// Functions of the host for its own JavaScript: the engine, the process, texts.
#include "host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define NATIVE(name) static JSValue name(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
#define UNUSED() (void)self, (void)argc, (void)argv, (void)context

// Runs all microtasks. An exception of one is uncaught.
NATIVE(run_jobs) {
  UNUSED();
  JSContext *current;
  for (;;) {
    int outcome = JS_ExecutePendingJob(host.runtime, &current);
    if (outcome == 0) return JS_UNDEFINED;
    if (outcome < 0) report_exception(JS_GetException(current));
  }
}

NATIVE(collect) {
  UNUSED();
  JS_RunGC(host.runtime);
  return JS_UNDEFINED;
}

NATIVE(end) {
  UNUSED();
  int32_t code = 0;
  JS_ToInt32(context, &code, argv[0]);
  end_process(code);
}

NATIVE(stop) {
  UNUSED();
  fflush(NULL);
  abort();
}

// Nanoseconds of the monotonic clock, as a BigInt.
NATIVE(now) {
  UNUSED();
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return JS_NewBigInt64(context, (int64_t)time.tv_sec * 1000000000 + time.tv_nsec);
}

// [resident bytes, bytes of the engine, bytes in use there, bytes of addons]
NATIVE(memory) {
  UNUSED();
  JSMemoryUsage usage;
  JS_ComputeMemoryUsage(host.runtime, &usage);
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file != NULL) {
    if (fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    fclose(file);
  }
  JSValue values[] = {JS_NewInt64(context, (int64_t)pages * sysconf(_SC_PAGESIZE)), JS_NewInt64(context, usage.malloc_size),
                      JS_NewInt64(context, usage.memory_used_size), JS_NewInt64(context, host.external_bytes)};
  return JS_NewArrayFrom(context, 4, values);
}

// (source, file name) => the value of the script.
NATIVE(evaluate) {
  UNUSED();
  size_t length;
  const char *source = JS_ToCStringLen(context, &length, argv[0]), *file = JS_ToCString(context, argv[1]);
  JSValue result = source == NULL || file == NULL ? JS_EXCEPTION : JS_Eval(context, source, length, file, JS_EVAL_TYPE_GLOBAL);
  JS_FreeCString(context, source);
  JS_FreeCString(context, file);
  return result;
}

// (base, specifier) => promise of the namespace of an ES module.
NATIVE(import_module) {
  UNUSED();
  const char *base = JS_ToCString(context, argv[0]), *name = JS_ToCString(context, argv[1]);
  JSValue result = base == NULL || name == NULL ? JS_EXCEPTION : JS_LoadModule(context, base, name);
  JS_FreeCString(context, base);
  JS_FreeCString(context, name);
  return result;
}

NATIVE(read_environment) {
  UNUSED();
  JSValue result = JS_NewObject(context);
  for (char **entry = environ; *entry != NULL; entry++) {
    char *equals = strchr(*entry, '=');
    if (equals == NULL) continue;
    JSAtom name = JS_NewAtomLen(context, *entry, (size_t)(equals - *entry));
    JS_DefinePropertyValue(context, result, name, JS_NewString(context, equals + 1), JS_PROP_C_W_E);
    JS_FreeAtom(context, name);
  }
  return result;
}

// (name, value): undefined removes.
NATIVE(set_environment) {
  UNUSED();
  const char *name = JS_ToCString(context, argv[0]), *value = JS_IsUndefined(argv[1]) ? NULL : JS_ToCString(context, argv[1]);
  if (name != NULL && value != NULL) setenv(name, value, 1);
  else if (name != NULL) unsetenv(name);
  JS_FreeCString(context, name);
  if (value != NULL) JS_FreeCString(context, value);
  return JS_UNDEFINED;
}

// What the engine knows of an object and JavaScript cannot ask: the name of its kind, and for a proxy or promise what is in it.
NATIVE(describe) {
  UNUSED();
  JSValueConst value = argv[0];
  JSValue parts[3] = {JS_NULL, JS_UNDEFINED, JS_UNDEFINED};
  const char *kind = JS_GetClassID(value) == host.external_class ? "external"
                     : JS_IsProxy(value)                         ? "proxy"
                     : JS_IsPromise(value)                       ? "promise"
                     : JS_IsDate(value)                          ? "date"
                     : JS_IsRegExp(value)                        ? "regexp"
                     : JS_IsMap(value)                           ? "map"
                     : JS_IsSet(value)                           ? "set"
                     : JS_IsWeakMap(value)                       ? "weakmap"
                     : JS_IsWeakSet(value)                       ? "weakset"
                     : JS_IsError(value)                         ? "error"
                     : JS_IsArrayBuffer(value)                   ? "arraybuffer"
                     : JS_IsDataView(value)                      ? "dataview"
                                                                 : NULL;
  if (kind != NULL) parts[0] = JS_NewString(context, kind);
  if (JS_IsProxy(value)) {
    parts[1] = JS_GetProxyTarget(context, value);
    parts[2] = JS_GetProxyHandler(context, value);
  } else if (JS_IsPromise(value)) {
    parts[1] = JS_NewInt32(context, JS_PromiseState(context, value));
    parts[2] = JS_PromiseResult(context, value);
  }
  return JS_NewArrayFrom(context, 3, parts);
}

// Makes exceptions of thread-safe functions and finalizers uncaught ones.
NATIVE(report_all) {
  UNUSED();
  host.reports_all = true;
  return JS_UNDEFINED;
}

// (name, function): sets a function that the host calls.
NATIVE(set_hook) {
  UNUSED();
  const struct {
    const char *name;
    JSValue *place;
  } hooks[] = {{"buffer", &host.make_buffer}, {"tick", &host.on_tick},           {"turn", &host.on_turn},
               {"error", &host.on_error},     {"exit", &host.on_exit},           {"rejection", &host.on_rejection},
               {"idle", &host.on_idle},       {"resolve", &host.resolve_module}, {"load", &host.load_module}};
  const char *name = JS_ToCString(context, argv[0]);
  if (name == NULL) return JS_EXCEPTION;
  for (size_t index = 0; index < sizeof hooks / sizeof *hooks; index++)
    if (strcmp(hooks[index].name, name) == 0) *hooks[index].place = JS_DupValue(context, argv[1]);
  JS_FreeCString(context, name);
  return JS_UNDEFINED;
}

#if defined(__arm__)
#define ARCH "arm"
#elif defined(__aarch64__)
#define ARCH "arm64"
#elif defined(__x86_64__)
#define ARCH "x64"
#elif defined(__i386__)
#define ARCH "ia32"
#elif defined(__riscv)
#define ARCH "riscv64"
#else
#error "the host does not know Node's name of this architecture"
#endif

// The version of glibc, or undefined: addons are chosen by it.
static JSValue glibc_version(JSContext *context) {
#ifdef __GLIBC__
  const char *(*read_version)(void) = NULL;
  *(void **)&read_version = dlsym(RTLD_DEFAULT, "gnu_get_libc_version");
  if (read_version != NULL) return JS_NewString(context, read_version());
  char text[32];
  snprintf(text, sizeof text, "%d.%d", __GLIBC__, __GLIBC_MINOR__);
  return JS_NewString(context, text);
#else
  (void)context;
  return JS_UNDEFINED;
#endif
}

// Defines the functions on an object.
void define_natives(JSValueConst object) {
  static const JSCFunctionListEntry functions[] = {
      JS_CFUNC_DEF("loadAddon", 2, load_addon),
      JS_CFUNC_DEF("runJobs", 0, run_jobs),
      JS_CFUNC_DEF("gc", 0, collect),
      JS_CFUNC_DEF("exit", 1, end),
      JS_CFUNC_DEF("abort", 0, stop),
      JS_CFUNC_DEF("now", 0, now),
      JS_CFUNC_DEF("memory", 0, memory),
      JS_CFUNC_DEF("evaluate", 2, evaluate),
      JS_CFUNC_DEF("importModule", 2, import_module),
      JS_CFUNC_DEF("environment", 0, read_environment),
      JS_CFUNC_DEF("setEnvironment", 2, set_environment),
      JS_CFUNC_DEF("describe", 1, describe),
      JS_CFUNC_DEF("setHook", 2, set_hook),
      JS_CFUNC_DEF("reportAll", 0, report_all),
  };
  JS_SetPropertyFunctionList(host.context, object, functions, sizeof functions / sizeof *functions);
  JSValue arguments = JS_NewArray(host.context);
  for (int index = 0; index < host.argc; index++)
    JS_SetPropertyUint32(host.context, arguments, (uint32_t)index, JS_NewString(host.context, host.argv[index]));
  JS_SetPropertyStr(host.context, object, "argv", arguments);
  JS_SetPropertyStr(host.context, object, "pid", JS_NewInt32(host.context, getpid()));
  JS_SetPropertyStr(host.context, object, "arch", JS_NewString(host.context, ARCH));
#ifdef __arm__
  JS_SetPropertyStr(host.context, object, "armVersion", JS_NewString(host.context, __ARM_ARCH >= 7 ? "7" : "6"));
#endif
  JS_SetPropertyStr(host.context, object, "glibc", glibc_version(host.context));
  JS_SetPropertyStr(host.context, object, "version", JS_NewString(host.context, HOST_VERSION));
  JS_SetPropertyStr(host.context, object, "engine", JS_NewString(host.context, JS_GetVersion()));
}
