// The CLI of a checkout: the published commands, and those for the development of Boardkit.
import { dev } from "./checks/commands/dev.ts";
import { commands } from "./commands/index.ts";
import { loadRegistry } from "./model/read-registry.ts";
import { main } from "./commands/program/main.ts";

await main([...commands, dev], loadRegistry);
