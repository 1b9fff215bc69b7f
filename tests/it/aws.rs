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
        expect![[r#"
            s3.putObject({ Bucket: 'bucket', Key: 'a/b c+ü.json', Body: JSON.stringify(event), ContentType: 'application/json', Metadata: { x: 'y' } }).promise() ⇒ {"ETag":"\"etag\""}
            s3.putObject({ Bucket: 'bucket', Key: 'bytes', Body: Buffer.from('bytes'), ACL: 'private' }).promise() ⇒ {"ETag":"\"etag\""}
            s3.getObject({ Bucket: 'bucket', Key: 'key' }).promise().then((data) => [data.Body.toString(), Buffer.isBuffer(data.Body), data.ContentLength, data.ContentType, data.LastModified.toISOString(), data.Metadata, data.ETag]) ⇒ ["hello",true,5,"text/plain","2026-01-05T09:30:00.000Z",{"x":"y"},"\"etag\""]
            new Promise((resolve, reject) => s3.getObject({ Bucket: 'bucket', Key: 'key' }, (error, data) => error ? reject(error) : resolve(`${data.Body}`))) ⇒ "hello"
            s3.headObject({ Bucket: 'bucket', Key: 'key' }).promise().then((data) => data.ContentLength) ⇒ 5
            s3.listObjectsV2({ Bucket: 'bucket', Prefix: 'a/', MaxKeys: 2 }).promise() ⇒ {"IsTruncated":false,"Contents":[{"Key":"a/<1> & x","LastModified":"2026-01-05T09:30:00.000Z","ETag":"\"e\"","ChecksumAlgorithm":[],"Size":5,"StorageClass":"STANDARD"}],"Name":"bucket","Prefix":"a/","MaxKeys":2,"CommonPrefixes":[],"KeyCount":1,"NextContinuationToken":"NEXT"}
            s3.deleteObject({ Bucket: 'bucket', Key: 'key' }).promise() ⇒ {}
            s3.deleteObjects({ Bucket: 'bucket', Delete: { Objects: [{ Key: 'a<b' }] } }).promise() ⇒ {"Deleted":[{"Key":"a<b"}],"Errors":[]}
            s3.upload({ Bucket: 'bucket', Key: 'small', Body: 'small' }).promise() ⇒ {"ETag":"\"etag\"","Location":"http://127.0.0.1:PORT/bucket/small","key":"small","Key":"small","Bucket":"bucket"}
            s3.upload({ Bucket: 'bucket', Key: 'big', Body: 'x'.repeat(11 * 1024 * 1024) }).promise() ⇒ {"Location":"http://bucket/big","Bucket":"bucket","Key":"big","ETag":"\"whole\""}

            s3 in eu-west-1: PUT /bucket/a/b%20c%2B%C3%BC.json {"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}}
            s3 in eu-west-1: PUT /bucket/bytes bytes
            s3 in eu-west-1: GET /bucket/key 
            s3 in eu-west-1: GET /bucket/key 
            s3 in eu-west-1: HEAD /bucket/key 
            s3 in eu-west-1: GET /bucket?list-type=2&max-keys=2&prefix=a%2F 
            s3 in eu-west-1: DELETE /bucket/key 
            s3 in eu-west-1: POST /bucket?delete <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a&lt;b</Key></Object></Delete>
            s3 in eu-west-1: PUT /bucket/small small
            s3 in eu-west-1: POST /bucket/big?uploads 
            s3 in eu-west-1: PUT /bucket/big?partNumber=1&uploadId=upload-1 5242880 bytes
            s3 in eu-west-1: PUT /bucket/big?partNumber=2&uploadId=upload-1 5242880 bytes
            s3 in eu-west-1: PUT /bucket/big?partNumber=3&uploadId=upload-1 1048576 bytes
            s3 in eu-west-1: POST /bucket/big?uploadId=upload-1 <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><ETag>"etag"</ETag><PartNumber>1</PartNumber></Part><Part><ETag>"etag"</ETag><PartNumber>2</PartNumber></Part><Part><ETag>"etag"</ETag><PartNumber>3</PartNumber></Part></CompleteMultipartUpload>
        "#]],
    );
}

#[test]
fn s3_addresses() {
    check_values(
        &[
            "new AWS.S3({ endpoint: undefined }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).replace(/[0-9]{10}|Signature=.*/g, 'X')",
            "new AWS.S3({ endpoint: undefined, signatureVersion: 'v4' }).getSignedUrl('putObject', { Bucket: 'my-bucket', Key: 'a b/ü', Expires: 60, ContentType: 'text/plain' }).replace(/=[0-9]{8}T[0-9]{6}Z|[0-9a-f]{64}|[0-9]{8}(?=%2F)/g, 'X')",
            "new AWS.S3({ endpoint: 'https://s3.example.com' }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0]",
            "new AWS.S3({ endpoint: 'http://s3.example.com:9000', s3ForcePathStyle: true, sslEnabled: false }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0]",
            "Object.keys(new AWS.S3().createPresignedPost({ Bucket: 'b', Fields: { key: 'k' } }).fields).join()",
            "new AWS.S3({ endpoint: undefined }).endpoint.href",
            "new AWS.S3({ endpoint: undefined, region: 'us-west-2', useDualstack: true }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0]",
            "new AWS.SQS({ endpoint: undefined, region: 'cn-north-1' }).endpoint.href",
            "new AWS.S3({ apiVersion: '2006-03-01' }).config.apiVersion",
            "new AWS.DynamoDB({ apiVersion: '2012-08-10', region: 'x' }).api.apiVersion",
            "new AWS.CloudFront({ apiVersion: '2015-07-27' }).api.apiVersion",
            "new AWS.S3({ endpoint: url, s3ForcePathStyle: true, signatureVersion: 'v4' }).getSignedUrlPromise('getObject', { Bucket: 'bucket', Key: 'key' }).then((address) => fetch(address)).then((response) => response.text())",
        ],
        expect![[r#"
            new AWS.S3({ endpoint: undefined }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).replace(/[0-9]{10}|Signature=.*/g, 'X') ⇒ "https://s3.eu-west-1.amazonaws.com/b/k?AWSAccessKeyId=AKIDEXAMPLE&Expires=X&X"
            new AWS.S3({ endpoint: undefined, signatureVersion: 'v4' }).getSignedUrl('putObject', { Bucket: 'my-bucket', Key: 'a b/ü', Expires: 60, ContentType: 'text/plain' }).replace(/=[0-9]{8}T[0-9]{6}Z|[0-9a-f]{64}|[0-9]{8}(?=%2F)/g, 'X') ⇒ "https://my-bucket.s3.eu-west-1.amazonaws.com/a%20b/%C3%BC?Content-Type=text%2Fplain&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2FX%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-DateX&X-Amz-Expires=60&X-Amz-Signature=X&X-Amz-SignedHeaders=host"
            new AWS.S3({ endpoint: 'https://s3.example.com' }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0] ⇒ "https://s3.example.com/b/k"
            new AWS.S3({ endpoint: 'http://s3.example.com:9000', s3ForcePathStyle: true, sslEnabled: false }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0] ⇒ "http://s3.example.com:9000/b/k"
            Object.keys(new AWS.S3().createPresignedPost({ Bucket: 'b', Fields: { key: 'k' } }).fields).join() ⇒ "key,bucket,X-Amz-Algorithm,X-Amz-Credential,X-Amz-Date,Policy,X-Amz-Signature"
            new AWS.S3({ endpoint: undefined }).endpoint.href ⇒ "https://s3.eu-west-1.amazonaws.com/"
            new AWS.S3({ endpoint: undefined, region: 'us-west-2', useDualstack: true }).getSignedUrl('getObject', { Bucket: 'b', Key: 'k' }).split('?')[0] ⇒ "https://s3.dualstack.us-west-2.amazonaws.com/b/k"
            new AWS.SQS({ endpoint: undefined, region: 'cn-north-1' }).endpoint.href ⇒ "https://sqs.cn-north-1.amazonaws.com.cn/"
            new AWS.S3({ apiVersion: '2006-03-01' }).config.apiVersion ⇒ "2006-03-01"
            new AWS.DynamoDB({ apiVersion: '2012-08-10', region: 'x' }).api.apiVersion ⇒ "2012-08-10"
            new AWS.CloudFront({ apiVersion: '2015-07-27' }).api.apiVersion ⇒ "2020-05-31"
            new AWS.S3({ endpoint: url, s3ForcePathStyle: true, signatureVersion: 'v4' }).getSignedUrlPromise('getObject', { Bucket: 'bucket', Key: 'key' }).then((address) => fetch(address)).then((response) => response.text()) ⇒ "hello"
        "#]],
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
        expect![[r#"
            new AWS.SQS().sendMessage({ QueueUrl: `${url}/123/queue`, MessageBody: JSON.stringify(event), MessageAttributes: { type: { DataType: 'String', StringValue: 'track' } } }).promise() ⇒ {"MD5OfMessageBody":"d53ebb78bd8961a67663f54419f2c678","MessageId":"m-1"}
            new AWS.SQS().receiveMessage({ QueueUrl: `${url}/123/queue` }).promise() ⇒ {"Messages":[{"MessageId":"m-1","ReceiptHandle":"h","MD5OfBody":"99914b932bd37a50b983c5e7c90ae93b","Body":"{}"}]}
            new AWS.SNS().publish({ TopicArn: 'arn:aws:sns:eu-west-1:123:topic', Message: 'hello & <you>', Subject: 'x' }).promise() ⇒ {"ResponseMetadata":{"RequestId":"query-1"},"MessageId":"sns-1"}
            new AWS.Kinesis().putRecord({ StreamName: 'events', PartitionKey: event.userId, Data: JSON.stringify(event) }).promise() ⇒ {"ShardId":"shard-0","SequenceNumber":"49"}
            new AWS.Kinesis().putRecords({ StreamName: 'events', Records: [{ PartitionKey: '1', Data: Buffer.from('a') }] }).promise() ⇒ {"FailedRecordCount":0,"Records":[]}
            new AWS.Firehose().putRecord({ DeliveryStreamName: 'events', Record: { Data: `${JSON.stringify(event)}\n` } }).promise() ⇒ {"RecordId":"r-1"}
            new AWS.EventBridge().putEvents({ Entries: [{ Source: 'fnhost', DetailType: 'track', Detail: '{}', Time: new Date(0) }] }).promise() ⇒ {"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}
            new AWS.StepFunctions().startExecution({ stateMachineArn: 'arn', input: '{}' }).promise() ⇒ {"executionArn":"arn:x","startDate":"2026-01-05T09:30:00.500Z"}

            sqs in eu-west-1: POST / AmazonSQS.SendMessage {"QueueUrl":"http://127.0.0.1:PORT/123/queue","MessageBody":"{\"type\":\"track\",\"event\":\"Signed Up\",\"userId\":\"u1\",\"properties\":{\"plan\":\"pro\"}}","MessageAttributes":{"type":{"DataType":"String","StringValue":"track"}}}
            sqs in eu-west-1: POST / AmazonSQS.ReceiveMessage {"QueueUrl":"http://127.0.0.1:PORT/123/queue"}
            sns in eu-west-1: POST / Action=Publish&Message=hello%20%26%20%3Cyou%3E&Subject=x&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123%3Atopic&Version=2010-03-31
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecord {"StreamName":"events","PartitionKey":"u1","Data":"eyJ0eXBlIjoidHJhY2siLCJldmVudCI6IlNpZ25lZCBVcCIsInVzZXJJZCI6InUxIiwicHJvcGVydGllcyI6eyJwbGFuIjoicHJvIn19"}
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecords {"StreamName":"events","Records":[{"PartitionKey":"1","Data":"YQ=="}]}
            firehose in eu-west-1: POST / Firehose_20150804.PutRecord {"DeliveryStreamName":"events","Record":{"Data":"eyJ0eXBlIjoidHJhY2siLCJldmVudCI6IlNpZ25lZCBVcCIsInVzZXJJZCI6InUxIiwicHJvcGVydGllcyI6eyJwbGFuIjoicHJvIn19Cg=="}}
            events in eu-west-1: POST / AWSEvents.PutEvents {"Entries":[{"Source":"fnhost","DetailType":"track","Detail":"{}","Time":0}]}
            states in eu-west-1: POST / AWSStepFunctions.StartExecution {"stateMachineArn":"arn","input":"{}"}
        "#]],
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
        expect![[r#"
            new AWS.DynamoDB().putItem({ TableName: 'users', Item: { id: { S: 'u1' }, n: { N: '5' }, b: { B: Buffer.from('x') } } }).promise() ⇒ {}
            new AWS.DynamoDB.DocumentClient().put({ TableName: 'users', Item: { id: 'u1', n: 5, list: [1, 'a', null, true], map: { x: 1 } } }).promise() ⇒ {}
            new AWS.DynamoDB.DocumentClient().get({ TableName: 'users', Key: { id: 'u1' } }).promise() ⇒ {"Item":{"id":"u1","n":5,"s":["a"],"m":{"x":true}}}
            new AWS.DynamoDB.DocumentClient({ convertEmptyValues: true }).update({ TableName: 'users', Key: { id: 'u1' }, UpdateExpression: 'set a = :a', ExpressionAttributeValues: { ':a': '' } }).promise() ⇒ {}
            AWS.DynamoDB.Converter.marshall({ id: 'u1', n: 5, set: [1] }) ⇒ {"id":{"S":"u1"},"n":{"N":"5"},"set":{"L":[{"N":"1"}]}}
            AWS.DynamoDB.Converter.unmarshall({ id: { S: 'u1' }, l: { L: [{ N: '5' }] } }) ⇒ {"id":"u1","l":[5]}
            new AWS.Lambda().invoke({ FunctionName: 'fn', Payload: JSON.stringify({ a: 1 }) }).promise() ⇒ {"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":"{\"got\":{\"a\":1}}"}
            new AWS.Lambda().invokeAsync({ FunctionName: 'fn:1', InvokeArgs: '{}' }).promise() ⇒ {"Status":202}
            new AWS.SecretsManager().getSecretValue({ SecretId: 'secret' }).promise() ⇒ {"Name":"secret","SecretString":"{\"a\":1}","CreatedDate":"2026-01-05T09:30:00.000Z"}
            new AWS.SSM().getParameter({ Name: '/a/b', WithDecryption: true }).promise() ⇒ {"Parameter":{"Name":"/a/b","Value":"v","Version":1}}

            dynamodb in eu-west-1: POST / DynamoDB_20120810.PutItem {"TableName":"users","Item":{"id":{"S":"u1"},"n":{"N":"5"},"b":{"B":"eA=="}}}
            dynamodb in eu-west-1: POST / DynamoDB_20120810.PutItem {"TableName":"users","Item":{"id":{"S":"u1"},"n":{"N":"5"},"list":{"L":[{"N":"1"},{"S":"a"},{"NULL":true},{"BOOL":true}]},"map":{"M":{"x":{"N":"1"}}}}}
            dynamodb in eu-west-1: POST / DynamoDB_20120810.GetItem {"TableName":"users","Key":{"id":{"S":"u1"}}}
            dynamodb in eu-west-1: POST / DynamoDB_20120810.UpdateItem {"TableName":"users","Key":{"id":{"S":"u1"}},"UpdateExpression":"set a = :a","ExpressionAttributeValues":{":a":{"NULL":true}}}
            lambda in eu-west-1: POST /2015-03-31/functions/fn/invocations {"a":1}
            lambda in eu-west-1: POST /2014-11-13/functions/fn%3A1/invoke-async/ {}
            secretsmanager in eu-west-1: POST / secretsmanager.GetSecretValue {"SecretId":"secret"}
            ssm in eu-west-1: POST / AmazonSSM.GetParameter {"Name":"/a/b","WithDecryption":true}
        "#]],
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
        expect![[r#"
            new AWS.STS().assumeRole({ RoleArn: 'arn:aws:iam::123:role/r', RoleSessionName: 'fnhost', ExternalId: 'e' }).promise() ⇒ {"ResponseMetadata":{"RequestId":"query-1"},"Credentials":{"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY","SessionToken":"token/+=","Expiration":"2099-01-01T00:00:00.000Z"},"AssumedRoleUser":{"AssumedRoleId":"id","Arn":"arn:role"},"PackedPolicySize":6}
            new AWS.STS().getCallerIdentity().promise() ⇒ {"ResponseMetadata":{"RequestId":"query-1"},"UserId":"u","Account":"123","Arn":"arn:me"}
            (async () => { const credentials = new AWS.ChainableTemporaryCredentials({ params: { RoleArn: 'arn:aws:iam::123:role/r' } }); await credentials.getPromise(); return [credentials.accessKeyId, credentials.expired, credentials.expireTime.toISOString()] })() ⇒ ["AKIDEXAMPLE",false,"2099-01-01T00:00:00.000Z"]
            (async () => { const credentials = new AWS.TemporaryCredentials({ RoleArn: 'arn:aws:iam::123:role/r' }); await credentials.getPromise(); return [credentials.accessKeyId, credentials.sessionToken] })() ⇒ ["AKIDEXAMPLE","token/+="]
            new AWS.SNS({ credentials: new AWS.Credentials('AKIDEXAMPLE', settings.secret ?? AWS.config.credentials.secretAccessKey, 'token') }).publish({ TopicArn: 'arn', Message: 'm' }).promise() ⇒ {"ResponseMetadata":{"RequestId":"query-1"},"MessageId":"sns-1"}
            new AWS.SNS({ credentials: { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' } }).publish({ TopicArn: 'arn', Message: 'm' }).promise() ⇒ throws SignatureDoesNotMatch: unknown access key AKIDOTHER code=SignatureDoesNotMatch
            new AWS.SNS({ credentials: null }).publish({ TopicArn: 'arn', Message: 'm' }).promise() ⇒ throws CredentialsError: Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1 code=CredentialsError
            new AWS.SNS({ credentials: new AWS.EnvironmentCredentials('AWS') }).publish({ TopicArn: 'arn', Message: 'm' }).promise() ⇒ throws CredentialsError: Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1 code=CredentialsError

            sts in eu-west-1: POST / Action=AssumeRole&ExternalId=e&RoleArn=arn%3Aaws%3Aiam%3A%3A123%3Arole%2Fr&RoleSessionName=fnhost&Version=2011-06-15
            sts in eu-west-1: POST / Action=GetCallerIdentity&Version=2011-06-15
            sts in eu-west-1: POST / Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A123%3Arole%2Fr&RoleSessionName=temporary-credentials&Version=2011-06-15
            sts in eu-west-1: POST / Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A123%3Arole%2Fr&RoleSessionName=temporary-credentials&Version=2011-06-15
            sns in eu-west-1: POST / Action=Publish&Message=m&TopicArn=arn&Version=2010-03-31
            unknown access key AKIDOTHER: POST / Action=Publish&Message=m&TopicArn=arn&Version=2010-03-31
        "#]],
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
        expect![[r#"
            failing(s3.getObject({ Bucket: 'bucket', Key: 'missing' })) ⇒ ["NoSuchKey","The specified key does not exist.",404,"s3-1",false]
            failing(s3.headObject({ Bucket: 'bucket', Key: 'missing' })) ⇒ ["NotFound",null,404,"s3-1",false]
            failing(new AWS.DynamoDB().getItem({ TableName: 'none', Key: { id: { S: 'x' } } })) ⇒ ["ResourceNotFoundException","Requested resource not found",400,"request-1",false]
            failing(new AWS.SQS().sendMessage({ QueueUrl: `${url}/123/none`, MessageBody: 'x' })) ⇒ ["QueueDoesNotExist","The specified queue does not exist.",400,"request-1",false]
            failing(new AWS.SNS().publish({ TopicArn: 'none', Message: 'x' })) ⇒ ["NotFound","Topic does not exist",404,"request-1",false]
            s3.putObject({ Bucket: 'bucket', Key: 'flaky', Body: 'x' }).promise().then((data) => data.$response.retryCount) ⇒ 2
            new AWS.Kinesis().putRecord({ StreamName: 'throttled', PartitionKey: '1', Data: 'x' }).promise().then((data) => data.$response.retryCount) ⇒ 2
            failing(new AWS.Kinesis({ maxRetries: 1, retryDelayOptions: { base: 1 } }).putRecord({ StreamName: 'broken', PartitionKey: '1', Data: 'x' })) ⇒ ["UnknownError",null,500,"request-1",true]
            failing(new AWS.SNS({ endpoint: 'http://127.0.0.1:9', maxRetries: 0 }).publish({ TopicArn: 'arn', Message: 'x' })) ⇒ ["UnknownEndpoint","Inaccessible host: `127.0.0.1' at port `9'. This service may not be available in the `eu-west-1' region.",null,null,true]
            failing(new AWS.SNS({ endpoint: 'http://nowhere.invalid', maxRetries: 0 }).publish({ TopicArn: 'arn', Message: 'x' })) ⇒ ["UnknownEndpoint","Inaccessible host: `nowhere.invalid' at port `undefined'. This service may not be available in the `eu-west-1' region.",null,null,true]
            failing(new AWS.SNS({ maxRetries: 0, httpOptions: { timeout: 50 } }).publish({ TopicArn: 'slow', Message: 'x' })) ⇒ ["TimeoutError","Connection timed out after 50ms",null,null,true]
            failing(s3.putObject({ Bucket: 'bucket', Body: 'x' })) ⇒ ["MissingRequiredParameter","Missing required key 'Key' in params",null,null,null]
            failing(s3.putObject({ Bucket: 'bucket', Key: 5, Body: 'x', Foo: 1 })) ⇒ ["MultipleValidationErrors","There were 2 validation errors:\n* InvalidParameterType: Expected params.Key to be a string\n* UnexpectedParameter: Unexpected key 'Foo' found in params",null,null,null]
            failing(s3.getObject({ Bucket: 'bucket', Key: 'html' })) ⇒ ["XMLParserError","Invalid character entity\nLine: 0\nColumn: 13\nChar: &",503,null,true]
            (() => { try { new AWS.S3({ apiVersion: '1999-01-01' }) } catch (error) { return error.message } })() ⇒ "Could not find s3 API to satisfy version constraint `1999-01-01'"
            new AWS.SQS({ region: undefined, endpoint: undefined }).config.region ⇒ null

            s3 in eu-west-1: GET /bucket/missing 
            s3 in eu-west-1: HEAD /bucket/missing 
            dynamodb in eu-west-1: POST / DynamoDB_20120810.GetItem {"TableName":"none","Key":{"id":{"S":"x"}}}
            sqs in eu-west-1: POST / AmazonSQS.SendMessage {"QueueUrl":"http://127.0.0.1:PORT/123/none","MessageBody":"x"}
            sns in eu-west-1: POST / Action=Publish&Message=x&TopicArn=none&Version=2010-03-31
            s3 in eu-west-1: PUT /bucket/flaky x
            s3 in eu-west-1: PUT /bucket/flaky x
            s3 in eu-west-1: PUT /bucket/flaky x
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecord {"StreamName":"throttled","PartitionKey":"1","Data":"eA=="}
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecord {"StreamName":"throttled","PartitionKey":"1","Data":"eA=="}
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecord {"StreamName":"throttled","PartitionKey":"1","Data":"eA=="}
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecord {"StreamName":"broken","PartitionKey":"1","Data":"eA=="}
            kinesis in eu-west-1: POST / Kinesis_20131202.PutRecord {"StreamName":"broken","PartitionKey":"1","Data":"eA=="}
            sns in eu-west-1: POST / Action=Publish&Message=x&TopicArn=slow&Version=2010-03-31
            s3 in eu-west-1: GET /bucket/html 
            s3 in eu-west-1: GET /bucket/html 
            s3 in eu-west-1: GET /bucket/html 
            s3 in eu-west-1: GET /bucket/html 
        "#]],
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
        expect![[r#"
            (async () => { const request = s3.listObjectsV2({ Bucket: 'bucket' }); const pages = []; await new Promise((resolve) => request.eachPage((error, data) => { if (data === null) resolve(); else pages.push(data.KeyCount) })); return pages })() ⇒ [1,1]
            s3.waitFor('objectExists', { Bucket: 'bucket', Key: 'key' }).promise().then((data) => data.ContentLength) ⇒ 5
            (async () => { const chunks = []; for await (const chunk of s3.getObject({ Bucket: 'bucket', Key: 'key' }).createReadStream()) chunks.push(chunk); return Buffer.concat(chunks).toString() })() ⇒ "hello"
            s3.putObject({ Bucket: 'bucket', Key: 'stream', Body: require('stream').Readable.from([Buffer.from('a'), Buffer.from('b')]), ContentLength: 2 }).promise() ⇒ throws Error: Non-file stream objects are not supported with SigV4 code=Error
            s3.upload({ Bucket: 'bucket', Key: 'stream', Body: require('stream').Readable.from([Buffer.from('a'), Buffer.from('b')]) }).promise() ⇒ {"ETag":"\"etag\"","Location":"http://127.0.0.1:PORT/bucket/stream","key":"stream","Key":"stream","Bucket":"bucket"}
            (async () => { const seen = []; const request = s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x' }); for (const name of ['validate', 'build', 'sign', 'send', 'httpHeaders', 'httpDone', 'extractData', 'success', 'complete', 'httpUploadProgress']) request.on(name, () => seen.push(name)); await request.promise(); return seen.join() })() ⇒ "validate,build,sign,httpUploadProgress,httpHeaders,httpDone,send,extractData,success,complete"
            (() => { const endpoint = new AWS.Endpoint('search.eu-west-1.es.amazonaws.com'); const request = new AWS.HttpRequest(endpoint, 'eu-west-1'); request.method = 'PUT'; request.path = '/index/_doc/1'; request.body = '{}'; request.headers.host = endpoint.host; new AWS.Signers.V4(request, 'es').addAuthorization(AWS.config.credentials, new Date(0)); return request.headers.Authorization })() ⇒ "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/eu-west-1/es/aws4_request, SignedHeaders=host;x-amz-date, Signature=6bcf39b239e81d9c1b25b1b6ed708fb3357c902b8874c5a0c70d8cf47da73731"
            (async () => { const request = new AWS.HttpRequest(new AWS.Endpoint(url), 'eu-west-1'); request.method = 'GET'; request.path = '/plain'; return new Promise((resolve, reject) => new AWS.HttpClient().handleRequest(request, null, (response) => { let text = ''; response.on('data', (chunk) => { text += chunk }); response.on('end', () => resolve([response.statusCode, text])) }, reject)) })() ⇒ [200,"plain"]
            (async () => { const request = s3.getObject({ Bucket: 'bucket', Key: 'slow' }); setTimeout(() => request.abort(), 20); return failing(request) })() ⇒ ["RequestAbortedError","Request aborted by user",null,null,false]
            AWS.config.update({ maxRetries: 7 }) ?? AWS.config.maxRetries ⇒ 7
            [AWS.VERSION, AWS.util.uuid.v4().length, typeof AWS.util.date.getDate().getTime(), AWS.util.engine()] ⇒ ["2.1693.0",36,"number","linux/v20.20.2"]
            Math.abs(AWS.util.date.getDate() - Date.now()) < 1000 ⇒ true

            s3 in eu-west-1: GET /bucket?list-type=2 
            s3 in eu-west-1: GET /bucket?list-type=2&continuation-token=NEXT 
            s3 in eu-west-1: HEAD /bucket/key 
            s3 in eu-west-1: GET /bucket/key 
            s3 in eu-west-1: PUT /bucket/stream ab
            s3 in eu-west-1: PUT /bucket/k x
            not signed: GET /plain 
            s3 in eu-west-1: GET /bucket/slow 
        "#]],
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
    expect![[r#"
        onTrack returned ["`AWS.SNS` is not loaded: write `AWS.SNS` out in the function, so that it is there when it runs","undefined","`AWS.ProcessCredentials` is not available: functions have no files, processes or metadata service; use `AWS.Credentials`","object"]
    "#]].assert_eq(&text(&run(source, TRACK)));
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
    expect![[r#"
        onTrack returned "hellotrue"
        GET http://127.0.0.1:PORT/bucket/key: 200
    "#]]
    .assert_eq(&text(&run(&source, TRACK)));
}

/// One object, from text and from a module that is imported.
#[test]
fn imported() {
    let endpoint = wait(Endpoint::saying("{}"));
    let source = format!(
        "import AWS, {{ S3 as Named, config }} from 'aws-sdk';\nimport * as all from 'aws-sdk';\nimport S3 from 'aws-sdk/clients/s3';
export async function onTrack() {{
  const s3 = new S3({{ endpoint: '{}', accessKeyId: 'a', secretAccessKey: 'b', s3ForcePathStyle: true }});
  return [(await s3.getObject({{ Bucket: 'b', Key: 'k' }}).promise()).Body.toString(), S3 === AWS.S3, Named === S3, all.S3 === S3, config === AWS.config];
}}",
        endpoint.url()
    );
    expect![[r#"
        onTrack returned ["{}",true,true,true,true]
        GET http://127.0.0.1:PORT/b/k: 200
    "#]]
    .assert_eq(&text(&run(&source, TRACK)));
}
