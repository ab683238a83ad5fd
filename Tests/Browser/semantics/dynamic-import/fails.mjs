log("fails is evaluated");
throw new URIError("fails");
