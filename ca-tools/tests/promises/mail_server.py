"""A mail server that keeps what it is given: FOLDER PORT clear|starttls|smtps|old|single [CERTIFICATE KEY] [login].

Each message becomes a file NUMBER.eml in FOLDER, written beside and renamed; addresses that were named stand in
FOLDER/.named, a line each. The word before an address's first digit or @ steers it: refused… is refused for good, full…
for good at its first try, later… for now at its first try, never… always for now, slow… is kept at its first try but the
answer never comes, stall… is never answered when it is named, hush… when its text is to come, drop… ends the connection.
An old server knows HELO alone; a single one grants one connection at a time.
"""

import asyncio
import os
import re
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, port, closed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
login = sys.argv[-1] == "login"


def word(address):
    return re.match("[a-z]*", address).group()


class Keeper:
    kept = 0
    met = set()

    def first(self, address):
        new = address not in self.met
        self.met.add(address)
        return new

    async def handle_RCPT(self, server, session, envelope, address, options):
        with open(os.path.join(folder, ".named"), "a") as named:
            named.write(address + "\n")
        match word(address):
            case "refused":
                return "550 5.1.1 no such mailbox here"
            case "full" if self.first(address):
                return "552 5.2.2 mailbox full"
            case "later" if self.first(address):
                return "451 4.7.1 come again later"
            case "never":
                return "451 4.7.1 come again later"
            case "stall":
                await asyncio.sleep(3600)
            case "drop":
                server.transport.abort()
                await asyncio.sleep(3600)
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
        if word(envelope.rcpt_tos[0]) == "slow" and self.first(envelope.rcpt_tos[0]):
            await asyncio.sleep(3600)
        return "250 OK kept"


class Server(SMTP):
    standing = 0

    async def smtp_EHLO(self, hostname):
        if closed == "old":
            await self.push("502 5.5.2 command not recognized")
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_DATA(self, arg):
        if self.envelope.rcpt_tos and word(self.envelope.rcpt_tos[0]) == "hush":
            await asyncio.sleep(3600)
        await super().smtp_DATA(arg)

    async def _handle_client(self):
        if closed == "single" and Server.standing:
            await self.push("421 4.7.0 one connection at a time")
            self.transport.close()
            return
        Server.standing += 1
        try:
            await super()._handle_client()
        finally:
            Server.standing -= 1


def opens(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"kashiwani", b"mail password"))


async def main():
    tls = None
    if closed in ("starttls", "smtps"):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[4], sys.argv[5])
    options = {"authenticator": opens, "auth_required": True} if login else {}
    if login and closed == "smtps":
        options["auth_require_tls"] = False
    if closed == "starttls":
        options |= {"tls_context": tls, "require_starttls": True}
    wrapped = tls if closed == "smtps" else None
    keeper = Keeper()
    made = lambda: Server(keeper, hostname="mail.example", **options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(made, "127.0.0.1", port, ssl=wrapped)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
