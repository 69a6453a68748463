// Node-API: thread-safe functions. Threads put data into a queue; the event loop calls the function with it.
#include "../core/host.h"

#include <stdlib.h>

// One entry of the queue.
struct call {
  void *data;
  struct call *next;
};

struct napi_threadsafe_function__ {
  // Constant after creation.
  napi_env env;
  void *context;
  size_t limit;  // of the queue; 0 for none
  napi_threadsafe_function_call_js call_js;
  napi_finalize finalize;
  void *finalize_data;
  // Guarded by the mutex.
  pthread_mutex_t mutex;
  pthread_cond_t has_room;
  struct call *calls, **calls_end;
  size_t length, threads;
  bool is_closing, is_scheduled, is_finalized;
  // Of the thread of JavaScript.
  JSValue function;
  bool is_referenced, is_closed;
};

// At most so many calls in one turn, so that timers and other functions have theirs.
#define CALLS_A_TURN 1000

static void dispatch(void *data);

static void schedule(napi_threadsafe_function function) {
  if (function->is_scheduled) return;
  function->is_scheduled = true;
  post(dispatch, function);
}

static void destroy(napi_threadsafe_function function) {
  pthread_mutex_destroy(&function->mutex);
  pthread_cond_destroy(&function->has_room);
  free(function);
}

// The default: calls the function without arguments.
static void call_plain(napi_env env, napi_value callback, void *context, void *data) {
  (void)context, (void)data;
  if (env == NULL || callback == NULL) return;
  napi_value undefined;
  napi_get_undefined(env, &undefined);
  napi_status status = napi_call_function(env, undefined, callback, 0, NULL, NULL);
  if (status != napi_ok && status != napi_pending_exception) napi_throw_error(env, "ERR_NAPI_TSFN_CALL_JS", "Failed to call JS callback");
}

struct call_one {
  napi_threadsafe_function function;
  void *data;
};

static void call_js(napi_env env, void *data) {
  struct call_one *call = data;
  JSValueConst callback = call->function->function;
  napi_value handle = JS_IsUndefined(callback) ? NULL : add_handle(JS_DupValue(host.context, callback));
  call->function->call_js(env, handle, call->function->context, call->data);
}

static void call_finalize(napi_env env, void *data) {
  napi_threadsafe_function function = data;
  function->finalize(env, function->finalize_data, function->context);
}

// Takes the oldest entry, without the lock; NULL if there is none.
static struct call *take_call(napi_threadsafe_function function) {
  struct call *call = function->calls;
  if (call == NULL) return NULL;
  function->calls = call->next;
  function->length--;
  return call;
}

// Ends a function: runs its finalizer and hands back the data that was not used.
static void finalize(void *data) {
  napi_threadsafe_function function = data;
  if (function->finalize != NULL) call_into(function->env, call_finalize, function, false);
  for (struct call *call; (call = take_call(function)) != NULL; free(call)) function->call_js(NULL, NULL, function->context, call->data);
  JS_FreeValue(host.context, function->function);
  pthread_mutex_lock(&function->mutex);
  function->is_finalized = true;
  bool is_free = function->threads == 0;
  pthread_mutex_unlock(&function->mutex);
  if (is_free) destroy(function);
}

static void unreference(napi_threadsafe_function function) {
  if (function->is_referenced) atomic_fetch_sub(&host.alive, 1);
  function->is_referenced = false;
}

static void close_at_end(void *data);

// Begins the end of a function.
static void close_function(napi_threadsafe_function function) {
  if (function->is_closed) return;
  function->is_closed = true;
  unreference(function);
  remove_cleanup_hook(close_at_end, function);
  post(finalize, function);
}

// The process ends while the function is open.
static void close_at_end(void *data) {
  napi_threadsafe_function function = data;
  pthread_mutex_lock(&function->mutex);
  function->is_closing = true;
  pthread_cond_broadcast(&function->has_room);
  pthread_mutex_unlock(&function->mutex);
  close_function(function);
}

// Makes one call. Returns whether there are more.
static bool dispatch_one(napi_threadsafe_function function) {
  pthread_mutex_lock(&function->mutex);
  struct call *call = function->is_closing ? NULL : take_call(function);
  bool has_more = !function->is_closing && function->calls != NULL;
  if (call != NULL) pthread_cond_signal(&function->has_room);
  if (!has_more && function->threads == 0) function->is_closing = true;
  bool is_closing = function->is_closing;
  pthread_mutex_unlock(&function->mutex);
  struct call_one one = {function, call == NULL ? NULL : call->data};
  // The function stays until its finalizer has run, which is a later task.
  if (is_closing) close_function(function);
  if (call != NULL) call_into(function->env, call_js, &one, false);
  free(call);
  return has_more;
}

static void dispatch(void *data) {
  napi_threadsafe_function function = data;
  pthread_mutex_lock(&function->mutex);
  function->is_scheduled = false;
  pthread_mutex_unlock(&function->mutex);
  if (function->is_closed) return;
  int left = CALLS_A_TURN;
  while (dispatch_one(function) && --left > 0);
  if (left > 0) return;
  pthread_mutex_lock(&function->mutex);
  schedule(function);
  pthread_mutex_unlock(&function->mutex);
}

