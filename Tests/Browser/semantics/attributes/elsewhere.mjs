export { default as data } from "/attributes/data.json" with { type: "json" };
import sheet from "./style.css" with { type: "css" };
export { sheet };
