log("sync sibling");
