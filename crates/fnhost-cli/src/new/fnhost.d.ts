// What a destination function finds in fnhost: its events, errors and globals, for editors and for `tsc`. Made by
// `fnhost new`, which brings it up to date in a folder that has one already: changes belong in a file of your own.
//
// Nothing else is needed, neither `@types/node` nor the library "DOM": set `"lib": ["ES2023"], "types": []`.

/** The types of events, settings and handlers, and what else has a name only here. */
declare namespace fnhost {
  /**
   * A handler: an event and the destination's settings in. What it returns is shown; only `onBatch`'s counts.
   *
   * In JavaScript, say the types of a declared function's parameters, `@param {fnhost.TrackEvent} event` and
   * `@param {fnhost.Settings} settings`; before `const onTrack = async (event, settings) => …` write
   * `@satisfies {fnhost.OnTrack}`.
   */
  type Handler<E, S = Settings> = (event: E, settings: S) => any;
  type OnTrack<S = Settings> = Handler<TrackEvent, S>;
  type OnIdentify<S = Settings> = Handler<IdentifyEvent, S>;
  type OnPage<S = Settings> = Handler<PageEvent, S>;
  type OnScreen<S = Settings> = Handler<ScreenEvent, S>;
  type OnGroup<S = Settings> = Handler<GroupEvent, S>;
  type OnAlias<S = Settings> = Handler<AliasEvent, S>;
  type OnDelete<S = Settings> = Handler<DeleteEvent, S>;
  /** Events of any types, in any mix. Without results, or with another number of them, all count as delivered. */
  type OnBatch<S = Settings> = (
    events: DestinationEvent[],
    settings: S,
  ) => BatchResults | Promise<BatchResults> | void | Promise<void>;

  /** The destination's settings: what `fnhost.toml` or `--settings` says. */
  type Settings = Record<string, any>;

  /** What became of one event of a batch. An empty place, or one without a `status`, is success. */
  interface BatchResult {
    /** 408, 423, 429, and 5xx but 501: this event is tried again. Others from 400: it is discarded. */
    status: number;
    errormessage?: string;
  }
  /** One result for each event, in their order. */
  type BatchResults = readonly (BatchResult | null | undefined | void)[];

  type DestinationEvent =
    | TrackEvent
    | IdentifyEvent
    | PageEvent
    | ScreenEvent
    | GroupEvent
    | AliasEvent
    | DeleteEvent;

  /** What all events have. */
  interface CommonFields {
    /** The same for an event that is sent twice. */
    messageId: string;
    /** Who it is about, if known. */
    userId?: string | null;
    /** Who it is about, before that is known. */
    anonymousId?: string | null;
    /** Where and how it happened. */
    context: Context;
    /** Which destinations are meant. */
    integrations: Integrations;
    /** When it happened, in ISO 8601, corrected for the sender's clock. */
    timestamp: string;
    /** When it happened, by the sender's clock. */
    originalTimestamp?: string;
    /** When it was sent, by the sender's clock. */
    sentAt?: string;
    /** When it came in. */
    receivedAt?: string;
    channel?: "browser" | "mobile" | "server" | (string & {});
    projectId?: string;
    version?: number | string;
    writeKey?: string;
    _metadata?: Record<string, any>;
  }

  /** Somebody did something. */
  interface TrackEvent extends CommonFields {
    type: "track";
    /** What was done: `Order Completed` say. */
    event: string;
    properties: Properties;
  }

  /** Who somebody is. */
  interface IdentifyEvent extends CommonFields {
    type: "identify";
    traits: Traits;
  }

  /** A page of a website was seen. */
  interface PageEvent extends CommonFields {
    type: "page";
    name?: string | null;
    category?: string | null;
    properties: Properties & {
      path?: string;
      referrer?: string;
      search?: string;
      title?: string;
      url?: string;
      keywords?: string[];
    };
  }

  /** A screen of an app was seen. */
  interface ScreenEvent extends CommonFields {
    type: "screen";
    name?: string | null;
    category?: string | null;
    properties: Properties;
  }

  /** Somebody belongs to a group: an account, a company. */
  interface GroupEvent extends CommonFields {
    type: "group";
    groupId: string;
    traits: GroupTraits;
  }

  /** Two ids are the same person. */
  interface AliasEvent extends CommonFields {
    type: "alias";
    previousId: string;
  }

  /** Somebody's data are to be deleted. */
  interface DeleteEvent extends Omit<CommonFields, "context" | "integrations"> {
    type: "delete";
    context: null;
    integrations: null;
    messageId: string;
    userId?: string | null;
    timestamp: string;
  }

  /** Anything; these have a meaning that is the same everywhere. */
  interface Properties {
    revenue?: number;
    currency?: string;
    value?: number;
    total?: number;
    order_id?: string;
    products?: Record<string, any>[];
    [name: string]: any;
  }

  /** Anything; these have a meaning that is the same everywhere. */
  interface Traits {
    address?: Address;
    age?: number;
    avatar?: string;
    birthday?: string;
    company?: { name?: string; id?: string | number; industry?: string; employee_count?: number; plan?: string } & Record<
      string,
      any
    >;
    createdAt?: string;
    description?: string;
    email?: string;
    firstName?: string;
    gender?: string;
    id?: string;
    lastName?: string;
    name?: string;
    phone?: string;
    title?: string;
    username?: string;
    website?: string;
    [name: string]: any;
  }

  /** Anything; these have a meaning that is the same everywhere. */
  interface GroupTraits {
    address?: Address;
    avatar?: string;
    createdAt?: string;
    description?: string;
    email?: string;
    employees?: string | number;
    id?: string;
    industry?: string;
    name?: string;
    phone?: string;
    website?: string;
    plan?: string;
    [name: string]: any;
  }

  interface Address {
    city?: string;
    country?: string;
    postalCode?: string;
    state?: string;
    street?: string;
    [name: string]: any;
  }

  /** Where and how an event happened. */
  interface Context {
    active?: boolean;
    app?: { name?: string; version?: string; build?: string; namespace?: string; [name: string]: any };
    campaign?: {
      name?: string;
      source?: string;
      medium?: string;
      term?: string;
      content?: string;
      [name: string]: any;
    };
    device?: {
      id?: string;
      advertisingId?: string;
      adTrackingEnabled?: boolean;
      manufacturer?: string;
      model?: string;
      name?: string;
      type?: string;
      token?: string;
      version?: string;
      [name: string]: any;
    };
    externalIds?: { id: string; type: string; collection?: string; encoding?: string; [name: string]: any }[];
    groupId?: string;
    ip?: string;
    library?: { name?: string; version?: string; [name: string]: any };
    locale?: string;
    location?: {
      city?: string;
      country?: string;
      latitude?: number;
      longitude?: number;
      region?: string;
      speed?: number;
      [name: string]: any;
    };
    network?: { bluetooth?: boolean; carrier?: string; cellular?: boolean; wifi?: boolean; [name: string]: any };
    os?: { name?: string; version?: string; [name: string]: any };
    page?: {
      path?: string;
      referrer?: string;
      search?: string;
      title?: string;
      url?: string;
      [name: string]: any;
    };
    protocols?: Record<string, any>;
    referrer?: { id?: string; type?: string; name?: string; url?: string; link?: string; [name: string]: any };
    screen?: { width?: number; height?: number; density?: number; [name: string]: any };
    timezone?: string;
    traits?: Traits;
    userAgent?: string;
    userAgentData?: Record<string, any>;
    [name: string]: any;
  }

  /** `All`, and destinations by name. */
  interface Integrations {
    All?: boolean;
    [destination: string]: boolean | Record<string, any> | undefined;
  }

  /** Values that the events of one destination share. */
  interface Cache {
    /**
     * The value under `key`; where there is none, what `compute` gives, which is then kept for `ttl` milliseconds, or
     * without end if `ttl` is -1 or not given. Events that ask at the same time wait for one of them to compute it.
     *
     * What is kept is JSON. Any other value is handed out, and computed anew the next time.
     */
    load<T>(key: string, ttl: number | null | undefined, compute: () => T | Promise<T>): Promise<T>;
    load<T>(key: string, compute: () => T | Promise<T>): Promise<T>;
    /** Forgets the value under `key`, if there is one. */
    delete(key: string): void;
  }

  /** `T`, unless the library "DOM" declares the same. */
  type Alone<T> = typeof globalThis extends { onmessage: any } ? {} : T;

  /** Bytes in any form. */
  type Bytes = ArrayBuffer | ArrayBufferView;

  // ── fetch, as node-fetch 2 has it ──

  type HeadersInit = Headers | Iterable<readonly [string, any]> | readonly (readonly any[])[] | Record<string, any>;

  class Headers {
    constructor(init?: HeadersInit | null);
    append(name: string, value: any): void;
    delete(name: string): void;
    get(name: string): string | null;
    getSetCookie(): string[];
    has(name: string): boolean;
    set(name: string, value: any): void;
    /** Every value of every header: `{ "set-cookie": ["a=1", "b=2"] }`. */
    raw(): Record<string, string[]>;
    forEach(callback: (value: string, name: string, headers: Headers) => void, thisArg?: any): void;
    keys(): IterableIterator<string>;
    values(): IterableIterator<string>;
    entries(): IterableIterator<[string, string]>;
    [Symbol.iterator](): IterableIterator<[string, string]>;
  }

  /** What can be sent. Anything else is sent as `String(body)`. */
  type BodyInit =
    | string
    | URLSearchParams
    | Bytes
    | Blob
    | FormData
    | ReadableStream
    | { pipe(destination: any): any }
    | AsyncIterable<Uint8Array | string>;

