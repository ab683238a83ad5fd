import { a } from "./a.mjs";
export default await (async () => `late ${a()}`)();
