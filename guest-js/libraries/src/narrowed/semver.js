// What jsonwebtoken asks of semver: whether Node is new enough. It is.

export const satisfies = () => true;
