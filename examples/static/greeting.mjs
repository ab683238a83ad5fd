export function greeting(place) {
  return `Hello from ${place}.`;
}