  interface RequestInit {
    /** In capitals or not. */
    method?: string;
    headers?: HeadersInit | null;
    body?: BodyInit | object | number | boolean | null;
    /** `follow` if nothing is said; `manual` gives the redirect itself, `error` fails. */
    redirect?: "follow" | "manual" | "error";
    signal?: AbortSignal | null;
    /** Milliseconds until the request fails with a `FetchError`; 0 is no limit but the event's own. */
    timeout?: number;
    /** The most bytes of the answer's body; 0 is no limit but the host's own. */
    size?: number;
    /** The most redirects, 20 if nothing is said. */
    follow?: number;
    /** Whether to ask for, and undo, compression: true if nothing is said. */
    compress?: boolean;
    /** Taken and not used: connections are the host's. */
    agent?: any;
    [option: string]: any;
  }

  class Body {
    readonly body: BodyStream | null;
    readonly bodyUsed: boolean;
    arrayBuffer(): Promise<ArrayBuffer>;
    blob(): Promise<Blob>;
    /** As node-fetch has it. */
    buffer(): Promise<Buffer>;
    bytes(): Promise<Uint8Array>;
    formData(): Promise<FormData>;
    json(): Promise<any>;
    text(): Promise<string>;
  }

  /** A stream for the web and for Node: both ways of reading work. */
  type BodyStream = ReadableStream<Uint8Array> & {
    on(event: string, listener: (...args: any[]) => void): any;
    once(event: string, listener: (...args: any[]) => void): any;
    pipe<T>(destination: T): T;
  };

  class Request extends Body {
    constructor(input: string | URL | Request, init?: RequestInit);
    readonly method: string;
    readonly url: string;
    readonly headers: Headers;
    readonly redirect: "follow" | "manual" | "error";
    readonly signal: AbortSignal;
    readonly follow: number;
    readonly compress: boolean;
    clone(): Request;
  }

  interface ResponseInit {
    status?: number;
    statusText?: string;
    headers?: HeadersInit;
    url?: string;
    size?: number;
    timeout?: number;
  }

  class Response extends Body {
    constructor(body?: BodyInit | null, init?: ResponseInit);
    static error(): Response;
    static json(data: any, init?: ResponseInit): Response;
    static redirect(url: string | URL, status?: number): Response;
    readonly headers: Headers;
    readonly ok: boolean;
    readonly redirected: boolean;
    readonly status: number;
    readonly statusText: string;
    readonly type: string;
    readonly url: string;
    clone(): Response;
  }

  /** What `fetch` rejects with. It has no global name: look at `error.name === "FetchError"`. */
  interface FetchError extends Error {
    name: "FetchError";
    type:
      | "system"
      | "request-timeout"
      | "body-timeout"
      | "max-redirect"
      | "no-redirect"
      | "unsupported-redirect"
      | "invalid-redirect"
      | "max-size"
      | "invalid-json"
      | "aborted"
      | (string & {});
    /** Node's: `ECONNREFUSED`, `ENOTFOUND`, `ETIMEDOUT` say. */
    code?: string;
    errno?: string;
  }

  // ── The web ──

  class URL {
    constructor(url: string | URL, base?: string | URL);
    static createObjectURL(blob: Blob): string;
    static revokeObjectURL(url: string): void;
    static canParse(url: string | URL, base?: string | URL): boolean;
    static parse(url: string | URL, base?: string | URL): URL | null;
    hash: string;
    host: string;
    hostname: string;
    href: string;
    readonly origin: string;
    password: string;
    pathname: string;
    port: string;
    protocol: string;
    search: string;
    readonly searchParams: URLSearchParams;
    username: string;
    toString(): string;
    toJSON(): string;
  }

  class URLSearchParams {
    constructor(
      init?: string | URLSearchParams | Iterable<readonly [string, any]> | readonly (readonly any[])[] | Record<string, any>,
    );
    readonly size: number;
    append(name: string, value: any): void;
    delete(name: string, value?: any): void;
    get(name: string): string | null;
    getAll(name: string): string[];
    has(name: string, value?: any): boolean;
    set(name: string, value: any): void;
    sort(): void;
    toString(): string;
    forEach(callback: (value: string, name: string, parent: URLSearchParams) => void, thisArg?: any): void;
    keys(): IterableIterator<string>;
    values(): IterableIterator<string>;
    entries(): IterableIterator<[string, string]>;
    [Symbol.iterator](): IterableIterator<[string, string]>;
  }

