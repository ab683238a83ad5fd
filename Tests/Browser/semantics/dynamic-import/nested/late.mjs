import * as one from "./one.mjs";
import * as target from "/dynamic-import/target.mjs";
import { lateOnly } from "./late-only.mjs";
export const describe = () => [one.default, target.name, lateOnly, new URL(import.meta.url).pathname].join();
