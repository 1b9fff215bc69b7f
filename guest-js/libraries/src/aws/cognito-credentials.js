// Credentials of the AWS SDK that it gets from Cognito.

import "aws-sdk/lib/credentials/cognito_identity_credentials.js";

export default {};
