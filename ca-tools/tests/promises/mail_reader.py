"""Reads messages as strictly as can be: 7bit|8bit FILE…; says what is wrong and fails, or how many it read."""

import email
import email.headerregistry
import email.policy
import re
import sys

# RFC 5322 §3.6, RFC 2045 §4: each once, no other but what says how it came.
ONCE = {
    "date", "from", "to", "subject", "message-id", "mime-version", "content-type",
    "content-transfer-encoding", "auto-submitted", "reply-to",
}
ADDED = {"x-closed", "x-peer", "x-mailfrom", "x-rcptto"}


def faults(octets, seven_bit):
    if b"\0" in octets:
        yield "a NUL"
    if re.search(rb"\r(?!\n)|(?<!\r)\n", octets):
        yield "a bare CR or LF"
    head, _, body = octets.partition(b"\r\n\r\n")
    for line in octets.split(b"\r\n"):
        if len(line) > 998:
            yield f"a line of {len(line)} octets"
    for line in head.split(b"\r\n"):
        if len(line) > 78 and b" " in line.strip():
            yield f"a header line of {len(line)} octets: {line!r}"
        if re.search(rb"=\?[^ ]{74,}\?=", line):
            yield f"an encoded word longer than 75 octets: {line!r}"
    if not head.isascii():
        yield "a header that is not ASCII"
    if seven_bit and not body.isascii():
        yield "a text that is not ASCII"
    if seven_bit and any(len(line) > 78 for line in body.split(b"\r\n")):
        yield "a line of the text longer than 78"
    strict = email.policy.strict + email.policy.SMTP
    assert strict.raise_on_defect
    message = email.message_from_bytes(octets, policy=strict)
    names = [name.lower() for name in message.keys()]
    for name in ONCE:
        if names.count(name) != 1:
            yield f"{names.count(name)} × {name}"
    for name in set(names) - ONCE - ADDED:
        yield f"an unknown header {name}"
    for name, value in message.items():
        if value.defects:
            yield f"{name}: {value.defects}"
    if message.defects:
        yield f"defects: {message.defects}"
    if message["mime-version"].version != "1.0":
        yield "no MIME version"
    if (message.get_content_type(), message.get_content_charset()) != ("text/plain", "utf-8"):
        yield "no text in UTF-8"
    expected = "base64" if seven_bit else "8bit"
    if message["content-transfer-encoding"].cte != expected:
        yield f"not {expected}"
    if message["date"].datetime.tzinfo is None:
        yield "a date without a zone"
    if not re.fullmatch(r"<[A-Za-z0-9]+@[A-Za-z0-9.-]+>", message["message-id"].strip()):
        yield f"message id {message['message-id']!r}"
    for name in ("from", "to", "reply-to"):
        if len(message[name].addresses) != 1 or "@" not in message[name].addresses[0].addr_spec:
            yield f"{name}: {message[name]}"
    if not message["subject"].startswith("【カシワニネット】") or "=?" in message["subject"].replace("=?utf-8?b?4=", ""):
        yield f"subject {message['subject']!r}"
    text = message.get_content().replace("\r\n", "\n")
    if "\ufffd" in text or not text.endswith("このメールは自動でお送りしています。\n"):
        yield f"text {text[-60:]!r}"
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text.replace("\r\n", "\n")):
        yield "a control character in the text"


wrong = 0
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        octets = file.read()
    for fault in faults(octets, sys.argv[1] == "7bit"):
        wrong += 1
        print(f"{path}: {fault}")
if wrong:
    sys.exit(1)
print(f"read {len(sys.argv) - 2}")
