import { one } from "./one.mjs";
export const two = () => typeof one + import.meta.url.slice(-16);
