export const suites = {};
