//! URLs of the kinds that parsers like to differ in, and setters. What is expected is what Node 20 gives.

use crate::table::check_table;
use expect_test::expect;

#[test]
fn unusual_urls() {
    check_table(
        &[
            r#"new URL('file:\\\\localhost//')"#,
            r#"new URL('C|/x', 'file://host/dir/file')"#,
            r#"new URL('/..//localhost//pig', 'file://lion/')"#,
            r#"new URL('file:////foo')"#,
            r#"new URL('..', 'file:///C:/a')"#,
            r#"new URL('non-special:/..//p').pathname"#,
            r#"new URL('non-special:/..//p')"#,
            r#"(() => { const u = new URL('non-special:/.//p'); u.hostname = 'h'; return u.href })()"#,
            r#"(() => { const u = new URL('foo:///some/path'); u.pathname = ''; return u.href })()"#,
            r#"(() => { const u = new URL('file:///unicorn'); u.pathname = '//\\/'; return u.href })()"#,
            r#"(() => { const u = new URL('https://a:8080/'); u.host = 'b:99abc/ignored'; return u.href })()"#,
            r#"(() => { const u = new URL('https://a:8080/'); u.host = 'b:'; return u.href })()"#,
            r#"(() => { const u = new URL('mailto:x'); u.host = 'b'; u.port = '1'; u.username = 'u'; return u.href })()"#,
            r#"(() => { const u = new URL('data:x  ?q#h'); u.search = ''; u.hash = ''; return u.href })()"#,
            r#"new URL('http://[::1%25]/')"#,
            r#"new URL('http://a^b/')"#,
            r#"new URL('sc://a b/')"#,
            r#"new URL('http://1.2.3/').host"#,
            r#"new URL('http://256.256.256.256/')"#,
            r#"new URL('blob:https://a:5/x').origin"#,
            r#"new URL('https://u@@h/').username"#,
            r#"new URL('#x', 'mailto:y').href"#,
            r#"new URL('x', 'mailto:y')"#,
            r#"new URLSearchParams('a=1&b=2').entries()[Symbol.toStringTag]"#,
            r#"(() => { const p = new URLSearchParams('a=1&b=2'); const seen = []; for (const [name] of p) { seen.push(name); p.delete('b') } return seen })()"#,
        ],
        expect![[r##"
        new URL('file:\\\\localhost//') ⇒ "file:////"
        new URL('C|/x', 'file://host/dir/file') ⇒ "file://host/C:/x"
        new URL('/..//localhost//pig', 'file://lion/') ⇒ "file://lion//localhost//pig"
        new URL('file:////foo') ⇒ "file:////foo"
        new URL('..', 'file:///C:/a') ⇒ "file:///C:/"
        new URL('non-special:/..//p').pathname ⇒ "//p"
        new URL('non-special:/..//p') ⇒ "non-special:/.//p"
        (() => { const u = new URL('non-special:/.//p'); u.hostname = 'h'; return u.href })() ⇒ "non-special://h//p"
        (() => { const u = new URL('foo:///some/path'); u.pathname = ''; return u.href })() ⇒ "foo://"
        (() => { const u = new URL('file:///unicorn'); u.pathname = '//\\/'; return u.href })() ⇒ "file://////"
        (() => { const u = new URL('https://a:8080/'); u.host = 'b:99abc/ignored'; return u.href })() ⇒ "https://b:99/"
        (() => { const u = new URL('https://a:8080/'); u.host = 'b:'; return u.href })() ⇒ "https://b:8080/"
        (() => { const u = new URL('mailto:x'); u.host = 'b'; u.port = '1'; u.username = 'u'; return u.href })() ⇒ "mailto:x"
        (() => { const u = new URL('data:x  ?q#h'); u.search = ''; u.hash = ''; return u.href })() ⇒ "data:x"
        new URL('http://[::1%25]/') ⇒ throws TypeError: Invalid URL code=ERR_INVALID_URL
        new URL('http://a^b/') ⇒ throws TypeError: Invalid URL code=ERR_INVALID_URL
        new URL('sc://a b/') ⇒ throws TypeError: Invalid URL code=ERR_INVALID_URL
        new URL('http://1.2.3/').host ⇒ "1.2.0.3"
        new URL('http://256.256.256.256/') ⇒ throws TypeError: Invalid URL code=ERR_INVALID_URL
        new URL('blob:https://a:5/x').origin ⇒ "https://a:5"
        new URL('https://u@@h/').username ⇒ "u%40"
        new URL('#x', 'mailto:y').href ⇒ "mailto:y#x"
        new URL('x', 'mailto:y') ⇒ throws TypeError: Invalid URL code=ERR_INVALID_URL
        new URLSearchParams('a=1&b=2').entries()[Symbol.toStringTag] ⇒ "URLSearchParams Iterator"
        (() => { const p = new URLSearchParams('a=1&b=2'); const seen = []; for (const [name] of p) { seen.push(name); p.delete('b') } return seen })() ⇒ ["a"]
    "##]],
    );
}
