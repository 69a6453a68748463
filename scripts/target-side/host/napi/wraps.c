// Node-API: native data of objects: wraps, finalizers, type tags, externals, and the data of an addon's instance.
#include "../core/host.h"

IMPLEMENTED(napi_wrap)(napi_env env, napi_value object, void *data, node_api_basic_finalize finalize, void *hint, napi_ref *result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK(JS_IsObject(value_of(object)), napi_invalid_arg);
  struct attachment *attachment = make_attachment(value_of(object));
  CHECK(attachment->wrap == NULL, napi_invalid_arg);
  // Only its finalizer can say when the addon may delete the reference.
  if (result != NULL) CHECK_ARG(finalize);
  attachment->wrap = new_reference(env, value_of(object), 0, result == NULL, finalize, data, hint);
  if (result != NULL) *result = attachment->wrap;
  DONE();
}

// The wrap of an object, or NULL.
static struct napi_ref__ *wrap_of(napi_value object) {
  struct attachment *attachment = JS_IsObject(value_of(object)) ? find_attachment(value_of(object)) : NULL;
  return attachment == NULL ? NULL : attachment->wrap;
}

IMPLEMENTED(napi_unwrap)(napi_env env, napi_value object, void **result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK_ARG(result);
  struct napi_ref__ *wrap = wrap_of(object);
  CHECK(wrap != NULL, napi_invalid_arg);
  RETURN(result, wrap->data);
}

IMPLEMENTED(napi_remove_wrap)(napi_env env, napi_value object, void **result) {
  ENTER_JS();
  CHECK_ARG(object);
  struct napi_ref__ *wrap = wrap_of(object);
  CHECK(wrap != NULL, napi_invalid_arg);
  if (result != NULL) *result = wrap->data;
  wrap->attachment->wrap = NULL;
  wrap->finalize = NULL;
  if (wrap->owned_by_host) delete_reference(wrap);
  DONE();
}

IMPLEMENTED(napi_add_finalizer)(napi_env env, napi_value object, void *data, node_api_basic_finalize finalize, void *hint,
                                napi_ref *result) {
  ENTER();
  CHECK_ARG(object);
  CHECK_ARG(finalize);
  CHECK(JS_IsObject(value_of(object)), napi_invalid_arg);
  struct napi_ref__ *reference = new_reference(env, value_of(object), 0, result == NULL, finalize, data, hint);
  if (result != NULL) *result = reference;
  DONE();
}

IMPLEMENTED(napi_type_tag_object)(napi_env env, napi_value object, const napi_type_tag *tag) {
  ENTER_JS();
  napi_status status = check_object(env, object);
  if (status != napi_ok) return status_of(env, napi_pending_exception);
  CHECK_ARG(tag);
  // A tag of a primitive is lost with the object that is made of it.
  CHECK(JS_IsObject(value_of(object)), napi_ok);
  struct attachment *attachment = make_attachment(value_of(object));
  CHECK(!attachment->is_tagged, napi_invalid_arg);
  attachment->is_tagged = true;
  attachment->tag = *tag;
  DONE();
}

IMPLEMENTED(napi_check_object_type_tag)(napi_env env, napi_value object, const napi_type_tag *tag, bool *result) {
  ENTER_JS();
  napi_status status = check_object(env, object);
  if (status != napi_ok) return status_of(env, napi_pending_exception);
  CHECK_ARG(tag);
  // A tag of a primitive is lost with the object that is made of it.
  CHECK_ARG(result);
  *result = false;
  CHECK(JS_IsObject(value_of(object)), napi_ok);
  struct attachment *attachment = find_attachment(value_of(object));
  *result = attachment != NULL && attachment->is_tagged && attachment->tag.lower == tag->lower && attachment->tag.upper == tag->upper;
  DONE();
}

IMPLEMENTED(napi_create_external)(napi_env env, void *data, node_api_basic_finalize finalize, void *hint, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  JSValue external = JS_NewObjectProtoClass(host.context, host.external_proto, host.external_class);
  if (JS_IsException(external)) return take_exception(env);
  make_attachment(external)->external = data;
  if (finalize != NULL) new_reference(env, external, 0, true, finalize, data, hint);
  RETURN_VALUE(result, external);
}

IMPLEMENTED(napi_get_value_external)(napi_env env, napi_value value, void **result) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  struct attachment *attachment = JS_GetOpaque(value_of(value), host.external_class);
  CHECK(attachment != NULL, napi_invalid_arg);
  RETURN(result, attachment->external);
}

IMPLEMENTED(napi_set_instance_data)(node_api_basic_env env, void *data, napi_finalize finalize, void *hint) {
  ENTER_BASIC();
  // Earlier data is not finalized, as in Node.
  if (env->instance != NULL) delete_reference(env->instance);
  env->instance = new_reference(env, JS_UNDEFINED, 1, false, finalize, data, hint);
  DONE();
}

IMPLEMENTED(napi_get_instance_data)(node_api_basic_env env, void **result) {
  ENTER_BASIC();
  RETURN(result, env->instance == NULL ? NULL : env->instance->data);
}
