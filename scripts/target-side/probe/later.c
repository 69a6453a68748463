// Node-API: deferred calls: async work, thread-safe functions, cleanup hooks, finalizers.
#include "probe.h"

#include <pthread.h>

// Protects the queues of thread-safe functions: any thread may call them.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct napi_async_work__ {
  napi_async_execute_callback execute;
  napi_async_complete_callback complete;
  void *data;
  bool queued, cancelled;
  napi_async_work next;
};
static napi_async_work works;

IMPLEMENTED(napi_create_async_work)(napi_env env, napi_value resource, napi_value name, napi_async_execute_callback execute,
                                    napi_async_complete_callback complete, void *data, napi_async_work *result) {
  ENTER();
  (void)resource;
  CHECK_ARG(name);
  CHECK_ARG(execute);
  CHECK_ARG(result);
  *result = allocate(sizeof **result);
  **result = (struct napi_async_work__){.execute = execute, .complete = complete, .data = data, .next = works};
  works = *result;
  DONE();
}

// Queues async work: it runs on this thread, after registration.
IMPLEMENTED(napi_queue_async_work)(node_api_basic_env env, napi_async_work work) {
  ENTER();
  CHECK_ARG(work);
  work->queued = true;
  DONE();
}

// Cancels async work: it never starts before the end of registration.
IMPLEMENTED(napi_cancel_async_work)(node_api_basic_env env, napi_async_work work) {
  ENTER();
  CHECK_ARG(work);
  CHECK(work->queued, napi_generic_failure);
  work->cancelled = true;
  DONE();
}

IMPLEMENTED(napi_delete_async_work)(napi_env env, napi_async_work work) {
  ENTER();
  CHECK_ARG(work);
  work->queued = false;
  DONE();
}

struct item {
  void *data;
  struct item *next;
};
struct napi_threadsafe_function__ {
  napi_value function;
  void *context;
  napi_threadsafe_function_call_js call_js;
  napi_finalize finalize;
  void *finalize_data;
  struct item *first, **last;
  size_t queued, limit, threads;
  bool closing;
  napi_threadsafe_function next;
};
static napi_threadsafe_function threadsafe_functions;

// Cleanup hooks of three kinds, newest first.
struct hook {
  napi_cleanup_hook run;
  napi_async_cleanup_hook run_async;
  napi_threadsafe_function close;
  void *argument;
  struct hook *next;
};
static struct hook *hooks;

// Stores a hook and returns it.
static struct hook *add_hook(struct hook hook) {
  struct hook *stored = allocate(sizeof *stored);
  *stored = hook;
  stored->next = hooks;
  return hooks = stored;
}

// Creates a thread-safe function. As in Node, its own cleanup hook closes it.
IMPLEMENTED(napi_create_threadsafe_function)(napi_env env, napi_value function, napi_value resource, napi_value name, size_t limit,
                                             size_t threads, void *finalize_data, napi_finalize finalize, void *context,
                                             napi_threadsafe_function_call_js call_js, napi_threadsafe_function *result) {
  ENTER();
  (void)resource;
  CHECK_ARG(name);
  CHECK_ARG(result);
  CHECK(threads > 0, napi_invalid_arg);
  CHECK(function != NULL ? function->type == napi_function : call_js != NULL, napi_invalid_arg);
  napi_threadsafe_function created = *result = allocate(sizeof *created);
  *created = (struct napi_threadsafe_function__){.function = function,
                                                 .context = context,
                                                 .call_js = call_js,
                                                 .finalize = finalize,
                                                 .finalize_data = finalize_data,
                                                 .last = &created->first,
                                                 .limit = limit,
                                                 .threads = threads,
                                                 .next = threadsafe_functions};
  threadsafe_functions = created;
  add_hook((struct hook){.close = created});
  DONE();
}

// The context of a thread-safe function.
IMPLEMENTED(napi_get_threadsafe_function_context)(napi_threadsafe_function function, void **result) {
  COUNT();
  *result = function->context;
  return napi_ok;
}

// Queues a call from any thread. With a full queue a blocking call does not wait: the queue grows.
IMPLEMENTED(napi_call_threadsafe_function)(napi_threadsafe_function function, void *data, napi_threadsafe_function_call_mode mode) {
  COUNT();
  struct item *item = allocate(sizeof *item);
  item->data = data;
  napi_status status = napi_ok;
  pthread_mutex_lock(&lock);
  if (function->closing) status = napi_closing;
  else if (mode == napi_tsfn_nonblocking && function->limit > 0 && function->queued >= function->limit) status = napi_queue_full;
  else {
    *function->last = item;
    function->last = &item->next;
    function->queued++;
  }
  pthread_mutex_unlock(&lock);
  return status;
}

// Adds a thread that uses the function.
IMPLEMENTED(napi_acquire_threadsafe_function)(napi_threadsafe_function function) {
  COUNT();
  pthread_mutex_lock(&lock);
  napi_status status = function->closing ? napi_closing : napi_ok;
  if (status == napi_ok) function->threads++;
  pthread_mutex_unlock(&lock);
  return status;
}

// Removes a thread that uses the function; the last one, or an abort, closes it.
IMPLEMENTED(napi_release_threadsafe_function)(napi_threadsafe_function function, napi_threadsafe_function_release_mode mode) {
  COUNT();
  pthread_mutex_lock(&lock);
  napi_status status = function->threads > 0 ? napi_ok : napi_invalid_arg;
  if (status == napi_ok) function->threads--;
  if (status == napi_ok && (function->threads == 0 || mode == napi_tsfn_abort)) function->closing = true;
  pthread_mutex_unlock(&lock);
  return status;
}

