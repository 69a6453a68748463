// V8's texts of errors about properties, which scripts and the tests of addons compare. Those of the engine name neither the property nor
// the object. changes.json puts these functions in place of the engine's.

static bool is_error(JSContext *context, int flags) {
  return (flags & JS_PROP_THROW) || ((flags & JS_PROP_THROW_STRICT) && is_strict_mode(context));
}

// An own property of an object if it is a value and no getter; else undefined. Runs no JavaScript.
static JSValue own_value(JSContext *context, JSValueConst object, JSAtom key) {
  JSPropertyDescriptor found;
  if (JS_GetClassID(object) == JS_CLASS_PROXY || JS_GetOwnProperty(context, &found, object, key) <= 0) return JS_UNDEFINED;
  if (!(found.flags & JS_PROP_GETSET)) return found.value;
  js_free_desc(context, &found);
  return JS_UNDEFINED;
}

// Writes the name of an object's constructor; nothing if it has none.
static void constructor_name(JSContext *context, JSValueConst object, char *text, size_t size) {
  JSValue constructor = JS_UNDEFINED;
  for (JSObject *place = JS_VALUE_GET_OBJ(object); place != NULL && JS_IsUndefined(constructor); place = place->shape->proto)
    constructor = own_value(context, JS_MKPTR(JS_TAG_OBJECT, place), JS_ATOM_constructor);
  JSValue name = JS_IsObject(constructor) ? own_value(context, constructor, JS_ATOM_name) : JS_UNDEFINED;
  const char *found = JS_IsString(name) ? JS_ToCString(context, name) : NULL;
  snprintf(text, size, "%s", found == NULL ? "" : found);
  JS_FreeCString(context, found);
  JS_FreeValue(context, name);
  JS_FreeValue(context, constructor);
}

// Writes a value as V8 does: the text of a primitive or a function, `[object Array]`, or `#<Constructor>`.
static void describe(JSContext *context, JSValueConst value, char *text, size_t size) {
  if (!JS_IsObject(value) || JS_IsFunction(context, value)) {
    JSValue string = JS_IsObject(value) ? js_function_toString(context, value, 0, NULL) : JS_ToString(context, value);
    const char *found = JS_IsException(string) ? NULL : JS_ToCString(context, string);
    if (found == NULL) JS_FreeValue(context, JS_GetException(context));
    snprintf(text, size, "%s", found == NULL ? "" : found);
    JS_FreeCString(context, found);
    JS_FreeValue(context, string);
  } else if (JS_IsArray(value)) {
    snprintf(text, size, "[object Array]");
  } else {
    char name[64] = "Object";
    if (JS_GetClassID(value) != JS_CLASS_PROXY) constructor_name(context, value, name, sizeof name);
    snprintf(text, size, name[0] == 0 ? "[object Object]" : "#<%s>", name);
  }
}

static const char *type_of(JSContext *context, JSValueConst value) {
  if (JS_IsString(value)) return "string";
  if (JS_IsNumber(value)) return "number";
  if (JS_IsBool(value)) return "boolean";
  if (JS_IsSymbol(value)) return "symbol";
  if (JS_IsBigInt(value)) return "bigint";
  return JS_IsFunction(context, value) ? "function" : "object";
}

#define KEY_SIZE (ATOM_GET_STR_BUF_SIZE + sizeof "Symbol()")

static void describe_key(JSContext *context, JSAtom key, char *text) {
  char name[ATOM_GET_STR_BUF_SIZE];
  JS_AtomGetStr(context, name, sizeof name, key);
  snprintf(text, KEY_SIZE, JS_AtomGetKind(context, key) == JS_ATOM_KIND_SYMBOL ? "Symbol(%s)" : "%s", name);
}

#define TEXTS(object)                         \
  char key_text[KEY_SIZE], object_text[128];  \
  describe_key(context, key, key_text);       \
  describe(context, object, object_text, sizeof object_text)

static int throw_read_only(JSContext *context, int flags, JSValueConst object, JSAtom key) {
  if (!is_error(context, flags)) return false;
  TEXTS(object);
  JS_ThrowTypeError(context, "Cannot assign to read only property '%s' of %s '%s'", key_text, type_of(context, object), object_text);
  return -1;
}

static int set_by(JSContext *context, JSObject *setter, JSValueConst object, JSAtom key, JSValue value, int flags) {
  if (setter != NULL) return call_setter(context, setter, object, value, flags);
  JS_FreeValue(context, value);
  if (!is_error(context, flags)) return false;
  TEXTS(object);
  JS_ThrowTypeError(context, "Cannot set property %s of %s which has only a getter", key_text, object_text);
  return -1;
}

// `verb` is what was tried: "add" or "define".
static int throw_not_extensible(JSContext *context, int flags, const char *verb, JSAtom key) {
  if (!is_error(context, flags)) return false;
  char text[KEY_SIZE];
  describe_key(context, key, text);
  JS_ThrowTypeError(context, "Cannot %s property %s, object is not extensible", verb, text);
  return -1;
}

static void throw_not_deleted(JSContext *context, JSValueConst object, JSAtom key) {
  TEXTS(object);
  JS_ThrowTypeError(context, "Cannot delete property '%s' of %s", key_text, object_text);
}
