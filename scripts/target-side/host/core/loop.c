// The event loop: tasks from other threads, timers of JavaScript, microtasks, and the end of the process.
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Prepares the queue of tasks.
void start_loop(void) {
  pthread_mutex_init(&host.mutex, NULL);
  pthread_cond_init(&host.work_ready, NULL);
  if (pipe(host.wake) < 0) fatal("no pipe for the event loop");
  for (int end = 0; end < 2; end++) {
    fcntl(host.wake[end], F_SETFL, O_NONBLOCK);
    fcntl(host.wake[end], F_SETFD, FD_CLOEXEC);
  }
}

// Ends the wait of the loop, from any thread.
void wake_loop(void) {
  // A full pipe wakes it too.
  while (write(host.wake[1], "", 1) < 0 && errno == EINTR) continue;
}

// Adds a task, from any thread.
void post(void (*run)(void *), void *data) {
  struct task *task = allocate(sizeof *task);
  *task = (struct task){run, data, NULL};
  pthread_mutex_lock(&host.mutex);
  if (host.tasks == NULL) host.tasks_end = &host.tasks;
  *host.tasks_end = task;
  host.tasks_end = &task->next;
  pthread_mutex_unlock(&host.mutex);
  wake_loop();
}

// Runs the tasks that are in the queue now. Returns whether there was one.
static bool run_tasks(void) {
  pthread_mutex_lock(&host.mutex);
  struct task *task = host.tasks;
  host.tasks = NULL;
  pthread_mutex_unlock(&host.mutex);
  bool has_run = task != NULL;
  while (task != NULL) {
    struct task *next = task->next;
    task->run(task->data);
    free(task);
    task = next;
  }
  return has_run;
}

static bool has_tasks(void) {
  pthread_mutex_lock(&host.mutex);
  bool is_filled = host.tasks != NULL;
  pthread_mutex_unlock(&host.mutex);
  return is_filled;
}

// Calls a function of the JavaScript side without arguments. Its exceptions are faults of the host.
static JSValue call_hook(JSValueConst hook) {
  JSValue result = JS_Call(host.context, hook, JS_UNDEFINED, 0, NULL);
  if (!JS_IsException(result)) return result;
  report_exception(JS_GetException(host.context));
  return JS_UNDEFINED;
}

// Runs process.nextTick callbacks and microtasks until there are none.
void run_ticks(void) {
  if (!host.is_ending) JS_FreeValue(host.context, call_hook(host.on_tick));
}

// Runs native code that nothing in JavaScript has called: it has its own handles, and its exception is uncaught. Node only warns of the
// exceptions of thread-safe functions.
void call_into(napi_env env, void (*run)(napi_env env, void *data), void *data, bool is_strict) {
  size_t depth = host.depth;
  host.callback_depth++;
  env->last_error.error_code = napi_ok;
  run(env, data);
  close_handles(depth);
  if (env->has_exception) {
    JSValue exception = env->exception;
    env->has_exception = false;
    env->exception = JS_UNDEFINED;
    if (is_strict || host.reports_all || env->version == NAPI_VERSION_EXPERIMENTAL) {
      report_exception(exception);
    } else {
      JS_FreeValue(host.context, exception);
      fputs("(host) [DEP0168] DeprecationWarning: Uncaught N-API callback exception detected\n", stderr);
    }
  }
  if (--host.callback_depth == 0) run_ticks();
}

// Gives an uncaught exception, which it takes, to the JavaScript side. That ends the process if nothing handles the exception.
void report_exception(JSValue exception) {
  JSContext *context = host.context;
  if (host.is_ending) {
    JS_FreeValue(context, exception);
    return;
  }
  JSValue result = JS_IsUndefined(host.on_error) ? JS_EXCEPTION : JS_Call(context, host.on_error, JS_UNDEFINED, 1, &exception);
  if (!JS_IsException(result)) {
    JS_FreeValue(context, exception);
    JS_FreeValue(context, result);
    return;
  }
  // The JavaScript side itself has failed.
  const char *text = JS_ToCString(context, exception);
  JSValue stack = JS_GetPropertyStr(context, exception, "stack");
  const char *places = JS_ToCString(context, stack);
  fprintf(stderr, "uncaught exception: %s\n%s\n", text == NULL ? "?" : text, places == NULL ? "" : places);
  end_process(7);
}

// Waits until a task arrives or the time is over; -1 waits without end.
static void wait_for_tasks(int milliseconds) {
  struct pollfd wake = {.fd = host.wake[0], .events = POLLIN};
  if (poll(&wake, 1, milliseconds) <= 0) return;
  char bytes[64];
  while (read(host.wake[0], bytes, sizeof bytes) > 0) continue;
}

// Runs timers and immediates. Returns the milliseconds until the next; -1 if there is none, and -2 minus the milliseconds for one that does
// not keep the process alive.
static int run_turn(void) {
  JSValue result = call_hook(host.on_turn);
  int32_t left = -1;
  if (JS_ToInt32(host.context, &left, result) < 0) JS_FreeValue(host.context, JS_GetException(host.context));
  JS_FreeValue(host.context, result);
  return left;
}

// Runs until there is nothing to wait for.
void run_loop(void) {
  for (;;) {
    run_ticks();
    run_tasks();
    run_finalizers();
    int left = run_turn();
    if (host.queue != NULL || has_tasks()) continue;
    if (left < 0 && atomic_load(&host.alive) == 0) {
      // 'beforeExit' may begin something new.
      JSValue again = call_hook(host.on_idle);
      bool is_done = JS_ToBool(host.context, again) == 0;
      JS_FreeValue(host.context, again);
      if (is_done && atomic_load(&host.alive) == 0 && !has_tasks()) return;
      continue;
    }
    wait_for_tasks(left >= -1 ? left : -2 - left);
  }
}

// Waits for asynchronous cleanup hooks and for what thread-safe functions do at their end.
void wait_for_hooks(void) {
  while (run_tasks() || atomic_load(&host.open_hooks) > 0)
    if (!has_tasks() && atomic_load(&host.open_hooks) > 0) wait_for_tasks(-1);
}

// Ends the process with its cleanup, after 'exit' was emitted.
_Noreturn void end_process(int code) {
  if (!host.is_ending) {
    host.is_ending = true;
    run_cleanup();
  }
  fflush(NULL);
  // Destructors of addons run as in Node, but not while threads of the pool may use their data.
  if (host.threads > host.idle_threads) _exit(code);
  exit(code);
}
