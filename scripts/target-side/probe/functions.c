// Node-API: functions, classes, property descriptors, references, handle scopes, promises.
#include "probe.h"

#include <string.h>

IMPLEMENTED(napi_create_function)(napi_env env, const char *name, size_t length, napi_callback callback, void *data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(callback);
  if (length == NAPI_AUTO_LENGTH && name != NULL) length = strlen(name);
  RETURN(result, new_function(name, name != NULL ? length : 0, callback, data));
}

// A function for a descriptor, named like its property; NULL without a callback.
static napi_value descriptor_function(napi_value key, napi_callback callback, void *data) {
  return callback != NULL ? new_function(key->text, key->length, callback, data) : NULL;
}

// Adds the property that a descriptor describes.
static napi_status define(napi_env env, napi_value object, const napi_property_descriptor *descriptor) {
  napi_value key = descriptor->utf8name != NULL ? new_text(descriptor->utf8name) : descriptor->name;
  CHECK(key != NULL && (key->type == napi_string || key->type == napi_symbol), napi_name_expected);
  struct property *old = own_property(object, key);
  CHECK(old != NULL ? old->attributes & napi_configurable : !object->sealed, napi_invalid_arg);
  napi_value getter = descriptor_function(key, descriptor->getter, descriptor->data);
  napi_value setter = descriptor_function(key, descriptor->setter, descriptor->data);
  napi_value method = descriptor_function(key, descriptor->method, descriptor->data);
  bool accessor = getter != NULL || setter != NULL;
  CHECK(accessor || method != NULL || descriptor->value != NULL, napi_invalid_arg);
  struct property *property = put_property(object, key,
                                           accessor         ? NULL
                                           : method != NULL ? method
                                                            : descriptor->value,
                                           descriptor->attributes);
  property->getter = getter;
  property->setter = setter;
  return napi_ok;
}

IMPLEMENTED(napi_define_properties)(napi_env env, napi_value object, size_t count, const napi_property_descriptor *properties) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK(count == 0 || properties != NULL, napi_invalid_arg);
  CHECK(is_object(object), napi_object_expected);
  for (size_t index = 0; index < count; index++) {
    napi_status status = define(env, object, &properties[index]);
    if (status != napi_ok) return status;
  }
  DONE();
}

// Creates a class: static properties belong to the constructor, the others to its prototype.
IMPLEMENTED(napi_define_class)(napi_env env, const char *name, size_t length, napi_callback constructor, void *data, size_t count,
                               const napi_property_descriptor *properties, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_ARG(constructor);
  CHECK(count == 0 || properties != NULL, napi_invalid_arg);
  if (length == NAPI_AUTO_LENGTH && name != NULL) length = strlen(name);
  napi_value class = new_function(name, name != NULL ? length : 0, constructor, data);
  napi_value prototype = own_property(class, new_text("prototype"))->value;
  class->is_class = true;
  for (size_t index = 0; index < count; index++) {
    napi_status status = define(env, properties[index].attributes & napi_static ? class : prototype, &properties[index]);
    if (status != napi_ok) return status;
  }
  RETURN(result, class);
}

// The arguments, `this` and data of a callback.
IMPLEMENTED(napi_get_cb_info)(napi_env env, napi_callback_info info, size_t *argc, napi_value *argv, napi_value *this_value, void **data) {
  ENTER();
  CHECK_ARG(info);
  CHECK(argv == NULL || argc != NULL, napi_invalid_arg);
  for (size_t index = 0; argv != NULL && index < *argc; index++) argv[index] = index < info->argc ? info->argv[index] : &undefined_value;
  if (argc != NULL) *argc = info->argc;
  if (this_value != NULL) *this_value = info->this_value;
  if (data != NULL) *data = info->data;
  DONE();
}

// The class that `new` was called on, or NULL.
IMPLEMENTED(napi_get_new_target)(napi_env env, napi_callback_info info, napi_value *result) {
  ENTER();
  CHECK_ARG(info);
  RETURN(result, info->new_target);
}

IMPLEMENTED(napi_call_function)(napi_env env, napi_value this_value, napi_value function, size_t argc, const napi_value *argv,
                                napi_value *result) {
  ENTER_JS();
  CHECK_ARG(function);
  CHECK(argc == 0 || argv != NULL, napi_invalid_arg);
  CHECK(function->type == napi_function, napi_invalid_arg);
  napi_value value;
  napi_status status = call(env, function, this_value, argc, argv, NULL, &value);
  if (status == napi_ok && result != NULL) *result = value;
  return status_of(env, status);
}

// Calls a function from outside of JavaScript; there are no microtasks to run after it.
IMPLEMENTED(napi_make_callback)(napi_env env, napi_async_context context, napi_value this_value, napi_value function, size_t argc,
                                const napi_value *argv, napi_value *result) {
  COUNT();
  (void)context;
  return napi_call_function(env, this_value, function, argc, argv, result);
}

