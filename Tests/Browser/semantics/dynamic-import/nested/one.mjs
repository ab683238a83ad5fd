import { name } from "../target.mjs";
log("one is evaluated");
export default `one of ${name}`;
