// Credentials of the AWS SDK that it gets from STS.

import "aws-sdk/lib/credentials/temporary_credentials.js";
import "aws-sdk/lib/credentials/chainable_temporary_credentials.js";
import "aws-sdk/lib/credentials/web_identity_credentials.js";
import "aws-sdk/lib/credentials/saml_credentials.js";

export default {};
