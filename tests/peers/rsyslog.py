"""Debian's rsyslogd forwards what it is given: RFC 5424 octet-counted and RFC 3164 by lines over TCP, RFC 3164 over UDP, RFC 5424 over TLS with nightjar's certificate
checked. Every message must arrive once, with its host, program, process, severity, time and text."""
import glob
import socket
import subprocess
import time
from pathlib import Path

import caches
from stand import DoorWatch, Missing, Stand, free_ports

IN_TESTS = True

LINES = 120
WAYS = ("octet", "lines", "udp", "tls")
SEVERITIES = [21, 19, 18, 17, 13, 10, 9, 5]   # of the syslog severities 0 to 7
LOG_LINES = 10                                # model/signals.h, Encoding
_CONFIG = """global(workDirectory="{folder}" defaultNetstreamDriver="{driver}" defaultNetstreamDriverCAFile="{folder}/ca.pem" maxMessageSize="64k")
module(load="imptcp")
input(type="imptcp" address="127.0.0.1" port="{port}")
if $programname == 'peer-octet' then
  action(type="omfwd" target="127.0.0.1" port="{tcp}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")
if $programname == 'peer-lines' then
  action(type="omfwd" target="127.0.0.1" port="{tcp}" protocol="tcp" template="RSYSLOG_ForwardFormat")
if $programname == 'peer-udp' then
  action(type="omfwd" target="127.0.0.1" port="{udp}" protocol="udp" template="RSYSLOG_TraditionalForwardFormat")
if $programname == 'peer-tls' then
  action(type="omfwd" target="127.0.0.1" port="{tls}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
         StreamDriver="{driver}" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="nightjar.test")
"""


def play(stand, differences):
    program = caches.need("rsyslog", "apt-get install rsyslog rsyslog-openssl", "rsyslogd")
    driver = next((name for name, file in (("ossl", "lmnsd_ossl.so"), ("gtls", "lmnsd_gtls.so")) if glob.glob(f"/usr/lib/*/rsyslog/{file}")), None)
    ways = [way for way in WAYS if way != "tls" or driver]
    folder = Path(stand.work) / "rsyslog"
    folder.mkdir()
    _make_certificates(folder)
    port, udp, tcp, tls = free_ports(4)
    own = Stand(stand.nightjar, stand.reader, stand.cache, f"tls: {{certificate_file: {folder}/server.pem, key_file: {folder}/server.key}}\n",
                f', syslog_udp: "127.0.0.1:{udp}", syslog_tcp: "127.0.0.1:{tcp}", syslog_tls: "127.0.0.1:{tls}"')
    try:
        return _forward(own, differences, program, driver, ways, folder, port, udp, tcp, tls)
    finally:
        own.stop()


def _forward(stand, differences, program, driver, ways, folder, port, udp, tcp, tls):
    watch = DoorWatch(stand, "syslog")
    (folder / "rsyslog.conf").write_text(_CONFIG.format(folder=folder, driver=driver or "ptcp", port=port, udp=udp, tcp=tcp, tls=tls))
    stand.processes.start("rsyslogd", [program, "-n", "-f", folder / "rsyslog.conf", "-i", folder / "rsyslogd.pid"], cwd=folder)
    began = time.time()
    with _connected(port) as entrance:
        for n in range(LINES):
            for way in ways:
                entrance.sendall(_message(way, n).encode() + b"\n")
    wanted = LINES * len(ways)
    stand.wait_for(lambda: watch.so_far()["items"] >= wanted, 30)
    time.sleep(1.5)   # what comes twice comes now
    lines = [line for line in stand.received() if line["what"] == "log"]
    watch.nothing_lost(differences, wanted)
    differences.same("records", len(lines), wanted)
    for way in ways:
        _compare(way, [line for line in lines if line["service"] == f"peer-{way}"], began, differences)
    return f"{', '.join(ways)}: {wanted} messages, field by field{'' if driver else ' (no TLS: apt-get install rsyslog-openssl)'}"


def _connected(port):
    until = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=10)
        except OSError:
            if time.monotonic() > until:
                raise RuntimeError("rsyslogd did not listen within 10 s") from None
            time.sleep(0.1)


def _text(n):
    return f"order {n} was lost: Grüße, 世界 {'x' * (n * 37 % 1500)} end"


def _message(way, n):
    return f"<{16 * 8 + n % 8}>{time.strftime('%b %e %H:%M:%S')} peer-host peer-{way}[{1000 + n}]: {_text(n)}"


def _compare(way, lines, began, differences):
    got = {line["attributes"].get("syslog.procid", ""): line for line in lines}
    differences.same(f"{way}: messages, each once", sorted(got), sorted(str(1000 + n) for n in range(LINES)))
    differences.same(f"{way}: no message twice", len(lines), LINES)
    for n in range(LINES):
        line = got.get(str(1000 + n))
        if line is None:
            continue
        differences.same(f"{way} {n}: text", line["body"], _text(n))
        differences.same(f"{way} {n}: severity, facility, host", (line["severity"], line["attributes"].get("syslog.facility"), line["instance"]), (SEVERITIES[n % 8], "local0", "peer-host"))
        differences.same(f"{way} {n}: encoding", line["encoding"], LOG_LINES)
        differences.holds(f"{way} {n}: has the time it was written", began - 2 <= line["time_ns"] / 1e9 <= time.time() + 1, line["time_ns"])


def _make_certificates(folder):
    def openssl(*words):
        done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing(f"openssl {words[0]} failed: {done.stderr.strip()[-200:]}")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=peer authority")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=nightjar.test")
    (folder / "names").write_text("subjectAltName=DNS:nightjar.test\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names")
