// Streams of the oldest kind: events and `pipe`. For packages that make one only where a function asks for it. It is
// CommonJS, and a plain function, as packages have it that call it on objects of their own.

const { EventEmitter } = require("node:events");

function Stream(options) {
  EventEmitter.call(this, options);
}
Object.setPrototypeOf(Stream, EventEmitter);
Object.setPrototypeOf(Stream.prototype, EventEmitter.prototype);

Stream.prototype.pipe = function pipe(target, options) {
  const write = (chunk) => {
    if (target.writable !== false && target.write(chunk) === false) this.pause?.();
  };
  const resume = () => {
    if (this.readable) this.resume?.();
  };
  const end = () => target.end();
  const stop = () => {
    this.removeListener("data", write);
    target.removeListener("drain", resume);
  };
  this.on("data", write);
  target.on("drain", resume);
  if (options?.end !== false) this.once("end", end);
  for (const name of ["end", "close"]) this.once(name, stop);
  target.emit("pipe", this);
  return target;
};

Stream.Stream = Stream;
module.exports = Stream;
