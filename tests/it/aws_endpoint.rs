//! An endpoint that answers as services of AWS do, if the request is signed.

use crate::aws_signature::{SECRET, verified};
use crate::endpoint::{Endpoint, Received};
use crate::harness::{wait, without_ports};
use crate::table::table;
use bytes::Bytes;
use expect_test::Expect;
use http_body_util::Full;
use hyper::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

type Answer = Response<Full<Bytes>>;

const KEY: &str = "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name><Prefix>a/</Prefix><KeyCount>1</KeyCount><MaxKeys>2</MaxKeys><IsTruncated>TRUNCATED</IsTruncated><NextContinuationToken>NEXT</NextContinuationToken><Contents><Key>a/&lt;1&gt; &amp; x</Key><LastModified>2026-01-05T09:30:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>";

/// What a function begins with that talks to `endpoint`.
pub(crate) fn prelude(endpoint: &Endpoint) -> String {
    format!(
        "const url = '{}';
AWS.config.update({{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: '{SECRET}', region: 'eu-west-1', endpoint: url, retryDelayOptions: {{ base: 1 }} }});",
        endpoint.url()
    )
}

const FAILING: &str = "
const failing = (request) => request.promise().then(() => 'no error', (error) => [error.code, error.message, error.statusCode, error.requestId, error.retryable]);
const s3 = new AWS.S3({ endpoint: url, s3ForcePathStyle: true });";

/// The table of `expressions`, and the requests that they made: the service and the region that each was signed for.
pub(crate) fn check(expressions: &[&str], expected: Expect) {
    let (out, requests) = results(expressions);
    expected.assert_eq(&format!("{out}\n{requests}"));
}

/// The table of `expressions` alone.
pub(crate) fn check_values(expressions: &[&str], expected: Expect) {
    expected.assert_eq(&results(expressions).0);
}

fn results(expressions: &[&str]) -> (String, String) {
    let endpoint = wait(endpoint());
    let out = table(&format!("{}{FAILING}", prelude(&endpoint)), expressions);
    let mut requests: Vec<_> = endpoint
        .received()
        .iter()
        .map(|received| {
            let signed = verified(received).unwrap_or_else(|wrong| wrong);
            let target = received.header("x-amz-target").map_or_else(String::new, |target| format!(" {target}"));
            let body = if received.body.len() > 400 {
                format!("{} bytes", received.body.len())
            } else {
                received.body.clone()
            };
            format!("{signed}: {} {}{target} {body}\n", received.method, received.path.split("X-Amz").next().unwrap())
        })
        .collect();
    // Parts of an upload are sent at the same time.
    for parts in requests.chunk_by_mut(|one, other| one.contains("partNumber=") && other.contains("partNumber=")) {
        parts.sort();
    }
    (out, without_ports(&requests.concat()))
}

pub(crate) async fn endpoint() -> Endpoint {
    let counts: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    Endpoint::http(move |received| {
        let counts = counts.clone();
        async move {
            if received.path.contains("slow") || received.body.contains("slow") {
                std::future::pending::<()>().await;
            }
            if received.path == "/plain" {
                return answer(200, "plain");
            }
            if let Err(wrong) = verified(&received) {
                return answer(403, &format!("<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{wrong}</Message></Error></ErrorResponse>"));
            }
            let key = format!("{} {} {}", received.method, received.path, received.body);
            let count = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(key).or_default();
                *count += 1;
                *count
            };
            respond(&received, count)
        }
    })
    .await
}

fn answer(status: u16, body: &str) -> Answer {
    Response::builder()
        .status(status)
        .header("x-amzn-requestid", "request-1")
        .body(Full::from(body.to_owned()))
        .unwrap()
}

fn respond(received: &Received, count: usize) -> Answer {
    match received.header("x-amz-target") {
        Some(target) => json(target, received, count),
        None if received.body.starts_with("Action=") => query(received),
        None if received.path.starts_with("/2015-03-31/functions/") => {
            let mut response = answer(200, &format!("{{\"got\":{}}}", received.body));
            response.headers_mut().insert("x-amz-executed-version", "$LATEST".parse().unwrap());
            response
        }
        None if received.path.starts_with("/2014-11-13/functions/") => answer(202, ""),
        None => s3(received, count),
    }
}

