//! Event, EventTarget, AbortController, AbortSignal, CustomEvent, messages and DOMException. What is expected is
//! Node 20's own, but where a test says otherwise.

use crate::table::table;
use expect_test::expect;

#[test]
fn events_and_targets() {
    let lines = table(
        "const target = () => new EventTarget();",
        &[
            "new Event()",
            "new Event('a', 5)",
            "Object.keys(new Event('a'))",
            "(() => { const e = new Event('a', { bubbles: true, cancelable: true, composed: true }); return [e.type, e.bubbles, e.cancelable, e.composed, e.eventPhase, e.returnValue, e.cancelBubble, e.target, e.currentTarget, e.isTrusted, e.composedPath(), typeof e.timeStamp] })()",
            "[Event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, Event.BUBBLING_PHASE]",
            "target().addEventListener('a')",
            "target().addEventListener('a', 5)",
            "target().addEventListener('a', null)",
            "target().dispatchEvent({ type: 'a' })",
            "target().addEventListener('a', () => {}, { signal: 5 })",
            "(() => { const t = target(), r = []; t.addEventListener('a', (e) => { r.push(e.eventPhase, e.currentTarget === t, e.composedPath().length); try { t.dispatchEvent(e) } catch (x) { r.push(x.code) } }); const e = new Event('a'); t.dispatchEvent(e); return [...r, e.eventPhase, e.currentTarget, e.target === t] })()",
            "(() => { const t = target(), r = []; const f = () => r.push('f'); t.addEventListener('a', f); t.addEventListener('a', f); t.addEventListener('a', f, true); t.dispatchEvent(new Event('a')); t.removeEventListener('a', f); t.dispatchEvent(new Event('a')); return r.length })()",
            "(() => { const t = target(), r = []; t.addEventListener('a', () => r.push(1), { once: true }); t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('a')); return r })()",
            "(() => { const t = target(), r = []; const g = () => r.push('g'); t.addEventListener('a', () => t.removeEventListener('a', g)); t.addEventListener('a', g); t.dispatchEvent(new Event('a')); return r })()",
            "(() => { const t = target(), r = []; t.addEventListener('a', (e) => { e.stopImmediatePropagation(); r.push(1) }); t.addEventListener('a', () => r.push(2)); t.dispatchEvent(new Event('a')); return r })()",
            "(() => { const t = target(); t.addEventListener('a', (e) => e.preventDefault()); return [t.dispatchEvent(new Event('a', { cancelable: true })), t.dispatchEvent(new Event('a'))] })()",
            "(() => { const t = target(), c = new AbortController(), r = []; t.addEventListener('a', () => r.push(1), { signal: c.signal }); t.dispatchEvent(new Event('a')); c.abort(); t.dispatchEvent(new Event('a')); t.addEventListener('a', () => r.push(2), { signal: c.signal }); t.dispatchEvent(new Event('a')); return r })()",
            "(() => { const t = target(), r = []; t.addEventListener('a', { x: 7, handleEvent(e) { r.push(this.x, e.type) } }); t.addEventListener('a', function () { r.push(this === t) }); t.dispatchEvent(new Event('a')); return r })()",
            "(() => { const e = new CustomEvent('x', { detail: { a: 1 } }); return [e.detail, e instanceof Event, String(e), new CustomEvent('x').detail] })()",
            "new CustomEvent()",
            "new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port2.onmessage = (e) => { port1.close(); resolve([e.data, e.type, e instanceof MessageEvent]) }; port1.postMessage({ a: [1, new Date(0)] }) })",
            "new MessageChannel().port1.postMessage(() => {})",
        ],
    );
    expect![[r##"
        new Event() ⇒ throws TypeError: The "type" argument must be specified code=ERR_MISSING_ARGS
        new Event('a', 5) ⇒ throws TypeError: The "options" argument must be of type object. Received type number (5) code=ERR_INVALID_ARG_TYPE
        Object.keys(new Event('a')) ⇒ []
        (() => { const e = new Event('a', { bubbles: true, cancelable: true, composed: true }); return [e.type, e.bubbles, e.cancelable, e.composed, e.eventPhase, e.returnValue, e.cancelBubble, e.target, e.currentTarget, e.isTrusted, e.composedPath(), typeof e.timeStamp] })() ⇒ ["a",true,true,true,0,true,false,null,null,false,[],"number"]
        [Event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, Event.BUBBLING_PHASE] ⇒ [0,1,2,3]
        target().addEventListener('a') ⇒ throws TypeError: The "type" and "listener" arguments must be specified code=ERR_MISSING_ARGS
        target().addEventListener('a', 5) ⇒ throws TypeError: The "listener" argument must be an instance of EventListener. Received type number (5) code=ERR_INVALID_ARG_TYPE
        target().addEventListener('a', null) ⇒ undefined
        target().dispatchEvent({ type: 'a' }) ⇒ throws TypeError: The "event" argument must be an instance of Event. Received an instance of Object code=ERR_INVALID_ARG_TYPE
        target().addEventListener('a', () => {}, { signal: 5 }) ⇒ throws TypeError: The "options.signal" property must be an instance of AbortSignal. Received type number (5) code=ERR_INVALID_ARG_TYPE
        (() => { const t = target(), r = []; t.addEventListener('a', (e) => { r.push(e.eventPhase, e.currentTarget === t, e.composedPath().length); try { t.dispatchEvent(e) } catch (x) { r.push(x.code) } }); const e = new Event('a'); t.dispatchEvent(e); return [...r, e.eventPhase, e.currentTarget, e.target === t] })() ⇒ [2,true,1,"ERR_EVENT_RECURSION",0,null,true]
        (() => { const t = target(), r = []; const f = () => r.push('f'); t.addEventListener('a', f); t.addEventListener('a', f); t.addEventListener('a', f, true); t.dispatchEvent(new Event('a')); t.removeEventListener('a', f); t.dispatchEvent(new Event('a')); return r.length })() ⇒ 3
        (() => { const t = target(), r = []; t.addEventListener('a', () => r.push(1), { once: true }); t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('a')); return r })() ⇒ [1]
        (() => { const t = target(), r = []; const g = () => r.push('g'); t.addEventListener('a', () => t.removeEventListener('a', g)); t.addEventListener('a', g); t.dispatchEvent(new Event('a')); return r })() ⇒ []
        (() => { const t = target(), r = []; t.addEventListener('a', (e) => { e.stopImmediatePropagation(); r.push(1) }); t.addEventListener('a', () => r.push(2)); t.dispatchEvent(new Event('a')); return r })() ⇒ [1]
        (() => { const t = target(); t.addEventListener('a', (e) => e.preventDefault()); return [t.dispatchEvent(new Event('a', { cancelable: true })), t.dispatchEvent(new Event('a'))] })() ⇒ [false,true]
        (() => { const t = target(), c = new AbortController(), r = []; t.addEventListener('a', () => r.push(1), { signal: c.signal }); t.dispatchEvent(new Event('a')); c.abort(); t.dispatchEvent(new Event('a')); t.addEventListener('a', () => r.push(2), { signal: c.signal }); t.dispatchEvent(new Event('a')); return r })() ⇒ [1]
        (() => { const t = target(), r = []; t.addEventListener('a', { x: 7, handleEvent(e) { r.push(this.x, e.type) } }); t.addEventListener('a', function () { r.push(this === t) }); t.dispatchEvent(new Event('a')); return r })() ⇒ [7,"a",true]
        (() => { const e = new CustomEvent('x', { detail: { a: 1 } }); return [e.detail, e instanceof Event, String(e), new CustomEvent('x').detail] })() ⇒ [{"a":1},true,"[object CustomEvent]",null]
        new CustomEvent() ⇒ throws TypeError: The "type" argument must be specified code=ERR_MISSING_ARGS
        new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port2.onmessage = (e) => { port1.close(); resolve([e.data, e.type, e instanceof MessageEvent]) }; port1.postMessage({ a: [1, new Date(0)] }) }) ⇒ [{"a":[1,"1970-01-01T00:00:00.000Z"]},"message",true]
        new MessageChannel().port1.postMessage(() => {}) ⇒ throws DataCloneError: () => {} could not be cloned. code=25
    "##]]
    .assert_eq(&lines);
}

