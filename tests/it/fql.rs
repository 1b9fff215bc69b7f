//! FQL: what is an expression and what is none, what is doubtful, and how both
//! are shown.

use expect_test::{Expect, expect};
use fnhost_server::filter::Expression;
use serde_json::Value;

/// The event of the tables.
const EVENT: &str = r#"{
  "type": "track", "event": "Button Clicked", "userId": null, "on": true, "off": false, "and": 1, "in": 2, "null": 3,
  "context": { "library": { "name": "analytics.js", "version": "1.0" }, "ip": "::1" },
  "properties": {
    "features": ["discounts", "dark-mode", 5, true, null, [1]], "none": [], "price": 19.99, "count": 3, "zero": 0,
    "big": 9007199254740993, "product 1": { "price": "19.99" }, "a.b": "dotted", "1st": "digit", "-x": "dash",
    "é$": "other", "kana": "ア", "empty": "", "text": "Hello wide World", "yes": "true", "no": "false",
    "left": { "a": 1, "b": [1.0, "x"] }, "same": { "a": 1.0, "b": [1, "x"] }, "turned": { "b": [1, "x"], "a": 1 },
    "pattern": "Button *", "bad": "[", "products": [{ "price": 1 }], "ΑΣ": "ΑΣ ß İ", "nul": "a\u0000b"
  }
}"#;

/// Characters that cannot be seen, and what stands for them in tables.
const SEEN: [(char, char); 5] = [('\n', '␤'), ('\r', '␍'), ('\t', '␉'), ('\0', '␀'), (' ', '␠')];

/// What comes of each source: its warnings, then `true`, `false` or an error.
pub(crate) fn results(sources: &[&str]) -> String {
    let event: Value = serde_json::from_str(EVENT).unwrap();
    let result = |source: &&str| match Expression::parse(source) {
        Err(error) => format!("{} ⇒ refused {error}\n", seen(source)),
        Ok(expression) => {
            let warnings: Vec<_> = expression.warnings().iter().map(|warning| format!("{warning}; ")).collect();
            let result = match expression.matches(&event) {
                Ok(bool) => bool.to_string(),
                Err(error) => format!("error {error}"),
            };
            format!("{} ⇒ {}{result}\n", seen(source), warnings.concat())
        }
    };
    sources.iter().map(result).collect()
}

fn seen(source: &str) -> String {
    let inner = source.trim_matches(' ');
    let start = source.len() - source.trim_start_matches(' ').len();
    let end = source.len() - inner.len() - start;
    let seen = ["␠".repeat(start), inner.to_owned(), "␠".repeat(end)].concat();
    SEEN.iter().filter(|(char, _)| *char != ' ').fold(seen, |seen, (char, mark)| seen.replace(*char, &mark.to_string()))
}

/// Expects what is written after each source; the sources are read from there.
pub(crate) fn check(expected: Expect) {
    let unseen = |line: &str| {
        let source = line.trim_start().split(" ⇒ ").next().unwrap();
        SEEN.iter().fold(source.to_owned(), |source, (char, mark)| source.replace(*mark, &char.to_string()))
    };
    let sources: Vec<_> = expected.data().lines().filter(|line| line.contains('⇒')).map(unseen).collect();
    assert!(sources.len() > 1, "a table has lines");
    let sources: Vec<_> = sources.iter().map(|source| source.as_str()).collect();
    expected.assert_eq(&results(&sources));
}

/// Expects `true` of every source, without a warning.
pub(crate) fn all_true(sources: &[&str]) {
    for source in sources {
        assert_eq!(results(&[source]), format!("{} ⇒ true\n", seen(source)));
    }
}

/// Expects `false` of every source, without a warning.
pub(crate) fn all_false(sources: &[&str]) {
    for source in sources {
        assert_eq!(results(&[source]), format!("{} ⇒ false\n", seen(source)));
    }
}

