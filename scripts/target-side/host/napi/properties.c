// Node-API: properties.
#include "../core/host.h"

#include <string.h>

// Whether ToObject takes a value: else there is an exception beside the status, as in Node.
napi_status check_object(napi_env env, napi_value value) {
  CHECK_ARG(value);
  if (!JS_IsUndefined(value_of(value)) && !JS_IsNull(value_of(value))) return napi_ok;
  JS_ThrowTypeError(host.context, "Cannot convert undefined or null to object");
  take_exception(env);
  return status_of(env, napi_object_expected);
}

// The object of a value, owned by the caller, as ToObject makes it.
napi_status to_object(napi_env env, napi_value value, JSValue *object) {
  napi_status status = check_object(env, value);
  if (status != napi_ok) return status;
  *object = JS_ToObject(host.context, value_of(value));
  return JS_IsException(*object) ? take_exception(env) : napi_ok;
}

// Whether an object refuses a new value without an exception in code that is not strict: such a call succeeds in Node. The engine throws.
static bool refuses(JSContext *context, JSValueConst object, JSAtom key) {
  JSValue current = JS_DupValue(context, object);
  JSPropertyDescriptor found = {.flags = 0};
  int exists = 0;
  while (JS_IsObject(current) && (exists = JS_GetOwnProperty(context, &found, current, key)) == 0) {
    JSValue next = JS_GetPrototype(context, current);
    JS_FreeValue(context, current);
    current = next;
  }
  JS_FreeValue(context, current);
  if (exists < 0) JS_FreeValue(context, JS_GetException(context));
  if (exists <= 0) return exists == 0 && JS_IsExtensible(context, object) == 0;
  bool is_accessor = (found.flags & JS_PROP_GETSET) != 0;
  bool is_refused = is_accessor ? JS_IsUndefined(found.setter) : !(found.flags & JS_PROP_WRITABLE);
  JS_FreeValue(context, found.value);
  JS_FreeValue(context, found.getter);
  JS_FreeValue(context, found.setter);
  return is_refused;
}

static int set_property(JSContext *context, JSValueConst object, JSAtom key, JSValueConst value) {
  if (JS_SetProperty(context, object, key, JS_DupValue(context, value)) >= 0) return 1;
  JSValue exception = JS_GetException(context);
  if (refuses(context, object, key)) {
    JS_FreeValue(context, exception);
    return 1;
  }
  JS_Throw(context, exception);
  return -1;
}

// What an operation does with a property.
enum operation { SET, GET, HAS, HAS_OWN, DELETE };

// Runs an operation; the key is given up. `value` is the one to set, `handle` and `flag` are for results.
static napi_status operate(napi_env env, enum operation operation, napi_value target, JSAtom key, napi_value value, napi_value *handle,
                           bool *flag) {
  JSContext *context = host.context;
  JSValue object;
  napi_status status = key == JS_ATOM_NULL ? take_exception(env) : to_object(env, target, &object);
  if (status != napi_ok) {
    JS_FreeAtom(context, key);
    return status;
  }
  int outcome = 0;
  if (operation == GET) {
    JSValue found = JS_GetProperty(context, object, key);
    if (JS_IsException(found)) outcome = -1;
    else *handle = add_handle(found);
  } else if (operation == SET) {
    outcome = set_property(context, object, key, value_of(value));
  } else if (operation == HAS) {
    outcome = JS_HasProperty(context, object, key);
  } else if (operation == HAS_OWN) {
    outcome = JS_GetOwnProperty(context, NULL, object, key);
  } else {
    outcome = JS_DeleteProperty(context, object, key, 0);
  }
  JS_FreeAtom(context, key);
  JS_FreeValue(context, object);
  if (outcome < 0) return take_exception(env);
  if (flag != NULL) *flag = outcome != 0;
  DONE();
}

// Checks the object before the name, and before the text of a key, which may run JavaScript, as Node does.
#define CHECK_OBJECT(object)                          \
  do {                                                \
    napi_status checked_ = check_object(env, object); \
    if (checked_ != napi_ok) return checked_;         \
  } while (0)
#define CHECK_NAMED(object, name) \
  CHECK_OBJECT(object);           \
  CHECK_ARG(name)

static JSAtom atom_of(napi_value key) {
  return JS_ValueToAtom(host.context, value_of(key));
}

IMPLEMENTED(napi_set_property)(napi_env env, napi_value object, napi_value key, napi_value value) {
  ENTER_JS();
  CHECK_ARG(key);
  CHECK_ARG(value);
  CHECK_OBJECT(object);
  return operate(env, SET, object, atom_of(key), value, NULL, NULL);
}

IMPLEMENTED(napi_get_property)(napi_env env, napi_value object, napi_value key, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(key);
  CHECK_ARG(result);
  CHECK_OBJECT(object);
  return operate(env, GET, object, atom_of(key), NULL, result, NULL);
}

IMPLEMENTED(napi_has_property)(napi_env env, napi_value object, napi_value key, bool *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_ARG(key);
  CHECK_OBJECT(object);
  return operate(env, HAS, object, atom_of(key), NULL, NULL, result);
}

IMPLEMENTED(napi_has_own_property)(napi_env env, napi_value object, napi_value key, bool *result) {
  ENTER_JS();
  CHECK_ARG(key);
  CHECK_ARG(result);
  CHECK_OBJECT(object);
  CHECK(JS_IsString(value_of(key)) || JS_IsSymbol(value_of(key)), napi_name_expected);
  return operate(env, HAS_OWN, object, atom_of(key), NULL, NULL, result);
}

