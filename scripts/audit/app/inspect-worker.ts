// The program of a thread that inspects the files of an app.
import { readFile } from "node:fs/promises";
import { answerQuestions } from "../../lib/threads.ts";
import { inspectBytes, type Inspected } from "./inspected.ts";

answerQuestions(async (path: string): Promise<Inspected> => inspectBytes(path, await readFile(path)));
