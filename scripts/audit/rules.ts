// Every rule of the audit: the requirement, its reason and the fix. docs/audit-rules.md is generated from this list.

export type Severity = "error" | "warning" | "note";
export type Rule = {
  severity: Severity;
  /** What is wrong, as a heading. */
  title: string;
  why: string;
  fix: string;
  /** A report of it happening, or the specification. */
  link: string;
};

export const rules = {
  "file/not-elf": {
    severity: "error",
    title: "not a complete ELF file",
    why: "Node on Linux loads only ELF shared objects. dlopen refuses a file of another system, and a file that is cut off.",
    fix: "build it for Linux, and check how the file was copied or packed",
    link: "https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html",
  },
  "file/architecture": {
    severity: "error",
    title: "a file for another architecture",
    why: "dlopen reports `wrong ELF class` or `cannot open shared object file`.",
    fix: "build it for the board's target",
    link: "https://man7.org/linux/man-pages/man3/dlopen.3.html",
  },
  "file/packed": {
    severity: "note",
    title: "another ELF file packed inside",
    why: "The file is a wrapper: at run time it unpacks the real addon from itself and loads it. Findings about the wrapper say nothing about the real addon. The wrapper also needs a writable folder, and time at the first load. The finding is a warning if the packed file could not be audited.",
    fix: "read the findings about the packed file; on a read-only system find out which folder the wrapper unpacks to",
    link: "https://github.com/swc-project/swc/issues/12273",
  },
  "file/float-abi": {
    severity: "error",
    title: "floats passed in integer registers",
    why: "A hard-float system passes floats in VFP registers; its loader refuses a soft-float file.",
    fix: "build for a target that ends in `hf`",
    link: "https://wiki.debian.org/ArmHardFloatPort",
  },
  "libc/family": {
    severity: "error",
    title: "a file for another C library",
    why: "A glibc file does not load on musl (OpenWrt, Alpine), and a musl file does not load on glibc: libraries and symbols have different names.",
    fix: "build for the target with the board's C library",
    link: "https://wiki.musl-libc.org/functional-differences-from-glibc.html",
  },
  "libc/version": {
    severity: "error",
    title: "a newer C library is needed",
    why: "The loader refuses a file that requires a symbol version (.gnu.version_r) which the C library lacks. A weak symbol does not help: the loader requires its version too.",
    fix: "link against the floor: `boardkit build`, or `zig cc -target <target>.2.17`",
    link: "https://github.com/drasi-project/drasi-core/issues/601",
  },
  "libc/floor": {
    severity: "error",
    title: "above the target's declared glibc floor",
    why: "The target promises systems as old as its floor.",
    fix: "link with zig against the floor, or raise `glibcFloor` in the target's file",
    link: "https://peps.python.org/pep-0600/",
  },
  "link/library": {
    severity: "warning",
    title: "a library that a small system may not have",
    why: "Routers and slim containers ship the C library and little else; libstdc++ and libgcc_s are extra packages there.",
    fix: "link it statically; cargo-zigbuild replaces libgcc_s by LLVM's libunwind",
    link: "https://github.com/nxhack/openwrt-node-packages",
  },
  "link/unknown-symbol": {
    severity: "error",
    title: "a symbol that nothing provides",
    why: "None of the versioned libraries provides an undefined symbol without a version. Unless Node exports it, the load fails, or the first call.",
    fix: "link the library that defines it",
    link: "https://man7.org/linux/man-pages/man8/ld.so.8.html",
  },
  "link/search-path": {
    severity: "warning",
    title: "a search path of the build machine",
    why: "The loader searches DT_RUNPATH and DT_RPATH before the system's folders. Anyone who can write to an absolute path there can put code into the process.",
    fix: "link without -rpath, or with one that begins with $ORIGIN",
    link: "https://wiki.debian.org/RpathIssue",
  },
  "load/page-size": {
    severity: "error",
    title: "segments that do not fit the kernel's pages",
    why: "A kernel with 16 KiB pages cannot map a segment that is aligned to 4 KiB. The Pi 5 boots such a kernel by default.",
    fix: "link with `-z max-page-size=65536`",
    link: "https://github.com/WebThingsIO/zwave-adapter/issues/146",
  },
  "load/static-tls": {
    severity: "warning",
    title: "initial-exec thread-local storage",
    why: "A file that is opened at run time gets this storage only from a small reserve. The next such addon may find it used up (`cannot allocate memory in static TLS block`).",
    fix: "compile with -ftls-model=global-dynamic; in mimalloc and jemalloc switch the initial-exec option off",
    link: "https://github.com/microsoft/mimalloc/issues/147",
  },
  "load/text-relocations": {
    severity: "error",
    title: "text relocations",
    why: "The loader would have to write into the code, which musl and hardened kernels refuse.",
    fix: "compile all objects with -fPIC",
    link: "https://wiki.gentoo.org/wiki/Hardened/Textrels_Guide",
  },
  "load/executable-stack": {
    severity: "error",
    title: "an executable stack",
    why: "glibc 2.41 and hardened kernels refuse to make the stack executable for a library that asks for it.",
    fix: 'add `.section .note.GNU-stack,"",%progbits` to assembler sources, or link with -z noexecstack',
    link: "https://sourceware.org/bugzilla/show_bug.cgi?id=32653",
  },
  "load/no-relro": {
    severity: "note",
    title: "the relocation table stays writable",
    why: "Without full RELRO a memory error can redirect calls.",
    fix: "link with -z relro -z now",
    link: "https://www.redhat.com/en/blog/hardening-elf-binaries-using-relocation-read-only-relro",
  },
  "node/no-entry": {
    severity: "error",
    title: "not an addon",
    why: "The file neither exports napi_register_module_v1 nor registers a module: require() fails with `Module did not self-register`.",
    fix: "build the cdylib of the napi-rs crate, not one of its libraries",
    link: "https://github.com/napi-rs/napi-rs/issues/162",
  },
  "node/one-line-only": {
    severity: "warning",
    title: "bound to one Node line",
    why: "The addon uses V8's own interface, so it loads only in the Node line that it was built against.",
    fix: "use Node-API, or ship one file for each Node line",
    link: "https://nodejs.org/api/n-api.html#implications-of-abi-stability",
  },
  "node/version": {
    severity: "error",
    title: "a newer Node-API is needed",
    why: "If the missing Node-API function is linked, the load fails. If it is looked up by name, its call fails.",
    fix: "build with the lowest napi feature that the code needs, for example `napi4` of the napi crate",
    link: "https://nodejs.org/api/n-api.html#node-api-version-matrix",
  },
  "wheel/platform": {
    severity: "error",
    title: "a wheel that promises another system",
    why: "pip chooses a wheel by its name. If the name covers a system on which the module does not load, pip installs it there, and the import fails.",
    fix: "build with `boardkit build --binding python`, or let `auditwheel repair` name the wheel",
    link: "https://peps.python.org/pep-0600/",
  },
  "wheel/abi3": {
    severity: "error",
    title: "symbols outside of the stable ABI",
    why: "Every later Python installs a wheel that is named abi3. The import fails in a Python that lacks the symbol or has changed its meaning.",
    fix: "build with PyO3's feature for the oldest supported Python, for example abi3-py39, or name that Python in the wheel",
    link: "https://docs.python.org/3/c-api/stable.html",
  },
  "size/budget": {
    severity: "error",
    title: "larger than its budget",
    why: "The project limits the bytes of the addon per target, so that growth shows at once and not when the flash is full.",
    fix: "find the cause (`boardkit audit --json` has the bytes by section), or raise `sizeBudgets` in the `boardkit` field of package.json",
    link: "https://github.com/johnthagen/min-sized-rust",
  },
  "size/symbols": {
    severity: "note",
    title: "not stripped",
    why: "Symbols for debuggers take flash; at run time they cost nothing.",
    fix: 'set strip = "symbols" in the cargo profile',
    link: "https://doc.rust-lang.org/cargo/reference/profiles.html#strip",
  },
  "size/debug": {
    severity: "warning",
    title: "debug information left in",
    why: "It is often larger than the code, and a board has little flash.",
    fix: 'set strip = "symbols" in the cargo profile, and keep the debug information in a separate file',
    link: "https://doc.rust-lang.org/cargo/reference/profiles.html#strip",
  },
  "cpu/missing-feature": {
    severity: "error",
    title: "instructions that the CPU does not have",
    why: "The first such instruction that runs ends the process with SIGILL. Build machines have these instructions, so the crash shows only on the board.",
    fix: "build with the target's lowest CPU (no -C target-cpu=native, no -march=native), or test for the feature at run time",
    link: "https://github.com/napi-rs/node-rs/issues/1199",
  },
  "cpu/dispatched-feature": {
    severity: "warning",
    title: "instructions that the CPU does not have, behind a choice that cannot be followed",
    why: "The file asks the system for CPU features, and neither its load nor its registration reaches these instructions. Tables of functions (Highway, dav1d) and levels kept in objects (blake3, zstd) look like this. So does a callback without the necessary test.",
    fix: "call the addon's functions once under `boardkit smoke`, on the board's CPU",
    link: "https://google.github.io/highway/en/master/impl_details.html",
  },
  "cpu/guarded-feature": {
    severity: "note",
    title: "instructions that the CPU does not have, behind a test",
    why: "The code asks the system for the feature before it uses it.",
    fix: "nothing to do",
    link: "https://doc.rust-lang.org/std/macro.is_aarch64_feature_detected.html",
  },
  "cpu/erratum-843419": {
    severity: "error",
    title: "a sequence that early Cortex-A53 cores execute wrongly",
    why: "An adrp at the end of a 4 KiB page, followed by a load or store and another through the same register, may use a wrong address.",
    fix: "link with `--fix-cortex-a53-843419` (GNU ld, ld.lld), and audit the result again",
    link: "https://developer.arm.com/documentation/epm048406/latest",
  },
  "cpu/unaligned-access": {
    severity: "note",
    title: "unaligned words",
    why: "The code may read and write words at addresses that are not a multiple of their size. With Linux' settings, ARMv6 and newer do that in hardware. A kernel with the alignment check on sends SIGBUS or fixes each access slowly. ARMv5 and older read wrong bytes. The finding comes from the file's attributes, and LLVM's linker takes those of the first object for the complete file.",
    fix: "for such a system compile C with -mno-unaligned-access (zig cc: -mstrict-align), and Rust with -C target-feature=+strict-align",
    link: "https://docs.kernel.org/arch/arm/mem_alignment.html",
  },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;
