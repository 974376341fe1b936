"""A small SMTP receiver (RFC 5321): enough for a client that delivers mail without TLS to a machine it trusts."""
import email
import email.policy
import socketserver
import time

from inbox.store import Mail, Store

_LIMIT_BYTES = 1 << 20


class MailDoor(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def __init__(self, port: int, store: Store):
        self.store = store
        super().__init__(("127.0.0.1", port), _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        self._reset()
        self._say("220 inbox ESMTP")
        while line := self.rfile.readline(2048):
            words = line.decode("utf-8", "replace").strip()
            verb = words.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                self._say("250-inbox", f"250-SIZE {_LIMIT_BYTES}", "250-8BITMIME", "250 SMTPUTF8")
            elif verb == "HELO":
                self._say("250 inbox")
            elif verb == "MAIL":
                self._reset()
                self._sender = _address(words)
                self._say("250 ok")
            elif verb == "RCPT":
                self._to.append(_address(words))
                self._say("250 ok")
            elif verb == "DATA":
                self._data()
            elif verb == "RSET":
                self._reset()
                self._say("250 ok")
            elif verb == "NOOP":
                self._say("250 ok")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 not known here")

    def _data(self) -> None:
        if not self._to:
            self._say("503 tell me first for whom (RCPT TO)")
            return
        self._say("354 end with a single dot")
        body = bytearray()
        while (line := self.rfile.readline(65536)) not in (b".\r\n", b".\n", b""):
            body += line[1:] if line.startswith(b"..") else line
            if len(body) > _LIMIT_BYTES:
                self._say("552 too large")
                return
        parsed = email.message_from_bytes(bytes(body), policy=email.policy.default)
        plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
        self.server.store.mail(Mail(self._sender, self._to, str(parsed["subject"] or ""), plain.get_content() if plain else "",
                                    html.get_content() if html else "", time.time()))
        self._reset()
        self._say("250 kept")

    def _reset(self) -> None:
        self._sender, self._to = "", []

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(line + "\r\n" for line in lines).encode())


def _address(words: str) -> str:
    return words.partition(":")[2].strip().split(" ")[0].strip("<>")
