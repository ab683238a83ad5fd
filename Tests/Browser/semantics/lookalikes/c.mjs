const c = "c"; export { c as default, c as "a string" }; log("c is evaluated");