fn s3(received: &Received, count: usize) -> Answer {
    let (path, query) = received.path.split_once('?').unwrap_or((&received.path, ""));
    let head = received.method == "HEAD";
    let mut response = match (received.method.as_str(), path) {
        (_, "/bucket/missing") => answer(
            404,
            if head {
                ""
            } else {
                "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>missing</Key><RequestId>xml-1</RequestId></Error>"
            },
        ),
        (_, "/bucket/html") => answer(503, "<html><body>&nbsp;<br></body></html>"),
        (_, "/bucket/flaky") if count < 3 => {
            answer(503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
        }
        ("POST", _) if query == "uploads" => answer(
            200,
            "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>big</Key><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>",
        ),
        ("POST", _) if query.starts_with("uploadId=") => answer(
            200,
            "<CompleteMultipartUploadResult><Location>http://bucket/big</Location><Bucket>bucket</Bucket><Key>big</Key><ETag>&quot;whole&quot;</ETag></CompleteMultipartUploadResult>",
        ),
        ("POST", _) if query == "delete" => {
            answer(200, "<DeleteResult><Deleted><Key>a&lt;b</Key></Deleted></DeleteResult>")
        }
        ("PUT", _) => answer(200, ""),
        ("DELETE", _) => answer(204, ""),
        ("GET", "/bucket") if query.contains("continuation-token=NEXT") => answer(
            200,
            &KEY.replace("TRUNCATED", "false").replace("<NextContinuationToken>NEXT</NextContinuationToken>", ""),
        ),
        ("GET", "/bucket") => {
            answer(200, &KEY.replace("TRUNCATED", if query.contains("prefix") { "false" } else { "true" }))
        }
        _ => answer(200, "hello"),
    };
    let headers = response.headers_mut();
    headers.insert("etag", "\"etag\"".parse().unwrap());
    headers.insert("x-amz-request-id", "s3-1".parse().unwrap());
    headers.insert("x-amz-meta-x", "y".parse().unwrap());
    headers.insert("content-type", "text/plain".parse().unwrap());
    headers.insert("last-modified", "Mon, 05 Jan 2026 09:30:00 GMT".parse().unwrap());
    response
}

fn json(target: &str, received: &Received, count: usize) -> Answer {
    let operation = target.rsplit('.').next().unwrap();
    let failed = |kind: &str, message: &str| {
        answer(400, &format!("{{\"__type\":\"com.amazonaws#{kind}\",\"message\":\"{message}\"}}"))
    };
    match operation {
        _ if received.body.contains("\"none\"") => failed("ResourceNotFoundException", "Requested resource not found"),
        _ if received.body.contains("/none\"") => failed("QueueDoesNotExist", "The specified queue does not exist."),
        "PutRecord" if received.body.contains("throttled") && count < 3 => {
            failed("ProvisionedThroughputExceededException", "Rate exceeded")
        }
        "PutRecord" if received.body.contains("broken") => answer(500, "{}"),
        "PutRecord" | "PutRecords" => answer(
            200,
            r#"{"ShardId":"shard-0","SequenceNumber":"49","RecordId":"r-1","FailedRecordCount":0,"Records":[]}"#,
        ),
        // The SDK compares it with the hash of what it sent: the event that all tests use.
        "SendMessage" => answer(200, r#"{"MessageId":"m-1","MD5OfMessageBody":"d53ebb78bd8961a67663f54419f2c678"}"#),
        "ReceiveMessage" => answer(
            200,
            r#"{"Messages":[{"MessageId":"m-1","Body":"{}","MD5OfBody":"99914b932bd37a50b983c5e7c90ae93b","ReceiptHandle":"h"}]}"#,
        ),
        "PutEvents" => answer(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}"#),
        "StartExecution" => answer(200, r#"{"executionArn":"arn:x","startDate":1767605400.5}"#),
        "GetItem" => {
            answer(200, r#"{"Item":{"id":{"S":"u1"},"n":{"N":"5"},"s":{"SS":["a"]},"m":{"M":{"x":{"BOOL":true}}}}}"#)
        }
        "GetSecretValue" => answer(200, r#"{"Name":"secret","SecretString":"{\"a\":1}","CreatedDate":1767605400}"#),
        "GetParameter" => answer(200, r#"{"Parameter":{"Name":"/a/b","Value":"v","Version":1}}"#),
        _ => answer(200, "{}"),
    }
}

fn query(received: &Received) -> Answer {
    let result = |action: &str, inner: &str| {
        answer(
            200,
            &format!(
                "<{action}Response xmlns=\"https://x/\"><{action}Result>{inner}</{action}Result><ResponseMetadata><RequestId>query-1</RequestId></ResponseMetadata></{action}Response>"
            ),
        )
    };
    let action = received.body["Action=".len()..].split('&').next().unwrap();
    match action {
        "Publish" if received.body.contains("TopicArn=none") => answer(
            404,
            "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error><RequestId>query-2</RequestId></ErrorResponse>",
        ),
        "Publish" => result(action, "<MessageId>sns-1</MessageId>"),
        "AssumeRole" => result(
            action,
            &format!(
                "<AssumedRoleUser><Arn>arn:role</Arn><AssumedRoleId>id</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>AKIDEXAMPLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>token/+=</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><PackedPolicySize>6</PackedPolicySize>"
            ),
        ),
        "GetCallerIdentity" => result(action, "<Arn>arn:me</Arn><UserId>u</UserId><Account>123</Account>"),
        _ => answer(
            400,
            "<ErrorResponse><Error><Code>InvalidAction</Code><Message>no such action</Message></Error></ErrorResponse>",
        ),
    }
}
