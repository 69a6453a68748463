// Node-API: views of array buffers: typed arrays, DataViews, and Buffers read as views.
#include "../core/host.h"

#include <stdio.h>

// The types in the order of napi_typedarray_type.
static const struct {
  JSTypedArrayEnum type;
  int size;
  const char *name;
} kinds[] = {
    {JS_TYPED_ARRAY_INT8, 1, "Int8Array"},
    {JS_TYPED_ARRAY_UINT8, 1, "Uint8Array"},
    {JS_TYPED_ARRAY_UINT8C, 1, "Uint8ClampedArray"},
    {JS_TYPED_ARRAY_INT16, 2, "Int16Array"},
    {JS_TYPED_ARRAY_UINT16, 2, "Uint16Array"},
    {JS_TYPED_ARRAY_INT32, 4, "Int32Array"},
    {JS_TYPED_ARRAY_UINT32, 4, "Uint32Array"},
    {JS_TYPED_ARRAY_FLOAT32, 4, "Float32Array"},
    {JS_TYPED_ARRAY_FLOAT64, 8, "Float64Array"},
    {JS_TYPED_ARRAY_BIG_INT64, 8, "BigInt64Array"},
    {JS_TYPED_ARRAY_BIG_UINT64, 8, "BigUint64Array"},
    {JS_TYPED_ARRAY_FLOAT16, 2, "Float16Array"},
};
#define KINDS (sizeof kinds / sizeof *kinds)

// A view as the engine describes it. A view of a detached buffer is empty.
struct view {
  JSValue buffer;  // owned
  size_t offset, length;
  uint8_t *data;
};

static bool is_typed_array(JSValueConst value) {
  return JS_GetTypedArrayType(value) >= 0;
}

static size_t read_size(JSValueConst object, const char *name) {
  JSValue value = JS_GetPropertyStr(host.context, object, name);
  int64_t size = 0;
  if (JS_IsException(value) || JS_ToInt64(host.context, &size, value) < 0) {
    JS_FreeValue(host.context, JS_GetException(host.context));
    size = 0;
  }
  JS_FreeValue(host.context, value);
  return size < 0 ? 0 : (size_t)size;
}

// Reads a typed array or a DataView.
static struct view read_view(JSValueConst value) {
  struct view view = {JS_UNDEFINED, 0, 0, NULL};
  if (is_typed_array(value)) view.buffer = JS_GetTypedArrayBuffer(host.context, value, &view.offset, &view.length, NULL);
  if (JS_IsException(view.buffer)) JS_FreeValue(host.context, JS_GetException(host.context));
  if (!JS_IsObject(view.buffer)) {
    view.buffer = JS_GetPropertyStr(host.context, value, "buffer");
    view.offset = read_size(value, "byteOffset");
    view.length = read_size(value, "byteLength");
  }
  size_t size;
  uint8_t *memory = JS_GetArrayBuffer(host.context, &size, view.buffer);
  if (memory == NULL) JS_FreeValue(host.context, JS_GetException(host.context));
  else view.data = memory + view.offset;
  return view;
}

// Gives out the parts of a view that the caller wants.
static void give(struct view view, void **data, napi_value *buffer, size_t *offset) {
  if (data != NULL) *data = view.data;
  if (offset != NULL) *offset = view.offset;
  if (buffer != NULL) *buffer = add_handle(view.buffer);
  else JS_FreeValue(host.context, view.buffer);
}

IMPLEMENTED(napi_is_typedarray)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, is_typed_array(value_of(value)));
}

static napi_status refuse(napi_env env, const char *code, const char *message) {
  napi_throw_range_error(env, code, message);
  return status_of(env, napi_generic_failure);
}

// The length of an array buffer; 0 if it is detached.
static size_t size_of(JSValueConst buffer) {
  size_t size;
  if (JS_GetArrayBuffer(host.context, &size, buffer) == NULL) JS_FreeValue(host.context, JS_GetException(host.context));
  return size;
}

// Whether so many elements of a size fit in a buffer behind an offset. On 32 bits the sum may be more than size_t holds.
static bool fits(size_t length, size_t size, size_t offset, size_t bytes) {
  return offset <= bytes && length <= (bytes - offset) / size;
}

