// A certified OpenID provider with its own pages for signing in and agreeing: node provider.mjs PORT DESK SECRET
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, desk, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'djoliba-desk',
    client_secret: secret,
    redirect_uris: [`${desk}/desk/sign-in/back`],
    post_logout_redirect_uris: [`${desk}/desk/sign-out/done`],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
  cookies: { keys: ['a key of this run only'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of the provider` }) }),
  extraTokenClaims: (_, token) => ({ roles: ['programme_officer'], name: `${token.accountId} of the provider` }),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: { AccessToken: 5, RefreshToken: 600, IdToken: 600, Session: 600, Grant: 600, Interaction: 600 },
  features: {
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        scope: '', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 5, jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

provider.on('server_error', (_, error) => console.error(error));
provider.on('grant.error', (_, error) => console.error(error.message, error.error_detail));
provider.listen(Number(port), '127.0.0.1');
