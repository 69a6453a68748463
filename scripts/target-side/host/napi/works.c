// Node-API: asynchronous work on a pool of threads.
#include "../core/host.h"

#include <stdlib.h>
#include <sys/resource.h>

// States: idle -> queued -> running -> done; the mutex of the loop guards them.
enum state { IDLE, QUEUED, RUNNING };

struct napi_async_work__ {
  napi_env env;
  napi_async_execute_callback execute;
  napi_async_complete_callback complete;
  void *data;
  enum state state;
  bool is_cancelled;
  struct napi_async_work__ *next;
};

static void call_complete(napi_env env, void *data) {
  napi_async_work work = data;
  // The callback may delete the work.
  work->complete(env, work->is_cancelled ? napi_cancelled : napi_ok, work->data);
}

static void finish(void *data) {
  napi_async_work work = data;
  atomic_fetch_sub(&host.alive, 1);
  if (work->complete != NULL) call_into(work->env, call_complete, work, true);
}

static void *run_works(void *unused) {
  (void)unused;
  for (;;) {
    pthread_mutex_lock(&host.mutex);
    host.idle_threads++;
    while (host.works == NULL) pthread_cond_wait(&host.work_ready, &host.mutex);
    host.idle_threads--;
    napi_async_work work = host.works;
    host.works = work->next;
    work->state = RUNNING;
    pthread_mutex_unlock(&host.mutex);
    work->execute(work->env, work->data);
    pthread_mutex_lock(&host.mutex);
    work->state = IDLE;
    pthread_mutex_unlock(&host.mutex);
    post(finish, work);
  }
  return NULL;
}

// Threads have the stack of the main thread, as in libuv: musl's default is too small for many addons.
static size_t stack_size(void) {
  const size_t usual = 8u << 20, least = 1u << 20;
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > usual) return usual;
  return limit.rlim_cur < least ? least : (size_t)limit.rlim_cur;
}

static int pool_size(void) {
  const char *text = getenv("UV_THREADPOOL_SIZE");
  int size = text == NULL ? 4 : atoi(text);
  return size < 1 ? 1 : size > 1024 ? 1024 : size;
}

static void start_thread(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size());
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int fault = pthread_create(&thread, &attributes, run_works, NULL);
  pthread_attr_destroy(&attributes);
  if (fault == 0) host.threads++;
  else if (host.threads == 0) fatal("no thread for asynchronous work can be started");
}

IMPLEMENTED(napi_create_async_work)(napi_env env, napi_value resource, napi_value name, napi_async_execute_callback execute,
                                    napi_async_complete_callback complete, void *data, napi_async_work *result) {
  ENTER();
  CHECK_ARG(execute);
  CHECK_ARG(result);
  CHECK(resource == NULL || (!JS_IsUndefined(value_of(resource)) && !JS_IsNull(value_of(resource))), napi_object_expected);
  CHECK_ARG(name);
  CHECK(!JS_IsSymbol(value_of(name)), napi_string_expected);
  napi_async_work work = allocate(sizeof *work);
  *work = (struct napi_async_work__){.env = env, .execute = execute, .complete = complete, .data = data};
  RETURN(result, work);
}

IMPLEMENTED(napi_delete_async_work)(napi_env env, napi_async_work work) {
  ENTER();
  CHECK_ARG(work);
  free(work);
  DONE();
}

IMPLEMENTED(napi_queue_async_work)(node_api_basic_env env, napi_async_work work) {
  ENTER_BASIC();
  CHECK_ARG(work);
  pthread_mutex_lock(&host.mutex);
  work->state = QUEUED;
  work->is_cancelled = false;
  work->next = NULL;
  if (host.works == NULL) host.works_end = &host.works;
  *host.works_end = work;
  host.works_end = &work->next;
  atomic_fetch_add(&host.alive, 1);
  if (host.idle_threads == 0 && host.threads < pool_size()) start_thread();
  pthread_cond_signal(&host.work_ready);
  pthread_mutex_unlock(&host.mutex);
  DONE();
}

IMPLEMENTED(napi_cancel_async_work)(node_api_basic_env env, napi_async_work work) {
  ENTER_BASIC();
  CHECK_ARG(work);
  pthread_mutex_lock(&host.mutex);
  bool is_queued = work->state == QUEUED;
  if (is_queued) {
    struct napi_async_work__ **place = &host.works;
    while (*place != work) place = &(*place)->next;
    *place = work->next;
    if (*place == NULL) host.works_end = place;
    work->state = IDLE;
    work->is_cancelled = true;
  }
  pthread_mutex_unlock(&host.mutex);
  CHECK(is_queued, napi_generic_failure);
  post(finish, work);
  DONE();
}
