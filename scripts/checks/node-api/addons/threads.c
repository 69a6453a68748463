// An addon with work on a thread of the pool, and with a thread of its own that calls JavaScript through a thread-safe function.
#define NAPI_VERSION 9
#include <node_api.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct work {
  napi_async_work handle;
  napi_deferred deferred;
  int32_t value;
};

static void execute(napi_env env, void *data) {
  (void)env;
  ((struct work *)data)->value *= 2;
}

static void complete(napi_env env, napi_status status, void *data) {
  struct work *work = data;
  napi_value value;
  napi_create_int32(env, status == napi_ok ? work->value : -1, &value);
  napi_resolve_deferred(env, work->deferred, value);
  napi_delete_async_work(env, work->handle);
  free(work);
}

// (number) => promise of its double
static napi_value start_work(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argument, name, promise;
  struct work *work = calloc(1, sizeof *work);
  napi_get_cb_info(env, info, &argc, &argument, NULL, NULL);
  napi_get_value_int32(env, argument, &work->value);
  napi_create_string_utf8(env, "work", NAPI_AUTO_LENGTH, &name);
  napi_create_promise(env, &work->deferred, &promise);
  napi_create_async_work(env, NULL, name, execute, complete, work, &work->handle);
  napi_queue_async_work(env, work->handle);
  return promise;
}

struct count {
  napi_threadsafe_function function;
  int32_t limit;
  pthread_t thread;
};

static void *run_count(void *data) {
  struct count *count = data;
  for (intptr_t value = 0; value < count->limit; value++) napi_call_threadsafe_function(count->function, (void *)value, napi_tsfn_blocking);
  napi_release_threadsafe_function(count->function, napi_tsfn_release);
  return NULL;
}

static void call_js(napi_env env, napi_value function, void *context, void *data) {
  (void)context;
  napi_value self, value;
  if (env == NULL) return;
  napi_get_undefined(env, &self);
  napi_create_int32(env, (int32_t)(intptr_t)data, &value);
  napi_call_function(env, self, function, 1, &value, NULL);
}

static void join(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  struct count *count = data;
  pthread_join(count->thread, NULL);
  free(count);
}

// (limit, function): calls the function with 0 to limit - 1; its queue has room for three calls.
static napi_value start_count(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value arguments[2], name;
  struct count *count = calloc(1, sizeof *count);
  napi_get_cb_info(env, info, &argc, arguments, NULL, NULL);
  napi_get_value_int32(env, arguments[0], &count->limit);
  napi_create_string_utf8(env, "count", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, arguments[1], NULL, name, 3, 1, count, join, NULL, call_js, &count->function);
  pthread_create(&count->thread, NULL, run_count, count);
  return NULL;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor properties[] = {
      {"work", NULL, start_work, NULL, NULL, NULL, napi_default, NULL},
      {"count", NULL, start_count, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, 2, properties);
  return exports;
}
