"""The inbox as people see it: chat on the left, issues and mail beside it, one column on a phone. Plain HTML, no script.

Everything shown came over the network: it is escaped, and only then given its few marks (bold, code, links).
"""
import html
import re
import time

from inbox.store import Issue

_STYLE = """
:root{--bg:#f4f3f0;--card:#fff;--ink:#1c1b19;--soft:#6b6862;--line:#e2dfd8;--mark:#3b5bdb;--good:#2b8a3e;--open:#1a7f37;--code:#f1efe9}
@media(prefers-color-scheme:dark){:root{--bg:#16171a;--card:#1f2126;--ink:#ececea;--soft:#9b9ca1;--line:#33353c;--mark:#91a7ff;--good:#69db7c;--open:#56d364;--code:#2a2c33}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
header{padding:20px 24px 8px}h1{font-size:20px;margin:0}header p{margin:2px 0;color:var(--soft)}
main{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:20px;padding:12px 24px 40px;max-width:1400px}
@media(max-width:820px){main{grid-template-columns:minmax(0,1fr);padding:8px 12px 32px}header{padding:16px 12px 4px}}
h2{font-size:12px;text-transform:uppercase;letter-spacing:.08em;color:var(--soft);margin:14px 2px 8px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin-bottom:12px;overflow-wrap:anywhere}
.who{display:flex;gap:10px;align-items:center;margin-bottom:6px}
.face{width:32px;height:32px;border-radius:8px;background:var(--mark);color:#fff;display:grid;place-items:center;font-weight:700}
.app{font-size:10px;background:var(--line);border-radius:3px;padding:1px 4px;color:var(--soft)}
.when{color:var(--soft);font-size:13px}.edited{color:var(--soft);font-size:12px}
h3{font-size:16px;margin:4px 0 8px}.text{white-space:pre-wrap}.button{display:inline-block;border:1px solid var(--line);border-radius:6px;padding:5px 12px;margin:6px 8px 0 0;text-decoration:none;color:var(--ink);font-weight:600}
.button.primary{background:var(--good);border-color:var(--good);color:#fff}
.state{display:inline-block;border-radius:20px;padding:2px 10px;font-size:12px;color:#fff;background:var(--open)}.state.closed{background:#8250df}
code,pre{background:var(--code);border-radius:4px;padding:1px 4px;font:13px/1.45 ui-monospace,monospace}pre{padding:10px;overflow-x:auto}
details{margin-top:8px;color:var(--soft)}summary{cursor:pointer}
a{color:var(--mark)}.none{color:var(--soft);padding:18px;text-align:center;border:1px dashed var(--line);border-radius:10px}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:8px;margin-top:6px}
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:3px 8px;text-align:left}
"""


def inbox(state: dict) -> str:
    counts = state["counts"]
    words = ", ".join(_count(counts[key], name)
                      for key, name in (("messages", "message"), ("updates", "update"), ("issues", "issue"), ("comments", "comment"), ("mails", "mail")))
    chat = "".join(_message(message) for message in reversed(state["messages"])) or '<div class="none">Nobody was told anything. That is good.</div>'
    issues = "".join(_issue_card(issue) for issue in reversed(state["issues"])) or '<div class="none">No issue was opened.</div>'
    mails = "".join(_mail(mail) for mail in reversed(state["mails"])) or '<div class="none">No mail.</div>'
    return _page("Inbox", f"<header><h1>The team's inbox</h1><p>{words}</p></header><main><section><h2>Chat</h2>{chat}</section>"
                          f"<section><h2>Issues</h2>{issues}<h2>Mail</h2>{mails}</section></main>", refresh=True)


def issue(one: Issue) -> str:
    comments = "".join(f'<div class="card"><span class="when">nightjar commented at {_clock(comment["at"])}</span>{_markdown(comment["body"])}</div>'
                       for comment in one.comments)
    return _page(one.title, f'<header><h1>{html.escape(one.title)} <span class="when">#{one.number}</span></h1><p><span class="state {one.state}">{one.state}</span> '
                            f'{html.escape(one.repository)} &middot; opened at {_clock(one.at)}</p></header><main><section>'
                            f'<div class="card">{_markdown(one.body)}</div>{comments}</section></main>')


def _page(title: str, body: str, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">{again}'
            f'<link rel="icon" href="data:,"><title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>')


def _message(message: dict) -> str:
    body = "".join(_block(block) for block in message["blocks"]) or f'<div class="text">{_chat(message["text"])}</div>'
    edits = message["edits"]
    edited = f'<div class="edited">(edited {_times(len(edits))}, last at {_clock(edits[-1][0])})</div>' if edits else ""
    before = "".join(f'<div class="text">{_chat(text)}</div><hr>' for _, text in edits)
    history = f"<details><summary>earlier wordings</summary>{before}</details>" if edits else ""
    return (f'<div class="card"><div class="who"><div class="face">n</div><div><b>nightjar</b> <span class="app">APP</span> '
            f'<span class="when">{_clock(message["at"])}</span></div></div>{body}{edited}{history}</div>')


