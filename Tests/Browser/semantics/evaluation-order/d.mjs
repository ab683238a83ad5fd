log("d");
