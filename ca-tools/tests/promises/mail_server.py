"""A mail server that keeps what it is given: FOLDER PORT clear|starttls|smtps [CERTIFICATE KEY] [login].

Each message becomes a file NUMBER.eml in FOLDER, written beside and renamed. Addresses steer it:
refused@… is refused for good, later@… at its first try, slow@… is kept but the answer never comes.
"""

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, port, closed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
login = sys.argv[-1] == "login"


class Keeper:
    kept = 0
    met = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox here"
        if address.startswith("later@") and address not in self.met:
            self.met.add(address)
            return "451 4.7.1 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Keeper.kept += 1
        name = f"{os.getpid():08}-{Keeper.kept:04}.eml"
        beside = os.path.join(folder, "." + name)
        closed = server.transport.get_extra_info("ssl_object") is not None
        with open(beside, "wb") as file:
            file.write(f"X-Closed: {closed}\r\n".encode() + envelope.original_content)
        os.rename(beside, os.path.join(folder, name))
        if envelope.rcpt_tos[0].startswith("slow@"):
            await asyncio.sleep(3600)
        return "250 OK kept"


def opens(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"kashiwani", b"mail password"))


async def main():
    tls = None
    if closed != "clear":
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[4], sys.argv[5])
    options = {"authenticator": opens, "auth_required": True} if login else {}
    if login and closed == "smtps":
        options["auth_require_tls"] = False
    if closed == "starttls":
        options |= {"tls_context": tls, "require_starttls": True}
    wrapped = tls if closed == "smtps" else None
    made = lambda: SMTP(Keeper(), hostname="mail.example", **options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(made, "127.0.0.1", port, ssl=wrapped)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
