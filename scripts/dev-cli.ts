// The CLI of a checkout: the published commands, and those for the development of Boardkit.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// It keeps the compiled modules, and JavaScript in place of TypeScript: a start takes a third less time.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/node"));
const { dev } = await import("./checks/commands/dev.ts");
const { commands } = await import("./commands/index.ts");
const { loadRegistry } = await import("./model/read-registry.ts");
const { main } = await import("./commands/program/main.ts");

await main([...commands, dev], loadRegistry);
