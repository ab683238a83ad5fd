import { text } from "./data.json" with { type: "json" };
log("never", text);