// Without an event loop, ref and unref have no effect.
IMPLEMENTED(napi_ref_threadsafe_function)(node_api_basic_env env, napi_threadsafe_function function) {
  ENTER();
  CHECK_ARG(function);
  DONE();
}
IMPLEMENTED(napi_unref_threadsafe_function)(node_api_basic_env env, napi_threadsafe_function function) {
  ENTER();
  CHECK_ARG(function);
  DONE();
}

// Removes the oldest queued call and returns it.
static struct item *take(napi_threadsafe_function function) {
  pthread_mutex_lock(&lock);
  struct item *item = function->first;
  if (item != NULL) {
    function->first = item->next;
    function->queued--;
    if (function->first == NULL) function->last = &function->first;
  }
  pthread_mutex_unlock(&lock);
  return item;
}

// Runs one queued call.
static void run_call(napi_env env, napi_threadsafe_function function, void *data) {
  napi_value ignored;
  if (function->call_js != NULL) function->call_js(env, function->function, function->context, data);
  else call(env, function->function, NULL, 0, NULL, NULL, &ignored);
}

// Runs queued calls, and the calls that they queue, until none is left or an exception is pending.
void drain(napi_env env) {
  for (bool moved = true; moved && env->exception == NULL;) {
    moved = false;
    for (napi_async_work work = works; work != NULL && env->exception == NULL; work = work->next) {
      if (!work->queued) continue;
      work->queued = false;
      moved = true;
      if (!work->cancelled) work->execute(env, work->data);
      if (work->complete != NULL) work->complete(env, work->cancelled ? napi_cancelled : napi_ok, work->data);
    }
    for (napi_threadsafe_function function = threadsafe_functions; function != NULL && env->exception == NULL; function = function->next) {
      struct item *item = take(function);
      if (item == NULL) continue;
      moved = true;
      run_call(env, function, item->data);
    }
  }
}

// Adds a cleanup hook. Node aborts if the same hook is added twice.
IMPLEMENTED(napi_add_env_cleanup_hook)(node_api_basic_env env, napi_cleanup_hook run, void *argument) {
  ENTER();
  CHECK_ARG(run);
  for (struct hook *hook = hooks; hook != NULL; hook = hook->next)
    if (hook->run == run && hook->argument == argument)
      finish("napi_add_env_cleanup_hook: called twice with the same hook and argument; Node aborts");
  add_hook((struct hook){.run = run, .argument = argument});
  DONE();
}

IMPLEMENTED(napi_remove_env_cleanup_hook)(node_api_basic_env env, napi_cleanup_hook run, void *argument) {
  ENTER();
  CHECK_ARG(run);
  for (struct hook *hook = hooks; hook != NULL; hook = hook->next)
    if (hook->run == run && hook->argument == argument) hook->run = NULL;
  DONE();
}

// Adds an asynchronous cleanup hook; the probe does not wait for its end.
IMPLEMENTED(napi_add_async_cleanup_hook)(node_api_basic_env env, napi_async_cleanup_hook run, void *argument,
                                         napi_async_cleanup_hook_handle *handle) {
  ENTER();
  CHECK_ARG(run);
  struct hook *hook = add_hook((struct hook){.run_async = run, .argument = argument});
  if (handle != NULL) *handle = (napi_async_cleanup_hook_handle)hook;
  DONE();
}
IMPLEMENTED(napi_remove_async_cleanup_hook)(napi_async_cleanup_hook_handle handle) {
  COUNT();
  if (handle == NULL) return napi_invalid_arg;
  ((struct hook *)handle)->run_async = NULL;
  return napi_ok;
}

// Closes a thread-safe function; as in Node, the remaining calls get a NULL environment.
static void close_threadsafe_function(napi_threadsafe_function function) {
  pthread_mutex_lock(&lock);
  function->closing = true;
  pthread_mutex_unlock(&lock);
  for (struct item *item; function->call_js != NULL && (item = take(function)) != NULL;)
    function->call_js(NULL, NULL, function->context, item->data);
}

// Ends the environment in Node's order: hooks newest first, thread-safe functions, finalizers newest first, instance data. Returns the
// number of the addon's hooks that ran.
int tear_down(napi_env env) {
  int count = 0;
  while (hooks != NULL) {
    struct hook *hook = hooks;
    hooks = hook->next;
    if (hook->run != NULL || hook->run_async != NULL) count++;
    if (hook->run != NULL) hook->run(hook->argument);
    if (hook->run_async != NULL) hook->run_async((napi_async_cleanup_hook_handle)hook, hook->argument);
    if (hook->close != NULL) close_threadsafe_function(hook->close);
  }
  for (napi_threadsafe_function function = threadsafe_functions; function != NULL; function = function->next)
    if (function->finalize != NULL) function->finalize(env, function->finalize_data, function->context);
  while (env->finalizers != NULL) {
    struct finalizer *finalizer = env->finalizers;
    env->finalizers = finalizer->next;
    if (finalizer->run != NULL) finalizer->run(env, finalizer->data, finalizer->hint);
  }
  if (env->instance.run != NULL) env->instance.run(env, env->instance.data, env->instance.hint);
  return count;
}
