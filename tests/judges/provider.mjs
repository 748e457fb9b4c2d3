// A certified OpenID Connect provider (npm oidc-provider) that signs in whoever its settings name.
// Arguments: port, and a file of JSON: {client, keys, claims}. The file is read anew at the beginning of each sign-in.
import fs from "node:fs";
import http from "node:http";
import Provider from "oidc-provider";

const [port, file] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
let handle;

function open() {
  const { client, keys, claims } = JSON.parse(fs.readFileSync(file, "utf8"));
  const provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false,
    clientAuthMethods: ["client_secret_basic"],
    cookies: { keys: ["only for tests"] },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
  });
  const callback = provider.callback();
  handle = async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return callback(request, response);
    const { params, prompt, grantId } = await provider.interactionDetails(request, response);
    if (prompt.name === "login") {
      return provider.interactionFinished(request, response, { login: { accountId: "somebody" } });
    }
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: "somebody", clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };
}

open();
const server = http.createServer((request, response) => {
  if (request.url.startsWith("/auth?")) open();
  return handle(request, response);
});
server.listen(Number(port), "localhost");
