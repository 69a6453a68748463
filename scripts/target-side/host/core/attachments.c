// Attachments: the data that Node-API keeps for an object. Instances of native classes and externals carry it themselves; it is attached
// to other objects by a private field, which dies with its object in the same collection, and for an object that is not extensible by a
// WeakMap. Its values are freed later than their object, so that a WeakRef answers there whether the object is alive.
#include "host.h"

#include <stdlib.h>
#include <string.h>

static void free_attachment(JSRuntime *runtime, JSValueConst value) {
  (void)runtime;
  JSClassID id;
  struct attachment *attachment = JS_GetAnyOpaque(value, &id);
  if (attachment != NULL) release_attachment(attachment);
}

// Frees an attachment: its object has died.
void release_attachment(struct attachment *attachment) {
  while (attachment->references != NULL) lose_value(attachment->references);
  JS_FreeValueRT(host.runtime, attachment->weak_ref);
  free(attachment);
}

// Shows the collector of cycles the value of an attachment: it would not free it with its object.
static void mark_attachment(JSRuntime *runtime, JSValueConst value, JS_MarkFunc *mark) {
  struct attachment *attachment = JS_GetOpaque(value, host.attachment_class);
  if (attachment != NULL) JS_MarkValue(runtime, attachment->weak_ref, mark);
}

static void define_class(JSClassID *id, JSClassDef definition) {
  JS_NewClassID(host.runtime, id);
  if (JS_NewClass(host.runtime, *id, &definition) < 0) fatal("the class %s cannot be defined", definition.class_name);
}

// Defines the classes of the host in the runtime.
void define_classes(void) {
  define_class(&host.attachment_class,
               (JSClassDef){.class_name = "Attachment", .finalizer = free_attachment, .gc_mark = mark_attachment});
  define_class(&host.external_class, (JSClassDef){.class_name = "External", .finalizer = free_attachment});
  define_class(&host.instance_class, (JSClassDef){.class_name = "Object", .finalizer = free_attachment});
  define_class(&host.function_class, (JSClassDef){.class_name = "Function", .finalizer = free_function, .call = call_native});
}

// A class whose constructor returns its argument adds its private field to any object.
static const char slots[] =
    "(() => {\n"
    "  class Identity { constructor(object) { return object; } }\n"
    "  class Slot extends Identity {\n"
    "    #value;\n"
    "    constructor(object, value) { super(object); this.#value = value; }\n"
    "    static get(object) { return #value in object ? object.#value : get(object); }\n"
    "    static set(object, value) {\n"
    "      try { new Slot(object, value); } catch { set(object, value); return new Weak(object); }\n"
    "    }\n"
    "  }\n"
    "  const Weak = WeakRef, map = new WeakMap(), get = map.get.bind(map), set = map.set.bind(map);\n"
    "  const weaken = (symbol) => { try { return new Weak(symbol); } catch { return symbol; } };\n"
    "  return [Slot.get, Slot.set, (value) => -value, weaken];\n"
    "})()";

// Makes the functions that attach.
void define_slots(void) {
  JSContext *context = host.context;
  JSValue functions = JS_Eval(context, slots, sizeof slots - 1, "host:slots", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT);
  host.get_slot = JS_GetPropertyUint32(context, functions, 0);
  host.set_slot = JS_GetPropertyUint32(context, functions, 1);
  host.negate = JS_GetPropertyUint32(context, functions, 2);
  host.make_weak = JS_GetPropertyUint32(context, functions, 3);
  JS_FreeValue(context, functions);
  if (!JS_IsFunction(context, host.set_slot)) fatal("the engine cannot attach values to objects");
}

static struct attachment *own_attachment(JSValueConst object, bool *is_own) {
  JSClassID id = JS_GetClassID(object);
  *is_own = id == host.instance_class || id == host.external_class;
  return *is_own ? JS_GetOpaque(object, id) : NULL;
}

// The attachment of an object, or NULL.
struct attachment *find_attachment(JSValueConst object) {
  bool is_own;
  struct attachment *attachment = own_attachment(object, &is_own);
  if (is_own) return attachment;
  JSValue holder = JS_Call(host.context, host.get_slot, JS_UNDEFINED, 1, &object);
  if (JS_IsException(holder)) fatal("the attachment of an object cannot be read");
  attachment = JS_GetOpaque(holder, host.attachment_class);
  JS_FreeValue(host.context, holder);
  return attachment;
}

// The attachment of an object, which is made if it has none.
struct attachment *make_attachment(JSValueConst object) {
  struct attachment *attachment = find_attachment(object);
  if (attachment != NULL) return attachment;
  attachment = allocate(sizeof *attachment);
  attachment->weak_ref = JS_UNDEFINED;
  bool is_own;
  own_attachment(object, &is_own);
  if (is_own) {
    JS_SetOpaque(object, attachment);
    return attachment;
  }
  JSValue holder = JS_NewObjectClass(host.context, host.attachment_class);
  if (JS_IsException(holder)) fatal("no memory for an attachment");
  JS_SetOpaque(holder, attachment);
  JSValue weak_ref = JS_Call(host.context, host.set_slot, JS_UNDEFINED, 2, (JSValueConst[]){object, holder});
  if (JS_IsException(weak_ref)) fatal("a value cannot be attached to an object");
  attachment->weak_ref = weak_ref;
  JS_FreeValue(host.context, holder);
  return attachment;
}

// The value of a WeakRef, owned by the caller, or undefined if it has died; another value is its own.
JSValue value_of_weak(JSValueConst weak) {
  if (!JS_IsWeakRef(weak)) return JS_DupValue(host.context, weak);
  JSAtom name = JS_NewAtom(host.context, "deref");
  JSValue value = JS_Invoke(host.context, weak, name, 0, NULL);
  JS_FreeAtom(host.context, name);
  if (!JS_IsException(value)) return value;
  JS_FreeValue(host.context, JS_GetException(host.context));
  return JS_UNDEFINED;
}

// The object of an attachment, owned by the caller, or undefined if it has died. `borrowed` is the object as the reference noted it.
JSValue value_of_attachment(struct attachment *attachment, JSValueConst borrowed) {
  return JS_IsUndefined(attachment->weak_ref) ? JS_DupValue(host.context, borrowed) : value_of_weak(attachment->weak_ref);
}
