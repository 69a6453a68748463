#!/usr/bin/env node
// The CLI as it is published.
import { commands } from "./commands/index.ts";
import { loadCompiledRegistry } from "./model/compiled-registry.ts";
import { main } from "./commands/program/main.ts";

await main(commands, loadCompiledRegistry);
