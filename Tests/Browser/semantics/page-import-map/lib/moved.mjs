log("moved is evaluated"); export default "moved";
