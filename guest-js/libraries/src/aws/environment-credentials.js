// Credentials of the AWS SDK from environment variables, of which a function has none: it is there to say so.

import "aws-sdk/lib/credentials/environment_credentials.js";

export default {};
