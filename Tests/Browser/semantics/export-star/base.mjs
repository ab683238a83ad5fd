export const same = { base: true };
