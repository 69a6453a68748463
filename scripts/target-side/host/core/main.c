// The host: `host [options] <script> [arguments]` runs a CommonJS or ES module script. The options are in modules/start.cjs.
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct host host;

// What JavaScript may use of the stack: half of it, so that native code that it calls has the rest.
static size_t script_stack(void) {
  struct rlimit limit;
  size_t usual = 8u << 20;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < usual) usual = (size_t)limit.rlim_cur;
  return usual / 2;
}

static void start_engine(void) {
  host.runtime = JS_NewRuntime();
  if (host.runtime == NULL) fatal("no memory for the engine");
  JS_SetMaxStackSize(host.runtime, script_stack());
  define_classes();
  host.context = JS_NewContext(host.runtime);
  if (host.context == NULL) fatal("no memory for the engine");
  host.external_proto = JS_NewObjectProto(host.context, JS_NULL);
  JSValue *const unset[] = {&host.make_buffer, &host.on_tick,      &host.on_turn,        &host.on_error,   &host.on_idle,
                            &host.on_exit,     &host.on_rejection, &host.resolve_module, &host.load_module};
  for (size_t index = 0; index < sizeof unset / sizeof *unset; index++) *unset[index] = JS_UNDEFINED;
  define_slots();
  find_shared_class();
  set_module_loader();
}

#ifdef HOST_FREE
// Frees everything, so that a sanitizer finds what is left.
static void free_engine(void) {
  JSContext *context = host.context;
  JSValue const values[] = {host.make_weak,   host.get_slot,     host.set_slot,       host.negate,     host.external_proto,
                            host.make_buffer, host.on_tick,      host.on_turn,        host.on_error,   host.on_idle,
                            host.on_exit,     host.on_rejection, host.resolve_module, host.load_module};
  for (size_t index = 0; index < sizeof values / sizeof *values; index++) JS_FreeValue(context, values[index]);
  JS_FreeContext(context);
  run_finalizers();
  JS_FreeRuntime(host.runtime);
}
#endif

// Emits 'exit'; returns the exit code.
static int emit_exit(void) {
  JSValue result = JS_Call(host.context, host.on_exit, JS_UNDEFINED, 0, NULL);
  int32_t code = 1;
  if (JS_IsException(result) || JS_ToInt32(host.context, &code, result) < 0) report_exception(JS_GetException(host.context));
  JS_FreeValue(host.context, result);
  return code;
}

int main(int argc, char **argv) {
  // For control runs: the same emulator, C library and program, without a script.
  if (argc == 2 && strcmp(argv[1], "--version") == 0) return printf("host %s, quickjs-ng %s\n", HOST_VERSION, JS_GetVersion()) < 0 ? 2 : 0;
  host.argc = argc;
  host.argv = argv;
  start_loop();
  start_engine();
  start_modules();
  run_loop();
  int code = emit_exit();
  host.is_ending = true;
  run_cleanup();
#ifdef HOST_FREE
  free_engine();
#endif
  end_process(code);
}
