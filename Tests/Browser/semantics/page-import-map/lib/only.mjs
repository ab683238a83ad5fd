log("only is evaluated"); export default "only";
