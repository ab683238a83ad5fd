import { ran } from "../ran.mjs";
import { element } from "./element.mjs";

ran(import.meta.url);

/** The picture beside this module's folder, wherever the site is mounted. */
export const logo = element("img", {
  src: new URL("../img/pitlane.svg", import.meta.url).href,
  alt: "",
  width: 44,
  height: 44,
});
