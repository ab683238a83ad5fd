export default "ünï ✓";
export const { url } = import.meta;
