import { read, meta } from "./read.mjs";
log(read());
meta.url = "by another module";
log(read(), meta.url);
const own = import.meta;
Object.assign(own, { url: "assigned" });
log(import.meta.url, own.url);
Object.defineProperty(own, "url", { get: () => "a getter" });
log(import.meta.url, `${import.meta.url}`);
