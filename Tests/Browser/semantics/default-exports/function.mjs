export default function self() { return "original"; }
export const replace = () => { self = () => "replaced"; };
export const direct = () => self();