/// The message that refuses `source`.
fn refused(source: &str) -> String {
    Expression::parse(source).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn the_examples_of_the_documents() {
    all_true(&[
        "event = 'Button Clicked'",
        "type = 'identify' or type = 'track'",
        "event = 'Button Clicked' and type = 'track'",
        "match( context.library.version, '1.*' )",
        "type = 'track' and ( event = 'Click' or match( event, 'Button *' ) )",
        "'dark-mode' in properties.features",
        r"properties.product\ 1.price = '19.99'",
        "length( properties.kana ) = 3",
        "length( userId ) = 0",
        r#"snakecase("test string") = "test_string""#,
        r#"kebabcase("test string") = "test-string""#,
        r#"titlecase("test string") = "Test String""#,
        "match('abcd', 'a*d' )",
        "match('', '*' )",
        "match('abcd', 'a??d' )",
        "match('abcd', '*d' )",
        r"match('ab*d', 'ab\*d' )",
        "match('abCd', 'ab[cC]d' )",
        "match('abcd', 'ab[a-z]d' )",
    ]);
    all_false(&[
        "event = 'Screen Tapped'",
        "context.path.path = '/login'",
        "match( context.library.version, '2.*' )",
        "!contains( context.library.name, 'js' )",
        "'blink' in properties.features",
        "!( type in ['track', 'identify'] )",
        "contains( null, 'x' )",
        "match( null, '*' )",
        "match('abc', 'ab' )",
        "match('abcd', 'ab[A-Z]d' )",
    ]);
    assert_eq!(refused(r#"userId = oops""#), r#"1:14: expected termination character after identifier, got ""#);
}

#[test]
fn characters_that_are_no_tokens() {
    check(expect![[r##"
        $ ⇒ refused 1:1: invalid character "$"
        @␠ ⇒ refused 1:1: invalid character "@"
        # ⇒ refused 1:1: invalid character "#"
        * ⇒ refused 1:1: invalid character "*"
        ` ⇒ refused 1:1: invalid character "`"
        / ⇒ refused 1:1: invalid character "/"
        { ⇒ refused 1:1: invalid character "{"
        && ⇒ refused 1:1: invalid character "&"
        a | b ⇒ refused 1:3: invalid character "|"
        a␍␤ ⇒ refused 1:2: expected termination character after identifier, got \r
        é ⇒ refused 1:1: invalid character "é"
        ☺ = 1 ⇒ refused 1:1: invalid character "☺"
        ␀ ⇒ refused 1:1: invalid character "\0"
        - ⇒ refused 1:1: invalid character "-"
        +x ⇒ refused 1:1: invalid character "+"
        - 1 ⇒ refused 1:1: invalid character "-"
        a = - ⇒ refused 1:5: invalid character "-"
        ; ⇒ refused 1:1: invalid character ";"
    "##]]);
    for (char, shown) in
        [("\u{202e}", r"\u{202e}"), ("\u{a0}", r"\u{a0}"), ("\u{7f}", r"\u{7f}"), ("\u{1b}", r"\u{1b}")]
    {
        assert_eq!(refused(&format!("a = {char}")), format!("1:5: invalid character \"{shown}\""));
    }
}

#[test]
fn strings_that_do_not_end() {
    check(expect![[r#"
        ' ⇒ refused 1:1: unterminated string
        " ⇒ refused 1:1: unterminated string
        event='abc ⇒ refused 1:7: unterminated string
        a = "x' ⇒ refused 1:5: unterminated string
        'a' 'b ⇒ refused 1:5: unterminated string
        a =␤  'b␤c␤ ⇒ refused 2:3: unterminated string
        a = 'it\'s' ⇒ refused 1:11: expected termination character after identifier, got '
        " " "␠ ⇒ refused 1:5: unterminated string
    "#]]);
}

#[test]
fn numbers_that_are_none() {
    check(expect![[r#"
        5. ⇒ refused 1:2: unexpected terminator after decimal point
        5.␠ ⇒ refused 1:2: unexpected terminator after decimal point
        5.) ⇒ refused 1:2: unexpected terminator after decimal point
        5., ⇒ refused 1:2: unexpected terminator after decimal point
        5.0. ⇒ refused 1:4: unexpected terminator after decimal point
        5.0.0 ⇒ refused 1:4: multiple decimal points in one number
        5.0.0.0 ⇒ refused 1:4: multiple decimal points in one number
        5..5 ⇒ refused 1:3: multiple decimal points in one number
        5.. ⇒ refused 1:3: unexpected terminator after decimal point
        5.x ⇒ refused 1:3: expected a digit after decimal point, got 'x'
        5.( ⇒ refused 1:3: expected a digit after decimal point, got '('
        a = .5 ⇒ refused 1:5: expected a value, got `.`
        5x ⇒ refused 1:2: expected `and`, `or` or the end, got `x`
        1 2 ⇒ refused 1:3: expected `and`, `or` or the end, got a number
        1e5 ⇒ refused 1:2: expected `and`, `or` or the end, got `e5`
        0x1f ⇒ refused 1:2: expected `and`, `or` or the end, got `x1f`
        1-2 ⇒ refused 1:2: expected `and`, `or` or the end, got a number
        --1 ⇒ refused 1:1: invalid character "-"
        +-1 ⇒ refused 1:1: invalid character "+"
    "#]]);
    let huge = format!("a = {}", "9".repeat(400));
    assert_eq!(refused(&huge), "1:5: unreasonable number length");
}

#[test]
fn identifiers_and_what_may_follow_them() {
    check(expect![[r#"
        a$ ⇒ refused 1:2: expected termination character after identifier, got $
        a' ⇒ refused 1:2: expected termination character after identifier, got '
        a[0] ⇒ refused 1:2: expected termination character after identifier, got [
        a:b ⇒ refused 1:2: expected termination character after identifier, got :
        a+1 ⇒ refused 1:2: expected termination character after identifier, got +
        naïve ⇒ refused 1:3: expected termination character after identifier, got ï
        a\ ⇒ refused 1:2: expected character after escape character, got EOS
        a.\ ⇒ refused 1:3: expected character after escape character, got EOS
        \ ⇒ refused 1:1: expected character after escape character, got EOS
        ! ⇒ refused 1:2: expected '=' after '!', got 'EOS'
        !␠ ⇒ refused 1:2: expected '=' after '!', got ' '
        !␤ ⇒ refused 1:2: expected '=' after '!', got '\n'
        !5 ⇒ refused 1:2: expected '=' after '!', got '5'
        !'x' ⇒ refused 1:2: expected '=' after '!', got '''
        a !b ⇒ refused 1:3: expected `and`, `or` or the end, got `!`
        !$ ⇒ refused 1:2: expected '=' after '!', got '$'
        != ⇒ refused 1:1: expected a value, got `!=`
        a=! ⇒ refused 1:4: expected '=' after '!', got 'EOS'
        a␀ ⇒ refused 1:2: expected termination character after identifier, got \0
    "#]]);
    all_true(&[
        r"properties.a\.b = 'dotted'",
        r"properties.\é\$ = 'other'",
        "properties.1st = 'digit'",
        "properties.-x = 'dash'",
        r"properties.\-x='dash'",
        r"\type='track'",
        "context . library\n.\tname = 'analytics.js'",
        "_ = null",
        "a-b_c9 = null",
        "properties.count>2",
        "properties.count<4",
        "properties.count>=3",
        "properties.count!=4",
        "!off",
    ]);
}

#[test]
fn keywords_are_those_that_a_terminator_follows() {
    all_true(&[
        "andeverything = null",
        "anna = null",
        "nullable = null",
        "orange = null and\ton\nand null = null",
        "(on or null)",
        r"\and = 1",
        "and= 1",
        "null=3",
        "null!=null",
        r"\null = 3",
        "context.and = null",
        "context.null = null",
        "in = 2",
    ]);
    check(expect![[r#"
        on and(on) ⇒ refused 1:4: expected `and`, `or` or the end, got `and`; put a space after it to make it an operator
        on or(on) ⇒ refused 1:4: expected `and`, `or` or the end, got `or`; put a space after it to make it an operator
        (on and(on)) ⇒ refused 1:5: expected `and`, `or` or `)`, got `and`; put a space after it to make it an operator
        and = 1 ⇒ refused 1:1: expected a value, got `and`; a field of that name is written with a `\` before it
        or ⇒ refused 1:1: expected a value, got `or`; a field of that name is written with a `\` before it
        on and ⇒ refused 1:7: expected a value, got the end
        on or or on ⇒ refused 1:7: expected a value, got `or`; a field of that name is written with a `\` before it
        null.x ⇒ false
        in in in ⇒ error 1:7: `in` takes a list, got a number
        in = 2 ⇒ true
        true ⇒ true
        false ⇒ false
        !false ⇒ true
        \true ⇒ false
        true.x ⇒ false
        True ⇒ false
        (on)and(off) ⇒ refused 1:5: expected `and`, `or` or the end, got `and`; put a space after it to make it an operator
        nullnull ⇒ false
        null ⇒ 1:1: warning: the expression never comes to true or false, so it matches nothing; false
        null null ⇒ refused 1:6: expected `and`, `or` or the end, got `null`
    "#]]);
}

#[test]
fn the_order_of_tokens() {
    assert_eq!(refused(""), "1:1: the expression is empty");
    check(expect![[r#"
        ␠␤␉ ⇒ refused 1:1: the expression is empty
        () ⇒ refused 1:2: expected a value, got `)`
        ( ⇒ refused 1:2: expected a value, got the end
        ) ⇒ refused 1:1: expected a value, got `)`
        (on ⇒ refused 1:4: expected `and`, `or` or `)`, got the end
        on) ⇒ refused 1:3: expected `and`, `or` or the end, got `)`
        on on ⇒ refused 1:4: expected `and`, `or` or the end, got `on`
        a = ⇒ refused 1:4: expected a value, got the end
        = a ⇒ refused 1:1: expected a value, got `=`
        a = = b ⇒ refused 1:5: expected a value, got `=`
        a == b ⇒ refused 1:4: expected a value, got `=`
        a = b = c ⇒ refused 1:7: comparisons cannot be chained; add parentheses
        a < 1 < 2 ⇒ refused 1:7: comparisons cannot be chained; add parentheses
        a in [1] in [2] ⇒ refused 1:10: comparisons cannot be chained; add parentheses
        (a = b) = false ⇒ false
        . ⇒ refused 1:1: expected a value, got `.`
        a. ⇒ refused 1:3: expected a field's name after `.`, got the end
        .a ⇒ refused 1:1: expected a value, got `.`
        a..b ⇒ refused 1:3: expected a field's name after `.`, got `.`
        a.'b' ⇒ refused 1:3: expected a field's name after `.`, got a string
        a.(b) ⇒ refused 1:3: expected a field's name after `.`, got `(`
        a, ⇒ refused 1:2: expected `and`, `or` or the end, got `,`
        [ ⇒ refused 1:2: expected a string, a number, true, false or null, got the end
        ] ⇒ refused 1:1: expected a value, got `]`
        [1 ⇒ refused 1:3: expected `,` or `]`, got the end
        [1, ⇒ refused 1:4: expected a string, a number, true, false or null, got the end
        [1,] ⇒ refused 1:4: expected a string, a number, true, false or null, got `]`
        [,] ⇒ refused 1:2: expected a string, a number, true, false or null, got `,`
        [1 2] ⇒ refused 1:4: expected `,` or `]`, got a number
        [[1]] ⇒ refused 1:2: expected a string, a number, true, false or null, got `[`
        [a] ⇒ refused 1:2: expected a string, a number, true, false or null, got `a`
        [-1] ⇒ 1:1: warning: the expression never comes to true or false, so it matches nothing; false
        a in [] ⇒ false
        a in ['x', +2.50, null, true, false,␤-1] ⇒ true
        a in 'x' ⇒ refused 1:6: `in` takes a list or a field on its right
        a in 5 ⇒ refused 1:6: `in` takes a list or a field on its right
        a in null ⇒ refused 1:6: `in` takes a list or a field on its right
        a in ('x', 'y') ⇒ refused 1:10: expected `)`, got `,`; a list is written in brackets
        a in lowercase(b) ⇒ false
        'x' 'y' ⇒ refused 1:5: expected `and`, `or` or the end, got a string
        a = ( ⇒ refused 1:6: expected a value, got the end
        a = [1 ⇒ refused 1:7: expected `,` or `]`, got the end
        !!on ⇒ true
        !!!on ⇒ false
        !(on) ⇒ false
        !() ⇒ refused 1:3: expected a value, got `)`
        a.b(c) ⇒ refused 1:4: expected `and`, `or` or the end, got `(`
    "#]]);
}

#[test]
fn calls_of_functions() {
    check(expect![[r#"
        foo(a) ⇒ refused 1:1: unknown function `foo`; the functions are bool, contains, kebabcase, length, lowercase, match, number, snakecase, string, titlecase, typeof, uppercase
        Contains(a, 'b') ⇒ refused 1:1: unknown function `Contains`; the functions are bool, contains, kebabcase, length, lowercase, match, number, snakecase, string, titlecase, typeof, uppercase
        new\nname(a) ⇒ refused 1:1: unknown function `newnname`; the functions are bool, contains, kebabcase, length, lowercase, match, number, snakecase, string, titlecase, typeof, uppercase
        contains ⇒ false
        contains() ⇒ refused 1:1: `contains` takes 2 arguments, got 0
        contains(a) ⇒ refused 1:1: `contains` takes 2 arguments, got 1
        contains(a, b, c) ⇒ refused 1:1: `contains` takes 2 arguments, got 3
        contains(a,) ⇒ refused 1:12: expected a value, got `)`
        contains(,a) ⇒ refused 1:10: expected a value, got `,`
        length(a b) ⇒ refused 1:10: expected `,` or `)`, got `b`
        length(a ⇒ refused 1:9: expected `,` or `)`, got the end
        length(a, ⇒ refused 1:10: expected a value, got the end
        length() ⇒ refused 1:1: `length` takes 1 argument, got 0
        length(a, b) ⇒ refused 1:1: `length` takes 1 argument, got 2
        length(on and off) ⇒ refused 1:11: expected `,` or `)`, got `and`
        length((on and off)) = null ⇒ error 1:9: `length` takes a list or a string, got a bool
        length(length(a)) = null ⇒ error 1:8: `length` takes a list or a string, got a number
        match (event, 'B*') ⇒ true
        match(event, 'B[') ⇒ 1:14: warning: the pattern is malformed and matches nothing; false
        match(event, properties.bad) ⇒ false
        bool(!on) ⇒ refused 1:6: expected a value, got `!`
        bool((!on)) ⇒ false
        typeof(on = off) ⇒ refused 1:11: expected `,` or `)`, got `=`
    "#]]);
}

#[test]
fn precedence_and_what_is_doubtful() {
    check(expect![[r#"
        on or off and off ⇒ 1:11: warning: `and` binds tighter than `or` here; add parentheses to say which is meant; true
        (on or off) and off ⇒ false
        on or (off and off) ⇒ true
        off and off or on ⇒ 1:13: warning: `and` binds tighter than `or` here; add parentheses to say which is meant; true
        off and (off or on) ⇒ false
        on and on and off ⇒ false
        off or off or on ⇒ true
        on or␤  off and␤  off and off or off ⇒ 2:7: warning: `and` binds tighter than `or` here; add parentheses to say which is meant; true
        (on or off and off) and (off and on or on) ⇒ 1:12: warning: `and` binds tighter than `or` here; add parentheses to say which is meant; 1:37: warning: `and` binds tighter than `or` here; add parentheses to say which is meant; true
        !off = true ⇒ 1:1: warning: `!` is applied to the whole comparison; add parentheses to say which is meant; true
        !(off = true) ⇒ true
        (!off) = true ⇒ true
        !!off = false ⇒ 1:2: warning: `!` is applied to the whole comparison; add parentheses to say which is meant; true
        !off and off ⇒ false
        !(off and off) ⇒ true
        !type in ['x'] ⇒ 1:1: warning: `!` is applied to the whole comparison; add parentheses to say which is meant; true
        off or (((on and on))) ⇒ true
    "#]]);
}

#[test]
fn errors_are_shown_with_their_line() {
    let shown = |source: &str| Expression::parse(source).map(|_| ()).unwrap_err().render();
    let mut out = [
        "a = 'x",
        "a = 1 and\n\tb = \u{7}$ or\nc",
        "é",
        "a = 1\n\n(",
        "a =",
        "type = 'track' and event = 'Order Completed' and properties.currency = 'EUR' and properties.total $ 100 and properties.coupon = null and on",
    ]
    .map(|source| shown(source) + "\n")
    .concat();
    out.push_str(&shown(&format!("{}$", "\n".repeat(1_234))));
    let doubtful = Expression::parse("type = 'track' or\n  on and off").unwrap();
    out.push_str(&doubtful.warnings()[0].render());
    expect![[r#"
        1:5: unterminated string
          1 | a = 'x
            |     ^

        2:6: invalid character "\u{7}"
          2 |  b =  $ or
            |      ^

        1:1: invalid character "é"
          1 | é
            | ^

        3:1: expected `and`, `or` or the end, got `(`
          3 | (
            | ^

        1:4: expected a value, got the end
          1 | a =
            |    ^

        1:99: invalid character "$"
          1 | leted' and properties.currency = 'EUR' and properties.total $ 100 and properties.coupon = null and o
            |                                                             ^

        1235:1: invalid character "$"
        1235 | $
             | ^
        2:6: warning: `and` binds tighter than `or` here; add parentheses to say which is meant
          2 |   on and off
            |      ^
    "#]]
    .assert_eq(&out);
}

#[test]
fn expressions_are_bounded_in_size_and_depth() {
    let spaces = |count: usize| format!("on{}", " ".repeat(count - 2));
    assert!(Expression::parse(&spaces(5_120)).is_ok());
    assert_eq!(refused(&spaces(5_121)), "1:1: the expression has 5121 bytes, limit 5120");
    assert_eq!(refused(&"☺".repeat(10_000_000)), "1:1: the expression has 30000000 bytes, limit 5120");

    let nested = |open: &str, close: &str, count: usize| format!("{}on{}", open.repeat(count), close.repeat(count));
    for (open, close, column) in [("(", ")", 65), ("!", "", 65), ("bool(", ")", 321), ("!(", ")", 65), ("(!", ")", 65)]
    {
        let deepest = 64 / open.matches(['!', '(']).count();
        let result = results(&[&nested(open, close, deepest)]);
        assert!(result.ends_with("⇒ true\n"), "{result}");
        let expected = format!("1:{column}: the expression is nested too deeply, limit 64 levels");
        assert_eq!(refused(&nested(open, close, deepest + 1)), expected, "{open}");
        if open.ends_with('(') {
            assert_eq!(refused(&open.repeat(5_120 / open.len())), expected, "{open}");
        }
    }
    for operator in [" and ", " or "] {
        let chain = vec!["on"; 700].join(operator);
        assert!(results(&[&chain]).ends_with("⇒ true\n"), "a chain is not nested");
    }
}

#[test]
fn hostile_sources_are_refused_and_nothing_else_happens() {
    let tails: Vec<_> = [
        "[", "]", "(", ")", "=", "\\", "'", "\"", ".", ",", "\0", "\n", "-", "+", "9", "9.", "é", "a", "a.", "a(",
        "!=", "and ", "not", "in ",
    ]
    .map(|part| {
        let source = part.repeat(5_120 / part.len());
        let message =
            Expression::parse(&source).map(|_| ()).map_or_else(|error| error.to_string(), |()| "accepted".to_owned());
        format!("{} ⇒ {message}\n", part.escape_debug())
    })
    .to_vec();
    expect![[r#"
        [ ⇒ 1:2: expected a string, a number, true, false or null, got `[`
        ] ⇒ 1:1: expected a value, got `]`
        ( ⇒ 1:65: the expression is nested too deeply, limit 64 levels
        ) ⇒ 1:1: expected a value, got `)`
        = ⇒ 1:1: expected a value, got `=`
        \\ ⇒ accepted
        \' ⇒ 1:3: expected `and`, `or` or the end, got a string
        \" ⇒ 1:3: expected `and`, `or` or the end, got a string
        . ⇒ 1:1: expected a value, got `.`
        , ⇒ 1:1: expected a value, got `,`
        \0 ⇒ 1:1: invalid character "\0"
        \n ⇒ 1:1: the expression is empty
        - ⇒ 1:1: invalid character "-"
        + ⇒ 1:1: invalid character "+"
        9 ⇒ 1:1: unreasonable number length
        9. ⇒ 1:4: multiple decimal points in one number
        é ⇒ 1:1: invalid character "é"
        a ⇒ accepted
        a. ⇒ 1:5121: expected a field's name after `.`, got the end
        a( ⇒ 1:1: unknown function `a`; the functions are bool, contains, kebabcase, length, lowercase, match, number, snakecase, string, titlecase, typeof, uppercase
        != ⇒ 1:1: expected a value, got `!=`
        and  ⇒ 1:1: expected a value, got `and`; a field of that name is written with a `\` before it
        not ⇒ accepted
        in  ⇒ 1:10: comparisons cannot be chained; add parentheses
    "#]].assert_eq(&tails.concat());
}

#[test]
fn random_sources_do_no_harm() {
    let parts = [
        "a",
        ".",
        "b",
        "(",
        ")",
        "[",
        "]",
        ",",
        "'",
        "\"",
        "'x'",
        "5",
        "5.5",
        "-",
        "!",
        "=",
        "!=",
        "<",
        ">=",
        " and ",
        " or ",
        " in ",
        "null",
        "true",
        "false",
        "\\",
        "\n",
        "\t",
        "\r",
        "\0",
        "é",
        "☺",
        "\u{301}",
        "contains(",
        "match(",
        "length(",
        "number(",
        " ",
    ];
    let event: Value = serde_json::from_str(EVENT).unwrap();
    let mut state = 1_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut accepted = 0;
    for _ in 0..40_000 {
        let source: String = (0..1 + below(12)).map(|_| parts[below(parts.len())]).collect();
        match Expression::parse(&source) {
            Ok(expression) => {
                accepted += 1;
                let _ = expression.matches(&event);
                assert_eq!(expression.source(), source);
            }
            Err(error) => {
                let line = source.split('\n').nth(error.line - 1).expect("the line is one of the source's");
                assert!((1..=line.chars().count() + 1).contains(&error.column), "{source:?}: {error}");
                assert!(!error.render().contains(['\r', '\0']), "{source:?}: {error:?}");
            }
        }
    }
    assert!(accepted > 1_000, "{accepted} are expressions");
}