  class Event {
    constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean });
    static readonly NONE: 0;
    static readonly CAPTURING_PHASE: 1;
    static readonly AT_TARGET: 2;
    static readonly BUBBLING_PHASE: 3;
    readonly bubbles: boolean;
    cancelBubble: boolean;
    readonly cancelable: boolean;
    readonly composed: boolean;
    readonly currentTarget: EventTarget | null;
    readonly defaultPrevented: boolean;
    readonly eventPhase: number;
    readonly isTrusted: boolean;
    returnValue: boolean;
    readonly srcElement: EventTarget | null;
    readonly target: EventTarget | null;
    readonly timeStamp: number;
    readonly type: string;
    composedPath(): EventTarget[];
    preventDefault(): void;
    stopImmediatePropagation(): void;
    stopPropagation(): void;
  }

  class CustomEvent<T = any> extends Event {
    constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean; detail?: T });
    readonly detail: T;
  }

  class MessageEvent<T = any> extends Event {
    constructor(type: string, init?: { data?: T; origin?: string; lastEventId?: string; source?: any; ports?: any[] });
    readonly data: T;
    readonly origin: string;
    readonly lastEventId: string;
    readonly source: any;
    readonly ports: readonly MessagePort[];
  }

  type EventListener = ((event: any) => void) | { handleEvent(event: any): void };

  class EventTarget {
    constructor();
    addEventListener(
      type: string,
      listener: EventListener | null,
      options?: boolean | { capture?: boolean; once?: boolean; passive?: boolean; signal?: AbortSignal },
    ): void;
    removeEventListener(type: string, listener: EventListener | null, options?: boolean | { capture?: boolean }): void;
    dispatchEvent(event: Event): boolean;
  }

  class AbortController {
    constructor();
    readonly signal: AbortSignal;
    abort(reason?: any): void;
  }

  class AbortSignal extends EventTarget {
    private constructor();
    static abort(reason?: any): AbortSignal;
    static any(signals: Iterable<AbortSignal>): AbortSignal;
    static timeout(milliseconds: number): AbortSignal;
    readonly aborted: boolean;
    readonly reason: any;
    onabort: ((this: AbortSignal, event: Event) => any) | null;
    throwIfAborted(): void;
  }

  class MessageChannel {
    constructor();
    readonly port1: MessagePort;
    readonly port2: MessagePort;
  }

  class MessagePort extends EventTarget {
    private constructor();
    onmessage: ((event: MessageEvent) => any) | null;
    onmessageerror: ((event: MessageEvent) => any) | null;
    postMessage(message: any, transfer?: any): void;
    start(): void;
    close(): void;
  }

  class BroadcastChannel extends EventTarget {
    constructor(name: string);
    readonly name: string;
    onmessage: ((event: MessageEvent) => any) | null;
    onmessageerror: ((event: MessageEvent) => any) | null;
    postMessage(message: any): void;
    close(): void;
  }

  class DOMException extends Error {
    constructor(message?: string, nameOrOptions?: string | { name?: string; cause?: any });
    readonly name: string;
    readonly message: string;
    readonly code: number;
  }

  type BlobPart = string | Bytes | Blob;

  class Blob {
    constructor(parts?: Iterable<BlobPart>, options?: { type?: string; endings?: "transparent" | "native" });
    readonly size: number;
    readonly type: string;
    arrayBuffer(): Promise<ArrayBuffer>;
    bytes(): Promise<Uint8Array>;
    slice(start?: number, end?: number, type?: string): Blob;
    stream(): ReadableStream<Uint8Array>;
    text(): Promise<string>;
  }

  class File extends Blob {
    constructor(
      parts: Iterable<BlobPart>,
      name: string,
      options?: { type?: string; endings?: "transparent" | "native"; lastModified?: number },
    );
    readonly name: string;
    readonly lastModified: number;
    readonly webkitRelativePath: string;
  }

  /** The web's, with what the package `form-data` has beside it. */
  class FormData {
    constructor(options?: any);
    append(
      name: string,
      value: any,
      options?: string | { filename?: string; filepath?: string; contentType?: string; knownLength?: number; header?: any },
    ): void;
    delete(name: string): void;
    get(name: string): any;
    getAll(name: string): any[];
    has(name: string): boolean;
    set(name: string, value: any, filename?: string): void;
    forEach(callback: (value: any, name: string, parent: FormData) => void, thisArg?: any): void;
    keys(): IterableIterator<string>;
    values(): IterableIterator<any>;
    entries(): IterableIterator<[string, any]>;
    [Symbol.iterator](): IterableIterator<[string, any]>;
    /** Of `form-data`: the headers that belong to the body, and those given. */
    getHeaders(headers?: Record<string, any>): Record<string, any>;
    getBoundary(): string;
    setBoundary(boundary: string): void;
    getBuffer(): Buffer;
    getLength(callback: (error: Error | null, length: number) => void): void;
    getLengthSync(): number;
    hasKnownLength(): boolean;
    pipe<T>(destination: T): T;
  }

  interface QueuingStrategy<T = any> {
    highWaterMark?: number;
    size?: (chunk: T) => number;
  }

  interface UnderlyingSource<R = any> {
    start?: (controller: any) => any;
    pull?: (controller: any) => void | PromiseLike<void>;
    cancel?: (reason?: any) => void | PromiseLike<void>;
    type?: "bytes" | undefined;
    autoAllocateChunkSize?: number;
  }

  class ReadableStream<R = any> {
    constructor(source?: UnderlyingSource<R>, strategy?: QueuingStrategy<R>);
    static from<R>(source: Iterable<R> | AsyncIterable<R>): ReadableStream<R>;
    readonly locked: boolean;
    cancel(reason?: any): Promise<void>;
    getReader(options: { mode: "byob" }): ReadableStreamBYOBReader;
    getReader(): ReadableStreamDefaultReader<R>;
    pipeThrough<T>(
      transform: { readable: ReadableStream<T>; writable: WritableStream<R> },
      options?: StreamPipeOptions,
    ): ReadableStream<T>;
    pipeTo(destination: WritableStream<R>, options?: StreamPipeOptions): Promise<void>;
    tee(): [ReadableStream<R>, ReadableStream<R>];
    values(options?: { preventCancel?: boolean }): AsyncIterableIterator<R>;
    [Symbol.asyncIterator](): AsyncIterableIterator<R>;
  }

  interface StreamPipeOptions {
    preventAbort?: boolean;
    preventCancel?: boolean;
    preventClose?: boolean;
    signal?: AbortSignal;
  }

  type ReadResult<T> = { done: false; value: T } | { done: true; value: T | undefined };

  class ReadableStreamDefaultReader<R = any> {
    constructor(stream: ReadableStream<R>);
    readonly closed: Promise<void>;
    cancel(reason?: any): Promise<void>;
    read(): Promise<ReadResult<R>>;
    releaseLock(): void;
  }

  class ReadableStreamBYOBReader {
    constructor(stream: ReadableStream);
    readonly closed: Promise<void>;
    cancel(reason?: any): Promise<void>;
    read<T extends ArrayBufferView>(view: T, options?: { min?: number }): Promise<ReadResult<T>>;
    releaseLock(): void;
  }

  class ReadableStreamBYOBRequest {
    private constructor();
    readonly view: ArrayBufferView | null;
    respond(bytesWritten: number): void;
    respondWithNewView(view: ArrayBufferView): void;
  }

  class ReadableStreamDefaultController<R = any> {
    private constructor();
    readonly desiredSize: number | null;
    close(): void;
    enqueue(chunk?: R): void;
    error(reason?: any): void;
  }

  class ReadableByteStreamController {
    private constructor();
    readonly byobRequest: ReadableStreamBYOBRequest | null;
    readonly desiredSize: number | null;
    close(): void;
    enqueue(chunk: ArrayBufferView): void;
    error(reason?: any): void;
  }

  interface UnderlyingSink<W = any> {
    start?: (controller: WritableStreamDefaultController) => any;
    write?: (chunk: W, controller: WritableStreamDefaultController) => void | PromiseLike<void>;
    close?: () => void | PromiseLike<void>;
    abort?: (reason?: any) => void | PromiseLike<void>;
    type?: undefined;
  }

  class WritableStream<W = any> {
    constructor(sink?: UnderlyingSink<W>, strategy?: QueuingStrategy<W>);
    readonly locked: boolean;
    abort(reason?: any): Promise<void>;
    close(): Promise<void>;
    getWriter(): WritableStreamDefaultWriter<W>;
  }

  class WritableStreamDefaultWriter<W = any> {
    constructor(stream: WritableStream<W>);
    readonly closed: Promise<void>;
    readonly desiredSize: number | null;
    readonly ready: Promise<void>;
    abort(reason?: any): Promise<void>;
    close(): Promise<void>;
    releaseLock(): void;
    write(chunk?: W): Promise<void>;
  }

  class WritableStreamDefaultController {
    private constructor();
    readonly signal: AbortSignal;
    error(reason?: any): void;
  }

  interface Transformer<I = any, O = any> {
    start?: (controller: TransformStreamDefaultController<O>) => any;
    transform?: (chunk: I, controller: TransformStreamDefaultController<O>) => void | PromiseLike<void>;
    flush?: (controller: TransformStreamDefaultController<O>) => void | PromiseLike<void>;
    cancel?: (reason?: any) => void | PromiseLike<void>;
  }

  class TransformStream<I = any, O = any> {
    constructor(transformer?: Transformer<I, O>, writable?: QueuingStrategy<I>, readable?: QueuingStrategy<O>);
    readonly readable: ReadableStream<O>;
    readonly writable: WritableStream<I>;
  }

  class TransformStreamDefaultController<O = any> {
    private constructor();
    readonly desiredSize: number | null;
    enqueue(chunk?: O): void;
    error(reason?: any): void;
    terminate(): void;
  }

  class ByteLengthQueuingStrategy {
    constructor(init: { highWaterMark: number });
    readonly highWaterMark: number;
    readonly size: (chunk?: any) => number;
  }

  class CountQueuingStrategy {
    constructor(init: { highWaterMark: number });
    readonly highWaterMark: number;
    readonly size: (chunk?: any) => number;
  }

  class TextEncoder {
    constructor();
    readonly encoding: string;
    encode(text?: string): Uint8Array;
    encodeInto(text: string, destination: Uint8Array): { read: number; written: number };
  }

  class TextDecoder {
    constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    decode(bytes?: Bytes, options?: { stream?: boolean }): string;
  }

  class TextEncoderStream {
    constructor();
    readonly encoding: string;
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<string>;
  }

  class TextDecoderStream {
    constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    readonly readable: ReadableStream<string>;
    readonly writable: WritableStream<Bytes>;
  }

  class CompressionStream {
    constructor(format: "gzip" | "deflate" | "deflate-raw");
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Bytes>;
  }

  class DecompressionStream {
    constructor(format: "gzip" | "deflate" | "deflate-raw");
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Bytes>;
  }

  class Performance extends EventTarget {
    private constructor();
    readonly timeOrigin: number;
    now(): number;
    mark(name: string, options?: { detail?: any; startTime?: number }): PerformanceMark;
    measure(name: string, startOrOptions?: string | Record<string, any>, endMark?: string): PerformanceMeasure;
    clearMarks(name?: string): void;
    clearMeasures(name?: string): void;
    getEntries(): PerformanceEntry[];
    getEntriesByName(name: string, type?: string): PerformanceEntry[];
    getEntriesByType(type: string): PerformanceEntry[];
    toJSON(): any;
  }

  class PerformanceEntry {
    readonly name: string;
    readonly entryType: string;
    readonly startTime: number;
    readonly duration: number;
    toJSON(): any;
  }

  class PerformanceObserver {
    static readonly supportedEntryTypes: readonly string[];
    constructor(callback: (list: PerformanceObserverEntryList, observer: PerformanceObserver) => void);
    observe(options: { entryTypes?: string[]; type?: string; buffered?: boolean }): void;
    disconnect(): void;
    takeRecords(): PerformanceEntry[];
  }

  class PerformanceObserverEntryList {
    private constructor();
    getEntries(): PerformanceEntry[];
    getEntriesByName(name: string, type?: string): PerformanceEntry[];
    getEntriesByType(type: string): PerformanceEntry[];
  }

  class PerformanceMark extends PerformanceEntry {
    constructor(name: string, options?: { detail?: any; startTime?: number });
    readonly detail: any;
  }

  class PerformanceMeasure extends PerformanceEntry {
    readonly detail: any;
  }

  class CryptoKey {
    private constructor();
    readonly algorithm: any;
    readonly extractable: boolean;
    readonly type: "secret" | "private" | "public";
    readonly usages: string[];
  }

  class SubtleCrypto {
    private constructor();
    digest(algorithm: any, data: Bytes): Promise<ArrayBuffer>;
    sign(algorithm: any, key: CryptoKey, data: Bytes): Promise<ArrayBuffer>;
    verify(algorithm: any, key: CryptoKey, signature: Bytes, data: Bytes): Promise<boolean>;
    encrypt(algorithm: any, key: CryptoKey, data: Bytes): Promise<ArrayBuffer>;
    decrypt(algorithm: any, key: CryptoKey, data: Bytes): Promise<ArrayBuffer>;
    generateKey(algorithm: any, extractable: boolean, usages: readonly string[]): Promise<any>;
    importKey(
      format: "raw" | "pkcs8" | "spki" | "jwk",
      data: any,
      algorithm: any,
      extractable: boolean,
      usages: readonly string[],
    ): Promise<CryptoKey>;
    exportKey(format: "raw" | "pkcs8" | "spki" | "jwk", key: CryptoKey): Promise<any>;
    deriveBits(algorithm: any, key: CryptoKey, length?: number | null): Promise<ArrayBuffer>;
    deriveKey(algorithm: any, key: CryptoKey, derived: any, extractable: boolean, usages: readonly string[]): Promise<CryptoKey>;
    wrapKey(format: string, key: CryptoKey, wrappingKey: CryptoKey, algorithm: any): Promise<ArrayBuffer>;
    unwrapKey(
      format: string,
      wrappedKey: Bytes,
      unwrappingKey: CryptoKey,
      unwrapAlgorithm: any,
      keyAlgorithm: any,
      extractable: boolean,
      usages: readonly string[],
    ): Promise<CryptoKey>;
  }

  /** The type of the global `crypto`, which is Node's module. */
  class Crypto {
    private constructor();
  }

  interface Console {
    assert(condition?: any, ...data: any[]): void;
    clear(): void;
    count(label?: string): void;
    countReset(label?: string): void;
    debug(...data: any[]): void;
    dir(item?: any, options?: any): void;
    dirxml(...data: any[]): void;
    error(...data: any[]): void;
    group(...data: any[]): void;
    groupCollapsed(...data: any[]): void;
    groupEnd(): void;
    info(...data: any[]): void;
    log(...data: any[]): void;
    table(data?: any, columns?: string[]): void;
    time(label?: string): void;
    timeEnd(label?: string): void;
    timeLog(label?: string, ...data: any[]): void;
    trace(...data: any[]): void;
    warn(...data: any[]): void;
  }

  /** What `setTimeout` and `setInterval` return. */
  interface Timeout {
    ref(): this;
    unref(): this;
    hasRef(): boolean;
    refresh(): this;
    close(): this;
    [Symbol.toPrimitive](): number;
  }

  // ── Node ──

  type Encoding =
    | "utf8"
    | "utf-8"
    | "utf16le"
    | "utf-16le"
    | "ucs2"
    | "ucs-2"
    | "ascii"
    | "latin1"
    | "binary"
    | "base64"
    | "base64url"
    | "hex"
    | (string & {});

  /** `Buffer` with `new` or without, and what hangs on it. */
  interface BufferConstructor {
    new (value: string | readonly number[] | Bytes, encoding?: Encoding): Buffer;
    new (size: number): Buffer;
    (value: string | number | readonly number[] | Bytes, encoding?: Encoding): Buffer;
    readonly prototype: Buffer;
    poolSize: number;
    alloc(size: number, fill?: string | number | Uint8Array, encoding?: Encoding): Buffer;
    allocUnsafe(size: number): Buffer;
    allocUnsafeSlow(size: number): Buffer;
    byteLength(value: string | Bytes, encoding?: Encoding): number;
    compare(one: Uint8Array, other: Uint8Array): -1 | 0 | 1;
    concat(list: readonly Uint8Array[], totalLength?: number): Buffer;
    copyBytesFrom(view: ArrayBufferView, offset?: number, length?: number): Buffer;
    /** With `new` too, as some functions have it. */
    from: {
      (text: string | { [Symbol.toPrimitive](hint: "string"): string }, encoding?: Encoding): Buffer;
      (buffer: ArrayBuffer | SharedArrayBuffer, byteOffset?: number, length?: number): Buffer;
      (values: Uint8Array | readonly number[] | { valueOf(): string | object }): Buffer;
      new (text: string, encoding?: Encoding): Buffer;
      new (values: Bytes | readonly number[]): Buffer;
    };
    isBuffer(value: any): value is Buffer;
    isEncoding(encoding: string): boolean;
    of(...items: number[]): Buffer;
  }

  interface EventEmitterLike {
    addListener(event: string | symbol, listener: (...args: any[]) => void): this;
    on(event: string | symbol, listener: (...args: any[]) => void): this;
    once(event: string | symbol, listener: (...args: any[]) => void): this;
    off(event: string | symbol, listener: (...args: any[]) => void): this;
    removeListener(event: string | symbol, listener: (...args: any[]) => void): this;
    removeAllListeners(event?: string | symbol): this;
    prependListener(event: string | symbol, listener: (...args: any[]) => void): this;
    prependOnceListener(event: string | symbol, listener: (...args: any[]) => void): this;
    emit(event: string | symbol, ...args: any[]): boolean;
    eventNames(): (string | symbol)[];
    listenerCount(event: string | symbol): number;
    listeners(event: string | symbol): Function[];
    rawListeners(event: string | symbol): Function[];
    getMaxListeners(): number;
    setMaxListeners(count: number): this;
  }

  /** An inert `process`: it has no environment and nothing to end. */
  interface Process extends EventEmitterLike {
    readonly env: Record<string, string | undefined>;
    readonly argv: string[];
    readonly arch: string;
    readonly platform: string;
    readonly pid: number;
    readonly version: string;
    readonly versions: Record<string, string>;
    cwd(): string;
    hrtime: { (since?: [number, number]): [number, number]; bigint(): bigint };
    memoryUsage: any;
    nextTick(callback: (...args: any[]) => void, ...args: any[]): void;
    uptime(): number;
    emitWarning(warning: string | Error, ...options: any[]): void;
    [member: string]: any;
  }
}

