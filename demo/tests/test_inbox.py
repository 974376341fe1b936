"""The inbox answers as the services it stands for would, and shows hostile text as text."""
import json
import smtplib
import unittest
import urllib.error
import urllib.request
from email.message import EmailMessage

from house.layout import free_ports
from inbox import inbox


class InboxTest(unittest.TestCase):
    def setUp(self):
        self.port, self.smtp = free_ports(2)
        self.servers = inbox.serve(self.port, self.smtp)

    def tearDown(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def ask(self, method, path, body=None, authorization="Bearer t"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", None if body is None else json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Authorization": authorization}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def page(self, path="/"):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as reply:
            return reply.read().decode()

    def test_a_message_is_updated_in_place(self):
        _, first = self.ask("POST", "/api/chat.postMessage", {"channel": "#oncall", "text": "payment fails"})
        self.assertTrue(first["ok"])
        _, second = self.ask("POST", "/api/chat.update", {"channel": first["channel"], "ts": first["ts"], "text": "payment is well"})
        self.assertEqual((second["ok"], second["ts"]), (True, first["ts"]))
        _, state = self.ask("GET", "/inbox.json")
        self.assertEqual((state["counts"]["messages"], state["counts"]["updates"]), (1, 1))
        self.assertEqual(state["messages"][0]["text"], "payment is well")
        self.assertEqual(state["messages"][0]["edits"][0][1], "payment fails")

    def test_chat_refuses_in_its_own_way(self):
        status, reply = self.ask("POST", "/api/chat.update", {"channel": "#oncall", "ts": "1.2", "text": "x"})
        self.assertEqual((status, reply["error"]), (200, "message_not_found"))
        status, reply = self.ask("POST", "/api/chat.postMessage", {"channel": "#oncall", "text": "x"}, authorization="")
        self.assertEqual((status, reply["error"]), (200, "not_authed"))

    def test_an_issue_is_found_again_by_its_marker(self):
        status, made = self.ask("POST", "/repos/shop/shop/issues", {"title": "payment 2.4.1", "body": "<!-- incident:inc-7 -->\nwords", "labels": ["nightjar"]})
        self.assertEqual(status, 201)
        _, listed = self.ask("GET", "/repos/shop/shop/issues?state=all&labels=nightjar&per_page=100")
        self.assertEqual([issue["number"] for issue in listed if "incident:inc-7" in issue["body"]], [made["number"]])
        _, other = self.ask("GET", "/repos/shop/shop/issues?labels=else")
        self.assertEqual(other, [])
        status, comment = self.ask("POST", f"/repos/shop/shop/issues/{made['number']}/comments", {"body": "verified"})
        self.assertEqual(status, 201)
        status, closed = self.ask("PATCH", f"/repos/shop/shop/issues/{made['number']}", {"state": "closed"})
        self.assertEqual((status, closed["state"], closed["comments"]), (200, "closed", 1))
        self.assertEqual(self.ask("GET", "/repos/shop/shop/issues")[1], [])
        self.assertIn("verified", self.page(made["html_url"].split(str(self.port))[1]))

    def test_broken_bodies_are_refused(self):
        self.assertEqual(self.ask("POST", "/repos/shop/shop/issues", {"body": "no title"})[0], 422)
        self.assertEqual(self.ask("POST", "/repos/shop/shop/issues", {"title": "x"}, authorization="")[0], 401)
        self.assertEqual(self.ask("POST", "/repos/shop/shop/issues", [1])[0], 400)
        self.assertEqual(self.ask("POST", "/repos/shop/shop/issues/99/comments", {"body": "x"})[0], 404)

    def test_mail_arrives(self):
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = "payment fails – look", "nightjar@shop.test", "oncall@shop.test"
        mail.set_content("first line\n.a line that begins with a dot\n")
        mail.add_alternative("<b>first line</b>", subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=5) as client:
            client.send_message(mail)
        got = self.ask("GET", "/inbox.json")[1]["mails"]
        self.assertEqual(got[0]["subject"], "payment fails – look")
        self.assertIn("\n.a line that begins with a dot", got[0]["text"].replace("\r\n", "\n"))
        self.assertEqual(got[0]["to"], ["oncall@shop.test"])

    def test_hostile_text_is_shown_as_text(self):
        hostile = "<script>alert(1)</script> <javascript:alert(1)|press> *<http://x.test/\"onclick=1|go>*"
        self.ask("POST", "/api/chat.postMessage", {"channel": "#oncall", "text": hostile, "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": hostile}}, {"type": "actions", "elements": [{"type": "button", "text": {"text": "<b>"}, "url": "javascript:alert(1)"}]}]})
        self.ask("POST", "/repos/shop/shop/issues", {"title": "<img onerror=1>", "body": "[x](javascript:alert(1)) <img src=x onerror=alert(1)>"})
        for page in (self.page(), self.page("/shop/shop/issues/1")):
            self.assertNotIn("<script", page)
            self.assertNotIn("<img", page)
            self.assertNotIn('href="javascript', page)
            self.assertNotIn('"onclick', page)


if __name__ == "__main__":
    unittest.main()
