import { fail } from "./fail.mjs";
const { url } = import.meta;

if (url) fail();