IMPLEMENTED(napi_delete_property)(napi_env env, napi_value object, napi_value key, bool *result) {
  ENTER_JS();
  CHECK_ARG(key);
  CHECK_OBJECT(object);
  return operate(env, DELETE, object, atom_of(key), NULL, NULL, result);
}

IMPLEMENTED(napi_set_named_property)(napi_env env, napi_value object, const char *name, napi_value value) {
  ENTER_JS();
  CHECK_ARG(value);
  CHECK_NAMED(object, name);
  return operate(env, SET, object, JS_NewAtom(host.context, name), value, NULL, NULL);
}

IMPLEMENTED(napi_get_named_property)(napi_env env, napi_value object, const char *name, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_NAMED(object, name);
  return operate(env, GET, object, JS_NewAtom(host.context, name), NULL, result, NULL);
}

IMPLEMENTED(napi_has_named_property)(napi_env env, napi_value object, const char *name, bool *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_NAMED(object, name);
  return operate(env, HAS, object, JS_NewAtom(host.context, name), NULL, NULL, result);
}

IMPLEMENTED(napi_set_element)(napi_env env, napi_value object, uint32_t index, napi_value value) {
  ENTER_JS();
  CHECK_ARG(value);
  return operate(env, SET, object, JS_NewAtomUInt32(host.context, index), value, NULL, NULL);
}

IMPLEMENTED(napi_get_element)(napi_env env, napi_value object, uint32_t index, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  return operate(env, GET, object, JS_NewAtomUInt32(host.context, index), NULL, result, NULL);
}

IMPLEMENTED(napi_has_element)(napi_env env, napi_value object, uint32_t index, bool *result) {
  ENTER_JS();
  CHECK_ARG(result);
  return operate(env, HAS, object, JS_NewAtomUInt32(host.context, index), NULL, NULL, result);
}

IMPLEMENTED(napi_delete_element)(napi_env env, napi_value object, uint32_t index, bool *result) {
  ENTER_JS();
  return operate(env, DELETE, object, JS_NewAtomUInt32(host.context, index), NULL, NULL, result);
}

// The key of a descriptor.
static napi_status key_of(napi_env env, const napi_property_descriptor *property, JSAtom *key) {
  if (property->utf8name != NULL) {
    *key = JS_NewAtom(host.context, property->utf8name);
  } else {
    CHECK_ARG(property->name);
    CHECK(JS_IsString(value_of(property->name)) || JS_IsSymbol(value_of(property->name)), napi_name_expected);
    *key = atom_of(property->name);
  }
  return *key == JS_ATOM_NULL ? take_exception(env) : napi_ok;
}

// Makes the function of a descriptor; it has the property's name.
static JSValue function_of(napi_env env, JSAtom key, napi_callback callback, void *data) {
  const char *name = JS_AtomToCString(host.context, key);
  JSValue function = new_function(env, name, NAPI_AUTO_LENGTH, callback, data, false);
  JS_FreeCString(host.context, name);
  return function;
}

// Defines one property. Returns < 0 after an exception, 0 if the object refuses it.
static int define(napi_env env, JSValueConst object, JSAtom key, const napi_property_descriptor *property) {
  JSContext *context = host.context;
  int flags = JS_PROP_HAS_ENUMERABLE | JS_PROP_HAS_CONFIGURABLE;
  if (property->attributes & napi_enumerable) flags |= JS_PROP_ENUMERABLE;
  if (property->attributes & napi_configurable) flags |= JS_PROP_CONFIGURABLE;
  if (property->getter != NULL || property->setter != NULL) {
    JSValue getter = property->getter == NULL ? JS_UNDEFINED : function_of(env, key, property->getter, property->data);
    JSValue setter = property->setter == NULL ? JS_UNDEFINED : function_of(env, key, property->setter, property->data);
    int done = JS_DefineProperty(context, object, key, JS_UNDEFINED, getter, setter, flags | JS_PROP_HAS_GET | JS_PROP_HAS_SET);
    JS_FreeValue(context, getter);
    JS_FreeValue(context, setter);
    return done;
  }
  flags |= JS_PROP_HAS_VALUE | JS_PROP_HAS_WRITABLE;
  if (property->attributes & napi_writable) flags |= JS_PROP_WRITABLE;
  JSValue value =
      property->method != NULL ? function_of(env, key, property->method, property->data) : JS_DupValue(context, value_of(property->value));
  int done = JS_DefineProperty(context, object, key, value, JS_UNDEFINED, JS_UNDEFINED, flags);
  JS_FreeValue(context, value);
  return done;
}

// Defines the property of a descriptor.
static napi_status define_one(napi_env env, JSValueConst object, const napi_property_descriptor *property) {
  bool is_accessor = property->getter != NULL || property->setter != NULL;
  JSAtom key;
  napi_status status = key_of(env, property, &key);
  if (status != napi_ok) return status;
  int done = is_accessor || property->method != NULL || property->value != NULL ? define(env, object, key, property) : 0;
  JS_FreeAtom(host.context, key);
  if (done < 0) return take_exception(env);
  // Node has another status for a method.
  CHECK(done > 0, property->method != NULL && !is_accessor ? napi_generic_failure : napi_invalid_arg);
  return napi_ok;
}

IMPLEMENTED(napi_define_properties)(napi_env env, napi_value target, size_t count, const napi_property_descriptor *properties) {
  ENTER_JS();
  if (count > 0) CHECK_ARG(properties);
  JSValue object;
  napi_status status = to_object(env, target, &object);
  if (status != napi_ok) return status;
  for (size_t index = 0; status == napi_ok && index < count; index++) status = define_one(env, object, &properties[index]);
  JS_FreeValue(host.context, object);
  return status_of(env, status);
}
