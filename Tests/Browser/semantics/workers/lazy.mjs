export default `lazy ${typeof window}`;
