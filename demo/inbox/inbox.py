#!/usr/bin/env python3
"""The team's inbox: receives what nightjar sends, and shows it as people would see it.

Speaks the parts of three protocols that a notifier uses:
  chat    POST /api/chat.postMessage, /api/chat.update                        (Slack's Web API)
  issues  GET, POST /repos/{o}/{r}/issues; GET, PATCH .../issues/{n}; GET, POST .../issues/{n}/comments   (GitHub's REST API)
  mail    SMTP on a port of its own
Shows: / the page, /inbox.json everything with counts, /repos/{o}/{r}/issues/{n} in a browser the issue itself.
"""
import argparse
import json
import re
import sys
import threading
import time
import urllib.parse
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from inbox import pages                      # noqa: E402
from inbox.mail import MailDoor              # noqa: E402
from inbox.store import Issue, Store         # noqa: E402

_LIMIT_BYTES = 1 << 20
_ISSUES = re.compile(r"^(?:/api/v3)?/repos/([^/]+/[^/]+)/issues$")
_ISSUE = re.compile(r"^(?:/api/v3)?/repos/([^/]+/[^/]+)/issues/(\d+)$")
_COMMENTS = re.compile(r"^(?:/api/v3)?/repos/([^/]+/[^/]+)/issues/(\d+)/comments$")
_ISSUE_PAGE = re.compile(r"^/([^/]+/[^/]+)/issues/(\d+)$")


