// In place of a package that nothing here uses.

module.exports = {};
