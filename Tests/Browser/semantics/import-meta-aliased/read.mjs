export const read = () => import.meta.url;
export const meta = import.meta;
