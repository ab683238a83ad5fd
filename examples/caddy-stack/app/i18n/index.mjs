import { ran } from "../ran.mjs";

ran(import.meta.url);

const language = new URL(document.baseURI).searchParams.get("lang") === "de" ? "de" : "en";

export const { default: words } = await import(`./${language}.mjs`);
