log("deeper-bare is evaluated"); export default "deeper-bare";
