import { expect, test } from "vitest";
import { IndexList } from "./index-list.ts";

test("a list keeps its numbers when it grows, up to the largest of 32 bits", () => {
  const list = new IndexList();
  for (let index = 0; index < 5000; index += 1) list.push(index * 3);
  list.push(2 ** 32 - 1);
  expect(list.items).toEqual(Uint32Array.from([...Array.from({ length: 5000 }, (_, index) => index * 3), 2 ** 32 - 1]));
  expect(new IndexList().items).toHaveLength(0);
});
