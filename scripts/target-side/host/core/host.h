// Declarations shared by the files of the host: the process, the environment of each addon, and the macros of every Node-API function.
//
// The host runs JavaScript with Node-API on targets without a published Node: quickjs-ng is the engine. One thread runs JavaScript; other
// threads reach it only by the queue of the event loop.
#ifndef HOST_H
#define HOST_H

#define NAPI_VERSION 10
#include <node_api.h>
#include <pthread.h>
#include <quickjs.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_VERSION "1.0"
// The Node whose Node-API this is: the lowest one with version 10, in Node's last line for 32-bit ARM.
#define NODE_MAJOR 22
#define NODE_MINOR 14
#define NODE_PATCH 0
// Node gives addons that name no version, or a lower one, this one.
#define DEFAULT_VERSION 8

// What Node-API knows of an object: its wrap, its tag and its references. It dies with the object.
struct attachment {
  struct napi_ref__ *references;
  struct napi_ref__ *wrap;
  napi_type_tag tag;
  bool is_tagged;
  void *external;    // pointer of an external
  JSValue weak_ref;  // for an object that is not extensible: a WeakRef of it; else undefined
};

// A reference to a value, with or without a finalizer. A weak one is in the list of its object's attachment.
struct napi_ref__ {
  napi_env env;
  JSValue value;  // owned while `count` > 0; else borrowed and valid while `attachment` is set, or for a symbol an owned WeakRef
  struct attachment *attachment;
  uint32_t count;
  bool has_value, owned_by_host, is_queued, is_weak_symbol;
  napi_finalize finalize;
  void *data, *hint;
  struct napi_ref__ *next, *previous;  // in the attachment
  struct napi_ref__ *next_in_env, *previous_in_env;
  struct napi_ref__ *next_queued;
};

// A function to run when the process ends.
struct cleanup_hook {
  napi_cleanup_hook run;
  napi_async_cleanup_hook run_async;
  void *argument;
  struct cleanup_hook *next;
};

// Work for the thread of JavaScript, from any thread.
struct task {
  void (*run)(void *data);
  void *data;
  struct task *next;
};

// The environment of one addon.
struct napi_env__ {
  napi_extended_error_info last_error;
  JSValue exception;  // pending if `has_exception`
  bool has_exception, in_gc_finalizer;
  int32_t version;
  char *file;  // file: URL
  int open_scopes, open_callback_scopes;
  struct napi_ref__ *references;  // newest first
  struct napi_ref__ *instance;    // instance data
  struct napi_env__ *next;
};

// Handles of one block; blocks do not move, so that a napi_value can be a pointer.
#define BLOCK 256
struct handle_block {
  JSValue values[BLOCK];
};

// The process: the only global state that changes.
struct host {
  JSRuntime *runtime;
  JSContext *context;
  JSClassID attachment_class, external_class, function_class, instance_class, shared_class;
  JSValue get_slot, set_slot;  // functions that attach a value to any object
  JSValue make_weak;           // a WeakRef of a symbol, or the symbol if it is registered and so never dies
  JSValue negate;              // -value: the engine has no function for it
  JSValue external_proto;
  JSValue make_buffer;   // (ArrayBuffer, offset, length) => Buffer
  JSValue on_tick;       // runs process.nextTick callbacks, and reports unhandled rejections
  JSValue on_turn;       // runs timers and immediates: returns the milliseconds until the next, or -1
  JSValue on_error;      // handles an uncaught exception
  JSValue on_idle;       // emits 'beforeExit'; returns whether there is something new to wait for
  JSValue on_exit;       // emits 'exit' and returns the exit code
  JSValue on_rejection;  // notes a rejected or handled promise
  JSValue resolve_module, load_module;
  struct handle_block **blocks;
  size_t block_count, depth;
  struct napi_env__ *environments;  // newest first
  struct napi_ref__ *queue, **queue_end;
  struct cleanup_hook *hooks;    // newest first
  struct external_bytes *bytes;  // memory of addons under array buffers
  atomic_int open_hooks;         // asynchronous cleanup hooks that have not ended
  struct registered *modules;    // of the old style
  napi_module *registered;       // last argument of napi_module_register
  int64_t external_bytes;
  int callback_depth;
  bool is_ending, has_started;
  bool reports_all;  // also exceptions of thread-safe functions and finalizers, of which Node by default only warns
  int argc;
  char **argv;
  // The event loop.
  pthread_mutex_t mutex;
  pthread_cond_t work_ready;
  int wake[2];
  struct task *tasks, **tasks_end;
  struct napi_async_work__ *works, **works_end;
  int threads, idle_threads;
  atomic_int alive;  // works and referenced thread-safe functions
};
extern struct host host;

// The files of modules/, each the body of a CommonJS module; the first one starts the others. Generated.
extern const struct host_module {
  const char *name, *text;
} host_modules[];
extern const size_t host_module_count;

// core/allocate.c: these end the process if there is no memory.
void *allocate(size_t size);
char *copy_text(const char *text, size_t length);
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void unimplemented(const char *name);

