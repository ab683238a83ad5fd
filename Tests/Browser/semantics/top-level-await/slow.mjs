log("slow starts");
export const value = await new Promise((resolve) => (globalThis.releaseSlow = () => setTimeout(resolve, 0, "slow")));
log("slow ends");
