//! `AWS`: the services that event pipelines use, against an endpoint that checks signatures.

use crate::aws_endpoint::{check, check_values};
use crate::endpoint::Endpoint;
use crate::harness::{TRACK, run, text, wait};
use expect_test::expect;

#[test]
fn s3() {
    check(
        &[
            "s3.putObject({ Bucket: 'bucket', Key: 'a/b c+ü.json', Body: JSON.stringify(event), ContentType: 'application/json', Metadata: { x: 'y' } }).promise()",
            "s3.putObject({ Bucket: 'bucket', Key: 'bytes', Body: Buffer.from('bytes'), ACL: 'private' }).promise()",
            "s3.getObject({ Bucket: 'bucket', Key: 'key' }).promise().then((data) => [data.Body.toString(), Buffer.isBuffer(data.Body), data.ContentLength, data.ContentType, data.LastModified.toISOString(), data.Metadata, data.ETag])",
            "new Promise((resolve, reject) => s3.getObject({ Bucket: 'bucket', Key: 'key' }, (error, data) => error ? reject(error) : resolve(`${data.Body}`)))",
            "s3.headObject({ Bucket: 'bucket', Key: 'key' }).promise().then((data) => data.ContentLength)",
            "s3.listObjectsV2({ Bucket: 'bucket', Prefix: 'a/', MaxKeys: 2 }).promise()",
            "s3.deleteObject({ Bucket: 'bucket', Key: 'key' }).promise()",
            "s3.deleteObjects({ Bucket: 'bucket', Delete: { Objects: [{ Key: 'a<b' }] } }).promise()",
            "s3.upload({ Bucket: 'bucket', Key: 'small', Body: 'small' }).promise()",
            "s3.upload({ Bucket: 'bucket', Key: 'big', Body: 'x'.repeat(11 * 1024 * 1024) }).promise()",
        ],
        expect![],
    );
}

#[test]
fn s3_addresses() {
    check_values(
        &[
            "new AWS.S3({ region: 'eu-west-1' }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).replace(/[0-9]{10}|Signature=.*/g, 'X')",
            "new AWS.S3({ region: 'eu-west-1', signatureVersion: 'v4' }).getSignedUrl('putObject', { Bucket: 'my-bucket', Key: 'a b/ü', Expires: 60, ContentType: 'text/plain' }).replace(/=[0-9TZ]{8,}|[0-9a-f]{64}|[0-9]{8}(?=%2F)/g, 'X')",
            "new AWS.S3({ endpoint: 'https://s3.example.com' }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0]",
            "new AWS.S3({ endpoint: 'http://s3.example.com:9000', s3ForcePathStyle: true, sslEnabled: false }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0]",
            "Object.keys(new AWS.S3().createPresignedPost({ Bucket: 'b', Fields: { key: 'k' } }).fields).join()",
            "new AWS.S3().endpoint.href",
            "new AWS.S3({ region: 'us-west-2', useDualstack: true }).endpoint.href",
            "new AWS.SQS({ region: 'cn-north-1' }).endpoint.href",
            "new AWS.S3({ apiVersion: '2006-03-01' }).config.apiVersion",
            "new AWS.DynamoDB({ apiVersion: '2012-08-10', region: 'x' }).api.apiVersion",
            "new AWS.CloudFront({ apiVersion: '2015-07-27' }).api.apiVersion",
            "s3.getSignedUrlPromise('getObject', { Bucket: 'bucket', Key: 'key' }).then((address) => fetch(address)).then((response) => response.text())",
        ],
        expect![],
    );
}

#[test]
fn queues_and_streams() {
    check(
        &[
            "new AWS.SQS().sendMessage({ QueueUrl: `${url}/123/queue`, MessageBody: JSON.stringify(event), MessageAttributes: { type: { DataType: 'String', StringValue: 'track' } } }).promise()",
            "new AWS.SQS().receiveMessage({ QueueUrl: `${url}/123/queue` }).promise()",
            "new AWS.SNS().publish({ TopicArn: 'arn:aws:sns:eu-west-1:123:topic', Message: 'hello & <you>', Subject: 'x' }).promise()",
            "new AWS.Kinesis().putRecord({ StreamName: 'events', PartitionKey: event.userId, Data: JSON.stringify(event) }).promise()",
            "new AWS.Kinesis().putRecords({ StreamName: 'events', Records: [{ PartitionKey: '1', Data: Buffer.from('a') }] }).promise()",
            "new AWS.Firehose().putRecord({ DeliveryStreamName: 'events', Record: { Data: `${JSON.stringify(event)}\\n` } }).promise()",
            "new AWS.EventBridge().putEvents({ Entries: [{ Source: 'fnhost', DetailType: 'track', Detail: '{}', Time: new Date(0) }] }).promise()",
            "new AWS.StepFunctions().startExecution({ stateMachineArn: 'arn', input: '{}' }).promise()",
        ],
        expect![],
    );
}