// core/handles.c
napi_value add_handle(JSValue owned);
void close_handles(size_t depth);

// core/attachments.c
void define_classes(void);
void define_slots(void);
struct attachment *find_attachment(JSValueConst object);
struct attachment *make_attachment(JSValueConst object);
void release_attachment(struct attachment *attachment);
JSValue value_of_attachment(struct attachment *attachment, JSValueConst borrowed);
JSValue value_of_weak(JSValueConst weak);

// napi/references.c
struct napi_ref__ *new_reference(napi_env env, JSValueConst value, uint32_t count, bool owned_by_host, napi_finalize finalize, void *data,
                                 void *hint);
void delete_reference(struct napi_ref__ *reference);
void lose_value(struct napi_ref__ *reference);
void queue_finalizer(struct napi_ref__ *reference);
void run_finalizers(void);
void finalize_environment(napi_env env);

// napi/functions.c
JSValue new_function(napi_env env, const char *name, size_t length, napi_callback callback, void *data, bool is_class);
JSValue call_native(JSContext *context, JSValueConst function, JSValueConst self, int argc, JSValueConst *argv, int flags);
void free_function(JSRuntime *runtime, JSValueConst value);

// napi/bytes.c
void release_all_bytes(void);
void find_shared_class(void);

// napi/errors.c
napi_status take_exception(napi_env env);
void throw_code(napi_env env, JSValue error, const char *code);

// napi/properties.c
napi_status check_object(napi_env env, napi_value value);
napi_status to_object(napi_env env, napi_value value, JSValue *object);

// core/loop.c
void start_loop(void);
void run_loop(void);
void wake_loop(void);
void wait_for_hooks(void);
void post(void (*run)(void *), void *data);
void run_ticks(void);
void call_into(napi_env env, void (*run)(napi_env env, void *data), void *data, bool is_strict);
_Noreturn void end_process(int code);
void report_exception(JSValue exception);

// core/cleanup.c
void run_cleanup(void);
void add_cleanup_hook(napi_cleanup_hook run, void *argument);
void remove_cleanup_hook(napi_cleanup_hook run, void *argument);

// core/addons.c, core/natives.c, core/texts.c, core/files.c, core/processes.c, core/modules.c
JSValue load_addon(JSContext *context, JSValueConst self, int argc, JSValueConst *argv);
void define_natives(JSValueConst object);
void define_files(JSValueConst object);
void define_texts(JSValueConst object);
void define_processes(JSValueConst object);
void start_modules(void);
void set_module_loader(void);

static inline JSValueConst value_of(napi_value value) {
  return *(JSValue *)value;
}

// Whether a value is an array buffer, shared or not.
static inline bool is_bytes(JSValueConst value) {
  return JS_IsArrayBuffer(value) || JS_GetClassID(value) == host.shared_class;
}

static inline napi_status status_of(napi_env env, napi_status status) {
  env->last_error.error_code = status;
  return status;
}

// Ends the process, in Node's words, if a finalizer that runs during garbage collection calls a function that could run JavaScript.
static inline void check_gc(napi_env env, const char *name) {
  if (env->in_gc_finalizer)
    fatal("%s: Finalizer is calling a function that may affect GC state. Use node_api_post_finalizer for such calls.", name);
}

// Begins a Node-API function. symbols.ts finds the implemented functions by such lines: a macro in capitals at the start of the line, with
// the function's name as first argument.
#define EXPORTED __attribute__((visibility("default")))
#define IMPLEMENTED(name) EXPORTED napi_status name
#define IMPLEMENTED_VOID(name) EXPORTED void name
#define IMPLEMENTED_FATAL(name) EXPORTED _Noreturn void name

#define DONE() return status_of(env, napi_ok)
#define CHECK(condition, status)                     \
  do {                                               \
    if (!(condition)) return status_of(env, status); \
  } while (0)
#define CHECK_ARG(argument) CHECK((argument) != NULL, napi_invalid_arg)
#define RETURN(result, value) \
  do {                        \
    CHECK_ARG(result);        \
    *(result) = (value);      \
    DONE();                   \
  } while (0)
// Returns a new handle of an owned value; an exception becomes the pending one.
#define RETURN_VALUE(result, value)                            \
  do {                                                         \
    JSValue returned_ = (value);                               \
    if (JS_IsException(returned_)) return take_exception(env); \
    *(result) = add_handle(returned_);                         \
    DONE();                                                    \
  } while (0)

// First line of a function that a finalizer may call during garbage collection.
#define ENTER_BASIC() \
  if (env == NULL) return napi_invalid_arg
// First line of a function that works with a pending exception.
#define ENTER()  \
  ENTER_BASIC(); \
  check_gc(env, __func__)
// First line of a function that could run JavaScript: it fails while an exception is pending, and when the process ends.
#define ENTER_JS()                                                                          \
  ENTER();                                                                                  \
  CHECK(!env->has_exception, napi_pending_exception);                                       \
  CHECK(!host.is_ending, env->version >= 10 ? napi_cannot_run_js : napi_pending_exception); \
  env->last_error.error_code = napi_ok

#endif
