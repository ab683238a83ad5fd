export const from = "from", of = "of", as = "as";
