// What Node's tests find under `../common`, and how one of them is run inside a function: see suites/node_tests.mjs.
// No name of a module is written out here but those that every test needs, as what is written out is loaded.

var nodeTest;
{
  const assert = require("assert");
  const { inspect } = require("util");
  const real = { process, setTimeout, setImmediate, console, require, now: Date.now };
  const waitMax = 20000;

  const calls = [];
  // What nobody may have caught: rejections of functions called as statements, assertions that failed.
  const lost = [];
  let expectedDepth = 0;
  let testRequire;

  class Skip extends Error {}

  function noop() {}

  function counted(action, wanted, kind) {
    if (typeof action === "number") [action, wanted] = [noop, action];
    const inner = action ?? noop;
    const call = { name: inner.name || "<anonymous>", kind, wanted: wanted ?? 1, actual: 0, stack: new Error("created").stack };
    calls.push(call);
    const wrapper = function (...args) {
      call.actual++;
      return inner.apply(this, args);
    };
    Object.defineProperty(wrapper, "name", { value: inner.name, configurable: true });
    Object.defineProperty(wrapper, "length", { value: inner.length, configurable: true });
    return wrapper;
  }

  function unmet() {
    return calls.filter(({ kind, wanted, actual }) => (kind === "exact" ? actual !== wanted : actual < wanted));
  }

  const mustCall = (action, wanted) => counted(action, wanted, "exact");
  const mustCallAtLeast = (action, wanted) => counted(action, wanted, "at least");

  function mustSucceed(action, wanted) {
    return mustCall(function (error, ...args) {
      assert.ifError(error);
      return typeof action === "function" ? Reflect.apply(action, this, args) : undefined;
    }, wanted);
  }

  function mustNotCall(message = "function should not have been called") {
    const { stack } = new Error("created");
    return function mustNotCall(...args) {
      const shown = args.length > 0 ? `\ncalled with arguments: ${args.map((arg) => inspect(arg)).join(", ")}` : "";
      assert.fail(`${message} at ${String(stack).split("\n")[1]}${shown}`);
    };
  }

  function mustNotMutateObjectDeep(original) {
    if (original === null || typeof original !== "object") return original;
    const refuse = (what) => () => assert.fail(`expected no side effects, got ${what}`);
    return new Proxy(original, {
      get: (target, key, receiver) => mustNotMutateObjectDeep(Reflect.get(target, key, receiver)),
      set: refuse("an assignment"),
      defineProperty: refuse("a definition"),
      deleteProperty: refuse("a deletion"),
      preventExtensions: refuse("preventExtensions"),
      setPrototypeOf: refuse("another prototype"),
    });
  }

  function expectsError(validator, wanted) {
    return mustCall((...args) => {
      assert.strictEqual(args.length, 1);
      assert.strictEqual(Object.getOwnPropertyDescriptor(args[0], "message").enumerable, false);
      assert.throws(() => {
        throw args[0];
      }, validator);
      return true;
    }, wanted);
  }

  let warningChecks;

  function expectWarning(nameOrMap, expected, code) {
    if (warningChecks === undefined) {
      warningChecks = new Map();
      real.process.on("warning", (warning) => {
        if (!warningChecks.has(warning.name)) throw new TypeError(`unexpected warning: ${inspect(warning)}`);
        warningChecks.get(warning.name)(warning);
      });
    }
    const byName = typeof nameOrMap === "string" ? { [nameOrMap]: code === undefined ? expected : [[expected, code]] } : nameOrMap;
    for (const [name, list] of Object.entries(byName)) warningChecks.set(name, warningCheck(name, list));
  }

  function warningCheck(name, list) {
    let wanted = list;
    if (typeof list === "string") wanted = [[list]];
    else if (!Array.isArray(list)) wanted = Object.entries(list).map(([code, message]) => [message, code]);
    else if (!Array.isArray(list[0])) wanted = [list];
    return mustCall((warning) => {
      const [message, code] = wanted.shift() ?? assert.fail(`one warning too many: ${warning}`);
      assert.strictEqual(warning.name, name);
      if (typeof message === "string") assert.strictEqual(warning.message, message);
      else assert.match(warning.message, message);
      assert.strictEqual(warning.code, code);
    }, wanted.length);
  }

  function skip(reason) {
    throw new Skip(reason);
  }

  function invalidArgTypeHelper(value) {
    if (value === null || value === undefined) return ` Received ${value}`;
    if (typeof value === "function" && value.name) return ` Received function ${value.name}`;
    if (typeof value === "object") {
      const name = value.constructor?.name;
      return name ? ` Received an instance of ${name}` : ` Received ${inspect(value, { depth: -1 })}`;
    }
    const shown = inspect(value, { colors: false });
    return ` Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
  }

  const viewTypes = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ];

  function getArrayBufferViews({ buffer, byteOffset, byteLength }) {
    return viewTypes
      .filter(({ BYTES_PER_ELEMENT: size = 1 }) => byteLength % size === 0)
      .map((type) => new type(buffer, byteOffset, byteLength / (type.BYTES_PER_ELEMENT ?? 1)));
  }

  const members = {
    allowGlobals: noop,
    buildType: "Release",
    canCreateSymLink: () => false,
    enoughTestMem: false,
    expectWarning,
    expectsError,
    getArrayBufferViews,
    getBufferSources: (view) => [...getArrayBufferViews(view), new Uint8Array(view).buffer],
    getCallSite: () => "a call",
    hasCrypto: true,
    hasFipsCrypto: false,
    hasIPv6: false,
    hasIntl: true,
    hasOpenSSL3: true,
    hasOpenSSL31: false,
    hasQuic: false,
    invalidArgTypeHelper,
    isMainThread: true,
    isLinux: true,
    localhostIPv4: "127.0.0.1",
    mustCall,
    mustCallAtLeast,
    mustNotCall,
    mustNotMutateObjectDeep,
    mustSucceed,
    opensslCli: false,
    platformTimeout: (ms) => ms,
    printSkipMessage: noop,
    skip,
    skipIf32Bits: noop,
    skipIfDumbTerminal: noop,
    skipIfEslintMissing: () => skip("no ESLint"),
    skipIfInspectorDisabled: () => skip("no inspector"),
    skipIfWorker: noop,
    PORT: 12346,
  };
  for (const name of ["AIX", "Asan", "DumbTerminal", "FreeBSD", "IBMi", "LinuxPPCBE", "OSX", "OpenBSD", "Pi", "SunOS", "Windows"]) {
    members[`is${name}`] = false;
  }
  const common = new Proxy(members, {
    get(target, key) {
      if (!(key in target)) throw new Error(`common.${String(key)} is not there`);
      return target[key];
    },
  });

  class Countdown {
    #left;
    #done;

    constructor(limit, done) {
      this.#left = limit;
      this.#done = mustCall(done);
    }

    dec() {
      assert(this.#left > 0, "counted down already");
      if (--this.#left === 0) this.#done();
      return this.#left;
    }

    get remaining() {
      return this.#left;
    }
  }

  function streamPair() {
    const { Duplex } = testRequire("stream");
    const pending = Symbol("pending");
    const other = Symbol("other");
    const make = () =>
      new Duplex({
        read() {
          const resume = this[pending];
          this[pending] = null;
          resume?.();
        },
        write(chunk, encoding, callback) {
          if (chunk.length === 0) real.process.nextTick(callback);
          else {
            this[other].push(chunk);
            this[other][pending] = callback;
          }
        },
        final(callback) {
          this[other].on("end", callback);
          this[other].push(null);
        },
      });
    const [clientSide, serverSide] = [make(), make()];
    clientSide[other] = serverSide;
    serverSide[other] = clientSide;
    return { clientSide, serverSide };
  }

  const root = "/test/fixtures";
  const joined = (parts) => [parts].flat(2).join("/").replace(/\/{2,}/g, "/").replace(/^\//, "");

  function fixture(path) {
    const found = nodeTest.fixtures[path];
    if (found === undefined) throw new Error(`the fixture ${path} is not in the function`);
    return found;
  }

  function bytesOf(path, encoding) {
    const bytes = Buffer.from(fixture(path).base64, "base64");
    return encoding === undefined ? bytes : bytes.toString(encoding.encoding ?? encoding);
  }

  const fixtures = {
    fixturesDir: root,
    path: (...parts) => `${root}/${joined(parts)}`,
    readSync: (parts, encoding) => bytesOf(joined(parts), encoding),
    readKey: (name, encoding) => bytesOf(`keys/${name}`, encoding),
    readKeys: (encoding, ...names) => names.map((name) => bytesOf(`keys/${name}`, encoding)),
  };

  const loaded = new Map();

  function requireFixture(path) {
    const known = [path, `${path}.js`, `${path}.json`].find((candidate) => Object.hasOwn(nodeTest.fixtures, candidate));
    if (known === undefined) throw new Error(`the fixture ${path} is not in the function`);
    if (loaded.has(known)) return loaded.get(known).exports;
    const module = { exports: {} };
    loaded.set(known, module);
    const { run, base64 } = nodeTest.fixtures[known];
    if (run === undefined) module.exports = fixtureValue(known, base64);
    else Reflect.apply(run, module.exports, [module.exports, requireFrom(known.replace(/[^/]*$/, "")), module]);
    return module.exports;
  }

  function fixtureValue(path, base64) {
    const text = Buffer.from(base64, "base64").toString();
    if (path.endsWith(".json")) return JSON.parse(text);
    const module = { exports: {} };
    new Function("exports", "module", text)(module.exports, module);
    return module.exports;
  }

  // What tests take from inside of Node without being about it.
  const External = class {
    constructor() {
      this._externalStream = { [inspect.custom]: () => "[External: 0]" };
    }
  };
  const bindings = {
    js_stream: { JSStream: External },
    timers: { getLibuvNow: () => Math.floor(performance.now()) },
    util: {
      previewEntries(iterable, isIterator) {
        const entries = [...iterable];
        const isKeyed = entries.some(Array.isArray);
        return isIterator ? [entries.flat(), isKeyed] : entries.flat();
      },
    },
  };

  function sleep(ms) {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }

  // Everything is evaluated in the one context that there is.
  const contexts = {
    createContext: (context = {}) => context,
    isContext: (value) => typeof value === "object" && value !== null,
    runInThisContext: (code) => (0, eval)(code),
    runInContext: (code, context) => new Function(...Object.keys(context), `return eval(${JSON.stringify(code)})`)(...Object.values(context)),
    runInNewContext: (code, context = {}) => contexts.runInContext(code, context),
    Script: class {
      #code;

      constructor(code) {
        this.#code = code;
      }

      runInThisContext() {
        return contexts.runInThisContext(this.#code);
      }

      runInNewContext(context) {
        return contexts.runInNewContext(this.#code, context);
      }
    },
  };

  const shims = {
    vm: () => contexts,
    "internal/errors": () => ({ codes: new Proxy({}, { get: () => class extends Error {} }) }),
    "internal/event_target": () => ({ Event, EventTarget, NodeEventTarget: class extends EventTarget {}, CustomEvent: globalThis["CustomEvent"] }),
    "internal/test/binding": () => ({ internalBinding: (name) => bindings[name] }),
    "internal/timers": () => ({ setUnrefTimeout: (callback, ms) => setTimeout(callback, ms).unref() }),
    "internal/util": () => ({ sleep, customInspectSymbol: inspect.custom }),
    common: () => common,
    "common/index": () => common,
    "common/countdown": () => Countdown,
    "common/crypto": () => cryptoHelpers(),
    "common/duplexpair": () => streamPair,
    "common/fixtures": () => fixtures,
    "common/tick": () => tick,
  };

  function tick(rounds, done) {
    const next = () => (rounds-- === 0 ? done() : setImmediate(next));
    next();
  }

  /** `require` for a test, or for the fixture in the folder `base`. */
  function requireFrom(base) {
    const load = (name) => {
      if (name === "assert" || name === "node:assert") return checkedAssert();
      const shim = /^(?:(?:\.\.\/)+(?=common)|(?=internal\/)|(?:node:)?(?=vm$))([\w/-]+?)\/?(?:\.js)?$/.exec(name)?.[1];
      if (shim !== undefined) {
        if (!Object.hasOwn(shims, shim)) throw new Skip(`no ${shim}`);
        return shims[shim]();
      }
      if (typeof name !== "string" || !/^(\.|\/test\/)/.test(name)) return real.require(name);
      if (name.startsWith(`${root}/`)) return requireFixture(name.slice(root.length + 1));
      if (/^(\.\.\/)+fixtures\//.test(name)) return requireFixture(name.replace(/^(\.\.\/)+fixtures\//, ""));
      return requireFixture(joined(new URL(name, `http://h/${base}`).pathname));
    };
    load.resolve = real.require.resolve;
    load.cache = real.require.cache;
    load.main = {};
    return load;
  }

  let checked;
  let isAboutAssert = false;

  /**
   * `assert`, that keeps what fails outside of `throws` and `rejects`: in a function whose promise nobody looks at it would be
   * lost.
   */
  function checkedAssert() {
    if (isAboutAssert) return assert;
    if (checked !== undefined) return checked;
    const watch = (target, key) => {
      const isExpecting = /throws|rejects|throw$|reject$/i.test(key);
      return function (...args) {
        if (isExpecting) expectedDepth++;
        try {
          const answer = Reflect.apply(target, this, args);
          if (isExpecting && typeof answer?.then === "function") {
            expectedDepth++;
            const end = () => expectedDepth--;
            answer.then(end, (error) => {
              end();
              lose(error);
            });
          }
          return answer;
        } catch (error) {
          if (expectedDepth === (isExpecting ? 1 : 0)) lose(error);
          throw error;
        } finally {
          if (isExpecting) expectedDepth--;
        }
      };
    };
    checked = watch(assert, "ok");
    for (const key of Object.keys(assert)) {
      const isCheck = typeof assert[key] === "function" && !/^[A-Z]|^strict$/.test(key);
      checked[key] = isCheck ? watch(assert[key], key) : assert[key];
    }
    checked.strict = checked;
    return checked;
  }

  function lose(error) {
    lost.push(error);
  }

  /** A promise whose rejection counts unless somebody asks for it. */
  function watch(promise) {
    if (typeof promise?.then !== "function") return promise;
    let isHandled = false;
    const then = promise.then;
    Reflect.apply(then, promise, [
      undefined,
      (error) => {
        if (!isHandled) lose(error);
      },
    ]);
    Object.defineProperty(promise, "then", {
      configurable: true,
      value(...callbacks) {
        isHandled = true;
        return watch(Reflect.apply(then, this, callbacks));
      },
    });
    return promise;
  }

  const watched = (action) => (typeof action === "function" ? (...args) => watch(action(...args)) : action);

  function cryptoHelpers() {
    const crypto = testRequire("crypto");
    const pem = (label, cipher) => {
      const head = `-----BEGIN ${label}-----`;
      const legacy = cipher === undefined || cipher === null ? "" : `\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher},[^\n]+\n`;
      return new RegExp(`^${head}${legacy}\n([A-Za-z0-9+/=]{64}\n)*[A-Za-z0-9+/=]{1,64}\n-----END ${label}-----\n$`);
    };
    const text = Buffer.from("Hello Node.js world!");
    return {
      assertApproximateSize(key, expected) {
        assert(key.length >= Math.floor(0.9 * expected) && key.length <= Math.ceil(1.1 * expected), `a key of ${key.length}`);
      },
      testEncryptDecrypt(publicKey, privateKey) {
        for (const key of [publicKey, privateKey]) {
          const sealed = crypto.publicEncrypt(key, text);
          assert.strictEqual(crypto.privateDecrypt(privateKey, sealed).toString(), text.toString());
        }
      },
      testSignVerify(publicKey, privateKey) {
        const signatures = [
          crypto.sign("SHA256", text, privateKey),
          crypto.createSign("SHA256").update(text).sign(privateKey),
        ];
        for (const signature of signatures) {
          for (const key of [publicKey, privateKey]) {
            assert(crypto.verify("SHA256", text, key, signature));
            assert(crypto.createVerify("SHA256").update(text).verify(key, signature));
          }
        }
      },
      testDH(alice, bob, expected) {
        const one = crypto.diffieHellman({ privateKey: alice.privateKey, publicKey: bob.publicKey });
        const two = crypto.diffieHellman({ privateKey: bob.privateKey, publicKey: alice.publicKey });
        assert.deepStrictEqual(one, two);
        if (expected !== undefined) assert.deepStrictEqual(one, expected);
      },
      // The group of RFC 2412, appendix E.2.
      get modp2buf() {
        return crypto.createDiffieHellmanGroup("modp2").getPrime();
      },
      pkcs1PubExp: pem("RSA PUBLIC KEY"),
      pkcs1PrivExp: pem("RSA PRIVATE KEY"),
      pkcs1EncExp: (cipher) => pem("RSA PRIVATE KEY", cipher),
      spkiExp: pem("PUBLIC KEY"),
      pkcs8Exp: pem("PRIVATE KEY"),
      pkcs8EncExp: pem("ENCRYPTED PRIVATE KEY"),
      sec1Exp: pem("EC PRIVATE KEY"),
      sec1EncExp: (cipher) => pem("EC PRIVATE KEY", cipher),
    };
  }

  const turn = () => new Promise((resolve) => real.setImmediate(resolve));
  // Without a reference, so that it is no reason to wait.
  const pause = (ms) => new Promise((resolve) => real.setTimeout(resolve, ms).unref());
  const isBusy = () => real.process.getActiveResourcesInfo().length > 0;

  /** Waits as a process does before it ends: until nothing is left that keeps it alive. */
  async function settle() {
    const deadline = real.now() + waitMax;
    do {
      for (let round = 0; round < 8; round++) await turn();
      if (isBusy()) await pause(1);
      // A call of the host's that nothing tells of, as crypto's with a callback.
      else if (unmet().length > 0 && real.now() < deadline - waitMax + 1000) await pause(5);
    } while (lost.length === 0 && real.now() < deadline && (isBusy() || (unmet().length > 0 && real.now() < deadline - waitMax + 1000)));
  }

  async function run(test, file) {
    isAboutAssert = /^test-assert/.test(file);
    testRequire = requireFrom("");
    const module = { exports: {}, id: ".", filename: `/test/parallel/${file}`, children: [], paths: [] };
    try {
      Reflect.apply(test, module.exports, [module.exports, testRequire, module, module.filename, "/test/parallel"]);
    } catch (error) {
      if (error instanceof Skip) return { skipped: error.message };
      // As at the top level of a program.
      if (!real.process.emit("uncaughtException", error, "uncaughtException")) throw error;
    }
    await settle();
    real.process.emit("beforeExit", 0);
    await settle();
    real.process.emit("exit", 0);
    if (lost.length > 0) throw lost[0];
    const missed = unmet().map(({ name, kind, wanted, actual, stack }) => `${name} was called ${actual} times, not ${kind} ${wanted}\n${stack}`);
    if (missed.length > 0) throw new Error(`mismatched calls: ${missed.join("\n")}`);
    return { passed: true };
  }

  nodeTest = { run, watch, watched, fixtures: {} };
}
