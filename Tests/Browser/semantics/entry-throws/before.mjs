log("before");
