import "./before.mjs";
log("main starts");
throw new EvalError("the entry throws");
