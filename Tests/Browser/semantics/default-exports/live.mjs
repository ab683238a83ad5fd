let value = "first"; export { value as default }; export const setLive = (next) => (value = next);