// ── Globals ──

/** The event cannot be handled by this destination: it is not tried again. */
declare class EventNotSupported extends Error {
  constructor(message?: string, ...more: any[]);
}
/** The event lacks something: it is not tried again. */
declare class InvalidEventPayload extends Error {
  constructor(message?: string, ...more: any[]);
}
/** The event or the settings are not valid: it is not tried again. */
declare class ValidationError extends Error {
  constructor(message?: string, ...more: any[]);
}
/** The delivery failed for now, and is tried again. */
declare class RetryError extends Error {
  constructor(message?: string, ...more: any[]);
}
/** The event is dropped on purpose, which is no failure. */
declare class DropEvent extends Error {
  constructor(message?: string, ...more: any[]);
}

declare var cache: fnhost.Cache;
declare var console: typeof globalThis extends { onmessage: any; console: infer T } ? T : fnhost.Console;
interface Console extends fnhost.Alone<fnhost.Console> {}
declare var global: typeof globalThis;
declare var window: typeof globalThis extends { onmessage: any; window: infer T } ? T : typeof globalThis;

/** Sends a request, as node-fetch 2 does: an answer of any status is an answer. */
declare function fetch(input: string | URL | Request, init?: fnhost.RequestInit): Promise<Response>;
/** Base64 to text of one byte a character. What is no base64 is skipped. */
declare function atob(text: any): string;
/** Text to base64, of each character the low byte. */
declare function btoa(text: any): string;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T = any>(value: T, options?: { transfer?: any[] }): T;
declare function setTimeout(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): fnhost.Timeout;
declare function setInterval(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): fnhost.Timeout;
declare function setImmediate(callback: (...args: any[]) => void, ...args: any[]): any;
declare function clearTimeout(timer: fnhost.Timeout | number | string | null | undefined): void;
declare function clearInterval(timer: fnhost.Timeout | number | string | null | undefined): void;
declare function clearImmediate(timer: any): void;

