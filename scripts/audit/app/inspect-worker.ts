// The program of a thread that inspects the files of an app.
import { answerQuestions } from "../../lib/threads.ts";
import type { Inspected } from "./inspected.ts";
import { inspectAndKeep, type Cache } from "./kept.ts";

answerQuestions((path: string, cache: Cache | undefined): Promise<Inspected> => inspectAndKeep(path, cache));
