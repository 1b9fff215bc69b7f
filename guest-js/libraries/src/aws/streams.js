// What the AWS SDK does with streams of Node: objects read as one, and answers that are streams of events.

import "node:stream";
import util from "aws-sdk/lib/util.js";
import { createEventStream } from "aws-sdk/lib/event-stream/streaming-create-event-stream.js";

util.createEventStream = createEventStream;

export default {};
