log("bare is evaluated");
export default "bare";