IMPLEMENTED(napi_create_typedarray)(napi_env env, napi_typedarray_type type, size_t length, napi_value buffer, size_t offset,
                                    napi_value *result) {
  ENTER_JS();
  CHECK_ARG(buffer);
  CHECK_ARG(result);
  CHECK(is_bytes(value_of(buffer)), napi_invalid_arg);
  CHECK((size_t)type < KINDS, napi_invalid_arg);
  size_t size = (size_t)kinds[type].size;
  if (offset % size != 0) {
    char message[80];
    snprintf(message, sizeof message, "start offset of %s should be a multiple of %zu", kinds[type].name, size);
    return refuse(env, "ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT", message);
  }
  if (!fits(length, size, offset, size_of(value_of(buffer))))
    return refuse(env, "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH", "Invalid typed array length");
  JSValue arguments[] = {value_of(buffer), JS_NewInt64(host.context, (int64_t)offset), JS_NewInt64(host.context, (int64_t)length)};
  RETURN_VALUE(result, JS_NewTypedArray(host.context, 3, arguments, kinds[type].type));
}

IMPLEMENTED(napi_get_typedarray_info)(napi_env env, napi_value value, napi_typedarray_type *type, size_t *length, void **data,
                                      napi_value *buffer, size_t *offset) {
  ENTER();
  CHECK_ARG(value);
  int kind = JS_GetTypedArrayType(value_of(value));
  CHECK(kind >= 0, napi_invalid_arg);
  size_t index = 0;
  while (index < KINDS - 1 && (int)kinds[index].type != kind) index++;
  struct view view = read_view(value_of(value));
  if (type != NULL) *type = (napi_typedarray_type)index;
  if (length != NULL) *length = view.length / (size_t)kinds[index].size;
  give(view, data, buffer, offset);
  DONE();
}

IMPLEMENTED(napi_create_dataview)(napi_env env, size_t length, napi_value buffer, size_t offset, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(buffer);
  CHECK_ARG(result);
  CHECK(is_bytes(value_of(buffer)), napi_invalid_arg);
  if (!fits(length, 1, offset, size_of(value_of(buffer)))) {
    refuse(env, "ERR_NAPI_INVALID_DATAVIEW_ARGS",
           "byte_offset + byte_length should be less than or equal to the size in bytes of the array passed in");
    return status_of(env, napi_pending_exception);
  }
  JSValue arguments[] = {value_of(buffer), JS_NewInt64(host.context, (int64_t)offset), JS_NewInt64(host.context, (int64_t)length)};
  JSValue global = JS_GetGlobalObject(host.context);
  JSValue constructor = JS_GetPropertyStr(host.context, global, "DataView");
  JSValue view = JS_CallConstructor(host.context, constructor, 3, arguments);
  JS_FreeValue(host.context, constructor);
  JS_FreeValue(host.context, global);
  RETURN_VALUE(result, view);
}

IMPLEMENTED(napi_is_dataview)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_IsDataView(value_of(value)));
}

IMPLEMENTED(napi_get_dataview_info)(napi_env env, napi_value value, size_t *length, void **data, napi_value *buffer, size_t *offset) {
  ENTER();
  CHECK_ARG(value);
  CHECK(JS_IsDataView(value_of(value)), napi_invalid_arg);
  struct view view = read_view(value_of(value));
  if (length != NULL) *length = view.length;
  give(view, data, buffer, offset);
  DONE();
}

// As in Node, every view is a Buffer for an addon.
static bool is_view(JSValueConst value) {
  return is_typed_array(value) || JS_IsDataView(value);
}

IMPLEMENTED(napi_is_buffer)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, is_view(value_of(value)));
}

IMPLEMENTED(napi_get_buffer_info)(napi_env env, napi_value value, void **data, size_t *length) {
  ENTER();
  CHECK_ARG(value);
  CHECK(is_view(value_of(value)), napi_invalid_arg);
  struct view view = read_view(value_of(value));
  if (length != NULL) *length = view.length;
  give(view, data, NULL, NULL);
  DONE();
}
