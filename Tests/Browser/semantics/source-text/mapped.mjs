export default "mapped";
//# sourceMappingURL=mapped.mjs.map