IMPLEMENTED(napi_create_threadsafe_function)(napi_env env, napi_value callback, napi_value resource, napi_value name, size_t limit,
                                             size_t threads, void *finalize_data, napi_finalize finalize_callback, void *context,
                                             napi_threadsafe_function_call_js call_js_callback, napi_threadsafe_function *result) {
  ENTER();
  CHECK_ARG(name);
  CHECK(threads > 0, napi_invalid_arg);
  CHECK_ARG(result);
  if (callback == NULL) CHECK_ARG(call_js_callback);
  else CHECK(JS_IsFunction(host.context, value_of(callback)), napi_invalid_arg);
  CHECK(resource == NULL || (!JS_IsUndefined(value_of(resource)) && !JS_IsNull(value_of(resource))), napi_object_expected);
  CHECK(!JS_IsSymbol(value_of(name)), napi_string_expected);
  napi_threadsafe_function function = allocate(sizeof *function);
  *function = (struct napi_threadsafe_function__){
      .env = env,
      .context = context,
      .limit = limit,
      .call_js = call_js_callback == NULL ? call_plain : call_js_callback,
      .finalize = finalize_callback,
      .finalize_data = finalize_data,
      .threads = threads,
      .function = callback == NULL ? JS_UNDEFINED : JS_DupValue(host.context, value_of(callback)),
      .is_referenced = true,
  };
  pthread_mutex_init(&function->mutex, NULL);
  pthread_cond_init(&function->has_room, NULL);
  atomic_fetch_add(&host.alive, 1);
  add_cleanup_hook(close_at_end, function);
  RETURN(result, function);
}

// The functions below may be called from any thread.

IMPLEMENTED(napi_get_threadsafe_function_context)(napi_threadsafe_function function, void **result) {
  if (function == NULL || result == NULL) return napi_invalid_arg;
  *result = function->context;
  return napi_ok;
}

// Gives up the thread's share of a function that closes.
static napi_status leave(napi_threadsafe_function function) {
  napi_status status = function->threads == 0 ? napi_invalid_arg : napi_closing;
  if (function->threads > 0) function->threads--;
  bool is_free = function->is_finalized && function->threads == 0;
  pthread_mutex_unlock(&function->mutex);
  if (is_free) destroy(function);
  return status;
}

IMPLEMENTED(napi_call_threadsafe_function)(napi_threadsafe_function function, void *data, napi_threadsafe_function_call_mode mode) {
  if (function == NULL) return napi_invalid_arg;
  struct call *call = allocate(sizeof *call);
  call->data = data;
  pthread_mutex_lock(&function->mutex);
  while (function->limit > 0 && function->length >= function->limit && !function->is_closing) {
    if (mode == napi_tsfn_nonblocking) {
      pthread_mutex_unlock(&function->mutex);
      free(call);
      return napi_queue_full;
    }
    pthread_cond_wait(&function->has_room, &function->mutex);
  }
  if (function->is_closing) {
    free(call);
    return leave(function);
  }
  if (function->calls == NULL) function->calls_end = &function->calls;
  *function->calls_end = call;
  function->calls_end = &call->next;
  function->length++;
  schedule(function);
  pthread_mutex_unlock(&function->mutex);
  return napi_ok;
}

IMPLEMENTED(napi_acquire_threadsafe_function)(napi_threadsafe_function function) {
  if (function == NULL) return napi_invalid_arg;
  pthread_mutex_lock(&function->mutex);
  bool is_closing = function->is_closing;
  if (!is_closing) function->threads++;
  pthread_mutex_unlock(&function->mutex);
  return is_closing ? napi_closing : napi_ok;
}

IMPLEMENTED(napi_release_threadsafe_function)(napi_threadsafe_function function, napi_threadsafe_function_release_mode mode) {
  if (function == NULL) return napi_invalid_arg;
  pthread_mutex_lock(&function->mutex);
  if (function->is_closing) return leave(function) == napi_closing ? napi_ok : napi_invalid_arg;
  if (function->threads == 0) {
    pthread_mutex_unlock(&function->mutex);
    return napi_invalid_arg;
  }
  function->threads--;
  if (function->threads == 0 || mode == napi_tsfn_abort) {
    function->is_closing = mode == napi_tsfn_abort;
    if (function->is_closing) pthread_cond_broadcast(&function->has_room);
    schedule(function);
  }
  pthread_mutex_unlock(&function->mutex);
  return napi_ok;
}

IMPLEMENTED(napi_unref_threadsafe_function)(node_api_basic_env env, napi_threadsafe_function function) {
  ENTER_BASIC();
  CHECK_ARG(function);
  unreference(function);
  return napi_ok;
}

IMPLEMENTED(napi_ref_threadsafe_function)(node_api_basic_env env, napi_threadsafe_function function) {
  ENTER_BASIC();
  CHECK_ARG(function);
  if (!function->is_referenced && !function->is_closed) {
    atomic_fetch_add(&host.alive, 1);
    function->is_referenced = true;
    wake_loop();
  }
  return napi_ok;
}