IMPLEMENTED(napi_new_instance)(napi_env env, napi_value class, size_t argc, const napi_value *argv, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(class);
  CHECK_ARG(result);
  CHECK(argc == 0 || argv != NULL, napi_invalid_arg);
  CHECK(class->type == napi_function, napi_invalid_arg);
  struct property *prototype = own_property(class, new_text("prototype"));
  napi_value instance = new_object(PLAIN, prototype != NULL && is_object(prototype->value) ? prototype->value : prototypes.object), value;
  napi_status status = call(env, class, instance, argc, argv, class, &value);
  if (status == napi_ok) *result = is_object(value) ? value : instance;
  return status_of(env, status);
}

// Whether the class's prototype is in the object's prototype chain.
IMPLEMENTED(napi_instanceof)(napi_env env, napi_value object, napi_value class, bool *result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK_ARG(class);
  CHECK_ARG(result);
  if (class->type != napi_function) return raise_type(env, napi_function_expected, "Constructor must be a function");
  struct property *property = own_property(class, new_text("prototype"));
  *result = false;
  for (napi_value parent = object->prototype; parent != NULL && property != NULL; parent = parent->prototype)
    *result |= parent == property->value;
  DONE();
}

struct napi_ref__ {
  napi_value value;
  uint32_t count;
};

// Creates a reference. Addons of Node-API below 10 can refer only to objects, functions and symbols.
IMPLEMENTED(napi_create_reference)(napi_env env, napi_value value, uint32_t count, napi_ref *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  CHECK(env->module_version >= 10 || is_object(value) || value->type == napi_symbol, napi_invalid_arg);
  *result = allocate(sizeof **result);
  **result = (struct napi_ref__){value, count};
  DONE();
}

// Deletes a reference; its memory stays, so that a later use is an invalid argument and not a crash.
IMPLEMENTED(napi_delete_reference)(node_api_basic_env env, napi_ref reference) {
  ENTER();
  CHECK_ARG(reference);
  CHECK_ARG(reference->value);
  reference->value = NULL;
  DONE();
}

IMPLEMENTED(napi_reference_ref)(napi_env env, napi_ref reference, uint32_t *result) {
  ENTER();
  CHECK_ARG(reference);
  reference->count++;
  if (result != NULL) *result = reference->count;
  DONE();
}

IMPLEMENTED(napi_reference_unref)(napi_env env, napi_ref reference, uint32_t *result) {
  ENTER();
  CHECK_ARG(reference);
  CHECK(reference->count > 0, napi_generic_failure);
  reference->count--;
  if (result != NULL) *result = reference->count;
  DONE();
}

// The value of a reference: weak references keep theirs too, since there is no garbage collection.
IMPLEMENTED(napi_get_reference_value)(napi_env env, napi_ref reference, napi_value *result) {
  ENTER();
  CHECK_ARG(reference);
  RETURN(result, reference->value);
}

struct napi_escapable_handle_scope__ {
  bool escaped;
};

// Handle scopes are only counted: values are never freed.
static napi_status close_scope(napi_env env) {
  CHECK(env->open_scopes > 0, napi_handle_scope_mismatch);
  env->open_scopes--;
  DONE();
}
IMPLEMENTED(napi_open_escapable_handle_scope)(napi_env env, napi_escapable_handle_scope *result) {
  ENTER();
  env->open_scopes++;
  RETURN(result, allocate(sizeof **result));
}
IMPLEMENTED(napi_close_escapable_handle_scope)(napi_env env, napi_escapable_handle_scope scope) {
  ENTER();
  CHECK_ARG(scope);
  return close_scope(env);
}
IMPLEMENTED(napi_open_handle_scope)(napi_env env, napi_handle_scope *result) {
  ENTER();
  env->open_scopes++;
  RETURN(result, allocate(1));
}
IMPLEMENTED(napi_close_handle_scope)(napi_env env, napi_handle_scope scope) {
  ENTER();
  CHECK_ARG(scope);
  return close_scope(env);
}

// Moves one value to the outer scope.
IMPLEMENTED(napi_escape_handle)(napi_env env, napi_escapable_handle_scope scope, napi_value escapee, napi_value *result) {
  ENTER();
  CHECK_ARG(scope);
  CHECK_ARG(escapee);
  CHECK(!scope->escaped, napi_escape_called_twice);
  scope->escaped = true;
  RETURN(result, escapee);
}

// Creates a promise: an object that is its own deferred, since nothing waits for it.
IMPLEMENTED(napi_create_promise)(napi_env env, napi_deferred *deferred, napi_value *promise) {
  ENTER_JS();
  CHECK_ARG(deferred);
  CHECK_ARG(promise);
  *promise = new_object(PROMISE, prototypes.promise);
  *deferred = (napi_deferred)*promise;
  DONE();
}
IMPLEMENTED(napi_resolve_deferred)(napi_env env, napi_deferred deferred, napi_value value) {
  ENTER_JS();
  CHECK_ARG(deferred);
  CHECK_ARG(value);
  DONE();
}
IMPLEMENTED(napi_reject_deferred)(napi_env env, napi_deferred deferred, napi_value value) {
  ENTER_JS();
  CHECK_ARG(deferred);
  CHECK_ARG(value);
  DONE();
}
