log("late-only is evaluated");
export const lateOnly = "late only";
