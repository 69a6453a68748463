// The program of an audit thread.
import { answerQuestions } from "../lib/threads.ts";
import type { Audit } from "./report.ts";
import { auditPath } from "./audit-path.ts";
import type { Place } from "./place.ts";

answerQuestions((path: string, places: Place[]): Promise<Audit[]> => Array.fromAsync(auditPath(path, places)));
