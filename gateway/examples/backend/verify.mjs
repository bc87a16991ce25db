// Verifies a Gateway-Assertion with what Node has of its own. Reads one question, says who asks, or ends with 1 and the reason.
import { createHash, createPublicKey, verify as signed } from 'node:crypto';
import { readFileSync } from 'node:fs';

const SKEW = 5;                    // seconds two clocks may stand apart
const LIFE = 60;                   // the gateway signs for no longer
const SMALL = 64 * 1024;           // a body of a stated length up to this is digested

const digest = octets => createHash('sha256').update(octets).digest('base64url');
const read = part => JSON.parse(Buffer.from(part, 'base64url'));

export function verify(token, jwks, { issuer, audience }, request, now) {
    const refuse = why => { throw new Error(why); };
    const [head, statement, signature, more] = token.split('.');
    if (!signature || more !== undefined) refuse('not a token');
    const { alg, kid, crit } = read(head);
    if (alg !== 'ES256' || crit !== undefined) refuse('not an ES256 token');
    const jwk = jwks.keys.find(key => key.kid === kid && key.kty === 'EC' && key.crv === 'P-256') ?? refuse('unknown key');
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const said = Buffer.from(`${head}.${statement}`);
    if (!signed('sha256', said, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) refuse('signature');
    const claims = read(statement);
    if (claims.iss !== issuer || claims.aud !== audience) refuse('not for us');
    if (claims.iat > now + SKEW || claims.exp < claims.iat || claims.exp - claims.iat > LIFE) refuse('lifetime');
    if (claims.exp + SKEW <= now) refuse('expired');
    const factors = new Set(claims.amr);
    if (!factors.has('pwd') || !factors.has('mfa') || !(factors.has('swk') || factors.has('hwk'))) refuse('one factor');
    bound(claims, request, refuse);
    return claims;
}

// Only where the route has request_binding: the assertion is for this request and no other.
function bound(claims, { method, path, query, body }, refuse) {
    if (claims.htm === undefined) return;
    if (claims.htm !== method || claims.htp !== path) refuse('another request');
    if (claims.htq !== (query === null ? undefined : digest(query))) refuse('another query');
    const small = body.length > 0 && body.length <= SMALL;
    if (claims.htb !== undefined ? claims.htb !== digest(body) : small) refuse('another body');
}

const question = JSON.parse(readFileSync(0, 'utf8'));
const request = { ...question.request, body: Buffer.from(question.request.body, 'base64') };
try {
    console.log(JSON.stringify(verify(question.token, question.jwks, question, request, question.now)));
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
