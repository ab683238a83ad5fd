log("before", document.readyState);
