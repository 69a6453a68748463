// Node-API: versions, scripts, promises, memory, and contexts of asynchronous operations.
#include "../core/host.h"

#include <stdlib.h>
#include <string.h>

static const napi_node_version node_version = {NODE_MAJOR, NODE_MINOR, NODE_PATCH, "node"};
IMPLEMENTED(napi_get_node_version)(node_api_basic_env env, const napi_node_version **result) {
  ENTER_BASIC();
  RETURN(result, &node_version);
}

IMPLEMENTED(napi_get_version)(node_api_basic_env env, uint32_t *result) {
  ENTER_BASIC();
  RETURN(result, NAPI_VERSION);
}

IMPLEMENTED(node_api_get_module_file_name)(node_api_basic_env env, const char **result) {
  ENTER_BASIC();
  RETURN(result, env->file);
}

IMPLEMENTED(napi_adjust_external_memory)(node_api_basic_env env, int64_t change, int64_t *result) {
  ENTER_BASIC();
  CHECK_ARG(result);
  host.external_bytes += change;
  RETURN(result, host.external_bytes);
}

// The loop of the host is not libuv's.
IMPLEMENTED(napi_get_uv_event_loop)(node_api_basic_env env, struct uv_loop_s **result) {
  ENTER_BASIC();
  CHECK_ARG(result);
  return status_of(env, napi_generic_failure);
}

IMPLEMENTED(napi_run_script)(napi_env env, napi_value script, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(script);
  CHECK_ARG(result);
  CHECK(JS_IsString(value_of(script)), napi_string_expected);
  size_t length;
  const char *text = JS_ToCStringLen(host.context, &length, value_of(script));
  if (text == NULL) return take_exception(env);
  JSValue code = JS_Eval(host.context, text, length, "napi_run_script", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  JS_FreeCString(host.context, text);
  if (JS_IsException(code)) {
    // Node has another status for a text that does not compile, beside the exception.
    take_exception(env);
    return status_of(env, napi_generic_failure);
  }
  RETURN_VALUE(result, JS_EvalFunction(host.context, code));
}

struct napi_deferred__ {
  JSValue settle[2];  // resolve, reject
};

IMPLEMENTED(napi_create_promise)(napi_env env, napi_deferred *deferred, napi_value *promise) {
  ENTER_JS();
  CHECK_ARG(deferred);
  CHECK_ARG(promise);
  JSValue settle[2];
  JSValue value = JS_NewPromiseCapability(host.context, settle);
  if (JS_IsException(value)) return take_exception(env);
  *deferred = allocate(sizeof **deferred);
  memcpy((*deferred)->settle, settle, sizeof settle);
  RETURN_VALUE(promise, value);
}

// Settles a promise and frees its deferred.
static napi_status conclude(napi_env env, napi_deferred deferred, napi_value value, bool is_rejected) {
  CHECK_ARG(value);
  JSValueConst argument = value_of(value);
  JSValue result = JS_Call(host.context, deferred->settle[is_rejected], JS_UNDEFINED, 1, &argument);
  JS_FreeValue(host.context, deferred->settle[0]);
  JS_FreeValue(host.context, deferred->settle[1]);
  free(deferred);
  if (JS_IsException(result)) return take_exception(env);
  JS_FreeValue(host.context, result);
  DONE();
}

IMPLEMENTED(napi_resolve_deferred)(napi_env env, napi_deferred deferred, napi_value value) {
  ENTER_JS();
  return conclude(env, deferred, value, false);
}

IMPLEMENTED(napi_reject_deferred)(napi_env env, napi_deferred deferred, napi_value value) {
  ENTER_JS();
  return conclude(env, deferred, value, true);
}

IMPLEMENTED(napi_is_promise)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_IsPromise(value_of(value)));
}

// Contexts of asynchronous operations: there are no async hooks that could see them.
struct napi_async_context__ {
  napi_ref resource;
};

IMPLEMENTED(napi_async_init)(napi_env env, napi_value resource, napi_value name, napi_async_context *result) {
  ENTER();
  CHECK_ARG(name);
  CHECK_ARG(result);
  CHECK(!JS_IsSymbol(value_of(name)), napi_string_expected);
  CHECK(resource == NULL || (!JS_IsUndefined(value_of(resource)) && !JS_IsNull(value_of(resource))), napi_object_expected);
  RETURN(result, allocate(sizeof(struct napi_async_context__)));
}

IMPLEMENTED(napi_async_destroy)(napi_env env, napi_async_context context) {
  ENTER();
  CHECK_ARG(context);
  free(context);
  DONE();
}

struct napi_callback_scope__ {
  bool is_open;
};

IMPLEMENTED(napi_open_callback_scope)(napi_env env, napi_value resource, napi_async_context context, napi_callback_scope *result) {
  (void)resource, (void)context;
  ENTER();
  CHECK_ARG(result);
  env->open_callback_scopes++;
  host.callback_depth++;
  RETURN(result, allocate(sizeof(struct napi_callback_scope__)));
}

IMPLEMENTED(napi_close_callback_scope)(napi_env env, napi_callback_scope scope) {
  ENTER();
  CHECK_ARG(scope);
  if (env->open_callback_scopes == 0) return napi_callback_scope_mismatch;
  env->open_callback_scopes--;
  free(scope);
  if (--host.callback_depth == 0) run_ticks();
  DONE();
}
