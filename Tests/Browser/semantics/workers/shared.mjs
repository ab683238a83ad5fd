export const shared = { from: typeof document === "undefined" ? "worker" : "document" };
