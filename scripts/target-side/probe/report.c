// The report of the probe: one line of JSON.
#include "report.h"

#include <stdlib.h>
#include <string.h>

// Writes a string.
void write_text(FILE *out, const char *text) {
  if (text == NULL) {
    fputs("null", out);
    return;
  }
  fputc('"', out);
  for (; *text != 0; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') fprintf(out, "\\%c", byte);
    else if (byte < 0x20) fprintf(out, "\\u%04x", byte);
    else fputc(byte, out);
  }
  fputc('"', out);
}

// Writes a list of strings.
void write_list(FILE *out, const char *const *items, size_t count) {
  fputc('[', out);
  for (size_t index = 0; index < count; index++) {
    if (index > 0) fputc(',', out);
    write_text(out, items[index]);
  }
  fputc(']', out);
}

// The type of a value, as named in the report.
const char *kind_of(napi_value value) {
  static const char *const types[] = {"undefined", "null",   "boolean",  "number",   "string",
                                      "symbol",    "object", "function", "external", "bigint"};
  return value->is_class ? "class" : value->shape == ARRAY ? "array" : types[value->type];
}

static bool is_accessor(const struct property *property) {
  return property->getter != NULL || property->setter != NULL;
}

// The properties of an object to list.
enum choice { ALL, ACCESSORS, OTHERS };

// Writes the names of an object's own properties, without those that every function and prototype has. Symbols are in brackets.
static void write_names(FILE *out, const char *field, napi_value object, enum choice choice) {
  bool first = true;
  fprintf(out, ",\"%s\":[", field);
  for (struct property *property = object->properties; property != NULL; property = property->next) {
    napi_value key = property->key;
    if (choice != ALL && (is_accessor(property) != (choice == ACCESSORS))) continue;
    if (object->type == napi_function && (is_text(key, "name") || is_text(key, "prototype"))) continue;
    if (is_text(key, "constructor")) continue;
    if (!first) fputc(',', out);
    first = false;
    char text[256];
    snprintf(text, sizeof text, key->type == napi_symbol ? "[%s]" : "%s", key->text);
    write_text(out, text);
  }
  fputc(']', out);
}

// Writes the exports of a module: its own string keys in their order, with the members of classes and the keys of objects.
void write_exports(FILE *out, napi_value exports) {
  bool first = true;
  fputc('[', out);
  for (struct property *property = exports->properties; property != NULL; property = property->next) {
    if (property->key->type != napi_string) continue;
    if (exports->type == napi_function && (is_text(property->key, "name") || is_text(property->key, "prototype"))) continue;
    fputs(first ? "{\"name\":" : ",{\"name\":", out);
    first = false;
    write_text(out, property->key->text);
    napi_value value = property->value;
    fprintf(out, ",\"type\":\"%s\"", is_accessor(property) ? "accessor" : kind_of(value));
    if (value != NULL && value->is_class) {
      napi_value prototype = own_property(value, new_text("prototype"))->value;
      write_names(out, "static", value, ALL);
      write_names(out, "methods", prototype, OTHERS);
      write_names(out, "accessors", prototype, ACCESSORS);
    } else if (value != NULL && value->type == napi_object && value->shape == PLAIN) {
      write_names(out, "keys", value, ALL);
    }
    fputc('}', out);
  }
  fputc(']', out);
}

// Copies /proc/self/status to the file that BOARDKIT_MEMORY names, if it is set: a board's init reads it.
void keep_memory(void) {
  const char *path = getenv("BOARDKIT_MEMORY");
  if (path == NULL) return;
  FILE *status = fopen("/proc/self/status", "r"), *copy = fopen(path, "w");
  if (status == NULL || copy == NULL) {
    perror("probe: BOARDKIT_MEMORY");
    return;
  }
  for (int byte = getc(status); byte != EOF; byte = getc(status)) putc(byte, copy);
  fclose(status);
  fclose(copy);
}
