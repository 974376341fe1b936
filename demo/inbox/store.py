"""What arrived in the inbox: chat messages, issues, mails. Plain values behind one lock; the newest state and the whole history."""
import threading
import time
from dataclasses import asdict, dataclass, field


@dataclass
class Message:
    channel: str
    ts: str                      # chat's own id of a message: seconds with six decimals
    text: str
    blocks: list
    at: float
    edits: list = field(default_factory=list)  # [changed at, wording until then]


@dataclass
class Issue:
    number: int
    repository: str
    title: str
    body: str
    labels: list
    at: float
    state: str = "open"
    comments: list = field(default_factory=list)  # {"id", "body", "at"}
    changed_at: float = 0.0


@dataclass
class Mail:
    sender: str
    to: list
    subject: str
    text: str
    html: str
    at: float


class Store:
    def __init__(self):
        self._lock = threading.Lock()
        self._messages: dict[tuple[str, str], Message] = {}
        self._issues: dict[tuple[str, int], Issue] = {}
        self._mails: list[Mail] = []
        self._updates = 0
        self._comments = 0
        self._last_ts = 0

    def post(self, channel: str, text: str, blocks: list) -> Message:
        with self._lock:
            # Strictly growing, as chat promises: two messages in one microsecond still differ.
            self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
            message = Message(channel, f"{self._last_ts / 1e6:.6f}", text, blocks, time.time())
            self._messages[(channel, message.ts)] = message
            return message

    def edit(self, channel: str, ts: str, text: str, blocks: list) -> Message | None:
        with self._lock:
            message = self._messages.get((channel, ts))
            if message is not None:
                message.edits.append([time.time(), message.text])
                message.text, message.blocks = text, blocks
                self._updates += 1
            return message

    def open_issue(self, repository: str, title: str, body: str, labels: list) -> Issue:
        with self._lock:
            number = 1 + sum(1 for issue in self._issues.values() if issue.repository == repository)
            issue = Issue(number, repository, title, body, labels, time.time(), changed_at=time.time())
            self._issues[(repository, number)] = issue
            return issue

    def issue(self, repository: str, number: int) -> Issue | None:
        with self._lock:
            return self._issues.get((repository, number))

    def issues(self, repository: str, state: str, labels: list[str]) -> list[Issue]:
        """Newest first, as the API lists them."""
        with self._lock:
            return [issue for issue in reversed(self._issues.values())
                    if issue.repository == repository and state in (issue.state, "all") and set(labels) <= set(issue.labels)]

    def change_issue(self, issue: Issue, changes: dict) -> None:
        with self._lock:
            for name in ("title", "body", "state", "labels"):
                if changes.get(name) is not None:
                    setattr(issue, name, changes[name])
            issue.changed_at = time.time()

    def comment(self, issue: Issue, body: str) -> dict:
        with self._lock:
            self._comments += 1
            comment = {"id": self._comments, "body": body, "at": time.time()}
            issue.comments.append(comment)
            issue.changed_at = time.time()
            return comment

    def mail(self, mail: Mail) -> None:
        with self._lock:
            self._mails.append(mail)

    def snapshot(self) -> dict:
        with self._lock:
            return {
                "counts": {"messages": len(self._messages), "updates": self._updates, "issues": len(self._issues),
                           "comments": self._comments, "mails": len(self._mails)},
                "messages": [asdict(message) for message in self._messages.values()],
                "issues": [asdict(issue) for issue in self._issues.values()],
                "mails": [asdict(mail) for mail in self._mails],
            }
