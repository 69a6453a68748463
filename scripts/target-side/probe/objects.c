// Node-API: objects and their properties, arrays, wrapped and tagged objects, externals.
#include "probe.h"

// Node converts a value to an object before it reads or writes a property. For undefined and null it sets a pending TypeError.
#define REFUSE_HOLDER() raise_type(env, napi_object_expected, "Cannot convert undefined or null to object")
#define CHECK_HOLDER(value) \
  CHECK_ARG(value);         \
  if ((value)->type == napi_undefined || (value)->type == napi_null) return REFUSE_HOLDER()
#define CHECK_OBJECT(value) \
  CHECK_ARG(value);         \
  CHECK(is_object(value), napi_object_expected)

IMPLEMENTED(napi_create_object)(napi_env env, napi_value *result) {
  ENTER();
  RETURN(result, new_object(PLAIN, prototypes.object));
}

// Creates an array with holes.
IMPLEMENTED(napi_create_array_with_length)(napi_env env, size_t length, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  *result = new_object(ARRAY, prototypes.array);
  (*result)->length = length;
  DONE();
}

IMPLEMENTED(napi_create_array)(napi_env env, napi_value *result) {
  ENTER();
  RETURN(result, new_object(ARRAY, prototypes.array));
}

// The length of an array.
IMPLEMENTED(napi_get_array_length)(napi_env env, napi_value value, uint32_t *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK(value->shape == ARRAY, napi_array_expected);
  RETURN(result, (uint32_t)value->length);
}

// The prototype of an object, or null.
IMPLEMENTED(napi_get_prototype)(napi_env env, napi_value object, napi_value *result) {
  ENTER();
  CHECK_HOLDER(object);
  if (!is_object(object)) unimplemented("napi_get_prototype of a primitive value");
  RETURN(result, object->prototype != NULL ? object->prototype : &null_value);
}

// The access functions exist in three forms: by any key, by a name, by an index.
#define SET(name, parameter, key)                                                   \
  IMPLEMENTED(name)(napi_env env, napi_value object, parameter, napi_value value) { \
    ENTER_JS();                                                                     \
    CHECK_ARG(value);                                                               \
    CHECK_HOLDER(object);                                                           \
    CHECK_ARG(key);                                                                 \
    return status_of(env, set_property(env, object, key, value));                   \
  }
#define GET(name, parameter, key)                                                      \
  IMPLEMENTED(name)(napi_env env, napi_value object, parameter, napi_value * result) { \
    ENTER_JS();                                                                        \
    CHECK_ARG(result);                                                                 \
    CHECK_HOLDER(object);                                                              \
    CHECK_ARG(key);                                                                    \
    return status_of(env, get_property(env, object, key, result));                     \
  }
#define HAS(name, parameter, key, find)                                         \
  IMPLEMENTED(name)(napi_env env, napi_value object, parameter, bool *result) { \
    ENTER_JS();                                                                 \
    CHECK_HOLDER(object);                                                       \
    CHECK_ARG(key);                                                             \
    RETURN(result, find(object, key) != NULL);                                  \
  }
#define DELETE(name, parameter, key)                                            \
  IMPLEMENTED(name)(napi_env env, napi_value object, parameter, bool *result) { \
    ENTER_JS();                                                                 \
    CHECK_HOLDER(object);                                                       \
    CHECK_ARG(key);                                                             \
    bool deleted = delete_own(object, key);                                     \
    if (result != NULL) *result = deleted;                                      \
    DONE();                                                                     \
  }
#define NAME_KEY (utf8 != NULL ? new_text(utf8) : NULL)
SET(napi_set_property, napi_value key, key)
SET(napi_set_named_property, const char *utf8, NAME_KEY)
SET(napi_set_element, uint32_t index, new_number(index))
GET(napi_get_property, napi_value key, key)
GET(napi_get_named_property, const char *utf8, NAME_KEY)
GET(napi_get_element, uint32_t index, new_number(index))
HAS(napi_has_property, napi_value key, key, find_property)
HAS(napi_has_named_property, const char *utf8, NAME_KEY, find_property)
HAS(napi_has_element, uint32_t index, new_number(index), find_property)
DELETE(napi_delete_property, napi_value key, key)
DELETE(napi_delete_element, uint32_t index, new_number(index))

// Whether the object itself has a property.
IMPLEMENTED(napi_has_own_property)(napi_env env, napi_value object, napi_value key, bool *result) {
  ENTER_JS();
  CHECK_HOLDER(object);
  CHECK_ARG(key);
  CHECK(key->type == napi_string || key->type == napi_symbol, napi_name_expected);
  RETURN(result, own_property(object, key) != NULL);
}

