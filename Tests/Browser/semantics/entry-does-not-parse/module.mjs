log("never");
