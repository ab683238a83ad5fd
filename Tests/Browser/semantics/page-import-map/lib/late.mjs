log("late is evaluated"); export default "late";