// Lists the keys of an object that pass a filter. Indices are always strings: `conversion` is ignored.
IMPLEMENTED(napi_get_all_property_names)(napi_env env, napi_value object, napi_key_collection_mode mode, napi_key_filter filter,
                                         napi_key_conversion conversion, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_HOLDER(object);
  if (!is_object(object)) unimplemented("napi_get_all_property_names of a primitive value");
  (void)conversion;
  int attributes = filter & (napi_key_writable | napi_key_enumerable | napi_key_configurable);
  napi_value names = new_object(ARRAY, prototypes.array);
  for (napi_value holder = object; holder != NULL; holder = mode == napi_key_own_only ? NULL : holder->prototype) {
    for (struct property *property = holder->properties; property != NULL; property = property->next) {
      if ((property->attributes & attributes) != attributes) continue;
      if (filter & (property->key->type == napi_symbol ? napi_key_skip_symbols : napi_key_skip_strings)) continue;
      put_property(names, new_number((double)names->length), property->key, napi_default_jsproperty);
    }
  }
  RETURN(result, names);
}

// Lists the enumerable string keys, inherited ones too.
IMPLEMENTED(napi_get_property_names)(napi_env env, napi_value object, napi_value *result) {
  COUNT();
  return napi_get_all_property_names(env, object, napi_key_include_prototypes, napi_key_enumerable | napi_key_skip_symbols,
                                     napi_key_numbers_to_strings, result);
}

// Removes attributes from every property and forbids new properties.
static napi_status harden(napi_env env, napi_value object, int attributes) {
  CHECK_OBJECT(object);
  object->sealed = true;
  for (struct property *property = object->properties; property != NULL; property = property->next) property->attributes &= ~attributes;
  DONE();
}

// Object.freeze and Object.seal.
IMPLEMENTED(napi_object_freeze)(napi_env env, napi_value object) {
  ENTER_JS();
  return harden(env, object, napi_configurable | napi_writable);
}
IMPLEMENTED(napi_object_seal)(napi_env env, napi_value object) {
  ENTER_JS();
  return harden(env, object, napi_configurable);
}

// Creates a reference to a value if `result` is not NULL.
static napi_status refer(napi_env env, napi_value value, uint32_t count, napi_ref *result) {
  return result != NULL ? napi_create_reference(env, value, count, result) : status_of(env, napi_ok);
}

// Attaches a native pointer to an object.
IMPLEMENTED(napi_wrap)(napi_env env, napi_value object, void *native, node_api_basic_finalize finalize, void *hint, napi_ref *result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK(is_object(object) && !object->is_wrapped, napi_invalid_arg);
  object->is_wrapped = true;
  object->wrapped = native;
  if (finalize != NULL) add_finalizer(env, object, finalize, native, hint);
  return refer(env, object, 0, result);
}

// The native pointer of an object.
IMPLEMENTED(napi_unwrap)(napi_env env, napi_value object, void **result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK(is_object(object) && object->is_wrapped, napi_invalid_arg);
  RETURN(result, object->wrapped);
}

// Detaches the native pointer; its finalizer does not run.
IMPLEMENTED(napi_remove_wrap)(napi_env env, napi_value object, void **result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK(is_object(object) && object->is_wrapped, napi_invalid_arg);
  object->is_wrapped = false;
  for (struct finalizer *finalizer = env->finalizers; finalizer != NULL; finalizer = finalizer->next)
    if (finalizer->owner == object && finalizer->data == object->wrapped) finalizer->run = NULL;
  if (result != NULL) *result = object->wrapped;
  DONE();
}

// Adds a finalizer for an object; it runs at the end of the environment.
IMPLEMENTED(napi_add_finalizer)(napi_env env, napi_value object, void *data, node_api_basic_finalize finalize, void *hint,
                                napi_ref *result) {
  ENTER();
  CHECK_OBJECT(object);
  CHECK_ARG(finalize);
  add_finalizer(env, object, finalize, data, hint);
  return refer(env, object, 0, result);
}

// Creates a value with a native pointer.
IMPLEMENTED(napi_create_external)(napi_env env, void *data, node_api_basic_finalize finalize, void *hint, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  *result = new_value(napi_external);
  (*result)->data = data;
  if (finalize != NULL) add_finalizer(env, *result, finalize, data, hint);
  DONE();
}

// The native pointer of an external.
IMPLEMENTED(napi_get_value_external)(napi_env env, napi_value value, void **result) {
  ENTER();
  CHECK_ARG(value);
  CHECK(value->type == napi_external, napi_invalid_arg);
  RETURN(result, value->data);
}

// Tags an object; a second tag is an error.
IMPLEMENTED(napi_type_tag_object)(napi_env env, napi_value object, const napi_type_tag *tag) {
  ENTER_JS();
  CHECK_OBJECT(object);
  CHECK_ARG(tag);
  CHECK(!object->is_tagged, napi_invalid_arg);
  object->is_tagged = true;
  object->tag = *tag;
  DONE();
}

// Whether an object has this tag.
IMPLEMENTED(napi_check_object_type_tag)(napi_env env, napi_value object, const napi_type_tag *tag, bool *result) {
  ENTER_JS();
  CHECK_OBJECT(object);
  CHECK_ARG(tag);
  RETURN(result, object->is_tagged && object->tag.lower == tag->lower && object->tag.upper == tag->upper);
}