#[test]
fn tables_and_functions() {
    check(
        &[
            "new AWS.DynamoDB().putItem({ TableName: 'users', Item: { id: { S: 'u1' }, n: { N: '5' }, b: { B: Buffer.from('x') } } }).promise()",
            "new AWS.DynamoDB.DocumentClient().put({ TableName: 'users', Item: { id: 'u1', n: 5, list: [1, 'a', null, true], map: { x: 1 } } }).promise()",
            "new AWS.DynamoDB.DocumentClient().get({ TableName: 'users', Key: { id: 'u1' } }).promise()",
            "new AWS.DynamoDB.DocumentClient({ convertEmptyValues: true }).update({ TableName: 'users', Key: { id: 'u1' }, UpdateExpression: 'set a = :a', ExpressionAttributeValues: { ':a': '' } }).promise()",
            "AWS.DynamoDB.Converter.marshall({ id: 'u1', n: 5, set: [1] })",
            "AWS.DynamoDB.Converter.unmarshall({ id: { S: 'u1' }, l: { L: [{ N: '5' }] } })",
            "new AWS.Lambda().invoke({ FunctionName: 'fn', Payload: JSON.stringify({ a: 1 }) }).promise()",
            "new AWS.Lambda().invokeAsync({ FunctionName: 'fn:1', InvokeArgs: '{}' }).promise()",
            "new AWS.SecretsManager().getSecretValue({ SecretId: 'secret' }).promise()",
            "new AWS.SSM().getParameter({ Name: '/a/b', WithDecryption: true }).promise()",
        ],
        expect![],
    );
}

#[test]
fn credentials() {
    check(
        &[
            "new AWS.STS().assumeRole({ RoleArn: 'arn:aws:iam::123:role/r', RoleSessionName: 'fnhost', ExternalId: 'e' }).promise()",
            "new AWS.STS().getCallerIdentity().promise()",
            "(async () => { const credentials = new AWS.ChainableTemporaryCredentials({ params: { RoleArn: 'arn:aws:iam::123:role/r' } }); await credentials.getPromise(); return [credentials.accessKeyId, credentials.expired, credentials.expireTime.toISOString()] })()",
            "(async () => { const credentials = new AWS.TemporaryCredentials({ RoleArn: 'arn:aws:iam::123:role/r' }); await credentials.getPromise(); return [credentials.accessKeyId, credentials.sessionToken] })()",
            "new AWS.SNS({ credentials: new AWS.Credentials('AKIDEXAMPLE', settings.secret ?? AWS.config.credentials.secretAccessKey, 'token') }).publish({ TopicArn: 'arn', Message: 'm' }).promise()",
            "new AWS.SNS({ credentials: { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' } }).publish({ TopicArn: 'arn', Message: 'm' }).promise()",
            "new AWS.SNS({ credentials: null }).publish({ TopicArn: 'arn', Message: 'm' }).promise()",
            "new AWS.SNS({ credentials: new AWS.EnvironmentCredentials('AWS') }).publish({ TopicArn: 'arn', Message: 'm' }).promise()",
        ],
        expect![],
    );
}

#[test]
fn errors_and_retries() {
    check(
        &[
            "failing(s3.getObject({ Bucket: 'bucket', Key: 'missing' }))",
            "failing(s3.headObject({ Bucket: 'bucket', Key: 'missing' }))",
            "failing(new AWS.DynamoDB().getItem({ TableName: 'none', Key: { id: { S: 'x' } } }))",
            "failing(new AWS.SQS().sendMessage({ QueueUrl: `${url}/123/none`, MessageBody: 'x' }))",
            "failing(new AWS.SNS().publish({ TopicArn: 'none', Message: 'x' }))",
            "s3.putObject({ Bucket: 'bucket', Key: 'flaky', Body: 'x' }).promise().then((data) => data.$response.retryCount)",
            "new AWS.Kinesis().putRecord({ StreamName: 'throttled', PartitionKey: '1', Data: 'x' }).promise().then((data) => data.$response.retryCount)",
            "failing(new AWS.Kinesis({ maxRetries: 1, retryDelayOptions: { base: 1 } }).putRecord({ StreamName: 'broken', PartitionKey: '1', Data: 'x' }))",
            "failing(new AWS.SNS({ endpoint: 'http://127.0.0.1:9', maxRetries: 0 }).publish({ TopicArn: 'arn', Message: 'x' }))",
            "failing(new AWS.SNS({ endpoint: 'http://nowhere.invalid', maxRetries: 0 }).publish({ TopicArn: 'arn', Message: 'x' }))",
            "failing(new AWS.SNS({ maxRetries: 0, httpOptions: { timeout: 50 } }).publish({ TopicArn: 'slow', Message: 'x' }))",
            "failing(s3.putObject({ Bucket: 'bucket', Body: 'x' }))",
            "failing(s3.putObject({ Bucket: 'bucket', Key: 5, Body: 'x', Foo: 1 }))",
            "failing(s3.getObject({ Bucket: 'bucket', Key: 'html' }))",
            "(() => { try { new AWS.S3({ apiVersion: '1999-01-01' }) } catch (error) { return error.message } })()",
            "new AWS.SQS({ region: undefined, endpoint: undefined }).config.region",
        ],
        expect![],
    );
}