#[test]
fn abort_signals() {
    let lines = table(
        "",
        &[
            "new AbortSignal()",
            "[AbortSignal.abort().aborted, AbortSignal.abort().reason.name, AbortSignal.abort().reason.message, AbortSignal.abort().reason.code, AbortSignal.abort(null).reason]",
            "AbortSignal.abort('why').throwIfAborted()",
            "AbortSignal.abort().throwIfAborted()",
            "(() => { const c = new AbortController(), r = []; c.signal.onabort = function (e) { r.push('on', this === c.signal, e.type, e.isTrusted) }; c.signal.addEventListener('abort', () => r.push('listener')); c.abort('x'); c.abort('y'); return [r, c.signal.reason] })()",
            "AbortSignal.timeout()",
            "AbortSignal.timeout(-1)",
            "AbortSignal.timeout(1.5)",
            "AbortSignal.timeout(2 ** 53)",
            "new Promise((resolve) => { const s = AbortSignal.timeout(1); s.onabort = () => resolve([s.reason.name, s.reason.message, s.reason.code, s.reason instanceof DOMException]) })",
            "AbortSignal.any()",
            "AbortSignal.any([5])",
            "AbortSignal.any([]).aborted",
            "AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]).reason",
            "(() => { const a = new AbortController(), b = new AbortController(), r = []; const s = AbortSignal.any([a.signal, b.signal]); const d = AbortSignal.any([s]); d.onabort = () => r.push('d'); s.onabort = () => r.push('s'); b.signal.onabort = () => r.push('b'); b.abort(3); a.abort(4); return [r, s.reason, d.reason] })()",
            "Object.keys(AbortSignal.prototype)",
            "[String(new AbortController()), String(new AbortController().signal)]",
        ],
    );
    expect![[r##"
        new AbortSignal() ⇒ throws TypeError: Illegal constructor code=ERR_ILLEGAL_CONSTRUCTOR
        [AbortSignal.abort().aborted, AbortSignal.abort().reason.name, AbortSignal.abort().reason.message, AbortSignal.abort().reason.code, AbortSignal.abort(null).reason] ⇒ [true,"AbortError","This operation was aborted",20,null]
        AbortSignal.abort('why').throwIfAborted() ⇒ throws undefined: undefined
        AbortSignal.abort().throwIfAborted() ⇒ throws AbortError: This operation was aborted code=20
        (() => { const c = new AbortController(), r = []; c.signal.onabort = function (e) { r.push('on', this === c.signal, e.type, e.isTrusted) }; c.signal.addEventListener('abort', () => r.push('listener')); c.abort('x'); c.abort('y'); return [r, c.signal.reason] })() ⇒ [["on",true,"abort",true,"listener"],"x"]
        AbortSignal.timeout() ⇒ throws TypeError: The "delay" argument must be of type number. Received undefined code=ERR_INVALID_ARG_TYPE
        AbortSignal.timeout(-1) ⇒ throws RangeError: The value of "delay" is out of range. It must be >= 0 && <= 4294967295. Received -1 code=ERR_OUT_OF_RANGE
        AbortSignal.timeout(1.5) ⇒ throws RangeError: The value of "delay" is out of range. It must be an integer. Received 1.5 code=ERR_OUT_OF_RANGE
        AbortSignal.timeout(2 ** 53) ⇒ throws RangeError: The value of "delay" is out of range. It must be >= 0 && <= 4294967295. Received 9_007_199_254_740_992 code=ERR_OUT_OF_RANGE
        new Promise((resolve) => { const s = AbortSignal.timeout(1); s.onabort = () => resolve([s.reason.name, s.reason.message, s.reason.code, s.reason instanceof DOMException]) }) ⇒ ["TimeoutError","The operation was aborted due to timeout",23,true]
        AbortSignal.any() ⇒ throws TypeError: The "signals" argument must be an instance of Array. Received undefined code=ERR_INVALID_ARG_TYPE
        AbortSignal.any([5]) ⇒ throws TypeError: The "signals[0]" argument must be an instance of AbortSignal. Received type number (5) code=ERR_INVALID_ARG_TYPE
        AbortSignal.any([]).aborted ⇒ false
        AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]).reason ⇒ 1
        (() => { const a = new AbortController(), b = new AbortController(), r = []; const s = AbortSignal.any([a.signal, b.signal]); const d = AbortSignal.any([s]); d.onabort = () => r.push('d'); s.onabort = () => r.push('s'); b.signal.onabort = () => r.push('b'); b.abort(3); a.abort(4); return [r, s.reason, d.reason] })() ⇒ [["b","s","d"],3,3]
        Object.keys(AbortSignal.prototype) ⇒ ["aborted","onabort"]
        [String(new AbortController()), String(new AbortController().signal)] ⇒ ["[object AbortController]","[object AbortSignal]"]
    "##]]
    .assert_eq(&lines);
}

