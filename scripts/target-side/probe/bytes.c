// Node-API: array buffers, typed arrays, data views and Node's buffers.
#include "probe.h"

#include <string.h>

// An array buffer over bytes; for NULL they are allocated.
static napi_value new_array_buffer(void *bytes, size_t length) {
  napi_value buffer = new_object(ARRAYBUFFER, prototypes.array_buffer);
  buffer->bytes = bytes != NULL ? bytes : allocate(length);
  buffer->byte_length = length;
  return buffer;
}

// A view of a part of an array buffer.
static napi_value new_view(enum shape shape, napi_value prototype, napi_value buffer, size_t offset, size_t length) {
  napi_value view = new_object(shape, prototype);
  view->buffer = buffer;
  view->bytes = buffer->bytes + offset;
  view->byte_offset = offset;
  view->byte_length = view->length = length;
  return view;
}

// A Node buffer over a complete new array buffer.
static napi_value new_buffer(void *bytes, size_t length) {
  napi_value buffer = new_view(TYPEDARRAY, prototypes.buffer, new_array_buffer(bytes, length), 0, length);
  buffer->element = napi_uint8_array;
  return buffer;
}

// Creates an array buffer of zeros.
IMPLEMENTED(napi_create_arraybuffer)(napi_env env, size_t length, void **data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  *result = new_array_buffer(NULL, length);
  if (data != NULL) *data = (*result)->bytes;
  DONE();
}

// Creates an array buffer over the addon's bytes.
IMPLEMENTED(napi_create_external_arraybuffer)(napi_env env, void *data, size_t length, node_api_basic_finalize finalize, void *hint,
                                              napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  *result = new_array_buffer(data, length);
  if (finalize != NULL) add_finalizer(env, *result, finalize, data, hint);
  DONE();
}

// The bytes of an array buffer.
IMPLEMENTED(napi_get_arraybuffer_info)(napi_env env, napi_value buffer, void **data, size_t *length) {
  ENTER();
  CHECK_ARG(buffer);
  CHECK(buffer->shape == ARRAYBUFFER, napi_invalid_arg);
  if (data != NULL) *data = buffer->bytes;
  if (length != NULL) *length = buffer->byte_length;
  DONE();
}

// Detaches an array buffer; its views then report no bytes.
IMPLEMENTED(napi_detach_arraybuffer)(napi_env env, napi_value buffer) {
  ENTER();
  CHECK_ARG(buffer);
  CHECK(is_object(buffer), napi_object_expected);
  CHECK(buffer->shape == ARRAYBUFFER, napi_arraybuffer_expected);
  buffer->detached = true;
  buffer->bytes = NULL;
  buffer->byte_length = 0;
  DONE();
}

// Throws a RangeError, and returns the status that Node returns with it.
static napi_status refuse(napi_env env, napi_status status, const char *code, const char *message) {
  raise(env, new_error(prototypes.range_error, new_text(code), new_text(message)));
  return status_of(env, status);
}

// Bytes per element of each type, in the order of napi_typedarray_type.
static const uint8_t element_sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};

IMPLEMENTED(napi_create_typedarray)(napi_env env, napi_typedarray_type type, size_t length, napi_value buffer, size_t offset,
                                    napi_value *result) {
  ENTER_JS();
  CHECK_ARG(buffer);
  CHECK_ARG(result);
  CHECK(buffer->shape == ARRAYBUFFER && (size_t)type < sizeof element_sizes, napi_invalid_arg);
  size_t size = element_sizes[type];
  if (offset % size != 0)
    return refuse(env, napi_generic_failure, "ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT",
                  "start offset of the typed array should be a multiple of its element size");
  if (offset > buffer->byte_length || length > (buffer->byte_length - offset) / size)
    return refuse(env, napi_generic_failure, "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH", "Invalid typed array length");
  *result = new_view(TYPEDARRAY, prototypes.typed_array, buffer, offset, length * size);
  (*result)->element = type;
  (*result)->length = length;
  DONE();
}

