import { question } from "./answer.mjs";
log("never", question);
