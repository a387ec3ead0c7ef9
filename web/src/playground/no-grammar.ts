// Stands in for the JavaScript grammar of prettier, which nothing here reads: see format.ts.
export const parsers = {};
export const printers = {};
