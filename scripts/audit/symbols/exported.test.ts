import { expect, test } from "vitest";
import { isExported } from "./exported.ts";

test.each([
  "dlsym",
  "dlopen",
  "pthread_create",
  "cosf",
  "iconv_open",
  "_Unwind_Resume",
  "__cxa_throw",
  "__gxx_personality_v0",
  "_Znwm",
  "_ZdlPvm",
  "_ZTIi",
  "_ZTIPKc",
  "_ZSt9terminatev",
  "_ZNKSt9exception4whatEv",
  "_ZTVN10__cxxabiv120__si_class_type_infoE",
  "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE7reserveEm",
  "_ZGVNSt10moneypunctIcLb0EE2idE",
  "_ZN2v87Isolate10GetCurrentEv",
  "_ZTVN12v8_inspector17V8InspectorClientE",
  "_ZN4node21AddEnvironmentCleanupHookEPN2v87IsolateEPFvPvES3_",
  "_ZN6icu_7613UnicodeStringD1Ev",
  "napi_create_function",
  "node_api_create_syntax_error",
  "node_module_register",
  "uv_queue_work",
  "SSL_read",
  "EVP_DigestInit_ex",
  "inflate",
  "crc32",
  "u_strlen_76",
])("Node's process has %s", (name) => {
  expect(isExported(name, "aarch64")).toBe(true);
});

test.each(["llama_vocab_eos", "XOpenDisplay", "libusb_open", "_ZN4vips6VImage4saveEv", "_ZTVN4vips6VImageE", "sleepless", "_ZTI4Mine"])(
  "it does not have %s",
  (name) => {
    expect(isExported(name, "aarch64")).toBe(false);
  },
);

test("Node for 32-bit ARM needs libatomic, and no other Node does", () => {
  expect(isExported("__atomic_load_8", "arm")).toBe(true);
  expect(isExported("__atomic_load_16", "aarch64")).toBe(false);
  expect(isExported("__aeabi_uldivmod", "arm")).toBe(true);
});