class Inbox(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, store: Store):
        self.store = store
        super().__init__(("127.0.0.1", port), _Request)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Inbox

    # -- verbs

    def do_GET(self) -> None:
        url = urllib.parse.urlparse(self.path)
        ask = {key: values[0] for key, values in urllib.parse.parse_qs(url.query).items()}
        if url.path == "/":
            return self._html(200, pages.inbox(self.server.store.snapshot()))
        if url.path == "/inbox.json":
            return self._json(200, self.server.store.snapshot())
        if found := _ISSUE_PAGE.match(url.path):
            issue = self.server.store.issue(found[1], int(found[2]))
            return self._html(200, pages.issue(issue)) if issue else self._json(404, {"message": "Not Found"})
        if found := _ISSUES.match(url.path):
            labels = [label for label in ask.get("labels", "").split(",") if label]
            page, size = int(ask.get("page", 1)), min(int(ask.get("per_page", 30)), 100)
            issues = self.server.store.issues(found[1], ask.get("state", "open"), labels)
            return self._json(200, [self._issue(issue) for issue in issues[(page - 1) * size:page * size]])
        if found := _ISSUE.match(url.path):
            issue = self.server.store.issue(found[1], int(found[2]))
            return self._json(200, self._issue(issue)) if issue else self._json(404, {"message": "Not Found"})
        if found := _COMMENTS.match(url.path):
            issue = self.server.store.issue(found[1], int(found[2]))
            if issue:
                return self._json(200, [self._comment(issue, comment) for comment in issue.comments])
        return self._json(404, {"message": "Not Found"})

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        path = urllib.parse.urlparse(self.path).path
        if path in ("/api/chat.postMessage", "/api/chat.update"):
            return self._chat(path, body)
        if not self.headers.get("Authorization"):
            return self._json(401, {"message": "Requires authentication"})
        if found := _ISSUES.match(path):
            if not body.get("title"):
                return self._json(422, {"message": "Validation Failed", "errors": [{"resource": "Issue", "field": "title", "code": "missing_field"}]})
            labels = [label["name"] if isinstance(label, dict) else label for label in body.get("labels") or []]
            return self._json(201, self._issue(self.server.store.open_issue(found[1], body["title"], body.get("body") or "", labels)))
        if found := _COMMENTS.match(path):
            issue = self.server.store.issue(found[1], int(found[2]))
            if issue:
                return self._json(201, self._comment(issue, self.server.store.comment(issue, body.get("body") or "")))
        return self._json(404, {"message": "Not Found"})

    def do_PATCH(self) -> None:
        body = self._body()
        if body is None:
            return
        found = _ISSUE.match(urllib.parse.urlparse(self.path).path)
        issue = self.server.store.issue(found[1], int(found[2])) if found else None
        if issue is None:
            return self._json(404, {"message": "Not Found"})
        self.server.store.change_issue(issue, body)
        return self._json(200, self._issue(issue))

    # -- chat

    def _chat(self, path: str, body: dict) -> None:
        """Chat answers 200 even when it refuses; the reason is in `error`."""
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            return self._json(200, {"ok": False, "error": "not_authed"})
        channel, text, blocks = body.get("channel"), body.get("text") or "", body.get("blocks") or []
        if isinstance(blocks, str):
            blocks = json.loads(blocks)
        if not channel:
            return self._json(200, {"ok": False, "error": "channel_not_found"})
        if not text and not blocks:
            return self._json(200, {"ok": False, "error": "no_text"})
        if path == "/api/chat.postMessage":
            message = self.server.store.post(_channel_id(channel), text, blocks)
        else:
            message = self.server.store.edit(_channel_id(channel), str(body.get("ts")), text, blocks)
            if message is None:
                return self._json(200, {"ok": False, "error": "message_not_found"})
        return self._json(200, {"ok": True, "channel": message.channel, "ts": message.ts, "text": message.text, "message": {"text": message.text, "ts": message.ts}})

    # -- shapes

    def _issue(self, issue: Issue) -> dict:
        here = f"http://{self.headers.get('Host', '127.0.0.1')}"
        url = f"{here}/repos/{issue.repository}/issues/{issue.number}"
        return {"id": issue.number, "node_id": f"I_{issue.number}", "number": issue.number, "url": url, "comments_url": f"{url}/comments",
                "html_url": f"{here}/{issue.repository}/issues/{issue.number}", "title": issue.title, "body": issue.body, "state": issue.state,
                "labels": [{"name": label} for label in issue.labels], "comments": len(issue.comments), "user": {"login": "nightjar"},
                "created_at": _when(issue.at), "updated_at": _when(issue.changed_at)}

    def _comment(self, issue: Issue, comment: dict) -> dict:
        here = f"http://{self.headers.get('Host', '127.0.0.1')}"
        return {"id": comment["id"], "body": comment["body"], "user": {"login": "nightjar"}, "created_at": _when(comment["at"]),
                "html_url": f"{here}/{issue.repository}/issues/{issue.number}#comment-{comment['id']}"}

    # -- bytes

    def _body(self) -> dict | None:
        """The JSON or form body; None after answering when there is none that can be read."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LIMIT_BYTES:
            self.close_connection = True
            self._json(413, {"message": "too large"})
            return None
        raw = self.rfile.read(length)
        if self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return {key: values[0] for key, values in urllib.parse.parse_qs(raw.decode("utf-8", "replace")).items()}
        try:
            body = json.loads(raw)
            if isinstance(body, dict):
                return body
        except ValueError:
            pass
        self._json(400, {"message": "Problems parsing JSON"})
        return None

    def _json(self, status: int, value) -> None:
        self._answer(status, "application/json; charset=utf-8", json.dumps(value).encode())

    def _html(self, status: int, page: str) -> None:
        self._answer(status, "text/html; charset=utf-8", page.encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form: str, *arguments) -> None:
        if self.command != "GET":
            print(f"{self.log_date_time_string()} {form % arguments}", flush=True)


def _channel_id(channel: str) -> str:
    """Chat answers with the channel's id, and later calls use it: accept the name and the id alike."""
    return channel if re.fullmatch(r"C[0-9A-F]{8}", channel) else f"C{zlib.crc32(channel.encode()):08X}"


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def serve(port: int, smtp_port: int) -> tuple[Inbox, MailDoor]:
    """Starts both doors, each in its own thread."""
    store = Store()
    web, door = Inbox(port, store), MailDoor(smtp_port, store)
    for server in (web, door):
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return web, door


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    arguments = parser.parse_args()
    serve(arguments.port, arguments.smtp_port)
    threading.Event().wait()


if __name__ == "__main__":
    main()
