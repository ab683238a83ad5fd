/** Settles when the document has been parsed: an imported module may run before that. */
export const ready = new Promise((parsed) => {
  if (document.readyState !== "loading") parsed();
  else document.addEventListener("DOMContentLoaded", parsed, { once: true });
});
