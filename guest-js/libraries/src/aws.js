// `AWS`: the core of the AWS SDK for JavaScript, version 2, as it is in Node. Its services are units of their own, made by
// aws-services.mjs. Credentials are those that a function gives: no files, no environment, no metadata service.

import "./aws-core/environment.js";
import AWS from "aws-sdk/lib/core.js";
import "aws-sdk/lib/credentials.js";
import "aws-sdk/lib/credentials/credential_provider_chain.js";
import "aws-sdk/lib/token.js";
import "aws-sdk/lib/token/static_token_provider.js";
import "aws-sdk/lib/token/token_provider_chain.js";
import { Parser } from "./aws-core/xml.js";
import "./aws-core/http.js";
import "./aws-core/namespace.js";
import regionConfig from "aws-sdk/lib/region_config.js";
import regionalEndpoint from "aws-sdk/lib/config_regional_endpoint.js";
import v4Credentials from "aws-sdk/lib/signers/v4_credentials.js";
import regionUtils from "aws-sdk/lib/region/utils.js";

AWS.XML.Parser = Parser;

// What the units of services have from here, so that there is one of it.
Object.defineProperty(AWS.util, "shared", {
  value: { regionConfig, regionalEndpoint, regionUtils, v4Credentials },
});

AWS.CredentialProviderChain.defaultProviders = [];
AWS.TokenProviderChain.defaultProviders = [];
Object.assign(AWS.Config.prototype.keys, {
  credentialProvider: () => new AWS.CredentialProviderChain(),
  tokenProvider: () => new AWS.TokenProviderChain(),
});
AWS.config = new AWS.Config();

export default AWS;
export { AWS as "module.exports" };
