import { testBytes } from "./cache-bytes.ts";
import { testCalls } from "./cache-calls.ts";
import { testEvents } from "./cache-events.ts";
import { testFetch } from "./cache-fetch.ts";

testCalls("native");
testBytes();
testEvents();
testFetch("native");
