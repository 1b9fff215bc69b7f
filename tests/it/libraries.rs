//! Libraries that are globals: each does what it is for, against an endpoint on loopback where it needs one.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, check_refused, run, text, wait, without_ports};
use crate::table::{check_table, table};
use expect_test::{Expect, expect};
use http_body_util::Full;
use hyper::Response;

#[test]
fn values_and_texts() {
    check_table(
        &[
            "[_.VERSION, _.get({ a: [{ b: 3 }] }, 'a[0].b'), _.chunk([1, 2, 3], 2), _.template('<%= a %>')({ a: 1 })]",
            "[_.isBuffer(Buffer.from('x')), _.cloneDeep({ d: new Date(0), m: new Map([[1, 2]]) }).d, typeof _.uniqueId()]",
            "_.isEqual(_.pick(event, ['type', 'userId']), { type: 'track', userId: 'u1' })",
            "new Promise((resolve) => _.debounce(resolve, 1)('debounced'))",
            "Math.abs(_.now() - Date.now()) < 1000",
            "[moment.version, moment.tz('2020-06-01 12:00', 'America/New_York').format(), moment.tz.names().length]",
            "moment.utc('2026-01-05T09:30:00Z').tz('Europe/Berlin').format('LLLL z')",
            "[moment.utc(0).locale('fr').format('LLLL'), moment.locale(), moment.utc(0).locale('pt-br').fromNow().length > 0]",
            "[Math.abs(moment() - Date.now()) < 1000, moment.duration(90, 'minutes').humanize(), moment('x').isValid()]",
            "xml({ a: [{ _attr: { b: 1 } }, 't<', { c: { _cdata: '&' } }] }, { declaration: true, indent: ' ' })",
            "new Promise((resolve) => { const stream = xml({ a: [{ b: 1 }] }, { stream: true }); let all = ''; stream.on('data', (piece) => { all += piece }); stream.on('end', () => resolve(all)) })",
            "xml2js.parseStringPromise('<a b=\"1\"><c>1</c><c>2</c></a>')",
            "new Promise((resolve) => xml2js.parseString('<a><b/></a>', { explicitArray: false, trim: true }, (error, value) => resolve(value)))",
            "xml2js.parseStringPromise('<a><b></a>').catch((error) => error.message)",
            "new xml2js.Builder({ headless: true }).buildObject({ root: { $: { id: 1 }, x: [1, 2] } })",
            "(() => { const named = uuidv5.uuidv5; return [named('dns', 'example.com'), named('url', 'https://x.test/')] })()",
            "(() => { const phone = libphonenumberjslib.libphonenumberjs; return [phone('+12133734253').formatInternational(), phone.parsePhoneNumber('8 (800) 555-35-35', 'RU').number, phone.isValidPhoneNumber('+1213'), new phone.AsYouType('US').input('2133734')] })()",
            "[atob('aGk='), btoa('hi'), btoa('\\u20ac')]",
        ],
        expect![[r#"
            [_.VERSION, _.get({ a: [{ b: 3 }] }, 'a[0].b'), _.chunk([1, 2, 3], 2), _.template('<%= a %>')({ a: 1 })] ⇒ ["4.17.23",3,[[1,2],[3]],"1"]
            [_.isBuffer(Buffer.from('x')), _.cloneDeep({ d: new Date(0), m: new Map([[1, 2]]) }).d, typeof _.uniqueId()] ⇒ [true,"1970-01-01T00:00:00.000Z","string"]
            _.isEqual(_.pick(event, ['type', 'userId']), { type: 'track', userId: 'u1' }) ⇒ true
            new Promise((resolve) => _.debounce(resolve, 1)('debounced')) ⇒ "debounced"
            Math.abs(_.now() - Date.now()) < 1000 ⇒ true
            [moment.version, moment.tz('2020-06-01 12:00', 'America/New_York').format(), moment.tz.names().length] ⇒ ["2.31.0","2020-06-01T12:00:00-04:00",597]
            moment.utc('2026-01-05T09:30:00Z').tz('Europe/Berlin').format('LLLL z') ⇒ "Monday, January 5, 2026 10:30 AM CET"
            [moment.utc(0).locale('fr').format('LLLL'), moment.locale(), moment.utc(0).locale('pt-br').fromNow().length > 0] ⇒ ["jeudi 1 janvier 1970 00:00","en",true]
            [Math.abs(moment() - Date.now()) < 1000, moment.duration(90, 'minutes').humanize(), moment('x').isValid()] ⇒ [true,"2 hours",false]
            xml({ a: [{ _attr: { b: 1 } }, 't<', { c: { _cdata: '&' } }] }, { declaration: true, indent: ' ' }) ⇒ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"1\">\nt&lt; <c><![CDATA[&]]></c>\n</a>"
            new Promise((resolve) => { const stream = xml({ a: [{ b: 1 }] }, { stream: true }); let all = ''; stream.on('data', (piece) => { all += piece }); stream.on('end', () => resolve(all)) }) ⇒ "<a><b>1</b></a>"
            xml2js.parseStringPromise('<a b="1"><c>1</c><c>2</c></a>') ⇒ {"a":{"$":{"b":"1"},"c":["1","2"]}}
            new Promise((resolve) => xml2js.parseString('<a><b/></a>', { explicitArray: false, trim: true }, (error, value) => resolve(value))) ⇒ {"a":{"b":""}}
            xml2js.parseStringPromise('<a><b></a>').catch((error) => error.message) ⇒ "Unexpected close tag\nLine: 0\nColumn: 10\nChar: >"
            new xml2js.Builder({ headless: true }).buildObject({ root: { $: { id: 1 }, x: [1, 2] } }) ⇒ "<root id=\"1\">\n  <x>1</x>\n  <x>2</x>\n</root>"
            (() => { const named = uuidv5.uuidv5; return [named('dns', 'example.com'), named('url', 'https://x.test/')] })() ⇒ ["cfbff0d1-9375-5685-968c-48ce8b15ae17","7ca9035f-9cfc-55cb-a0e9-0ce01a890912"]
            (() => { const phone = libphonenumberjslib.libphonenumberjs; return [phone('+12133734253').formatInternational(), phone.parsePhoneNumber('8 (800) 555-35-35', 'RU').number, phone.isValidPhoneNumber('+1213'), new phone.AsYouType('US').input('2133734')] })() ⇒ ["+1 213 373 4253","+78005553535",false,"(213) 373-4"]
            [atob('aGk='), btoa('hi'), btoa('\u20ac')] ⇒ ["hi","aGk=","rA=="]
        "#]],
    );
}

#[test]
fn signatures() {
    let prelude = "const refused = (token, options) => { try { return jsonwebtoken.verify(token, 'secret', options) } catch (error) { return [error.name, error.message] } };";
    let expressions = [
        "jsonwebtoken.sign({ a: 1, iat: 1 }, 'secret')",
        "jsonwebtoken.verify(jsonwebtoken.sign({ a: 1, iat: 1, exp: 9999999999 }, 'secret', { algorithm: 'HS512' }), 'secret')",
        "[refused('x.y.z'), refused(jsonwebtoken.sign({}, 'other')), refused(jsonwebtoken.sign({ exp: 1 }, 'secret')), refused(jsonwebtoken.sign({}, 'secret'), { audience: 'me' })]",
        "jsonwebtoken.decode(jsonwebtoken.sign({ a: 1, iat: 1 }, 'secret'), { complete: true }).header",
        "Math.abs(jsonwebtoken.decode(jsonwebtoken.sign({}, 'secret')).iat - Date.now() / 1000) < 5",
        "new Promise((resolve) => jsonwebtoken.sign({ iat: 1 }, 'secret', (error, token) => resolve(token)))",
        "new OAuth.OAuth('http://x/r', 'http://x/a', 'key', 'secret', '1.0', null, 'HMAC-SHA1')._getSignature('GET', 'http://x/', 'a=1', 'token')",
        "new OAuth.OAuth('http://x/r', 'http://x/a', 'key', 'secret', '1.0', null, 'HMAC-SHA1').authHeader('http://x/', 't', 's').replace(/(nonce|timestamp|signature)=\"[^\"]*\"/g, '$1')",
        "new OAuth.OAuth2('id', 'secret', 'http://x').getAuthorizeUrl({ scope: 'a b' })",
        "aws4.aws4.sign({ host: 'sqs.us-east-1.amazonaws.com', path: '/?Action=x', headers: { 'X-Amz-Date': '20260105T093000Z' } }, { accessKeyId: 'a', secretAccessKey: 'b' }).headers.Authorization",
        "(() => { const C = cryptojslib.cryptojs; return [`${C.MD5('a')}`, `${C.HmacSHA256('a', 'b')}`, C.AES.decrypt(`${C.AES.encrypt('text', 'secret')}`, 'secret').toString(C.enc.Utf8), C.enc.Base64.stringify(C.enc.Utf8.parse('ü'))] })()",
    ];
    expect![[r#"
        jsonwebtoken.sign({ a: 1, iat: 1 }, 'secret') ⇒ "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxLCJpYXQiOjF9.r7jTYUvXphcjE8hZ74-bK2pBJUcvpSTPVzns-BRb7_I"
        jsonwebtoken.verify(jsonwebtoken.sign({ a: 1, iat: 1, exp: 9999999999 }, 'secret', { algorithm: 'HS512' }), 'secret') ⇒ {"a":1,"iat":1,"exp":9999999999}
        [refused('x.y.z'), refused(jsonwebtoken.sign({}, 'other')), refused(jsonwebtoken.sign({ exp: 1 }, 'secret')), refused(jsonwebtoken.sign({}, 'secret'), { audience: 'me' })] ⇒ [["JsonWebTokenError","invalid token"],["JsonWebTokenError","invalid signature"],["TokenExpiredError","jwt expired"],["JsonWebTokenError","jwt audience invalid. expected: me"]]
        jsonwebtoken.decode(jsonwebtoken.sign({ a: 1, iat: 1 }, 'secret'), { complete: true }).header ⇒ {"alg":"HS256","typ":"JWT"}
        Math.abs(jsonwebtoken.decode(jsonwebtoken.sign({}, 'secret')).iat - Date.now() / 1000) < 5 ⇒ true
        new Promise((resolve) => jsonwebtoken.sign({ iat: 1 }, 'secret', (error, token) => resolve(token))) ⇒ "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjF9.75y--Iaw0szg_VLLlRRG-55NKRYEJ84YPGi8H2FHW-E"
        new OAuth.OAuth('http://x/r', 'http://x/a', 'key', 'secret', '1.0', null, 'HMAC-SHA1')._getSignature('GET', 'http://x/', 'a=1', 'token') ⇒ "IR+kLoyabAE2OAW8Yy0IRns9FV8="
        new OAuth.OAuth('http://x/r', 'http://x/a', 'key', 'secret', '1.0', null, 'HMAC-SHA1').authHeader('http://x/', 't', 's').replace(/(nonce|timestamp|signature)="[^"]*"/g, '$1') ⇒ "OAuth oauth_consumer_key=\"key\",oauth_nonce,oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp,oauth_token=\"t\",oauth_version=\"1.0\",oauth_signature"
        new OAuth.OAuth2('id', 'secret', 'http://x').getAuthorizeUrl({ scope: 'a b' }) ⇒ "http://x/oauth/authorize?scope=a%20b&client_id=id"
        aws4.aws4.sign({ host: 'sqs.us-east-1.amazonaws.com', path: '/?Action=x', headers: { 'X-Amz-Date': '20260105T093000Z' } }, { accessKeyId: 'a', secretAccessKey: 'b' }).headers.Authorization ⇒ "AWS4-HMAC-SHA256 Credential=a/20260105/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=1e09859d3ce1bacbfd8c87e35e60bb50297a9bc14a9c073d78d2b1a3537edb12"
        (() => { const C = cryptojslib.cryptojs; return [`${C.MD5('a')}`, `${C.HmacSHA256('a', 'b')}`, C.AES.decrypt(`${C.AES.encrypt('text', 'secret')}`, 'secret').toString(C.enc.Utf8), C.enc.Base64.stringify(C.enc.Utf8.parse('ü'))] })() ⇒ ["0cc175b9c0f1b6a831c399e269772661","cb448b440c42ac8ad084fc8a8795c98f5b7802359c305eabd57ecdb20e248896","text","w7w="]
    "#]].assert_eq(&table(prelude, &expressions));
}

/// The table of `expressions` that know the endpoint's `url` and `port`, and what was sent.
fn check_sent(expressions: &[&str], expected: Expect) {
    let endpoint = wait(Endpoint::http(|received| async move {
        let (status, body) = match received.path.as_str() {
            path if path.contains("/sobjects/") => (201, r#"{"id":"1","success":true,"errors":[]}"#),
            path if path.contains("/upload/storage/") => (200, r#"{"name":"f","bucket":"b"}"#),
            path if path.contains("/oauth/token") => (200, "oauth_token=t&oauth_token_secret=s"),
            "/" if received.body.starts_with("select") => (200, r#"{"data":[{"n":1}]}"#),
            path if path.contains("/missing") => {
                (404, r#"{"error":{"message":"No such charge","type":"invalid_request_error"}}"#)
            }
            _ => (200, r#"{"id":"x1","object":"charge","sid":"SM1","status":"ok"}"#),
        };
        Response::builder().status(status).header("content-type", "application/json").body(Full::from(body)).unwrap()
    }));
    let prelude = format!("const url = '{}', port = {};", endpoint.url(), endpoint.port());
    // Each in a function of its own: together they would not fit into one.
    let out: String = expressions.iter().map(|expression| table(&prelude, &[expression])).collect();
    let sent: String = endpoint
        .received()
        .iter()
        .map(|received| {
            let authorization = received.header("authorization").unwrap_or_default();
            let authorization = authorization.split_once(' ').map_or(authorization, |(scheme, _)| scheme);
            let path = received.path.split('?').next().unwrap();
            format!("{} {path} {authorization}\n", received.method)
        })
        .collect();
    expected.assert_eq(&format!("{out}\n{}", without_ports(&sent)));
}

#[test]
fn clients() {
    check_sent(
        &[
            "fetchretrylib.fetchretry(fetch, { retries: 2, retryDelay: 1, retryOn: [404] })(`${url}/missing`).then((response) => response.status)",
            "stripe('sk_test_1', { host: '127.0.0.1', port, protocol: 'http' }).charges.create({ amount: 5, currency: 'usd' }).then((charge) => charge.id)",
            "stripe('sk_test_1', { host: '127.0.0.1', port, protocol: 'http' }).charges.retrieve('missing').catch((error) => [error.type, error.message, error.statusCode])",
            "(() => { const client = twilio(`AC${'0'.repeat(32)}`, 'token'); client.api.baseUrl = url; return client.messages.create({ to: '+1', from: '+2', body: 'hi' }).then((message) => message.sid) })()",
            "(() => { const { client } = sendgrid; client.setApiKey('SG.x'); client.setDefaultRequest('baseUrl', url); return client.request({ method: 'POST', url: '/v3/contacts', body: { a: 1 } }).then(([response, body]) => [response.statusCode, body.id]) })()",
            "(() => { const { mail } = sendgrid; mail.setApiKey('SG.x'); mail.client.setDefaultRequest('baseUrl', url); return mail.send({ to: 'a@b.test', from: 'c@d.test', subject: 's', text: 't' }).then(([response]) => response.statusCode) })()",
            "nodemailjet.nodemailjet.apiConnect('key', 'secret', { config: { host: `127.0.0.1:${port}` } }).post('send').request({}).catch((error) => error.code)",
            "(() => { const { mailchimp } = mailchimplib; mailchimp.setConfig({ apiKey: 'k', server: 'us1' }); mailchimp.basePath = url; return mailchimp.ping.get().then((answer) => answer.status) })()",
            "new jsforce.Connection({ instanceUrl: url, accessToken: 't' }).sobject('Account').create({ Name: 'x' }).then((made) => made.success)",
            "(() => { const client = new google.cloud.bigquery.BigQuery({ projectId: 'p', apiEndpoint: url }); client.authClient.authorizeRequest = async (options) => options; return client.dataset('d').table('t').insert([{ a: 1 }]).then(([answer]) => answer.status) })()",
            "new google.cloud.storage.Storage({ projectId: 'p', apiEndpoint: url }).bucket('b').file('f').save('data', { resumable: false, validation: false }).then(() => 'saved')",
            "(async () => { const client = clickHouseClient.clickHouseClient.createClient({ url }); await client.insert({ table: 't', values: [{ a: 1 }], format: 'JSONEachRow' }); return client.ping().then((answer) => answer.success) })()",
            "(async () => { const { sentry } = sentrylib; sentry.init({ dsn: `http://key@127.0.0.1:${port}/1` }); sentry.captureException(new Error('boom')); return sentry.flush(2000) })()",
            "skyflowlib.skyflow.Skyflow.init({ vaultID: 'v', vaultURL: `https://127.0.0.1:${port}`, getBearerToken: async () => jsonwebtoken.sign({ exp: 9999999999 }, 's') }).insert({ records: [{ fields: { a: '1' }, table: 't' }] }).then(() => 'inserted', () => 'refused, as the endpoint speaks no TLS')",
            "new Promise((resolve) => new OAuth.OAuth(`${url}/oauth/token`, url, 'k', 's', '1.0', null, 'HMAC-SHA1').getOAuthRequestToken((error, token, secret) => resolve([error, token, secret])))",
        ],
        expect![[r#"
            fetchretrylib.fetchretry(fetch, { retries: 2, retryDelay: 1, retryOn: [404] })(`${url}/missing`).then((response) => response.status) ⇒ 404
            stripe('sk_test_1', { host: '127.0.0.1', port, protocol: 'http' }).charges.create({ amount: 5, currency: 'usd' }).then((charge) => charge.id) ⇒ "x1"
            stripe('sk_test_1', { host: '127.0.0.1', port, protocol: 'http' }).charges.retrieve('missing').catch((error) => [error.type, error.message, error.statusCode]) ⇒ ["StripeInvalidRequestError","No such charge",404]
            (() => { const client = twilio(`AC${'0'.repeat(32)}`, 'token'); client.api.baseUrl = url; return client.messages.create({ to: '+1', from: '+2', body: 'hi' }).then((message) => message.sid) })() ⇒ "SM1"
            (() => { const { client } = sendgrid; client.setApiKey('SG.x'); client.setDefaultRequest('baseUrl', url); return client.request({ method: 'POST', url: '/v3/contacts', body: { a: 1 } }).then(([response, body]) => [response.statusCode, body.id]) })() ⇒ [200,"x1"]
            (() => { const { mail } = sendgrid; mail.setApiKey('SG.x'); mail.client.setDefaultRequest('baseUrl', url); return mail.send({ to: 'a@b.test', from: 'c@d.test', subject: 's', text: 't' }).then(([response]) => response.statusCode) })() ⇒ 200
            nodemailjet.nodemailjet.apiConnect('key', 'secret', { config: { host: `127.0.0.1:${port}` } }).post('send').request({}).catch((error) => error.code) ⇒ "EPROTO"
            (() => { const { mailchimp } = mailchimplib; mailchimp.setConfig({ apiKey: 'k', server: 'us1' }); mailchimp.basePath = url; return mailchimp.ping.get().then((answer) => answer.status) })() ⇒ "ok"
            new jsforce.Connection({ instanceUrl: url, accessToken: 't' }).sobject('Account').create({ Name: 'x' }).then((made) => made.success) ⇒ true
            (() => { const client = new google.cloud.bigquery.BigQuery({ projectId: 'p', apiEndpoint: url }); client.authClient.authorizeRequest = async (options) => options; return client.dataset('d').table('t').insert([{ a: 1 }]).then(([answer]) => answer.status) })() ⇒ "ok"
            new google.cloud.storage.Storage({ projectId: 'p', apiEndpoint: url }).bucket('b').file('f').save('data', { resumable: false, validation: false }).then(() => 'saved') ⇒ "saved"
            (async () => { const client = clickHouseClient.clickHouseClient.createClient({ url }); await client.insert({ table: 't', values: [{ a: 1 }], format: 'JSONEachRow' }); return client.ping().then((answer) => answer.success) })() ⇒ true
            (async () => { const { sentry } = sentrylib; sentry.init({ dsn: `http://key@127.0.0.1:${port}/1` }); sentry.captureException(new Error('boom')); return sentry.flush(2000) })() ⇒ true
            skyflowlib.skyflow.Skyflow.init({ vaultID: 'v', vaultURL: `https://127.0.0.1:${port}`, getBearerToken: async () => jsonwebtoken.sign({ exp: 9999999999 }, 's') }).insert({ records: [{ fields: { a: '1' }, table: 't' }] }).then(() => 'inserted', () => 'refused, as the endpoint speaks no TLS') ⇒ "refused, as the endpoint speaks no TLS"
            new Promise((resolve) => new OAuth.OAuth(`${url}/oauth/token`, url, 'k', 's', '1.0', null, 'HMAC-SHA1').getOAuthRequestToken((error, token, secret) => resolve([error, token, secret]))) ⇒ [null,"t","s"]

            GET /missing 
            GET /missing 
            GET /missing 
            POST /v1/charges Bearer
            GET /v1/charges/missing Bearer
            POST /2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json Basic
            POST /v3/contacts Bearer
            POST /v3/mail/send Bearer
            GET /ping Basic
            POST /services/data/v42.0/sobjects/Account Bearer
            POST /bigquery/v2/projects/p/datasets/d/tables/t/insertAll 
            POST /upload/storage/v1/b/b/o 
            POST / Basic
            GET /ping Basic
            POST /api/1/envelope/ 
            POST /oauth/token OAuth
        "#]],
    );
}

#[test]
fn winston_writes_to_the_log() {
    let source = "
function onTrack() {
  const { winston } = winstonlib;
  const logger = new winston.Logger({ transports: [new winston.transports.Console({ level: 'debug' })] });
  logger.info('hello %s', 'you', { a: 1 });
  winston.error('bad');
}";
    expect![[r#"
        onTrack returned null
        [log] info: hello you a=1
        [error] error: bad
    "#]]
    .assert_eq(&text(&run(source, TRACK)));
}

#[test]
fn what_cannot_be_here_says_why() {
    check_table(
        &[
            "pg.pg",
            "snowflakesdk.snowflakesdk",
            "azure.eventHubs",
            "google.cloud.pubsub",
            "hubspotlib.hubspot",
            "jsftp.jsftp",
            "akeylessLabs.akeyless",
            "oneSignal.oneSignal",
        ],
        expect![[r#"
            pg.pg ⇒ throws Error: `pg.pg` is not available: it needs sockets, and functions have HTTP only
            snowflakesdk.snowflakesdk ⇒ throws Error: `snowflakesdk.snowflakesdk` is not available: it is not packaged; use its REST API with `fetch`
            azure.eventHubs ⇒ throws Error: `azure.eventHubs` is not available: it needs sockets, and functions have HTTP only
            google.cloud.pubsub ⇒ throws Error: `google.cloud.pubsub` is not available: it needs gRPC, and functions have HTTP only; use its REST API with `fetch`
            hubspotlib.hubspot ⇒ throws Error: `hubspotlib.hubspot` is not available: it needs more memory than a function has; use HubSpot's REST API with `fetch`
            jsftp.jsftp ⇒ throws Error: `jsftp.jsftp` is not available: it needs sockets, and functions have HTTP only
            akeylessLabs.akeyless ⇒ throws Error: `akeylessLabs.akeyless` is not available: it is not packaged; use its REST API with `fetch`
            oneSignal.oneSignal ⇒ throws Error: `oneSignal.oneSignal` is not available: it is not packaged; use its REST API with `fetch`
        "#]],
    );
}

/// Segment's documents assign to them.
#[test]
fn globals_can_be_assigned() {
    let source = "
uuidv5 = uuidv5.uuidv5;
const moment = (() => 'a name of the function')();
function onTrack() {
  _ = { mine: 1 };
  xml2js = 5;
  return [uuidv5('dns', 'example.com'), moment, _.mine, xml2js, window.AWS === AWS, delete globalThis.OAuth, typeof OAuth];
}";
    expect![[r#"
        onTrack returned ["cfbff0d1-9375-5685-968c-48ce8b15ae17","a name of the function",1,5,true,true,"undefined"]
    "#]]
    .assert_eq(&text(&run(source, TRACK)));
}

/// One object under all its names.
#[test]
fn packages_by_name() {
    let source = "
import lodash, { chunk } from 'lodash';
import moment from 'moment';
import { Parser } from 'xml2js';
import jwt from 'jsonwebtoken';
export function onTrack() {
  return [lodash === _, chunk([1, 2], 1), moment.tz !== undefined, typeof Parser, typeof jwt.sign];
}";
    expect![[r#"
        onTrack returned [true,[[1],[2]],true,"function","function"]
    "#]]
    .assert_eq(&text(&run(source, TRACK)));
    let source = "
const same = [require('lodash') === _, require('uuidv5') === uuidv5.uuidv5, require('aws-sdk') === AWS, require('stripe') === stripe];
function onTrack() { return same }";
    expect![[r#"
        onTrack returned [true,true,true,true]
    "#]]
    .assert_eq(&text(&run(source, TRACK)));
}

#[test]
fn a_package_that_is_not_here() {
    check_refused(
        "function.js",
        "const left = require('left-pad'); function onTrack() {}",
        expect![[r#"
        function.js:1:14: error: the top level threw Error: Cannot find module 'left-pad', required by `function.js`: the function has no folder to look in
          1 | const left = require('left-pad'); function onTrack() {}
            |              ^
    "#]],
    );
}