interface Headers extends fnhost.Alone<fnhost.Headers> {}
declare var Headers: typeof globalThis extends { onmessage: any; Headers: infer T } ? T : typeof fnhost.Headers;
interface Request extends fnhost.Alone<fnhost.Request> {}
declare var Request: typeof globalThis extends { onmessage: any; Request: infer T } ? T : typeof fnhost.Request;
interface Response extends fnhost.Alone<fnhost.Response> {}
declare var Response: typeof globalThis extends { onmessage: any; Response: infer T } ? T : typeof fnhost.Response;
interface URL extends fnhost.Alone<fnhost.URL> {}
declare var URL: typeof globalThis extends { onmessage: any; URL: infer T } ? T : typeof fnhost.URL;
interface URLSearchParams extends fnhost.Alone<fnhost.URLSearchParams> {}
declare var URLSearchParams: typeof globalThis extends { onmessage: any; URLSearchParams: infer T } ? T : typeof fnhost.URLSearchParams;
interface AbortController extends fnhost.Alone<fnhost.AbortController> {}
declare var AbortController: typeof globalThis extends { onmessage: any; AbortController: infer T } ? T : typeof fnhost.AbortController;
interface AbortSignal extends fnhost.Alone<fnhost.AbortSignal> {}
declare var AbortSignal: typeof globalThis extends { onmessage: any; AbortSignal: infer T } ? T : typeof fnhost.AbortSignal;
interface Event extends fnhost.Alone<fnhost.Event> {}
declare var Event: typeof globalThis extends { onmessage: any; Event: infer T } ? T : typeof fnhost.Event;
interface CustomEvent<T = any> extends fnhost.Alone<fnhost.CustomEvent<T>> {}
declare var CustomEvent: typeof globalThis extends { onmessage: any; CustomEvent: infer T } ? T : typeof fnhost.CustomEvent;
interface EventTarget extends fnhost.Alone<fnhost.EventTarget> {}
declare var EventTarget: typeof globalThis extends { onmessage: any; EventTarget: infer T } ? T : typeof fnhost.EventTarget;
interface MessageEvent<T = any> extends fnhost.Alone<fnhost.MessageEvent<T>> {}
declare var MessageEvent: typeof globalThis extends { onmessage: any; MessageEvent: infer T } ? T : typeof fnhost.MessageEvent;
interface MessageChannel extends fnhost.Alone<fnhost.MessageChannel> {}
declare var MessageChannel: typeof globalThis extends { onmessage: any; MessageChannel: infer T } ? T : typeof fnhost.MessageChannel;
interface MessagePort extends fnhost.Alone<fnhost.MessagePort> {}
declare var MessagePort: typeof globalThis extends { onmessage: any; MessagePort: infer T } ? T : typeof fnhost.MessagePort;
interface BroadcastChannel extends fnhost.Alone<fnhost.BroadcastChannel> {}
declare var BroadcastChannel: typeof globalThis extends { onmessage: any; BroadcastChannel: infer T } ? T : typeof fnhost.BroadcastChannel;
interface DOMException extends fnhost.Alone<fnhost.DOMException> {}
declare var DOMException: typeof globalThis extends { onmessage: any; DOMException: infer T } ? T : typeof fnhost.DOMException;
interface Blob extends fnhost.Alone<fnhost.Blob> {}
declare var Blob: typeof globalThis extends { onmessage: any; Blob: infer T } ? T : typeof fnhost.Blob;
interface File extends fnhost.Alone<fnhost.File> {}
declare var File: typeof globalThis extends { onmessage: any; File: infer T } ? T : typeof fnhost.File;
interface FormData extends fnhost.Alone<fnhost.FormData> {}
declare var FormData: typeof globalThis extends { onmessage: any; FormData: infer T } ? T : typeof fnhost.FormData;
interface ReadableStream<R = any> extends fnhost.Alone<fnhost.ReadableStream<R>> {}
declare var ReadableStream: typeof globalThis extends { onmessage: any; ReadableStream: infer T } ? T : typeof fnhost.ReadableStream;
interface ReadableStreamDefaultReader<R = any> extends fnhost.Alone<fnhost.ReadableStreamDefaultReader<R>> {}
declare var ReadableStreamDefaultReader: typeof globalThis extends { onmessage: any; ReadableStreamDefaultReader: infer T } ? T : typeof fnhost.ReadableStreamDefaultReader;
interface ReadableStreamBYOBReader extends fnhost.Alone<fnhost.ReadableStreamBYOBReader> {}
declare var ReadableStreamBYOBReader: typeof globalThis extends { onmessage: any; ReadableStreamBYOBReader: infer T } ? T : typeof fnhost.ReadableStreamBYOBReader;
interface ReadableStreamBYOBRequest extends fnhost.Alone<fnhost.ReadableStreamBYOBRequest> {}
declare var ReadableStreamBYOBRequest: typeof globalThis extends { onmessage: any; ReadableStreamBYOBRequest: infer T } ? T : typeof fnhost.ReadableStreamBYOBRequest;
interface ReadableStreamDefaultController<R = any> extends fnhost.Alone<fnhost.ReadableStreamDefaultController<R>> {}
declare var ReadableStreamDefaultController: typeof globalThis extends { onmessage: any; ReadableStreamDefaultController: infer T } ? T : typeof fnhost.ReadableStreamDefaultController;
interface ReadableByteStreamController extends fnhost.Alone<fnhost.ReadableByteStreamController> {}
declare var ReadableByteStreamController: typeof globalThis extends { onmessage: any; ReadableByteStreamController: infer T } ? T : typeof fnhost.ReadableByteStreamController;
interface WritableStream<W = any> extends fnhost.Alone<fnhost.WritableStream<W>> {}
declare var WritableStream: typeof globalThis extends { onmessage: any; WritableStream: infer T } ? T : typeof fnhost.WritableStream;
interface WritableStreamDefaultWriter<W = any> extends fnhost.Alone<fnhost.WritableStreamDefaultWriter<W>> {}
declare var WritableStreamDefaultWriter: typeof globalThis extends { onmessage: any; WritableStreamDefaultWriter: infer T } ? T : typeof fnhost.WritableStreamDefaultWriter;
interface WritableStreamDefaultController extends fnhost.Alone<fnhost.WritableStreamDefaultController> {}
declare var WritableStreamDefaultController: typeof globalThis extends { onmessage: any; WritableStreamDefaultController: infer T } ? T : typeof fnhost.WritableStreamDefaultController;
interface TransformStream<I = any, O = any> extends fnhost.Alone<fnhost.TransformStream<I, O>> {}
declare var TransformStream: typeof globalThis extends { onmessage: any; TransformStream: infer T } ? T : typeof fnhost.TransformStream;
interface TransformStreamDefaultController<O = any> extends fnhost.Alone<fnhost.TransformStreamDefaultController<O>> {}
declare var TransformStreamDefaultController: typeof globalThis extends { onmessage: any; TransformStreamDefaultController: infer T } ? T : typeof fnhost.TransformStreamDefaultController;
interface ByteLengthQueuingStrategy extends fnhost.Alone<fnhost.ByteLengthQueuingStrategy> {}
declare var ByteLengthQueuingStrategy: typeof globalThis extends { onmessage: any; ByteLengthQueuingStrategy: infer T } ? T : typeof fnhost.ByteLengthQueuingStrategy;
interface CountQueuingStrategy extends fnhost.Alone<fnhost.CountQueuingStrategy> {}
declare var CountQueuingStrategy: typeof globalThis extends { onmessage: any; CountQueuingStrategy: infer T } ? T : typeof fnhost.CountQueuingStrategy;
interface TextEncoder extends fnhost.Alone<fnhost.TextEncoder> {}
declare var TextEncoder: typeof globalThis extends { onmessage: any; TextEncoder: infer T } ? T : typeof fnhost.TextEncoder;
interface TextDecoder extends fnhost.Alone<fnhost.TextDecoder> {}
declare var TextDecoder: typeof globalThis extends { onmessage: any; TextDecoder: infer T } ? T : typeof fnhost.TextDecoder;
interface TextEncoderStream extends fnhost.Alone<fnhost.TextEncoderStream> {}
declare var TextEncoderStream: typeof globalThis extends { onmessage: any; TextEncoderStream: infer T } ? T : typeof fnhost.TextEncoderStream;
interface TextDecoderStream extends fnhost.Alone<fnhost.TextDecoderStream> {}
declare var TextDecoderStream: typeof globalThis extends { onmessage: any; TextDecoderStream: infer T } ? T : typeof fnhost.TextDecoderStream;
interface CompressionStream extends fnhost.Alone<fnhost.CompressionStream> {}
declare var CompressionStream: typeof globalThis extends { onmessage: any; CompressionStream: infer T } ? T : typeof fnhost.CompressionStream;
interface DecompressionStream extends fnhost.Alone<fnhost.DecompressionStream> {}
declare var DecompressionStream: typeof globalThis extends { onmessage: any; DecompressionStream: infer T } ? T : typeof fnhost.DecompressionStream;
interface Performance extends fnhost.Alone<fnhost.Performance> {}
declare var Performance: typeof globalThis extends { onmessage: any; Performance: infer T } ? T : typeof fnhost.Performance;
interface PerformanceEntry extends fnhost.Alone<fnhost.PerformanceEntry> {}
declare var PerformanceEntry: typeof globalThis extends { onmessage: any; PerformanceEntry: infer T } ? T : typeof fnhost.PerformanceEntry;
interface PerformanceObserver extends fnhost.Alone<fnhost.PerformanceObserver> {}
declare var PerformanceObserver: typeof globalThis extends { onmessage: any; PerformanceObserver: infer T } ? T : typeof fnhost.PerformanceObserver;
interface PerformanceObserverEntryList extends fnhost.Alone<fnhost.PerformanceObserverEntryList> {}
declare var PerformanceObserverEntryList: typeof globalThis extends { onmessage: any; PerformanceObserverEntryList: infer T } ? T : typeof fnhost.PerformanceObserverEntryList;
interface PerformanceMark extends fnhost.Alone<fnhost.PerformanceMark> {}
declare var PerformanceMark: typeof globalThis extends { onmessage: any; PerformanceMark: infer T } ? T : typeof fnhost.PerformanceMark;
interface PerformanceMeasure extends fnhost.Alone<fnhost.PerformanceMeasure> {}
declare var PerformanceMeasure: typeof globalThis extends { onmessage: any; PerformanceMeasure: infer T } ? T : typeof fnhost.PerformanceMeasure;
interface Crypto extends fnhost.Alone<fnhost.Crypto> {}
declare var Crypto: typeof globalThis extends { onmessage: any; Crypto: infer T } ? T : typeof fnhost.Crypto;
interface CryptoKey extends fnhost.Alone<fnhost.CryptoKey> {}
declare var CryptoKey: typeof globalThis extends { onmessage: any; CryptoKey: infer T } ? T : typeof fnhost.CryptoKey;
interface SubtleCrypto extends fnhost.Alone<fnhost.SubtleCrypto> {}
declare var SubtleCrypto: typeof globalThis extends { onmessage: any; SubtleCrypto: infer T } ? T : typeof fnhost.SubtleCrypto;

// What node-fetch has beside the web's own, whoever declares the classes.
interface Headers {
  /** Every value of every header: `{ "set-cookie": ["a=1", "b=2"] }`. */
  raw(): Record<string, string[]>;
}
interface Request {
  buffer(): Promise<Buffer>;
}
interface Response {
  buffer(): Promise<Buffer>;
}
interface FormData {
  getHeaders(headers?: Record<string, any>): Record<string, any>;
  getBoundary(): string;
}

/** Node's module `crypto`, with the web's `subtle`, `getRandomValues` and `randomUUID`. */
interface Crypto extends fnhost.CryptoModule {}
declare var crypto: Crypto;
declare var performance: Performance;

declare namespace fnhost {
  type CryptoModule = Omit<typeof import("node:crypto"), "subtle" | "randomUUID" | "getRandomValues"> & {
    readonly subtle: globalThis.SubtleCrypto;
    randomUUID(options?: any): `${string}-${string}-${string}-${string}-${string}`;
    getRandomValues<T extends ArrayBufferView>(array: T): T;
  };
}

