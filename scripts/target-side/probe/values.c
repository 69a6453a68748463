// The values of the probe host: creation, conversion to text, properties, calls.
#include "probe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct napi_value__ undefined_value = {.type = napi_undefined};
struct napi_value__ null_value = {.type = napi_null};
struct napi_value__ true_value = {.type = napi_boolean, .boolean = true};
struct napi_value__ false_value = {.type = napi_boolean};

// Zeroed memory that is never freed.
void *allocate(size_t size) {
  void *memory = calloc(1, size ? size : 1);
  if (memory == NULL) finish("out of memory: %zu bytes", size);
  return memory;
}

// A bare value of a type.
napi_value new_value(napi_valuetype type) {
  napi_value value = allocate(sizeof *value);
  value->type = type;
  return value;
}

// An object without properties.
napi_value new_object(enum shape shape, napi_value prototype) {
  napi_value object = new_value(napi_object);
  object->shape = shape;
  object->prototype = prototype;
  return object;
}

napi_value new_number(double number) {
  napi_value value = new_value(napi_number);
  value->number = number;
  return value;
}

// A string from UTF-8, copied.
napi_value new_string(const char *utf8, size_t length) {
  napi_value value = new_value(napi_string);
  value->text = allocate(length + 1);
  if (length > 0) memcpy(value->text, utf8, length);
  value->length = length;
  return value;
}

// A string from C text, copied.
napi_value new_text(const char *text) {
  return new_string(text, strlen(text));
}

// A function with its `name` and its own `prototype`.
napi_value new_function(const char *name, size_t length, napi_callback callback, void *data) {
  napi_value function = new_value(napi_function), prototype = new_object(PLAIN, prototypes.object);
  function->prototype = prototypes.function;
  function->callback = callback;
  function->data = data;
  put_property(function, new_text("name"), new_string(name, length), napi_configurable);
  put_property(function, new_text("prototype"), prototype, napi_writable);
  put_property(prototype, new_text("constructor"), function, napi_default_method);
  return function;
}

// An error with a message and an optional code.
napi_value new_error(napi_value prototype, napi_value code, napi_value message) {
  napi_value error = new_object(ERROR, prototype);
  put_property(error, new_text("message"), message, napi_default_method);
  if (code != NULL) put_property(error, new_text("code"), code, napi_default_jsproperty);
  return error;
}

// Whether a value has an identity and can have properties.
bool is_object(napi_value value) {
  return value->type == napi_object || value->type == napi_function || value->type == napi_external;
}

// Whether a value is exactly this string.
bool is_text(napi_value value, const char *text) {
  return value->type == napi_string && value->length == strlen(text) && memcmp(value->text, text, value->length) == 0;
}

// Strict equality.
bool same_value(napi_value left, napi_value right) {
  if (left->type != right->type) return false;
  switch (left->type) {
    case napi_undefined:
    case napi_null: return true;
    case napi_boolean: return left->boolean == right->boolean;
    case napi_number: return left->number == right->number;
    case napi_bigint: return left->negative == right->negative && left->magnitude == right->magnitude;
    case napi_string: return left->length == right->length && memcmp(left->text, right->text, left->length) == 0;
    default: return left == right;
  }
}

// The shortest text that reads back as the number.
static napi_value number_text(double number) {
  char text[32];
  if (isnan(number)) return new_text("NaN");
  if (isinf(number)) return new_text(number < 0 ? "-Infinity" : "Infinity");
  if (number == 0) return new_text("0");
  if (number == floor(number) && fabs(number) < 1e15) {
    snprintf(text, sizeof text, "%.0f", number);
    return new_text(text);
  }
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  return new_text(text);
}

// The text of an own or inherited data property, or NULL.
static napi_value text_property(napi_value object, const char *name) {
  struct property *property = find_property(object, new_text(name));
  return property != NULL && property->value != NULL && property->value->type == napi_string ? property->value : NULL;
}

// A value as a string, like String(value), for the types that occur at registration.
napi_value to_text(napi_value value) {
  char text[32];
  switch (value->type) {
    case napi_string: return value;
    case napi_undefined: return new_text("undefined");
    case napi_null: return new_text("null");
    case napi_boolean: return new_text(value->boolean ? "true" : "false");
    case napi_number: return number_text(value->number);
    case napi_bigint:
      snprintf(text, sizeof text, "%s%llu", value->negative ? "-" : "", (unsigned long long)value->magnitude);
      return new_text(text);
    default: break;
  }
  if (value->type != napi_object || value->shape != ERROR) return new_text("[object Object]");
  napi_value name = text_property(value, "name"), message = text_property(value, "message");
  const char *first = name != NULL ? name->text : "Error", *second = message != NULL ? message->text : "";
  size_t size = strlen(first) + strlen(second) + 3;
  char *joined = allocate(size);
  snprintf(joined, size, "%s%s%s", first, *second ? ": " : "", second);
  return new_text(joined);
}

