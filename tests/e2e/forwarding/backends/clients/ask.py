"""Asks with httpx, over HTTP/1.1 or over HTTP/2 by Debian's h2: each line "METHOD PATH" on stdin, a line of JSON for each."""
import json
import sys

import httpx

base, ca, cert, key, cookie, protocol = sys.argv[1:7]
h2 = protocol == "h2"
with httpx.Client(
    http1=not h2, http2=h2, verify=ca, cert=(cert, key), trust_env=False, timeout=10,
    headers={"cookie": cookie, "accept": "application/json"},
) as client:
    for line in sys.stdin:
        method, path = line.split()
        try:
            answer = client.request(method, base + path)
            spoken = "h2" if answer.http_version == "HTTP/2" else "http/1.1"
            told = {"status": answer.status_code, "body": answer.text, "protocol": spoken}
        except httpx.HTTPError as error:
            told = {"error": repr(error)}
        print(json.dumps({"path": path, **told}), flush=True)
