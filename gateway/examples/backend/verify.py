"""Verifies a Gateway-Assertion with PyJWT (Debian: python3-jwt, python3-cryptography)."""

import base64
import hashlib
import json
import sys

import jwt

SKEW = 5  # seconds two clocks may stand apart
LIFE = 60  # the gateway signs for no longer
SMALL = 64 * 1024  # a body of a stated length up to this is digested


def digest(octets):
    return base64.urlsafe_b64encode(hashlib.sha256(octets).digest()).rstrip(b"=").decode()


def verify(token, jwks, issuer, audience, request, now):
    head = jwt.get_unverified_header(token)
    if head["alg"] != "ES256" or "crit" in head:
        raise ValueError("not an ES256 token")
    keys = {key["kid"]: key for key in jwks["keys"] if key.get("kty") == "EC" and key.get("crv") == "P-256"}
    if head.get("kid") not in keys:
        raise ValueError("unknown key")
    # The times are held against our own clock below, so that a test can say what time it is.
    unchecked = {"verify_exp": False, "verify_iat": False, "require": ["iss", "aud", "iat", "exp"]}
    claims = jwt.decode(
        token, jwt.PyJWK(keys[head["kid"]]).key, algorithms=["ES256"], issuer=issuer, audience=audience, options=unchecked
    )
    if claims["iat"] > now + SKEW or not 0 <= claims["exp"] - claims["iat"] <= LIFE:
        raise ValueError("lifetime")
    if claims["exp"] + SKEW <= now:
        raise ValueError("expired")
    factors = set(claims["amr"])
    if not {"pwd", "mfa"} <= factors or not factors & {"swk", "hwk"}:
        raise ValueError("one factor")
    bound(claims, request)
    return claims


def bound(claims, request):
    """Only where the route has request_binding: the assertion is for this request and no other."""
    if "htm" not in claims:
        return
    if (claims["htm"], claims["htp"]) != (request["method"], request["path"]):
        raise ValueError("another request")
    query, body = request["query"], base64.b64decode(request["body"])
    if claims.get("htq") != (None if query is None else digest(query.encode())):
        raise ValueError("another query")
    small = 0 < len(body) <= SMALL
    if (claims["htb"] != digest(body)) if "htb" in claims else small:
        raise ValueError("another body")


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    try:
        print(json.dumps(verify(**{name: asked[name] for name in ("token", "jwks", "issuer", "audience", "request", "now")})))
    except (ValueError, jwt.InvalidTokenError) as why:
        sys.exit(str(why))
