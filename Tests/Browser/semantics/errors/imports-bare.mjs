import "another-bare-specifier";
log("never");
