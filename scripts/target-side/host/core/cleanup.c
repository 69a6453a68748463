// The end of the process: cleanup hooks in reverse order, then the finalizers of the addons' environments.
#include "host.h"

#include <stdlib.h>

struct napi_async_cleanup_hook_handle__ {
  struct cleanup_hook *hook;
  void *argument;
  bool has_run;
};

static struct cleanup_hook *add_hook(napi_cleanup_hook run, napi_async_cleanup_hook run_async, void *argument) {
  struct cleanup_hook *hook = allocate(sizeof *hook);
  *hook = (struct cleanup_hook){run, run_async, argument, host.hooks};
  host.hooks = hook;
  return hook;
}

static void remove_hook(struct cleanup_hook **place) {
  struct cleanup_hook *hook = *place;
  if (hook == NULL) return;
  *place = hook->next;
  free(hook);
}

// Hooks of the host itself.
void add_cleanup_hook(napi_cleanup_hook run, void *argument) {
  add_hook(run, NULL, argument);
}
void remove_cleanup_hook(napi_cleanup_hook run, void *argument) {
  struct cleanup_hook **place = &host.hooks;
  while (*place != NULL && ((*place)->run != run || (*place)->argument != argument)) place = &(*place)->next;
  remove_hook(place);
}

IMPLEMENTED(napi_add_env_cleanup_hook)(node_api_basic_env env, napi_cleanup_hook run, void *argument) {
  ENTER_BASIC();
  CHECK_ARG(run);
  for (struct cleanup_hook *hook = host.hooks; hook != NULL; hook = hook->next)
    if (hook->run == run && hook->argument == argument) fatal("napi_add_env_cleanup_hook: the hook is already added with this argument");
  add_hook(run, NULL, argument);
  DONE();
}

IMPLEMENTED(napi_remove_env_cleanup_hook)(node_api_basic_env env, napi_cleanup_hook run, void *argument) {
  ENTER_BASIC();
  CHECK_ARG(run);
  remove_cleanup_hook(run, argument);
  DONE();
}

IMPLEMENTED(napi_add_async_cleanup_hook)(node_api_basic_env env, napi_async_cleanup_hook run, void *argument,
                                         napi_async_cleanup_hook_handle *result) {
  ENTER_BASIC();
  CHECK_ARG(run);
  napi_async_cleanup_hook_handle handle = allocate(sizeof *handle);
  handle->hook = add_hook(NULL, run, handle);
  handle->argument = argument;
  atomic_fetch_add(&host.open_hooks, 1);
  if (result != NULL) *result = handle;
  DONE();
}

// May be called from any thread, also after the hook has run: that ends its work.
IMPLEMENTED(napi_remove_async_cleanup_hook)(napi_async_cleanup_hook_handle handle) {
  if (handle == NULL) return napi_invalid_arg;
  if (!handle->has_run) {
    struct cleanup_hook **place = &host.hooks;
    while (*place != NULL && *place != handle->hook) place = &(*place)->next;
    remove_hook(place);
  }
  free(handle);
  atomic_fetch_sub(&host.open_hooks, 1);
  wake_loop();
  return napi_ok;
}

// Runs all hooks, then ends the environments.
void run_cleanup(void) {
  while (host.hooks != NULL) {
    struct cleanup_hook hook = *host.hooks;
    remove_hook(&host.hooks);
    if (hook.run != NULL) {
      hook.run(hook.argument);
      continue;
    }
    napi_async_cleanup_hook_handle handle = hook.argument;
    handle->has_run = true;
    hook.run_async(handle, handle->argument);
  }
  wait_for_hooks();
  run_finalizers();
  for (napi_env env = host.environments; env != NULL; env = env->next) finalize_environment(env);
  release_all_bytes();
  run_finalizers();
}
