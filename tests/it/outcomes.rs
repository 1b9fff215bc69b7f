//! Every row of the outcome table, every error class.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, check, run, text, wait};
use expect_test::expect;

#[test]
fn returned() {
    check(
        "async function onTrack(event, settings) { return [event.event, settings.apiKey] }",
        TRACK,
        expect![[r#"
            onTrack returned ["Signed Up","key"]
        "#]],
    );
}

#[test]
fn server_error_is_retried() {
    let endpoint = wait(Endpoint::status(503, "busy"));
    let source = format!(
        "async function onTrack() {{ const res = await fetch('{}'); throw new Error(`answered ${{res.status}}`) }}",
        endpoint.url()
    );
    expect![[]].assert_eq(&text(&run(&source, TRACK)));
}
