"""Gitea as the receiver of tickets, by the API that is GitHub's: an incident's ticket is opened, labelled, rewritten, commented and closed. The answer to the very first
call that opens it is lost and nightjar is killed: after its restart it must find that ticket by its marker, and open no second one."""
import http.client
import json
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from house import gitea as system
from stand import Missing, Stand, free_ports

IN_TESTS = False
HOW = "build one (docs/building.md, Peers) and put gitea in PATH or in the folder $NIGHTJAR_PEERS"
REPOSITORY = "peer/tickets"

_CONFIG = """destinations:
  - {{name: tickets, kind: github_issues, url: "{url}/api/v1", repository: {repository}, token_file: {token}, allow_private: true}}
routes: [{{services: ["*"], notify: [tickets], tickets: tickets}}]
"""
_BEGAN = time.time()


class _Wire(ThreadingHTTPServer):
    """Between nightjar and Gitea. Cuts the connection instead of handing back the answer to the first issue that is opened."""
    daemon_threads = True

    def __init__(self, target: int):
        self.target, self.cut, self.calls = target, threading.Event(), []
        super().__init__(("127.0.0.1", 0), _Carry)


class _Carry(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Wire

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        there = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=20)
        there.request(self.command, self.path, body, {key: value for key, value in self.headers.items() if key.lower() not in ("host", "connection")})
        reply = there.getresponse()
        answer = reply.read()
        there.close()
        self.server.calls.append((self.command, self.path.split("?")[0].removeprefix(f"/api/v1/repos/{REPOSITORY}"), reply.status))
        if self.command == "POST" and self.path.endswith("/issues") and not self.server.cut.is_set():
            self.server.cut.set()
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.headers.get("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = _carry

    def log_message(self, *_) -> None:
        pass


def play(shared: Stand, differences):
    program = system.find()
    if program is None:
        raise Missing(f"Gitea is not installed: {HOW}")
    port, = free_ports(1)
    tickets = system.start(shared.processes, program, port, REPOSITORY)
    wire = _Wire(port)
    threading.Thread(target=wire.serve_forever, args=(0.05,), daemon=True).start()
    token = shared.work / "gitea.token"
    token.touch(mode=0o600)
    token.write_text(tickets.token)
    # One of its own: every incident of it becomes a ticket.
    stand = Stand(shared.nightjar, shared.reader, shared.cache, _CONFIG.format(url=f"http://127.0.0.1:{wire.server_port}", repository=REPOSITORY, token=token))
    try:
        return _play(stand, differences, tickets, wire)
    finally:
        stand.stop()
        wire.shutdown()
        wire.server_close()
        shared.processes.stop("gitea", wait_seconds=20)


def _play(stand, differences, tickets, wire) -> str:
    same, holds = differences.same, differences.holds
    _alert(stand, "warning", 600)
    if not stand.wait_for(wire.cut.is_set, 30):
        raise RuntimeError(f"no issue was opened within 30 s; calls: {wire.calls[-3:]}; incidents: {stand.api.get('/api/v1/incidents')}")
    stand.crash()
    same("issues after the lost answer", len(tickets.issues()), 1)
    stand.start()
    _alert(stand, "warning", 600)
    holds("after the restart nightjar knows the ticket within 90 s", stand.wait_for(lambda: _url(stand), 90, 0.5), _told(stand))
    issues = tickets.issues()
    if len(issues) != 1:
        raise RuntimeError(f"{len(issues)} issues after the restart; calls: {wire.calls}; notifications: {_told(stand)}")
    incident = stand.api.get("/api/v1/incidents")["incidents"][0]
    same("incident's link, and the issue's own", _url(stand), issues[0]["html_url"])
    same("labels", [label["name"] for label in issues[0]["labels"]], ["nightjar"])
    holds("its body ends with the incident's marker", issues[0]["body"].rstrip().endswith(f"<!-- nightjar:{incident['id']} -->"), issues[0]["body"][-80:])
    same("title", issues[0]["title"], "peer-tickets: TillsSlow: the tills are slow: Grüße, 世界")
    holds("its body leads to the incident", f"/incidents/{incident['id']})" in issues[0]["body"], issues[0]["body"])
    with urllib.request.urlopen(issues[0]["html_url"], timeout=20) as page:
        same("the link opens for a person", page.status, 200)

    body_before = issues[0]["body"]
    _alert(stand, "critical", 600, name="TillsStandStill")
    holds("when it got worse the ticket was rewritten within 30 s", stand.wait_for(lambda: tickets.issues()[0]["body"] != body_before, 30, 0.5), wire.calls[-3:])
    for severity, name in (("warning", "TillsSlow"), ("critical", "TillsStandStill")):
        _alert(stand, severity, -1, name=name)
    holds("when it was over the ticket was closed within 3 min", stand.wait_for(lambda: tickets.issues()[0]["state"] == "closed", 180, 0.5), wire.calls[-3:])
    issue, = tickets.issues()
    same("comments", len(issue["comments"]), 1)
    notifications = stand.api.get("/api/v1/notifications")["notifications"]
    same("notifications that failed", [one["text"] for one in notifications if one["state"] == "failed"], [])
    same("calls Gitea refused", [call for call in wire.calls if call[2] >= 400], [])
    done = sorted({one["operation"] for one in notifications})
    return f"one issue through a lost answer and a crash; {', '.join(done)}; label, marker, link; {len(wire.calls)} calls"


def _alert(stand, severity: str, ends_in: float, name: str = "TillsSlow") -> None:
    def when(at: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    alert = {"labels": {"alertname": name, "service": "peer-tickets", "severity": severity}, "annotations": {"summary": "the tills are slow: Grüße, 世界"},
             "startsAt": when(_BEGAN), "endsAt": when(time.time() + ends_in)}
    urllib.request.urlopen(urllib.request.Request(stand.url() + "/api/v2/alerts", json.dumps([alert]).encode(), {"Content-Type": "application/json"}), timeout=10).close()


def _url(stand) -> str:
    incidents = (stand.api.get("/api/v1/incidents") or {"incidents": []})["incidents"]
    full = stand.api.get(f"/api/v1/incidents/{incidents[0]['id']}") if incidents else None
    return ((full or {}).get("ticket") or {}).get("url", "")


def _told(stand) -> str:
    return json.dumps([(one["operation"], one["state"], one["text"]) for one in (stand.api.get("/api/v1/notifications") or {"notifications": []})["notifications"]][:3])
