export default (await import("./one.mjs")).default + " by two";
