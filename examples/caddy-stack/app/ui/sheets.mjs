import { ran } from "../ran.mjs";
import board from "./board.css" with { type: "css" };
import panels from "./panels.css" with { type: "css" };

ran(import.meta.url);

document.adoptedStyleSheets = [...document.adoptedStyleSheets, board, panels];