def _block(block: dict) -> str:
    kind = block.get("type")
    if kind == "header":
        return f"<h3>{_chat(_text(block.get('text')))}</h3>"
    if kind == "divider":
        return "<hr>"
    if kind == "actions":
        return "".join(_button(element) for element in block.get("elements", []))
    if kind == "context":
        return f'<div class="when">{" ".join(_chat(_text(element)) for element in block.get("elements", []))}</div>'
    fields = "".join(f'<div class="text">{_chat(_text(field))}</div>' for field in block.get("fields", []))
    return f'<div class="text">{_chat(_text(block.get("text")))}</div>' + (f'<div class="fields">{fields}</div>' if fields else "")


def _button(element: dict) -> str:
    style = "primary" if element.get("style") == "primary" else ""
    return f'<a class="button {style}" href="{_href(element.get("url", "#"))}">{html.escape(_text(element.get("text")))}</a>'


def _text(value) -> str:
    return value.get("text", "") if isinstance(value, dict) else str(value or "")


def _chat(text: str) -> str:
    """Slack's mrkdwn. It arrives with & < > escaped: those three are kept aside as control characters, and all is escaped once."""
    text = re.sub(r"[\x00-\x08]", "", text)
    text = text.replace("&lt;", "\0").replace("&gt;", "\1").replace("&amp;", "\2")
    links: list[str] = []

    def link(found) -> str:
        words = (found[2] or found[1]).replace("\0", "<").replace("\1", ">").replace("\2", "&")
        links.append(f'<a href="{_href(found[1])}">{html.escape(words)}</a>')
        return f"\3{len(links) - 1}\3"

    text = re.sub(r"<(https?://[^|>]+)(?:\|([^>]*))?>", link, text)
    text = html.escape(text).replace("\0", "&lt;").replace("\1", "&gt;").replace("\2", "&amp;")
    text = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", text)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", text)
    return re.sub("\3(\\d+)\3", lambda found: links[int(found[1])], text)


def _markdown(text: str) -> str:
    """The little of Markdown that a ticket uses: headings, lists, tables as they are, bold, code, links."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    parts, fenced = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            parts.append("</pre>" if fenced else "<pre>")
            fenced = not fenced
        elif fenced:
            parts.append(html.escape(line) + "\n")
        elif found := re.match(r"^(#{1,4}) (.*)", line):
            parts.append(f"<h3>{_inline(found[2])}</h3>")
        elif found := re.match(r"^\s*[-*] (.*)", line):
            parts.append(f"<div>&bull; {_inline(found[1])}</div>")
        elif re.match(r"^\|[-| :]+\|$", line):
            continue
        elif line.startswith("|"):
            cells = "".join(f"<td>{_inline(cell.strip())}</td>" for cell in line.strip("|").split("|"))
            parts.append(f"<table><tr>{cells}</tr></table>")
        else:
            parts.append(f"<div>{_inline(line) or '&nbsp;'}</div>")
    return "".join(parts).replace("</table><table>", "") + ("</pre>" if fenced else "")


def _inline(text: str) -> str:
    text = html.escape(text)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
    return re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)\)", lambda found: f'<a href="{_href(html.unescape(found[2]))}">{found[1]}</a>', text)


def _issue_card(one: dict) -> str:
    comments = "".join(f"<hr>{_markdown(comment['body'])}" for comment in one["comments"])
    return (f'<div class="card"><span class="state {one["state"]}">{one["state"]}</span> <a href="/{html.escape(one["repository"])}/issues/{one["number"]}"><b>'
            f'{html.escape(one["title"])}</b></a> <span class="when">#{one["number"]} &middot; {_clock(one["at"])}</span>'
            f'<details><summary>{_count(len(one["comments"]), "comment")}</summary>{_markdown(one["body"])}{comments}</details></div>')


def _mail(mail: dict) -> str:
    return (f'<div class="card"><b>{html.escape(mail["subject"])}</b><div class="when">{html.escape(mail["sender"])} to {html.escape(", ".join(mail["to"]))} '
            f'&middot; {_clock(mail["at"])}</div><div class="text">{html.escape(mail["text"])}</div></div>')


def _href(url: str) -> str:
    return html.escape(url, quote=True) if re.match(r"^https?://", url) else "#"


def _count(number: int, name: str) -> str:
    return f"{number} {name if number == 1 else name + 's'}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
