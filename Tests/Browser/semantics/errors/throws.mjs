// The line matters:
globalThis.thrownOnce = (globalThis.thrownOnce ?? 0) + 1;
throw new RangeError("thrown on purpose");