interface Buffer extends Uint8Array {
  compare(target: Uint8Array, targetStart?: number, targetEnd?: number, sourceStart?: number, sourceEnd?: number): -1 | 0 | 1;
  copy(target: Uint8Array, targetStart?: number, sourceStart?: number, sourceEnd?: number): number;
  equals(other: Uint8Array): boolean;
  fill(value: any, offset?: number | string, end?: number, encoding?: fnhost.Encoding): this;
  includes(value: any, byteOffset?: number, encoding?: fnhost.Encoding): boolean;
  indexOf(value: any, byteOffset?: number | string, encoding?: fnhost.Encoding): number;
  lastIndexOf(value: any, byteOffset?: number | string, encoding?: fnhost.Encoding): number;
  /** Shares the bytes, as `subarray` does: a `Buffer`. */
  slice(start?: number, end?: number): any;
  subarray(start?: number, end?: number): Buffer;
  swap16(): this;
  swap32(): this;
  swap64(): this;
  toJSON(): { type: "Buffer"; data: number[] };
  toString(encoding?: fnhost.Encoding, start?: number, end?: number): string;
  write(text: string, encoding?: fnhost.Encoding): number;
  write(text: string, offset: number, encoding?: fnhost.Encoding): number;
  write(text: string, offset: number, length: number, encoding?: fnhost.Encoding): number;
  readBigInt64BE(offset?: number): bigint;
  readBigInt64LE(offset?: number): bigint;
  readBigUInt64BE(offset?: number): bigint;
  readBigUInt64LE(offset?: number): bigint;
  readDoubleBE(offset?: number): number;
  readDoubleLE(offset?: number): number;
  readFloatBE(offset?: number): number;
  readFloatLE(offset?: number): number;
  readInt8(offset?: number): number;
  readInt16BE(offset?: number): number;
  readInt16LE(offset?: number): number;
  readInt32BE(offset?: number): number;
  readInt32LE(offset?: number): number;
  readIntBE(offset: number, byteLength: number): number;
  readIntLE(offset: number, byteLength: number): number;
  readUInt8(offset?: number): number;
  readUInt16BE(offset?: number): number;
  readUInt16LE(offset?: number): number;
  readUInt32BE(offset?: number): number;
  readUInt32LE(offset?: number): number;
  readUIntBE(offset: number, byteLength: number): number;
  readUIntLE(offset: number, byteLength: number): number;
  writeBigInt64BE(value: bigint, offset?: number): number;
  writeBigInt64LE(value: bigint, offset?: number): number;
  writeBigUInt64BE(value: bigint, offset?: number): number;
  writeBigUInt64LE(value: bigint, offset?: number): number;
  writeDoubleBE(value: number, offset?: number): number;
  writeDoubleLE(value: number, offset?: number): number;
  writeFloatBE(value: number, offset?: number): number;
  writeFloatLE(value: number, offset?: number): number;
  writeInt8(value: number, offset?: number): number;
  writeInt16BE(value: number, offset?: number): number;
  writeInt16LE(value: number, offset?: number): number;
  writeInt32BE(value: number, offset?: number): number;
  writeInt32LE(value: number, offset?: number): number;
  writeIntBE(value: number, offset: number, byteLength: number): number;
  writeIntLE(value: number, offset: number, byteLength: number): number;
  writeUInt8(value: number, offset?: number): number;
  writeUInt16BE(value: number, offset?: number): number;
  writeUInt16LE(value: number, offset?: number): number;
  writeUInt32BE(value: number, offset?: number): number;
  writeUInt32LE(value: number, offset?: number): number;
  writeUIntBE(value: number, offset: number, byteLength: number): number;
  writeUIntLE(value: number, offset: number, byteLength: number): number;
}
declare var Buffer: fnhost.BufferConstructor;
declare var process: fnhost.Process;

// Libraries, in the versions that Segment has. They have types of their own at npm, which are more than an editor needs here.
declare var _: any;
declare var AWS: any;
declare var OAuth: any;
declare var moment: any;
declare var xml: any;
declare var xml2js: any;
declare var jsonwebtoken: {
  sign(payload: any, secretOrKey: any, options?: any): string;
  verify(token: string, secretOrKey: any, options?: any): any;
  decode(token: string, options?: any): any;
  [member: string]: any;
};
declare var uuidv5: any;
declare var zlib: any;
declare var https: any;
declare var fetchretrylib: { fetchretry: (fetch: any, defaults?: any) => any; [member: string]: any };
declare var libphonenumberjslib: { libphonenumberjs: any; [member: string]: any };
declare var google: any;
declare var hubspotlib: any;
declare var jsforce: any;
declare var mailchimplib: any;
declare var nodemailjet: any;
declare var sendgrid: any;
declare var skyflowlib: any;
declare var stripe: any;
declare var twilio: any;
declare var winstonlib: any;
declare var akeylessLabs: any;
declare var aws4: any;
declare var azure: any;
declare var clickHouseClient: any;
declare var cryptojslib: any;
declare var jsftp: any;
declare var oneSignal: any;
declare var pg: any;
declare var sentrylib: any;
declare var snowflakesdk: any;

/** A module of Node, of npm, or a file of the function's folder. */
declare function require(id: string): any;

// ── Node's modules ──

declare module "node:crypto" {
  type Data = string | fnhost.Bytes;
  type KeyLike = string | Buffer | KeyObject | CryptoKey | Record<string, any>;
  type Encoding = fnhost.Encoding;
  interface Hash {
    update(data: Data, encoding?: Encoding): Hash;
    digest(): Buffer;
    digest(encoding: Encoding): string;
    copy(options?: any): Hash;
    [member: string]: any;
  }
  interface Hmac {
    update(data: Data, encoding?: Encoding): Hmac;
    digest(): Buffer;
    digest(encoding: Encoding): string;
    [member: string]: any;
  }
  interface Cipher {
    update(data: Data, inputEncoding?: Encoding): Buffer;
    update(data: Data, inputEncoding: Encoding | undefined, outputEncoding: Encoding): string;
    final(): Buffer;
    final(encoding: Encoding): string;
    setAAD(data: fnhost.Bytes, options?: { plaintextLength?: number }): this;
    setAutoPadding(automatic?: boolean): this;
    getAuthTag(): Buffer;
    setAuthTag(tag: Data, encoding?: Encoding): this;
    [member: string]: any;
  }
  interface Sign {
    update(data: Data, encoding?: Encoding): Sign;
    sign(key: KeyLike): Buffer;
    sign(key: KeyLike, encoding: Encoding): string;
    [member: string]: any;
  }
  interface Verify {
    update(data: Data, encoding?: Encoding): Verify;
    verify(key: KeyLike, signature: Data, encoding?: Encoding): boolean;
    [member: string]: any;
  }
  interface KeyObject {
    readonly type: "secret" | "public" | "private";
    readonly asymmetricKeyType?: string;
    readonly asymmetricKeyDetails?: any;
    readonly symmetricKeySize?: number;
    export(options?: any): any;
    equals(other: KeyObject): boolean;
  }
  interface DiffieHellman {
    generateKeys(encoding?: Encoding): any;
    computeSecret(otherPublicKey: Data, inputEncoding?: Encoding, outputEncoding?: Encoding): any;
    getPrime(encoding?: Encoding): any;
    getGenerator(encoding?: Encoding): any;
    getPublicKey(encoding?: Encoding): any;
    getPrivateKey(encoding?: Encoding): any;
    setPublicKey(key: Data, encoding?: Encoding): void;
    setPrivateKey(key: Data, encoding?: Encoding): void;
    readonly verifyError: number;
  }
  interface ECDH {
    generateKeys(encoding?: Encoding, format?: string): any;
    computeSecret(otherPublicKey: Data, inputEncoding?: Encoding, outputEncoding?: Encoding): any;
    getPublicKey(encoding?: Encoding | null, format?: string): any;
    getPrivateKey(encoding?: Encoding): any;
    setPrivateKey(key: Data, encoding?: Encoding): void;
  }
  type Callback<T> = (error: Error | null, result: T) => void;

