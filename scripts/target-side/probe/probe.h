// Declarations shared by the files of the probe host: its values, its environment and the macros of every Node-API function.
//
// The probe host is the stand-in for Node on targets without a published Node: it loads one addon, calls its registration and reports the
// exports. Its values support only that: there is no JavaScript. A call of an unimplemented function ends the probe with its name. Nothing
// is freed: the process lives for one registration.
#ifndef PROBE_H
#define PROBE_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#define NAPI_VERSION 10
#include <node_api.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Symbols of the host must not shadow those of an addon; Node-API functions stay visible, as their header declares them.
#pragma GCC visibility push(hidden)

// The kind of an object.
enum shape { PLAIN, ARRAY, ERROR, PROMISE, DATE, ARRAYBUFFER, TYPEDARRAY, DATAVIEW };

// One property; an accessor has a getter or a setter, but no value.
struct property {
  napi_value key, value, getter, setter;
  int attributes;
  struct property *next;
};

// Any JavaScript value, as one flat record: a probe creates few of them.
struct napi_value__ {
  napi_valuetype type;
  enum shape shape;
  bool boolean;
  double number;       // number; milliseconds of a date
  bool negative;       // bigint
  uint64_t magnitude;  // bigint
  char *text;          // string and description of a symbol: UTF-8 (a lone surrogate takes three bytes) with a final NUL
  size_t length;       // bytes of text; elements of an array
  napi_value prototype;
  struct property *properties;
  bool sealed;             // accepts no new property
  const char *intrinsic;   // full name of an intrinsic object
  napi_callback callback;  // function
  void *data;              // of a function; pointer of an external
  bool is_class;           // created by napi_define_class
  bool is_wrapped, is_tagged;
  void *wrapped;
  napi_type_tag tag;
  uint8_t *bytes;  // array buffer and its views
  size_t byte_length, byte_offset;
  napi_value buffer;  // array buffer of a view
  bool detached;
  napi_typedarray_type element;
};

// One call of a function.
struct napi_callback_info__ {
  napi_value this_value, new_target;
  size_t argc;
  const napi_value *argv;
  void *data;
};

// A finalizer that Node runs at the latest when the environment ends.
struct finalizer {
  napi_value owner;
  napi_finalize run;
  void *data, *hint;
  struct finalizer *next;
};

// The one environment of the process.
struct napi_env__ {
  napi_status last_status;
  napi_value exception;  // pending, or NULL
  const char *file;      // addon, as a file: URL
  int32_t module_version;
  int open_scopes;
  int64_t external_bytes;
  napi_value global;
  struct finalizer *finalizers;  // newest first
  struct finalizer instance;     // instance data
  napi_module *module;           // last argument of napi_module_register
};
extern struct napi_env__ environment;
extern atomic_int distinct_calls;
extern struct napi_value__ undefined_value, null_value, true_value, false_value;

// Prototypes of the intrinsic objects (realm.c).
struct prototypes {
  napi_value object, function, array, error, type_error, range_error, syntax_error, promise, date, array_buffer, data_view, typed_array,
      buffer;
};
extern struct prototypes prototypes;

// values.c
void *allocate(size_t size);
napi_value new_value(napi_valuetype type);
napi_value new_object(enum shape shape, napi_value prototype);
napi_value new_number(double number);
napi_value new_string(const char *utf8, size_t length);
napi_value new_text(const char *text);
napi_value new_function(const char *name, size_t length, napi_callback callback, void *data);
napi_value new_error(napi_value prototype, napi_value code, napi_value message);
napi_value to_text(napi_value value);
bool is_object(napi_value value);
bool is_text(napi_value value, const char *text);
bool same_value(napi_value left, napi_value right);
struct property *own_property(napi_value object, napi_value key);
struct property *find_property(napi_value object, napi_value key);
struct property *put_property(napi_value object, napi_value key, napi_value value, int attributes);
bool delete_own(napi_value object, napi_value key);
napi_status get_property(napi_env env, napi_value object, napi_value key, napi_value *result);
napi_status set_property(napi_env env, napi_value object, napi_value key, napi_value value);
napi_status call(napi_env env, napi_value function, napi_value this_value, size_t argc, const napi_value *argv, napi_value new_target,
                 napi_value *result);
void add_finalizer(napi_env env, napi_value owner, napi_finalize run, void *data, void *hint);

// realm.c, runtime.c, host.c
void make_realm(napi_env env);
napi_status raise(napi_env env, napi_value exception);
napi_status raise_type(napi_env env, napi_status status, const char *message);
void drain(napi_env env);
int tear_down(napi_env env);
void note_missing(const char *object, const char *name);
_Noreturn void finish(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void unimplemented(const char *name);

#pragma GCC visibility pop

// Stores the status of a call for napi_get_last_error_info, and returns it.
static inline napi_status status_of(napi_env env, napi_status status) {
  env->last_status = status;
  return status;
}

// Begins a Node-API function. symbols.ts finds the implemented functions by such lines: a macro in capitals at the start of the line, with
// the function's name as first argument.
#define IMPLEMENTED(name) napi_status name
#define IMPLEMENTED_VOID(name) void name
#define IMPLEMENTED_FATAL(name) _Noreturn void name

// Counts a function at its first call, from any thread.
#define COUNT()                                                           \
  do {                                                                    \
    static atomic_int seen;                                               \
    if (!atomic_exchange(&seen, 1)) atomic_fetch_add(&distinct_calls, 1); \
  } while (0)

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

// First line of a function that works with a pending exception.
#define ENTER() \
  COUNT();      \
  if (env == NULL) return napi_invalid_arg

// First line of a function that could run JavaScript: it fails while an exception is pending, as in Node.
#define ENTER_JS() \
  ENTER();         \
  CHECK(env->exception == NULL, napi_pending_exception)

#endif
