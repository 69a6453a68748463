import { testBytes } from "./cache-bytes.ts";
import { testCalls } from "./cache-calls.ts";
import { testEvents } from "./cache-events.ts";
import { testFetch } from "./cache-fetch.ts";
import { testSnapshots } from "./cache-snapshots.ts";

testCalls("native");
testBytes();
testEvents();
testFetch("native");
testSnapshots();
