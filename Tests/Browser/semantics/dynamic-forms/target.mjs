export default "target";
export class Thing { made = "made"; }
export const next = "./target.mjs?next";
