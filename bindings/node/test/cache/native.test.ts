import { testBytes } from "./bytes.ts";
import { testCalls } from "./calls.ts";
import { testEvents } from "./events.ts";
import { testFetch } from "./fetch.ts";
import { testSnapshots } from "./snapshots.ts";

testCalls("native");
testBytes();
testEvents();
testFetch("native");
testSnapshots();
