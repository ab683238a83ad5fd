export default class Named { who = "named"; } export const { name } = Named;
