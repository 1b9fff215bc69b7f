// Properties renamed, nested and left out by a mapping.
const mapping = { email: "traits.email", "address.city": "traits.address.city", plan: "context.plan" };

async function onIdentify(event) {
  const out = {};
  _.forEach(mapping, (path, target) => {
    const value = _.get(event, path);
    if (!_.isNil(value)) _.set(out, target, value);
  });
  const flat = _.mapKeys(_.omitBy(event.traits, _.isObject), (value, key) => _.snakeCase(key));
  return [out, flat, _.groupBy([1.2, 1.8, 2.1], Math.floor), _.uniq([1, 1, 2]), _.chunk([1, 2, 3], 2)];
}
