export default "a module of that name";
