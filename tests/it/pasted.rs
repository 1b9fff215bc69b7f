//! Functions as people paste them: shapes of handlers, globals and idioms that work at Segment, and what the sandbox adds.

use crate::harness::{TRACK, check};
use expect_test::expect;

#[test]
fn a_handler_as_the_default_export() {
    check(
        "export default async function onTrack(event) { return event.type; }",
        TRACK,
        expect![[r#"
        onTrack returned "track"
    "#]],
    );
    check(
        "module.exports = async function onTrack(event) { return event.type; };",
        TRACK,
        expect![[r#"
        onTrack returned "track"
    "#]],
    );
}

#[test]
fn globals_of_segments_runtime() {
    check(
        "async function onTrack() {
  return [typeof https.request, typeof require('node-fetch'), require('atob')('aGk='), require('btoa')('hi')];
}",
        TRACK,
        expect![[r#"
            onTrack returned ["function","function","hi","aGk="]
        "#]],
    );
}

#[test]
fn the_last_match() {
    check(
        "async function onTrack() {
  /(\\d+)-(\\d+)/.test('order 12-34');
  const numbers = [RegExp.$1, RegExp.$2, RegExp.lastMatch];
  'a=b'.replace(/(\\w)=(\\w)/, '');
  return [numbers, RegExp.$2];
}",
        TRACK,
        expect![[r#"
            onTrack returned [["12","34","12-34"],"b"]
        "#]],
    );
}

#[test]
fn errors_in_nodes_words() {
    check(
        "async function onTrack() {
  const said = [];
  for (const attempt of [() => JSON.parse('<html>'), () => JSON.parse(''), () => JSON.parse('{\"a\":1,}'), () => new Date(NaN).toISOString()]) {
    try { attempt(); } catch (error) { said.push(`${error.name}: ${error.message}`); }
  }
  return said;
}",
        TRACK,
        expect![[r#"
            onTrack returned ["SyntaxError: Unexpected token '<', \"<html>\" is not valid JSON","SyntaxError: Unexpected end of JSON input","SyntaxError: Expected double-quoted property name in JSON at position 7","RangeError: Invalid time value"]
        "#]],
    );
}

/// The head with the message, then frames of the user's.
#[test]
fn the_text_of_a_stack() {
    check(
        "async function onTrack() {
  const error = new TypeError('wrong');
  const holder = {};
  Error.captureStackTrace(holder);
  return [error.stack.split('\\n')[0], error.stack.includes('fnhost:'), typeof holder.stack, Object.keys(error)];
}",
        TRACK,
        expect![[r#"
            onTrack returned ["TypeError: wrong",false,"string",[]]
        "#]],
    );
}

#[test]
fn a_microtask_that_throws_fails_the_event() {
    check(
        "async function onTrack() {
  queueMicrotask(() => { throw new Error('from a microtask'); });
  await new Promise((resolve) => setTimeout(resolve, 1));
  return 'went on';
}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: from a microtask
                at <anonymous> (function.js:2:36)
        "#]],
    );
}

#[test]
fn uncaught_errors_can_be_listened_for() {
    check(
        "async function onTrack() {
  const caught = [];
  process.on('uncaughtException', (error) => caught.push(error.message));
  setTimeout(() => { throw new Error('from a timer'); }, 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return caught;
}",
        TRACK,
        expect![[r#"
            onTrack returned ["from a timer"]
        "#]],
    );
}

#[test]
fn async_local_storage() {
    check(
        "const { AsyncLocalStorage } = require('async_hooks');
const storage = new AsyncLocalStorage();
async function onTrack() {
  return storage.run({ id: 7 }, async () => {
    await null;
    const later = await new Promise((resolve) => setTimeout(() => resolve(storage.getStore()?.id), 1));
    return [storage.getStore()?.id, later];
  });
}",
        TRACK,
        expect![[r#"
            onTrack returned [7,7]
        "#]],
    );
}

#[test]
fn a_console_of_ones_own() {
    check(
        "const { Console } = require('console');
async function onTrack() {
  const lines = [];
  const stdout = new (require('stream').Writable)({ write: (chunk, encoding, done) => { lines.push(`${chunk}`); done(); } });
  new Console({ stdout }).log('%s is %d', 'a', 1);
  return lines;
}",
        TRACK,
        expect![[r#"
            onTrack returned ["a is 1\n"]
        "#]],
    );
}

/// The locale is in no text of the second one, so it is not there.
#[test]
fn a_locale_that_is_named_and_one_that_is_not() {
    check(
        "async function onTrack() { return (1234.5).toLocaleString('de-DE'); }",
        TRACK,
        expect![[r#"
        onTrack returned "1.234,5"
    "#]],
    );
    check(
        "async function onTrack() { return (1234.5).toLocaleString(['d', 'e'].join('')); }",
        TRACK,
        expect![[r#"
        onTrack returned "1,234.5"
    "#]],
    );
}
