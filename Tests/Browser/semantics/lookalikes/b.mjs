export default "b"; log("b is evaluated");