  export type { Cipher, DiffieHellman, ECDH, Hash, Hmac, KeyLike, KeyObject, Sign, Verify };
  export const constants: Record<string, any>;
  export const subtle: globalThis.SubtleCrypto;
  export const webcrypto: globalThis.Crypto;
  export function createHash(algorithm: string, options?: { outputLength?: number }): Hash;
  export function createHmac(algorithm: string, key: KeyLike | fnhost.Bytes, options?: any): Hmac;
  export function hash(algorithm: string, data: Data, encoding?: Encoding): any;
  export function createCipheriv(algorithm: string, key: KeyLike | fnhost.Bytes, iv: Data | null, options?: any): Cipher;
  export function createDecipheriv(algorithm: string, key: KeyLike | fnhost.Bytes, iv: Data | null, options?: any): Cipher;
  export function getCipherInfo(nameOrNid: string | number, options?: any): any;
  export function createSign(algorithm: string, options?: any): Sign;
  export function createVerify(algorithm: string, options?: any): Verify;
  export function sign(algorithm: string | null | undefined, data: fnhost.Bytes, key: KeyLike): Buffer;
  export function sign(algorithm: string | null | undefined, data: fnhost.Bytes, key: KeyLike, done: Callback<Buffer>): void;
  export function verify(
    algorithm: string | null | undefined,
    data: fnhost.Bytes,
    key: KeyLike,
    signature: fnhost.Bytes,
  ): boolean;
  export function publicEncrypt(key: KeyLike, data: Data): Buffer;
  export function publicDecrypt(key: KeyLike, data: Data): Buffer;
  export function privateEncrypt(key: KeyLike, data: Data): Buffer;
  export function privateDecrypt(key: KeyLike, data: Data): Buffer;
  export function createPublicKey(key: KeyLike): KeyObject;
  export function createPrivateKey(key: KeyLike): KeyObject;
  export function createSecretKey(key: Data, encoding?: Encoding): KeyObject;
  export function generateKeySync(type: "hmac" | "aes", options: { length: number }): KeyObject;
  export function generateKey(type: "hmac" | "aes", options: { length: number }, done: Callback<KeyObject>): void;
  export function generateKeyPairSync(type: string, options?: any): { publicKey: any; privateKey: any };
  export function generateKeyPair(
    type: string,
    options: any,
    done: (error: Error | null, publicKey: any, privateKey: any) => void,
  ): void;
  export function createDiffieHellman(primeOrLength: any, ...more: any[]): DiffieHellman;
  export function createDiffieHellmanGroup(name: string): DiffieHellman;
  export function getDiffieHellman(name: string): DiffieHellman;
  export function createECDH(curve: string): ECDH;
  export function diffieHellman(keys: { privateKey: KeyObject; publicKey: KeyObject }): Buffer;
  export function pbkdf2Sync(password: Data, salt: Data, iterations: number, length: number, digest: string): Buffer;
  export function pbkdf2(
    password: Data,
    salt: Data,
    iterations: number,
    length: number,
    digest: string,
    done: Callback<Buffer>,
  ): void;
  export function scryptSync(password: Data, salt: Data, length: number, options?: any): Buffer;
  export function scrypt(password: Data, salt: Data, length: number, done: Callback<Buffer>): void;
  export function scrypt(password: Data, salt: Data, length: number, options: any, done: Callback<Buffer>): void;
  export function hkdfSync(digest: string, key: any, salt: Data, info: Data, length: number): ArrayBuffer;
  export function hkdf(digest: string, key: any, salt: Data, info: Data, length: number, done: Callback<ArrayBuffer>): void;
  export function randomBytes(size: number): Buffer;
  export function randomBytes(size: number, done: Callback<Buffer>): void;
  export function randomInt(max: number): number;
  export function randomInt(min: number, max: number): number;
  export function randomInt(max: number, done: Callback<number>): void;
  export function randomInt(min: number, max: number, done: Callback<number>): void;
  export function randomFillSync<T extends fnhost.Bytes>(buffer: T, offset?: number, size?: number): T;
  export function randomFill(buffer: fnhost.Bytes, ...more: any[]): void;
  export function randomUUID(options?: any): string;
  export function getRandomValues<T extends ArrayBufferView>(array: T): T;
  export function timingSafeEqual(one: fnhost.Bytes, other: fnhost.Bytes): boolean;
  export function getHashes(): string[];
  export function getCiphers(): string[];
  export function getCurves(): string[];
  export function generatePrimeSync(bits: number, options?: any): any;
  export function checkPrimeSync(candidate: any, options?: any): boolean;
  const api: typeof import("node:crypto");
  export default api;
}

declare module "node:buffer" {
  const BufferHere: typeof Buffer;
  type BufferHere = Buffer;
  const BlobHere: typeof Blob;
  const FileHere: typeof File;
  export { BlobHere as Blob, BufferHere as Buffer, FileHere as File };
  export const constants: { MAX_LENGTH: number; MAX_STRING_LENGTH: number };
  export const kMaxLength: number;
  export function transcode(source: Uint8Array, from: string, to: string): Buffer;
  export function isUtf8(input: fnhost.Bytes): boolean;
  export function isAscii(input: fnhost.Bytes): boolean;
  export function atob(text: string): string;
  export function btoa(text: string): string;
  const api: typeof import("node:buffer");
  export default api;
}

declare module "node:events" {
  import self = require("node:events");
  class EventEmitter {
    constructor(options?: { captureRejections?: boolean });
  }
  interface EventEmitter extends fnhost.EventEmitterLike {}
  // The module is the class, for `require`; what is imported from it by name are the class's members.
  namespace EventEmitter {
    export { self as EventEmitter };
    export let defaultMaxListeners: number;
    export const captureRejectionSymbol: unique symbol;
    export const errorMonitor: unique symbol;
    export function once(emitter: any, event: string | symbol, options?: { signal?: AbortSignal }): Promise<any[]>;
    export function on(emitter: any, event: string | symbol, options?: any): AsyncIterableIterator<any[]>;
    export function listenerCount(emitter: any, event: string | symbol): number;
    export function getEventListeners(emitter: any, event: string | symbol): Function[];
    export function getMaxListeners(emitter: any): number;
    export function setMaxListeners(count?: number, ...emitters: any[]): void;
  }
  export = EventEmitter;
}

declare module "node:stream" {
  import { EventEmitter } from "node:events";
  class Stream extends EventEmitter {
    pipe<T>(destination: T, options?: { end?: boolean }): T;
  }
  class Readable extends Stream implements AsyncIterable<any> {
    constructor(options?: any);
    static from(iterable: Iterable<any> | AsyncIterable<any>, options?: any): Readable;
    static fromWeb(stream: ReadableStream, options?: any): Readable;
    static toWeb(stream: Readable, options?: any): ReadableStream;
    readonly destroyed: boolean;
    readonly readable: boolean;
    readonly readableEnded: boolean;
    destroy(error?: Error): this;
    pause(): this;
    push(chunk: any, encoding?: string): boolean;
    read(size?: number): any;
    resume(): this;
    setEncoding(encoding: string): this;
    unpipe(destination?: any): this;
    unshift(chunk: any, encoding?: string): void;
    toArray(options?: any): Promise<any[]>;
    [Symbol.asyncIterator](): AsyncIterableIterator<any>;
    [member: string]: any;
  }
  class Writable extends Stream {
    constructor(options?: any);
    static fromWeb(stream: WritableStream, options?: any): Writable;
    static toWeb(stream: Writable): WritableStream;
    readonly destroyed: boolean;
    readonly writable: boolean;
    readonly writableFinished: boolean;
    destroy(error?: Error): this;
    end(chunk?: any, encodingOrDone?: any, done?: () => void): this;
    write(chunk: any, encodingOrDone?: any, done?: (error?: Error | null) => void): boolean;
    cork(): void;
    uncork(): void;
    [member: string]: any;
  }
  class Duplex extends Readable {
    constructor(options?: any);
    readonly writable: boolean;
    end(chunk?: any, encodingOrDone?: any, done?: () => void): this;
    write(chunk: any, encodingOrDone?: any, done?: (error?: Error | null) => void): boolean;
  }
  class Transform extends Duplex {}
  class PassThrough extends Transform {}
  export { Duplex, PassThrough, Readable, Stream, Transform, Writable };
  export function pipeline(...streams: any[]): any;
  export function finished(stream: any, ...more: any[]): () => void;
  export function addAbortSignal<T>(signal: AbortSignal, stream: T): T;
  export function compose(...streams: any[]): Duplex;
  export const promises: typeof import("node:stream/promises");
  const api: typeof Stream & typeof import("node:stream");
  export default api;
}

declare module "node:stream/promises" {
  export function pipeline(...streams: any[]): Promise<any>;
  export function finished(stream: any, options?: any): Promise<void>;
  const api: typeof import("node:stream/promises");
  export default api;
}

declare module "node:stream/web" {
  const api: any;
  export default api;
  export const ReadableStream: any;
  export const WritableStream: any;
  export const TransformStream: any;
}

declare module "node:util" {
  export function format(format?: any, ...values: any[]): string;
  export function inspect(value: any, options?: any, ...more: any[]): string;
  export namespace inspect {
    const custom: unique symbol;
    let defaultOptions: Record<string, any>;
    let styles: Record<string, string>;
    let colors: Record<string, number[]>;
  }
  export function promisify(original: Function): (...args: any[]) => Promise<any>;
  export namespace promisify {
    const custom: unique symbol;
  }
  export function callbackify(original: (...args: any[]) => Promise<any>): (...args: any[]) => void;
  export function inherits(constructor: Function, superConstructor: Function): void;
  export function deprecate<T extends Function>(original: T, message: string, code?: string): T;
  export function isDeepStrictEqual(one: any, other: any): boolean;
  export function stripVTControlCharacters(text: string): string;
  export function toUSVString(text: string): string;
  export function debuglog(section: string, ...more: any[]): any;
  export const types: Record<string, (value: any) => boolean>;
  const TextEncoderHere: typeof TextEncoder;
  const TextDecoderHere: typeof TextDecoder;
  export { TextDecoderHere as TextDecoder, TextEncoderHere as TextEncoder };
  const api: typeof import("node:util");
  export default api;
}

declare module "node:url" {
  const URLHere: typeof URL;
  const URLSearchParamsHere: typeof URLSearchParams;
  export { URLHere as URL, URLSearchParamsHere as URLSearchParams };
  interface Url {
    auth: string | null;
    hash: string | null;
    host: string | null;
    hostname: string | null;
    href: string;
    path: string | null;
    pathname: string | null;
    port: string | null;
    protocol: string | null;
    query: any;
    search: string | null;
    slashes: boolean | null;
  }
  export type { Url };
  export function parse(url: string, parseQuery?: boolean, slashesDenoteHost?: boolean): Url;
  export function format(url: any, options?: any): string;
  export function resolve(from: string, to: string): string;
  export function domainToASCII(domain: string): string;
  export function domainToUnicode(domain: string): string;
  export function fileURLToPath(url: any): string;
  export function pathToFileURL(path: string): globalThis.URL;
  export function urlToHttpOptions(url: globalThis.URL): any;
  const api: typeof import("node:url");
  export default api;
}

declare module "node:querystring" {
  export function parse(text: string, separator?: string, equals?: string, options?: any): Record<string, string | string[]>;
  export function stringify(values?: Record<string, any>, separator?: string, equals?: string, options?: any): string;
  export function escape(text: string): string;
  export function unescape(text: string): string;
  export { parse as decode, stringify as encode };
  const api: typeof import("node:querystring");
  export default api;
}

