//! What expressions of FQL come to: operators and functions by the types of
//! their operands, and what patterns match.

use crate::fql::{all_true, check, results};
use expect_test::expect;
use fnhost_server::filter::Expression;
use serde_json::{Value, json};

#[test]
fn boolean_operators_take_bools_and_null() {
    check(expect![[r#"
        on and on ⇒ true
        on and off ⇒ false
        on and missing ⇒ false
        missing or on ⇒ true
        missing or missing ⇒ false
        !missing ⇒ true
        !on ⇒ false
        !null ⇒ true
        type and on ⇒ error 1:1: `and` takes a bool or null, got a string
        on and type ⇒ error 1:8: `and` takes a bool or null, got a string
        off and type ⇒ false
        on or type ⇒ true
        off or type ⇒ error 1:8: `or` takes a bool or null, got a string
        missing and 5 ⇒ false
        missing or 5 ⇒ error 1:12: `or` takes a bool or null, got a number
        !type ⇒ error 1:2: `!` takes a bool or null, got a string
        !properties.zero ⇒ error 1:2: `!` takes a bool or null, got a number
        !(5) ⇒ error 1:3: `!` takes a bool or null, got a number
        properties and on ⇒ error 1:1: `and` takes a bool or null, got an object
        on and properties.none ⇒ error 1:8: `and` takes a bool or null, got a list
        off or 'x' ⇒ error 1:8: `or` takes a bool or null, got a string
        !context ⇒ error 1:2: `!` takes a bool or null, got an object
        typeof(properties.price) = 'string' and contains(properties.price, '1') ⇒ false
        on ⇒ true
        off ⇒ false
        missing ⇒ false
        type ⇒ false
        5 ⇒ 1:1: warning: the expression never comes to true or false, so it matches nothing; false
        'true' ⇒ 1:1: warning: the expression never comes to true or false, so it matches nothing; false
        properties.yes ⇒ false
        properties ⇒ false
        [true] ⇒ 1:1: warning: the expression never comes to true or false, so it matches nothing; false
        lowercase('true') ⇒ 1:1: warning: the expression never comes to true or false, so it matches nothing; false
    "#]]);
}

#[test]
fn equality_is_strict_in_types() {
    let values = [
        "'1'",
        "1",
        "1.0",
        "true",
        "null",
        "missing",
        "['x', 1]",
        "[1, 'x']",
        "[]",
        "properties.left",
        "properties.turned",
    ];
    let mut table = String::new();
    for left in values {
        for right in values {
            let equal = results(&[&format!("{left} = {right}")]).ends_with("true\n");
            let unequal = results(&[&format!("{left} != {right}")]).ends_with("true\n");
            assert_ne!(equal, unequal, "{left} {right}");
            table.push(if equal { '=' } else { '.' });
        }
        table.push_str(&format!(" {left}\n"));
    }
    expect![[r#"
        =.......... '1'
        .==........ 1
        .==........ 1.0
        ...=....... true
        ....==..... null
        ....==..... missing
        ......=.... ['x', 1]
        .......=... [1, 'x']
        ........=.. []
        .........=. properties.left
        ..........= properties.turned
    "#]]
    .assert_eq(&table);
}

#[test]
fn equality_of_one_type() {
    all_true(&[
        "properties.price = 19.99",
        "properties.price = +0019.990",
        "-0 = 0",
        "-0.0 = +0",
        "properties.count = 3.0",
        "properties.big = 9007199254740993",
        "properties.big != 9007199254740992",
        "properties.left = properties.same",
        "properties.left != properties.turned",
        "properties.features != ['discounts', 'dark-mode']",
        "properties.none = []",
        "[1.0, 2] = [1, 2.0]",
        "[1, 2] != [2, 1]",
        "properties != properties.none",
        "'É' != 'é'",
        "\"it's\" = \"it's\"",
        "'a\nb' = \"a\nb\"",
        r"'\' = '\'",
        "properties.nul = 'a\0b'",
        "userId = missing.deeply",
        "missing = null",
    ]);
}

#[test]
fn order_is_for_numbers_only() {
    let operators = [">", ">=", "<", "<="];
    let pairs = [
        ("1", "2"),
        ("2", "1"),
        ("2", "2"),
        ("2", "2.0"),
        ("-1", "0.5"),
        ("properties.big", "9007199254740992"),
        ("'1'", "2"),
        ("2", "'1'"),
        ("'a'", "'b'"),
        ("null", "1"),
        ("missing", "missing"),
        ("true", "false"),
        ("[1]", "[2]"),
        ("properties", "1"),
        ("length(missing)", "1"),
    ];
    let mut table = String::new();
    for (left, right) in pairs {
        for operator in operators {
            let result = results(&[&format!("{left} {operator} {right}")]);
            table.push_str(if result.ends_with("⇒ true\n") { operator } else { "·" });
            assert!(!result.contains("error"), "{result}");
            table.push(' ');
        }
        table.push_str(&format!("{left}, {right}\n"));
    }
    expect![[r#"
        · · < <= 1, 2
        > >= · · 2, 1
        · >= · <= 2, 2
        · >= · <= 2, 2.0
        · · < <= -1, 0.5
        > >= · · properties.big, 9007199254740992
        · · · · '1', 2
        · · · · 2, '1'
        · · · · 'a', 'b'
        · · · · null, 1
        · · · · missing, missing
        · · · · true, false
        · · · · [1], [2]
        · · · · properties, 1
        · · < <= length(missing), 1
    "#]]
    .assert_eq(&table);
}

#[test]
fn in_takes_a_scalar_and_a_list() {
    check(expect![[r#"
        'dark-mode' in properties.features ⇒ true
        'DARK-MODE' in properties.features ⇒ false
        5 in properties.features ⇒ true
        5.0 in properties.features ⇒ true
        '5' in properties.features ⇒ false
        true in properties.features ⇒ true
        false in properties.features ⇒ false
        null in properties.features ⇒ true
        missing in properties.features ⇒ true
        missing in [] ⇒ false
        null in properties.none ⇒ false
        event in ['Button Clicked', 'x'] ⇒ true
        event in [] ⇒ false
        event in missing ⇒ false
        event in userId ⇒ false
        event in type ⇒ error 1:10: `in` takes a list, got a string
        event in properties ⇒ error 1:10: `in` takes a list, got an object
        event in on ⇒ error 1:10: `in` takes a list, got a bool
        event in properties.count ⇒ error 1:10: `in` takes a list, got a number
        [1] in properties.features ⇒ error 1:1: `in` takes a string, a number, a bool or null, got a list
        properties.left in [1] ⇒ error 1:1: `in` takes a string, a number, a bool or null, got an object
        missing in [null] ⇒ true
        1 in properties.products ⇒ false
    "#]]);
}

#[test]
fn fields_are_own_fields_of_objects() {
    all_true(&[
        "properties.products.price = null",
        "properties.products.0 = null",
        "properties.features.length = null",
        "type.length = null",
        "toString = null",
        "__proto__ = null",
        "constructor.name = null",
        "properties.count.x.y.z = null",
    ]);
    for event in [json!(null), json!([]), json!("x"), json!(5)] {
        assert_eq!(Expression::parse("type = null and length(a.b) = 0").unwrap().matches(&event), Ok(true));
    }
}

#[test]
fn functions_by_type_of_argument() {
    let names = [
        "bool",
        "kebabcase",
        "length",
        "lowercase",
        "number",
        "snakecase",
        "string",
        "titlecase",
        "typeof",
        "uppercase",
    ];
    let arguments = [
        "missing",
        "on",
        "properties.price",
        "'7 Up'",
        "'-07.50'",
        "''",
        "['b', 1.0]",
        "properties.none",
        "properties.left",
    ];
    // The only way to look at a result is to compare it with what it may be.
    let candidates = [
        "null",
        "true",
        "false",
        "0",
        "4",
        "6",
        "2",
        "'null'",
        "'true'",
        "'19.99'",
        "'7 Up'",
        "'7 up'",
        "'7 UP'",
        "'7_Up'",
        "'7-Up'",
        "'-07.50'",
        "-7.5",
        "''",
        r#"'["b",1]'"#,
        "'[]'",
        "19.99",
        "'bool'",
        "'number'",
        "'string'",
        "'list'",
        "'object'",
    ];
    let mut table = String::new();
    for name in names {
        for argument in arguments {
            let call = format!("{name}({argument})");
            let is = |candidate: &&&str| results(&[&format!("{call} = {candidate}")]).ends_with("⇒ true\n");
            let line = match candidates.iter().find(is) {
                Some(candidate) => format!("{call} = {candidate}\n"),
                None => results(&[&format!("{call} = null")]),
            };
            table.push_str(&line);
        }
    }
    expect![[r#"
        bool(missing) = false
        bool(on) = true
        bool(properties.price) = true
        bool('7 Up') = true
        bool('-07.50') = true
        bool('') = false
        bool(['b', 1.0]) = true
        bool(properties.none) = false
        bool(properties.left) = null ⇒ error 1:6: `bool` takes a string, a number, a list, a bool or null, got an object
        kebabcase(missing) = null
        kebabcase(on) = null ⇒ error 1:11: `kebabcase` takes a string, got a bool
        kebabcase(properties.price) = null ⇒ error 1:11: `kebabcase` takes a string, got a number
        kebabcase('7 Up') = '7-Up'
        kebabcase('-07.50') = '-07.50'
        kebabcase('') = ''
        kebabcase(['b', 1.0]) = null ⇒ error 1:11: `kebabcase` takes a string, got a list
        kebabcase(properties.none) = null ⇒ error 1:11: `kebabcase` takes a string, got a list
        kebabcase(properties.left) = null ⇒ error 1:11: `kebabcase` takes a string, got an object
        length(missing) = 0
        length(on) = null ⇒ error 1:8: `length` takes a list or a string, got a bool
        length(properties.price) = null ⇒ error 1:8: `length` takes a list or a string, got a number
        length('7 Up') = 4
        length('-07.50') = 6
        length('') = 0
        length(['b', 1.0]) = 2
        length(properties.none) = 0
        length(properties.left) = null ⇒ error 1:8: `length` takes a list or a string, got an object
        lowercase(missing) = null
        lowercase(on) = null ⇒ error 1:11: `lowercase` takes a string, got a bool
        lowercase(properties.price) = null ⇒ error 1:11: `lowercase` takes a string, got a number
        lowercase('7 Up') = '7 up'
        lowercase('-07.50') = '-07.50'
        lowercase('') = ''
        lowercase(['b', 1.0]) = null ⇒ error 1:11: `lowercase` takes a string, got a list
        lowercase(properties.none) = null ⇒ error 1:11: `lowercase` takes a string, got a list
        lowercase(properties.left) = null ⇒ error 1:11: `lowercase` takes a string, got an object
        number(missing) = null
        number(on) = null ⇒ error 1:8: `number` takes a number or a string, got a bool
        number(properties.price) = 19.99
        number('7 Up') = null ⇒ error 1:8: `number` got a string that is no number
        number('-07.50') = -7.5
        number('') = null ⇒ error 1:8: `number` got a string that is no number
        number(['b', 1.0]) = null ⇒ error 1:8: `number` takes a number or a string, got a list
        number(properties.none) = null ⇒ error 1:8: `number` takes a number or a string, got a list
        number(properties.left) = null ⇒ error 1:8: `number` takes a number or a string, got an object
        snakecase(missing) = null
        snakecase(on) = null ⇒ error 1:11: `snakecase` takes a string, got a bool
        snakecase(properties.price) = null ⇒ error 1:11: `snakecase` takes a string, got a number
        snakecase('7 Up') = '7_Up'
        snakecase('-07.50') = '-07.50'
        snakecase('') = ''
        snakecase(['b', 1.0]) = null ⇒ error 1:11: `snakecase` takes a string, got a list
        snakecase(properties.none) = null ⇒ error 1:11: `snakecase` takes a string, got a list
        snakecase(properties.left) = null ⇒ error 1:11: `snakecase` takes a string, got an object
        string(missing) = 'null'
        string(on) = 'true'
        string(properties.price) = '19.99'
        string('7 Up') = '7 Up'
        string('-07.50') = '-07.50'
        string('') = ''
        string(['b', 1.0]) = '["b",1]'
        string(properties.none) = '[]'
        string(properties.left) = null ⇒ error 1:8: `string` takes a string, a number, a list, a bool or null, got an object
        titlecase(missing) = null
        titlecase(on) = null ⇒ error 1:11: `titlecase` takes a string, got a bool
        titlecase(properties.price) = null ⇒ error 1:11: `titlecase` takes a string, got a number
        titlecase('7 Up') = '7 Up'
        titlecase('-07.50') = '-07.50'
        titlecase('') = ''
        titlecase(['b', 1.0]) = null ⇒ error 1:11: `titlecase` takes a string, got a list
        titlecase(properties.none) = null ⇒ error 1:11: `titlecase` takes a string, got a list
        titlecase(properties.left) = null ⇒ error 1:11: `titlecase` takes a string, got an object
        typeof(missing) = 'null'
        typeof(on) = 'bool'
        typeof(properties.price) = 'number'
        typeof('7 Up') = 'string'
        typeof('-07.50') = 'string'
        typeof('') = 'string'
        typeof(['b', 1.0]) = 'list'
        typeof(properties.none) = 'list'
        typeof(properties.left) = 'object'
        uppercase(missing) = null
        uppercase(on) = null ⇒ error 1:11: `uppercase` takes a string, got a bool
        uppercase(properties.price) = null ⇒ error 1:11: `uppercase` takes a string, got a number
        uppercase('7 Up') = '7 UP'
        uppercase('-07.50') = '-07.50'
        uppercase('') = ''
        uppercase(['b', 1.0]) = null ⇒ error 1:11: `uppercase` takes a string, got a list
        uppercase(properties.none) = null ⇒ error 1:11: `uppercase` takes a string, got a list
        uppercase(properties.left) = null ⇒ error 1:11: `uppercase` takes a string, got an object
    "#]].assert_eq(&table);
}

#[test]
fn functions_of_two_arguments() {
    check(expect![[r#"
        contains(event, 'Click') ⇒ true
        contains(event, 'click') ⇒ false
        contains(event, '') ⇒ true
        contains('', '') ⇒ true
        contains(properties.kana, 'ア') ⇒ true
        contains(missing, 'x') ⇒ false
        contains(event, missing) ⇒ false
        contains(missing, missing) ⇒ false
        contains(5, 'x') ⇒ error 1:10: `contains` takes a string, got a number
        contains(event, 5) ⇒ error 1:17: `contains` takes a string, got a number
        contains(missing, 5) ⇒ error 1:19: `contains` takes a string, got a number
        contains(properties.features, 'discounts') ⇒ error 1:10: `contains` takes a string, got a list
        contains(on, 't') ⇒ error 1:10: `contains` takes a string, got a bool
        match(event, properties.pattern) ⇒ true
        match(missing, properties.pattern) ⇒ false
        match(event, missing) ⇒ false
        match(5, '*') ⇒ error 1:7: `match` takes a string, got a number
        match(event, 5) ⇒ error 1:14: `match` takes a string, got a number
        match(missing, properties.count) ⇒ error 1:16: `match` takes a string, got a number
        match(properties, '*') ⇒ error 1:7: `match` takes a string, got an object
        match(lowercase(event), 'button *') ⇒ true
    "#]]);
}

#[test]
fn conversions_and_letter_case() {
    all_true(&[
        "number('5') = 5",
        "number('+005.250') = 5.25",
        "number('1e3') = 1000",
        "number('-0') = 0",
        "number(missing) = null",
        "string(1.0) = '1'",
        "string(-0.5) = '-0.5'",
        "string(properties.big) = '9007199254740993'",
        "string(123456789012345678901234567890) = '1.2345678901234568e+29'",
        "string(0.00000025) = '2.5e-7'",
        "string(0.000001) = '0.000001'",
        "string(number('1e20')) = '100000000000000000000'",
        "string(number('1e21')) = '1e+21'",
        "string(properties.features) = '[\"discounts\",\"dark-mode\",5,true,null,[1]]'",
        "bool('x') and bool(1) and bool(['x']) and bool(true) and bool('FALSE')",
        "!bool(properties.no)",
        "length('☺') = 3",
        "length('a\0b') = 3",
        "lowercase('ÀÉÎ ABC') = 'àéî abc'",
        "uppercase('straße ŉ') = 'STRAßE ŉ'",
        r"lowercase(properties.\Α\Σ) = 'ασ ß İ'",
        "titlecase('hello  wide-open WORLD') = 'Hello  Wide-open WORLD'",
        "titlecase(' éa\tb') = ' Éa\tb'",
        "snakecase(' a  b\tc') = '_a__b\tc'",
        "kebabcase('a_b c') = 'a_b-c'",
        "uppercase(lowercase(properties.text)) = 'HELLO WIDE WORLD'",
    ]);
    check(expect![[r#"
        number('') = 0 ⇒ error 1:8: `number` got a string that is no number
        number(' 5') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('5 ') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('abc') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('NaN') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('1e999') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('0x1') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('1.') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('.5') = 0 ⇒ error 1:8: `number` got a string that is no number
        number('-') = 0 ⇒ error 1:8: `number` got a string that is no number
        number(on) = 0 ⇒ error 1:8: `number` takes a number or a string, got a bool
    "#]]);
}

#[test]
fn patterns_cover_the_whole_text() {
    // `+` matches, `-` does not, `x` is malformed and does not.
    let table = [
        ("", "+ -a"),
        ("abc", "+abc -ab -abcd -ABC -"),
        ("*", "+abc + +a/b +☺"),
        ("**", "+ +a"),
        ("*c", "+abc +c -cb"),
        ("*b", "-abc"),
        ("a*", "+a +abc +ab/c -ba"),
        ("a*/b", "+abc/b +a/c/b -a/c"),
        ("a**b", "+axxb +ab"),
        ("*x", "+xxx"),
        ("x*", "+xxx"),
        ("*a*b*c*", "+abcabcabc +xabcx -cba"),
        ("a*b?c*x", "+abxbbxdbxebxczzx -abxbbxdbxebxczzy"),
        ("a*b*c*d*e*/f", "+axbxcxdxe/f +axbxcxdxexxx/f +axbxcxdxe/xxx/f -axbxcxdxexxx/fff"),
        ("*aab", "+aaab +aaaab -aaba"),
        ("?", "+a +é +☺ +/ - -ab"),
        ("a?b", "+a☺b +a/b -ab"),
        ("a??b", "-a☺b"),
        ("*??", "-☺ +☺☺"),
        ("*é*", "+caféine +é -cafe"),
        ("ab[c]", "+abc -ab -abd"),
        ("ab[b-d]", "+abc"),
        ("ab[e-g]", "-abc"),
        ("ab[^c]", "-abc +abd -ab"),
        ("ab[^b-d]", "-abc"),
        ("ab[^e-g]", "+abc"),
        ("a[^a]b", "+a☺b"),
        ("a[^a][^a]b", "-a☺b"),
        ("[a-ζ]*", "+α -"),
        ("*[a-ζ]", "-A"),
        ("[é-ü]", "+ö -o"),
        ("[z-a]", "-m -z -a"),
        ("[^z-a]", "+m"),
        ("[[]", "+["),
        ("[a*]", "+* +a -ab"),
        ("[^^]", "+a -^"),
        ("[*-?]", "+. +* +? -a"),
        (r"[\]a]", "+] +a"),
        (r"[\-]", r"+- -\"),
        (r"[x\-]", "+x +- -z"),
        (r"[\-x]", "+x +- -a"),
        (r"[\\-\]]", r"+\ +] -["),
        ("]", "+]"),
        ("a]", "+a]"),
        ("^-", "+^-"),
        (r"a\*b", "+a*b -ab -axb"),
        (r"a\bc", "+abc"),
        (r"\\", r"+\"),
        (r"\☺\?", "+☺? -☺x"),
        ("[]a]", "x] xa"),
        ("[-]", "x-"),
        ("[x-]", "xx x-"),
        ("[-x]", "xx x-"),
        ("[a-b-c]", "xa x-"),
        ("[", "xa x["),
        ("[^", "xa"),
        ("[^bc", "xa"),
        ("a[", "xa xab"),
        ("[]", "xa x"),
        ("[^]", "xa"),
        ("*[", "x xa x["),
        (r"\", r"xa x\"),
        (r"a*\", "xab"),
        (r"[\", "xa"),
        (r"[a\]", "xa"),
    ];
    for (pattern, cases) in table {
        for case in cases.split(' ') {
            let (mark, text) = case.split_at(1);
            let expression = Expression::parse(&format!("match('{text}', '{pattern}')")).unwrap();
            assert_eq!(expression.matches(&Value::Null), Ok(mark == "+"), "{pattern} {case}");
            let warnings: Vec<_> = expression.warnings().iter().map(|warning| warning.message.as_str()).collect();
            let malformed = "the pattern is malformed and matches nothing";
            assert_eq!(warnings, if mark == "x" { vec![malformed] } else { vec![] }, "{pattern} {case}");
            // The same from an event.
            let expression = Expression::parse("match(text, pattern)").unwrap();
            assert_eq!(expression.matches(&json!({ "text": text, "pattern": pattern })), Ok(mark == "+"), "{case}");
        }
    }
}

#[test]
fn patterns_that_would_take_long_take_long_only_once() {
    let event = |text: &str, pattern: &str| json!({ "text": text, "pattern": pattern });
    let expression = Expression::parse("match(text, pattern)").unwrap();
    let long = "a".repeat(32_000);
    assert_eq!(expression.matches(&event(&long, &"*a".repeat(60))), Ok(true));
    assert_eq!(expression.matches(&event(&long, &format!("{}b", "*a".repeat(60)))), Ok(false));
    let far = format!("*{}b", "a".repeat(2_000));
    expect!["1:7: `match` took too many steps, limit 10000000"]
        .assert_eq(&expression.matches(&event(&long, &far)).unwrap_err().to_string());
    let class = format!("*[{}]b", "x".repeat(2_000));
    assert!(expression.matches(&event(&long, &class)).is_err(), "a class counts by its size");
    let too_long = event("a", &"a".repeat(5_121));
    expect!["1:13: `match` got a pattern of 5121 bytes, limit 5120"]
        .assert_eq(&expression.matches(&too_long).unwrap_err().to_string());
    let many = vec!["match(text, pattern)"; 200].join(" or ");
    let many = Expression::parse(&many).unwrap().matches(&event(&long, "*aaaaaaaaaaaaaaab"));
    assert!(many.unwrap_err().message.contains("too many steps"), "the steps of all calls are counted together");
}

#[test]
fn errors_name_types_and_never_values() {
    let event = json!({ "secret": "hunter2", "list": ["hunter2"], "object": { "hunter2": 1 } });
    for source in [
        "!secret",
        "secret and on",
        "length(object)",
        "number(secret)",
        "contains(list, 'x')",
        "list in list",
        "match(object, '*')",
    ] {
        let error = Expression::parse(source).unwrap().matches(&event).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
