import type { Command } from "commander";
import type { Edge } from "../../commands/command.ts";
import { createContext, print, requestOf } from "../../commands/shared.ts";
import { readProject } from "../../model/project.ts";
import { writeProjectLoader } from "../../stages/package/loader.ts";

/** `boardkit dev loader`: writes the loader of a package whose own code imports it, before any build. */
export function addLoader(program: Command, edge: Edge): void {
  const command = program.command("loader").description("write the loader into the folder that boardkit.loader names");
  command.action(async () => {
    const request = requestOf({}, command, edge);
    print(await writeProjectLoader(readProject(request.cwd), request, createContext({}, edge)));
  });
}
