// An object put into a bucket.
async function onTrack(event, settings) {
  const s3 = new AWS.S3({
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "secret",
    region: "us-east-1",
    endpoint: settings.endpoint,
    s3ForcePathStyle: true,
  });
  const key = `events/${event.timestamp.slice(0, 10)}/${event.messageId}.json`;
  const answer = await s3
    .putObject({ Bucket: "bucket", Key: key, Body: JSON.stringify(event.properties), ContentType: "application/json" })
    .promise();
  return [answer.ETag, key];
}
