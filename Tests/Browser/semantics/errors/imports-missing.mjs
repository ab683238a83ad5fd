import "./answer.mjs";
import "./not-there-either.mjs";
log("never");
