log("scoped-bare is evaluated"); export default "scoped-bare";
