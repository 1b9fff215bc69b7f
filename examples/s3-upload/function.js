// Each event becomes an object in an S3 bucket. `AWS` is the AWS SDK for JavaScript, version 2, with its own retries.

async function onTrack(event, settings) {
  const s3 = new AWS.S3({
    endpoint: settings.endpoint, // only for endpoints that are not Amazon's
    s3ForcePathStyle: true,
    region: settings.region,
    accessKeyId: settings.accessKeyId,
    secretAccessKey: settings.secretAccessKey,
    maxRetries: 1,
  });
  const day = event.timestamp.slice(0, 10);
  const key = `events/${day}/${event.messageId}.json`;
  try {
    await s3
      .putObject({ Bucket: settings.bucket, Key: key, Body: JSON.stringify(event), ContentType: "application/json" })
      .promise();
  } catch (error) {
    // The SDK knows what is worth another attempt.
    if (error.retryable) throw new RetryError(`${error.code}: ${error.message}`);
    throw error;
  }
  return `s3://${settings.bucket}/${key}`;
}
