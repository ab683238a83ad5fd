log("special is evaluated"); export default "special";
