// Node-API: the environment: versions, last error, exceptions, registration, instance data, async contexts.
#include "probe.h"

#include <string.h>

// The version that addons get, although there is no Node: the lowest one with Node-API 10, the version of the headers, in Node's last line
// for 32-bit ARM (22).
static const napi_node_version node_version = {22, 14, 0, "node"};
IMPLEMENTED(napi_get_node_version)(node_api_basic_env env, const napi_node_version **result) {
  ENTER();
  RETURN(result, &node_version);
}
IMPLEMENTED(napi_get_version)(node_api_basic_env env, uint32_t *result) {
  ENTER();
  RETURN(result, NAPI_VERSION);
}

// The status of the last call, with its message.
IMPLEMENTED(napi_get_last_error_info)(node_api_basic_env env, const napi_extended_error_info **result) {
  static const char *const messages[] = {NULL,
                                         "Invalid argument",
                                         "An object was expected",
                                         "A string was expected",
                                         "A string or symbol was expected",
                                         "A function was expected",
                                         "A number was expected",
                                         "A boolean was expected",
                                         "An array was expected",
                                         "Unknown failure",
                                         "An exception is pending",
                                         "The async work item was cancelled",
                                         "napi_escape_handle already called on scope",
                                         "Invalid handle scope usage",
                                         "Invalid callback scope usage",
                                         "Thread-safe function queue is full",
                                         "Thread-safe function handle is closing",
                                         "A bigint was expected",
                                         "A date was expected",
                                         "An arraybuffer was expected",
                                         "A detachable arraybuffer was expected",
                                         "Main thread would deadlock",
                                         "External buffers are not allowed",
                                         "Cannot run JavaScript"};
  static napi_extended_error_info info;
  ENTER();
  CHECK_ARG(result);
  info.error_code = env->last_status;
  info.error_message = (size_t)env->last_status < sizeof messages / sizeof *messages ? messages[env->last_status] : "Unknown status";
  *result = &info;
  return napi_ok;
}

// Sets the pending exception.
napi_status raise(napi_env env, napi_value exception) {
  env->exception = exception;
  return status_of(env, napi_ok);
}

// Sets a TypeError as the pending exception, and returns the status that Node returns with it.
napi_status raise_type(napi_env env, napi_status status, const char *message) {
  raise(env, new_error(prototypes.type_error, NULL, new_text(message)));
  return status_of(env, status);
}

// Ends the probe: Node aborts.
IMPLEMENTED_FATAL(napi_fatal_error)(const char *location, size_t location_length, const char *message, size_t message_length) {
  if (location == NULL) location = "unknown place";
  if (message == NULL) message = "no message";
  if (location_length == NAPI_AUTO_LENGTH) location_length = strlen(location);
  if (message_length == NAPI_AUTO_LENGTH) message_length = strlen(message);
  finish("napi_fatal_error at %.*s: %.*s", (int)location_length, location, (int)message_length, message);
}

// Ends the probe with an exception that nothing can catch.
IMPLEMENTED(napi_fatal_exception)(napi_env env, napi_value error) {
  ENTER_JS();
  CHECK_ARG(error);
  finish("uncaught exception: %s", to_text(error)->text);
}

// Registration by a constructor of the addon; as in Node, the last call wins.
IMPLEMENTED_VOID(napi_module_register)(napi_module *module) {
  COUNT();
  environment.module = module;
}

// The file: URL of the addon.
IMPLEMENTED(node_api_get_module_file_name)(node_api_basic_env env, const char **result) {
  ENTER();
  RETURN(result, env->file);
}

// Instance data: one pointer of the addon.
IMPLEMENTED(napi_set_instance_data)(node_api_basic_env env, void *data, napi_finalize finalize, void *hint) {
  ENTER();
  env->instance = (struct finalizer){.run = finalize, .data = data, .hint = hint};
  DONE();
}
IMPLEMENTED(napi_get_instance_data)(node_api_basic_env env, void **data) {
  ENTER();
  RETURN(data, env->instance.data);
}

// A sum that only a garbage collector would use.
IMPLEMENTED(napi_adjust_external_memory)(node_api_basic_env env, int64_t change, int64_t *result) {
  ENTER();
  env->external_bytes += change;
  RETURN(result, env->external_bytes);
}

// Async contexts and callback scopes matter only to async_hooks, which the probe host does not have.
IMPLEMENTED(napi_async_init)(napi_env env, napi_value resource, napi_value name, napi_async_context *result) {
  ENTER();
  (void)resource;
  CHECK_ARG(name);
  RETURN(result, allocate(1));
}
IMPLEMENTED(napi_async_destroy)(napi_env env, napi_async_context context) {
  ENTER();
  CHECK_ARG(context);
  DONE();
}
IMPLEMENTED(napi_open_callback_scope)(napi_env env, napi_value resource, napi_async_context context, napi_callback_scope *result) {
  ENTER();
  (void)resource, (void)context;
  RETURN(result, allocate(1));
}
IMPLEMENTED(napi_close_callback_scope)(napi_env env, napi_callback_scope scope) {
  ENTER();
  CHECK_ARG(scope);
  DONE();
}
