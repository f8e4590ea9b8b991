import { follow } from "./guide.mjs";
import { test } from "node:test";
for (const name of process.env.PAGES.split(" ")) test(name, (t) => follow(t, name));