IMPLEMENTED(napi_get_typedarray_info)(napi_env env, napi_value array, napi_typedarray_type *type, size_t *length, void **data,
                                      napi_value *buffer, size_t *offset) {
  ENTER();
  CHECK_ARG(array);
  CHECK(array->shape == TYPEDARRAY, napi_invalid_arg);
  bool detached = array->buffer->detached;
  if (type != NULL) *type = array->element;
  if (length != NULL) *length = detached ? 0 : array->length;
  if (data != NULL) *data = detached ? NULL : array->bytes;
  if (buffer != NULL) *buffer = array->buffer;
  if (offset != NULL) *offset = array->byte_offset;
  DONE();
}

IMPLEMENTED(napi_create_dataview)(napi_env env, size_t length, napi_value buffer, size_t offset, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(buffer);
  CHECK_ARG(result);
  CHECK(buffer->shape == ARRAYBUFFER, napi_invalid_arg);
  if (offset > buffer->byte_length || length > buffer->byte_length - offset)
    return refuse(env, napi_pending_exception, "ERR_NAPI_INVALID_DATAVIEW_ARGS",
                  "byte_offset + byte_length should be less than or equal to the size in bytes of the array passed in");
  RETURN(result, new_view(DATAVIEW, prototypes.data_view, buffer, offset, length));
}

IMPLEMENTED(napi_get_dataview_info)(napi_env env, napi_value view, size_t *length, void **data, napi_value *buffer, size_t *offset) {
  ENTER();
  CHECK_ARG(view);
  CHECK(view->shape == DATAVIEW, napi_invalid_arg);
  bool detached = view->buffer->detached;
  if (length != NULL) *length = detached ? 0 : view->byte_length;
  if (data != NULL) *data = detached ? NULL : view->bytes;
  if (buffer != NULL) *buffer = view->buffer;
  if (offset != NULL) *offset = view->byte_offset;
  DONE();
}

// Creates a buffer of zeros; Node leaves its bytes uninitialised.
IMPLEMENTED(napi_create_buffer)(napi_env env, size_t length, void **data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  *result = new_buffer(NULL, length);
  if (data != NULL) *data = (*result)->bytes;
  DONE();
}

// Creates a buffer with a copy of bytes.
IMPLEMENTED(napi_create_buffer_copy)(napi_env env, size_t length, const void *data, void **copy, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  *result = new_buffer(NULL, length);
  if (length > 0) memcpy((*result)->bytes, data, length);
  if (copy != NULL) *copy = (*result)->bytes;
  DONE();
}

// Creates a buffer over the addon's bytes.
IMPLEMENTED(napi_create_external_buffer)(napi_env env, size_t length, void *data, node_api_basic_finalize finalize, void *hint,
                                         napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  *result = new_buffer(data, length);
  if (finalize != NULL) add_finalizer(env, *result, finalize, data, hint);
  DONE();
}

// Creates a buffer over a part of an array buffer.
IMPLEMENTED(node_api_create_buffer_from_arraybuffer)(napi_env env, napi_value buffer, size_t offset, size_t length, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(buffer);
  CHECK_ARG(result);
  CHECK(buffer->shape == ARRAYBUFFER, napi_arraybuffer_expected);
  if (offset > buffer->byte_length || length > buffer->byte_length - offset)
    return refuse(env, napi_pending_exception, "ERR_OUT_OF_RANGE", "The byte offset + length is out of range");
  *result = new_view(TYPEDARRAY, prototypes.buffer, buffer, offset, length);
  (*result)->element = napi_uint8_array;
  DONE();
}

// The bytes of a buffer or of any view.
IMPLEMENTED(napi_get_buffer_info)(napi_env env, napi_value value, void **data, size_t *length) {
  ENTER();
  CHECK_ARG(value);
  CHECK(value->shape == TYPEDARRAY || value->shape == DATAVIEW, napi_invalid_arg);
  bool detached = value->buffer->detached;
  if (data != NULL) *data = detached ? NULL : value->bytes;
  if (length != NULL) *length = detached ? 0 : value->byte_length;
  DONE();
}