#[test]
fn dom_exceptions() {
    let lines = table(
        "",
        &[
            "(() => { const e = new DOMException('m', 'AbortError'); return [e.name, e.message, e.code, String(e), e instanceof Error, Object.keys(e), JSON.stringify(e)] })()",
            "[new DOMException().name, new DOMException().message, new DOMException(5, null).name, new DOMException('m', { name: 'DataCloneError', cause: 1 }).cause]",
            "['IndexSizeError', 'NotFoundError', 'NotSupportedError', 'InvalidStateError', 'SyntaxError', 'NetworkError', 'QuotaExceededError', 'TimeoutError', 'InvalidNodeTypeError', 'DataCloneError', 'OperationError'].map((name) => new DOMException('', name).code)",
            "Object.keys(DOMException).join()",
            "[DOMException.ABORT_ERR, DOMException.prototype.DATA_CLONE_ERR, new DOMException('').SYNTAX_ERR]",
        ],
    );
    expect![[r##"
        (() => { const e = new DOMException('m', 'AbortError'); return [e.name, e.message, e.code, String(e), e instanceof Error, Object.keys(e), JSON.stringify(e)] })() ⇒ ["AbortError","m",20,"AbortError: m",true,[],"{}"]
        [new DOMException().name, new DOMException().message, new DOMException(5, null).name, new DOMException('m', { name: 'DataCloneError', cause: 1 }).cause] ⇒ ["Error","","null",1]
        ['IndexSizeError', 'NotFoundError', 'NotSupportedError', 'InvalidStateError', 'SyntaxError', 'NetworkError', 'QuotaExceededError', 'TimeoutError', 'InvalidNodeTypeError', 'DataCloneError', 'OperationError'].map((name) => new DOMException('', name).code) ⇒ [1,8,9,11,12,19,22,23,24,25,0]
        Object.keys(DOMException).join() ⇒ "INDEX_SIZE_ERR,DOMSTRING_SIZE_ERR,HIERARCHY_REQUEST_ERR,WRONG_DOCUMENT_ERR,INVALID_CHARACTER_ERR,NO_DATA_ALLOWED_ERR,NO_MODIFICATION_ALLOWED_ERR,NOT_FOUND_ERR,NOT_SUPPORTED_ERR,INUSE_ATTRIBUTE_ERR,INVALID_STATE_ERR,SYNTAX_ERR,INVALID_MODIFICATION_ERR,NAMESPACE_ERR,INVALID_ACCESS_ERR,VALIDATION_ERR,TYPE_MISMATCH_ERR,SECURITY_ERR,NETWORK_ERR,ABORT_ERR,URL_MISMATCH_ERR,QUOTA_EXCEEDED_ERR,TIMEOUT_ERR,INVALID_NODE_TYPE_ERR,DATA_CLONE_ERR"
        [DOMException.ABORT_ERR, DOMException.prototype.DATA_CLONE_ERR, new DOMException('').SYNTAX_ERR] ⇒ [20,25,12]
    "##]]
    .assert_eq(&lines);
}

#[test]
fn marks_and_measures() {
    let lines = table(
        "",
        &[
            "(() => { const m = performance.mark('b', { detail: { x: 1 }, startTime: 5 }); return [m.toJSON(), m instanceof PerformanceMark, m instanceof PerformanceEntry] })()",
            "performance.measure('n', { start: 1, end: 5, detail: 'd' }).toJSON()",
            "performance.measure('n', { start: 'b', duration: 5 }).duration",
            "performance.measure('m', 'none')",
            "performance.getEntries().map((e) => [e.name, e.entryType])",
            "[performance.getEntriesByName('n').length, performance.getEntriesByName('n', 'mark').length, performance.getEntriesByType('mark').length]",
            "(performance.clearMarks('b'), performance.clearMeasures(), performance.getEntries().length)",
            "performance.mark()",
            "performance.mark('q', { startTime: -1 })",
            "performance.measure('x', { start: 1, end: 2, duration: 3 })",
            "[performance.now() >= 0, performance.timeOrigin > 1.6e12, performance.timerify((x) => x + 1)(2), performance instanceof EventTarget]",
        ],
    );
    expect![[r##"
        (() => { const m = performance.mark('b', { detail: { x: 1 }, startTime: 5 }); return [m.toJSON(), m instanceof PerformanceMark, m instanceof PerformanceEntry] })() ⇒ [{"name":"b","entryType":"mark","startTime":5,"duration":0,"detail":{"x":1}},true,true]
        performance.measure('n', { start: 1, end: 5, detail: 'd' }).toJSON() ⇒ {"name":"n","entryType":"measure","startTime":1,"duration":4,"detail":"d"}
        performance.measure('n', { start: 'b', duration: 5 }).duration ⇒ 5
        performance.measure('m', 'none') ⇒ throws SyntaxError: The "none" performance mark has not been set code=12
        performance.getEntries().map((e) => [e.name, e.entryType]) ⇒ [["n","measure"],["b","mark"],["n","measure"]]
        [performance.getEntriesByName('n').length, performance.getEntriesByName('n', 'mark').length, performance.getEntriesByType('mark').length] ⇒ [2,0,1]
        (performance.clearMarks('b'), performance.clearMeasures(), performance.getEntries().length) ⇒ 0
        performance.mark() ⇒ throws TypeError: The "name" argument must be specified code=ERR_MISSING_ARGS
        performance.mark('q', { startTime: -1 }) ⇒ throws TypeError: -1 is not a valid timestamp code=ERR_PERFORMANCE_INVALID_TIMESTAMP
        performance.measure('x', { start: 1, end: 2, duration: 3 }) ⇒ throws TypeError: Must not have options.start, options.end, and options.duration specified code=ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS
        [performance.now() >= 0, performance.timeOrigin > 1.6e12, performance.timerify((x) => x + 1)(2), performance instanceof EventTarget] ⇒ [true,true,3,true]
    "##]]
    .assert_eq(&lines);
}