declare module "node:path" {
  interface ParsedPath {
    root: string;
    dir: string;
    base: string;
    ext: string;
    name: string;
  }
  export type { ParsedPath };
  export const sep: string;
  export const delimiter: string;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function format(path: Partial<ParsedPath>): string;
  export function isAbsolute(path: string): boolean;
  export function join(...parts: string[]): string;
  export function normalize(path: string): string;
  export function parse(path: string): ParsedPath;
  export function relative(from: string, to: string): string;
  export function resolve(...parts: string[]): string;
  export function toNamespacedPath(path: string): string;
  export const posix: typeof import("node:path");
  export const win32: typeof import("node:path");
  const api: typeof import("node:path");
  export default api;
}

declare module "node:assert" {
  function assert(value: unknown, message?: string | Error): asserts value;
  namespace assert {
    function ok(value: unknown, message?: string | Error): asserts value;
    function equal(actual: unknown, expected: unknown, message?: string | Error): void;
    function notEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function strictEqual<T>(actual: unknown, expected: T, message?: string | Error): asserts actual is T;
    function notStrictEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function deepEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function deepStrictEqual<T>(actual: unknown, expected: T, message?: string | Error): asserts actual is T;
    function notDeepEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function notDeepStrictEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function match(text: string, pattern: RegExp, message?: string | Error): void;
    function doesNotMatch(text: string, pattern: RegExp, message?: string | Error): void;
    function throws(block: () => unknown, ...more: any[]): void;
    function doesNotThrow(block: () => unknown, ...more: any[]): void;
    function rejects(block: any, ...more: any[]): Promise<void>;
    function doesNotReject(block: any, ...more: any[]): Promise<void>;
    function fail(message?: string | Error): never;
    function ifError(value: unknown): void;
    const AssertionError: any;
    const strict: any;
  }
  export = assert;
}

declare module "node:string_decoder" {
  export class StringDecoder {
    constructor(encoding?: fnhost.Encoding);
    write(bytes: fnhost.Bytes): string;
    end(bytes?: fnhost.Bytes): string;
  }
  const api: typeof import("node:string_decoder");
  export default api;
}

declare module "node:timers" {
  const api: any;
  export default api;
  export const setTimeout: typeof globalThis.setTimeout;
  export const setInterval: typeof globalThis.setInterval;
  export const setImmediate: typeof globalThis.setImmediate;
  export const clearTimeout: typeof globalThis.clearTimeout;
  export const clearInterval: typeof globalThis.clearInterval;
  export const clearImmediate: typeof globalThis.clearImmediate;
}

declare module "node:timers/promises" {
  export function setTimeout<T = void>(milliseconds?: number, value?: T, options?: any): Promise<T>;
  export function setImmediate<T = void>(value?: T, options?: any): Promise<T>;
  export function setInterval<T = void>(milliseconds?: number, value?: T, options?: any): AsyncIterable<T>;
  export const scheduler: any;
  const api: typeof import("node:timers/promises");
  export default api;
}

declare module "node:zlib" {
  type Input = string | fnhost.Bytes;
  type Callback = (error: Error | null, result: Buffer) => void;
  export const constants: Record<string, number>;
  export function gzipSync(input: Input, options?: any): Buffer;
  export function gunzipSync(input: Input, options?: any): Buffer;
  export function deflateSync(input: Input, options?: any): Buffer;
  export function inflateSync(input: Input, options?: any): Buffer;
  export function deflateRawSync(input: Input, options?: any): Buffer;
  export function inflateRawSync(input: Input, options?: any): Buffer;
  export function unzipSync(input: Input, options?: any): Buffer;
  export function brotliCompressSync(input: Input, options?: any): Buffer;
  export function brotliDecompressSync(input: Input, options?: any): Buffer;
  export function gzip(input: Input, optionsOrDone: any, done?: Callback): void;
  export function gunzip(input: Input, optionsOrDone: any, done?: Callback): void;
  export function deflate(input: Input, optionsOrDone: any, done?: Callback): void;
  export function inflate(input: Input, optionsOrDone: any, done?: Callback): void;
  export function deflateRaw(input: Input, optionsOrDone: any, done?: Callback): void;
  export function inflateRaw(input: Input, optionsOrDone: any, done?: Callback): void;
  export function unzip(input: Input, optionsOrDone: any, done?: Callback): void;
  export function brotliCompress(input: Input, optionsOrDone: any, done?: Callback): void;
  export function brotliDecompress(input: Input, optionsOrDone: any, done?: Callback): void;
  export function createGzip(options?: any): any;
  export function createGunzip(options?: any): any;
  export function createDeflate(options?: any): any;
  export function createInflate(options?: any): any;
  export function createDeflateRaw(options?: any): any;
  export function createInflateRaw(options?: any): any;
  export function createUnzip(options?: any): any;
  export function createBrotliCompress(options?: any): any;
  export function createBrotliDecompress(options?: any): any;
  export function crc32(data: Input, value?: number): number;
  const api: typeof import("node:zlib");
  export default api;
}

declare module "node:http" {
  import { Readable, Writable } from "node:stream";
  class IncomingMessage extends Readable {
    readonly headers: Record<string, any>;
    readonly rawHeaders: string[];
    readonly statusCode?: number;
    readonly statusMessage?: string;
    readonly httpVersion: string;
  }
  class ClientRequest extends Writable {
    setHeader(name: string, value: any): this;
    getHeader(name: string): any;
    removeHeader(name: string): void;
    setTimeout(milliseconds: number, callback?: () => void): this;
    abort(): void;
  }
  class Agent {
    constructor(options?: any);
    destroy(): void;
    [member: string]: any;
  }
  type Callback = (response: IncomingMessage) => void;
  export { Agent, ClientRequest, IncomingMessage };
  export const METHODS: string[];
  export const STATUS_CODES: Record<string, string | undefined>;
  export const globalAgent: Agent;
  export function request(options: any, callback?: Callback): ClientRequest;
  export function request(url: string | globalThis.URL, options: any, callback?: Callback): ClientRequest;
  export function get(options: any, callback?: Callback): ClientRequest;
  export function get(url: string | globalThis.URL, options: any, callback?: Callback): ClientRequest;
  const api: typeof import("node:http");
  export default api;
}

declare module "node:https" {
  export { Agent, globalAgent, request, get } from "node:http";
  const api: typeof import("node:https");
  export default api;
}

declare module "node:process" {
  const api: fnhost.Process;
  export = api;
}

declare module "crypto" {
  export * from "node:crypto";
  export { default } from "node:crypto";
}
declare module "buffer" {
  export * from "node:buffer";
  export { default } from "node:buffer";
}
declare module "events" {
  import api = require("node:events");
  export = api;
}
declare module "stream" {
  export * from "node:stream";
  export { default } from "node:stream";
}
declare module "stream/promises" {
  export * from "node:stream/promises";
  export { default } from "node:stream/promises";
}
declare module "stream/web" {
  export * from "node:stream/web";
  export { default } from "node:stream/web";
}
declare module "util" {
  export * from "node:util";
  export { default } from "node:util";
}
declare module "url" {
  export * from "node:url";
  export { default } from "node:url";
}
declare module "querystring" {
  export * from "node:querystring";
  export { default } from "node:querystring";
}
declare module "path" {
  export * from "node:path";
  export { default } from "node:path";
}
declare module "assert" {
  import api = require("node:assert");
  export = api;
}
declare module "string_decoder" {
  export * from "node:string_decoder";
  export { default } from "node:string_decoder";
}
declare module "timers" {
  export * from "node:timers";
  export { default } from "node:timers";
}
declare module "timers/promises" {
  export * from "node:timers/promises";
  export { default } from "node:timers/promises";
}
declare module "zlib" {
  export * from "node:zlib";
  export { default } from "node:zlib";
}
declare module "http" {
  export * from "node:http";
  export { default } from "node:http";
}
declare module "https" {
  export * from "node:https";
  export { default } from "node:https";
}
declare module "process" {
  import api = require("node:process");
  export = api;
}

// Whatever else there is of Node, and libraries that are there without being installed. Types that are installed come first.
declare module "node:*";
declare module "assert/strict";
declare module "async_hooks";
declare module "child_process";
declare module "cluster";
declare module "console";
declare module "constants";
declare module "dgram";
declare module "diagnostics_channel";
declare module "dns";
declare module "dns/promises";
declare module "domain";
declare module "fs";
declare module "fs/promises";
declare module "http2";
declare module "inspector";
declare module "module";
declare module "net";
declare module "os";
declare module "path/posix";
declare module "path/win32";
declare module "perf_hooks";
declare module "punycode";
declare module "readline";
declare module "readline/promises";
declare module "repl";
declare module "stream/consumers";
declare module "sys";
declare module "tls";
declare module "trace_events";
declare module "tty";
declare module "util/types";
declare module "v8";
declare module "vm";
declare module "wasi";
declare module "worker_threads";
declare module "@clickhouse/client*";
declare module "@google-cloud/*";
declare module "@mailchimp/mailchimp_marketing*";
declare module "@sendgrid/*";
declare module "@sentry/node*";
declare module "atob";
declare module "aws-sdk*";
declare module "aws4*";
declare module "btoa";
declare module "crypto-js*";
declare module "fetch-retry*";
declare module "form-data*";
declare module "jsforce*";
declare module "jsonwebtoken*";
declare module "libphonenumber-js*";
declare module "lodash*";
declare module "moment*";
declare module "node-fetch*";
declare module "node-mailjet*";
declare module "oauth*";
declare module "skyflow-node*";
declare module "stripe*";
declare module "twilio*";
declare module "uuidv5*";
declare module "winston*";
declare module "xml*";
