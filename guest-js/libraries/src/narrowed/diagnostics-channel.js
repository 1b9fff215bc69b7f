// What packages ask of Node's `diagnostics_channel`: channels that nobody listens to.

export const channel = (name) => ({ name, hasSubscribers: false, publish() {}, subscribe() {}, unsubscribe: () => false });
export const hasSubscribers = () => false;
export const subscribe = () => {};
export const unsubscribe = () => false;
