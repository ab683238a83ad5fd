let value = "first"; export default value; export const set = (next) => (value = next);
