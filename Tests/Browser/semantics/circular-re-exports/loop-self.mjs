import { me } from "./loop-self.mjs"; export { me as me2 }; export { me2 as me } from "./loop-self.mjs"; log("never");