#[test]
fn the_rest_of_the_sdk() {
    check(
        &[
            "(async () => { const request = s3.listObjectsV2({ Bucket: 'bucket' }); const pages = []; await new Promise((resolve) => request.eachPage((error, data) => { if (data === null) resolve(); else pages.push(data.KeyCount) })); return pages })()",
            "s3.waitFor('objectExists', { Bucket: 'bucket', Key: 'key' }).promise().then((data) => data.ContentLength)",
            "(async () => { const chunks = []; for await (const chunk of s3.getObject({ Bucket: 'bucket', Key: 'key' }).createReadStream()) chunks.push(chunk); return Buffer.concat(chunks).toString() })()",
            "s3.putObject({ Bucket: 'bucket', Key: 'stream', Body: require('stream').Readable.from([Buffer.from('a'), Buffer.from('b')]), ContentLength: 2 }).promise()",
            "s3.upload({ Bucket: 'bucket', Key: 'stream', Body: require('stream').Readable.from([Buffer.from('a'), Buffer.from('b')]) }).promise()",
            "(async () => { const seen = []; const request = s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x' }); for (const name of ['validate', 'build', 'sign', 'send', 'httpHeaders', 'httpDone', 'extractData', 'success', 'complete', 'httpUploadProgress']) request.on(name, () => seen.push(name)); await request.promise(); return seen.join() })()",
            "(() => { const endpoint = new AWS.Endpoint('search.eu-west-1.es.amazonaws.com'); const request = new AWS.HttpRequest(endpoint, 'eu-west-1'); request.method = 'PUT'; request.path = '/index/_doc/1'; request.body = '{}'; request.headers.host = endpoint.host; new AWS.Signers.V4(request, 'es').addAuthorization(AWS.config.credentials, new Date(0)); return request.headers.Authorization })()",
            "(async () => { const request = new AWS.HttpRequest(new AWS.Endpoint(url), 'eu-west-1'); request.method = 'GET'; request.path = '/plain'; return new Promise((resolve, reject) => new AWS.HttpClient().handleRequest(request, null, (response) => { let text = ''; response.on('data', (chunk) => { text += chunk }); response.on('end', () => resolve([response.statusCode, text])) }, reject)) })()",
            "(async () => { const request = s3.getObject({ Bucket: 'bucket', Key: 'slow' }); setTimeout(() => request.abort(), 20); return failing(request) })()",
            "AWS.config.update({ maxRetries: 7 }) ?? AWS.config.maxRetries",
            "[AWS.VERSION, AWS.util.uuid.v4().length, typeof AWS.util.date.getDate().getTime(), AWS.util.engine()]",
            "Math.abs(AWS.util.date.getDate() - Date.now()) < 1000",
        ],
        expect![],
    );
}

#[test]
fn what_is_not_loaded_says_so() {
    let source = r#"
const s3 = new AWS.S3({ region: "eu-west-1" });
const say = (compute) => { try { return typeof compute() } catch (error) { return error.message } };
function onTrack() {
  const name = ["S", "N", "S"].join("");
  return [say(() => AWS[name]), say(() => AWS["Nothing" + name]), say(() => new AWS["Process" + "Credentials"]()), say(() => s3)];
}"#;
    expect![].assert_eq(&text(&run(source, TRACK)));
}

/// Clients that are made while the function is built sign with the time of the event.
#[test]
fn clients_of_the_top_level() {
    let endpoint = wait(crate::aws_endpoint::endpoint());
    let source = format!(
        "const AWSX = require('aws-sdk');\n{}\nconst made = new AWS.S3({{ endpoint: url, s3ForcePathStyle: true }});
async function onTrack() {{ return (await made.getObject({{ Bucket: 'bucket', Key: 'key' }}).promise()).Body.toString() + (AWSX === AWS) }}",
        crate::aws_endpoint::prelude(&endpoint)
    );
    expect![].assert_eq(&text(&run(&source, TRACK)));
}

/// One object, from text and from a module that is imported.
#[test]
fn imported() {
    let endpoint = wait(Endpoint::saying("{}"));
    let source = format!(
        "import AWS from 'aws-sdk';\nimport S3 from 'aws-sdk/clients/s3';
export async function onTrack() {{
  const s3 = new S3({{ endpoint: '{}', accessKeyId: 'a', secretAccessKey: 'b', s3ForcePathStyle: true }});
  return [(await s3.getObject({{ Bucket: 'b', Key: 'k' }}).promise()).Body.toString(), S3 === AWS.S3];
}}",
        endpoint.url()
    );
    expect![].assert_eq(&text(&run(&source, TRACK)));
}