// A value as a key: a string or a symbol.
static napi_value to_key(napi_value value) {
  return value->type == napi_symbol ? value : to_text(value);
}

// A property of the object itself, or NULL.
struct property *own_property(napi_value object, napi_value key) {
  key = to_key(key);
  for (struct property *property = object->properties; property != NULL; property = property->next)
    if (same_value(property->key, key)) return property;
  return NULL;
}

// A property of the object or of its prototypes, or NULL.
struct property *find_property(napi_value object, napi_value key) {
  for (; object != NULL; object = object->prototype) {
    struct property *property = own_property(object, key);
    if (property != NULL) return property;
  }
  return NULL;
}

// Updates the length of an array after a write to an index.
static void update_length(napi_value array, napi_value key) {
  if (array->shape != ARRAY || key->type != napi_string || key->length == 0 || key->length > 10) return;
  if (strspn(key->text, "0123456789") != key->length || (key->text[0] == '0' && key->length > 1)) return;
  unsigned long long index = strtoull(key->text, NULL, 10);
  if (index < UINT32_MAX && index + 1 > array->length) array->length = (size_t)index + 1;
}

// Adds or replaces an own property; properties keep the order in which they were added.
struct property *put_property(napi_value object, napi_value key, napi_value value, int attributes) {
  key = to_key(key);
  struct property **place = &object->properties;
  while (*place != NULL && !same_value((*place)->key, key)) place = &(*place)->next;
  if (*place == NULL) *place = allocate(sizeof **place);
  struct property *property = *place, *next = property->next;
  *property = (struct property){.key = key, .value = value, .attributes = attributes, .next = next};
  update_length(object, key);
  return property;
}

// Removes an own property; false if it is not configurable.
bool delete_own(napi_value object, napi_value key) {
  struct property *property = own_property(object, key), **place = &object->properties;
  if (property == NULL) return true;
  if (!(property->attributes & napi_configurable)) return false;
  while (*place != property) place = &(*place)->next;
  *place = property->next;
  return true;
}

// Reads a property, with its getter if it has one. A missing property of an intrinsic object is recorded: Node may have it.
napi_status get_property(napi_env env, napi_value object, napi_value key, napi_value *result) {
  *result = &undefined_value;
  if (is_text(key, "length")) {
    if (object->shape == ARRAY || object->type == napi_string || object->shape == TYPEDARRAY) {
      *result = new_number((double)object->length);
      return napi_ok;
    }
  }
  struct property *property = find_property(object, key);
  if (property == NULL && object->intrinsic != NULL) note_missing(object->intrinsic, to_key(key)->text);
  if (property == NULL) return napi_ok;
  if (property->getter != NULL) return call(env, property->getter, object, 0, NULL, NULL, result);
  if (property->value != NULL) *result = property->value;
  return napi_ok;
}

// Writes a property, with its setter if it has one; a read-only property stays unchanged without an error, as in V8.
napi_status set_property(napi_env env, napi_value object, napi_value key, napi_value value) {
  if (!is_object(object)) return napi_ok;
  struct property *property = find_property(object, key);
  if (property != NULL && (property->getter != NULL || property->setter != NULL)) {
    napi_value ignored;
    return property->setter == NULL ? napi_ok : call(env, property->setter, object, 1, &value, NULL, &ignored);
  }
  if (property != NULL && !(property->attributes & napi_writable)) return napi_ok;
  struct property *own = own_property(object, key);
  if (own != NULL) own->value = value;
  else if (!object->sealed) put_property(object, key, value, napi_default_jsproperty);
  return napi_ok;
}

// Calls a function; fails if it leaves an exception pending.
napi_status call(napi_env env, napi_value function, napi_value this_value, size_t argc, const napi_value *argv, napi_value new_target,
                 napi_value *result) {
  struct napi_callback_info__ info = {
      .this_value = this_value != NULL ? this_value : &undefined_value,
      .new_target = new_target,
      .argc = argc,
      .argv = argv,
      .data = function->data,
  };
  napi_value value = function->callback(env, &info);
  *result = value != NULL ? value : &undefined_value;
  return env->exception != NULL ? napi_pending_exception : napi_ok;
}

// Stores a finalizer for the end of the environment; there is no garbage collector to run it earlier.
void add_finalizer(napi_env env, napi_value owner, napi_finalize run, void *data, void *hint) {
  struct finalizer *finalizer = allocate(sizeof *finalizer);
  *finalizer = (struct finalizer){.owner = owner, .run = run, .data = data, .hint = hint, .next = env->finalizers};
  env->finalizers = finalizer;
}
