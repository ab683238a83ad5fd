import "./answer.mjs";
import "./link.mjs";
