#!/usr/bin/env python3
"""./dev run: nightjar for one's own telemetry. Writes a configuration that one can keep (folder `data/` unless --dir says otherwise), starts
`nightjar serve` and `nightjar hand`, and prints what to paste into the tools that are there already. Ctrl-C stops both."""
import argparse
import hashlib
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request

CONFIG = """# What nightjar does and may do. Check a change with: nightjar check --config {file}
data_dir: {dir}/state
listen: {{http: "{host}:{http}", otlp_http: "{host}:{otlp_http}", otlp_grpc: "{host}:{otlp_grpc}"}}
public_url: http://{host}:{http}
lanes: 2
environment: production
people:                       # who may decide; the file holds only the SHA-256 of a token: printf %s TOKEN | sha256sum
  - {{name: {person}, token_sha256: "{token_sha256}", roles: [operator]}}
doors:
  github: {{secret_file: {dir}/secrets/github}}
{tokens}destinations: []              # where to tell: slack, email, github_issues, webhook; see docs/configuration.md
routes: []
hand:
  socket: {dir}/state/hand/hand.sock
  catalogue: {dir}/catalogue.yaml
  budget: {{actions_per_15m: 3}}
policies: []                  # nothing is done without a permit: nightjar observes, names causes, and proposes
"""

CATALOGUE = """# What `nightjar hand` may run, and nothing else. See docs/configuration.md
runbooks: []
"""

PASTE = """
Paste what you have:

Prometheus (prometheus.yml)
  remote_write:
    - url: {url}/api/v1/write{authorization_6}
  alerting:
    alertmanagers:            # beside your own: nightjar sees alerts, yours still pages
      - static_configs: [{{targets: ["{host}:{http}"]}}]{authorization_8}

Alertmanager (alertmanager.yml)
  receivers:
    - name: nightjar
      webhook_configs: [{{url: "{url}/api/v1/webhooks/alertmanager", send_resolved: true{http_config}}}]

OpenTelemetry Collector
  exporters:
    otlp_grpc: {{endpoint: "{host}:{otlp_grpc}", tls: {{insecure: true}}{headers}}}
  service:
    pipelines:
      traces:  {{exporters: [otlp_grpc]}}
      metrics: {{exporters: [otlp_grpc]}}
      logs:    {{exporters: [otlp_grpc]}}

An OpenTelemetry SDK without a Collector
  OTEL_EXPORTER_OTLP_ENDPOINT=http://{host}:{otlp_http}{otel_headers}
  OTEL_RESOURCE_ATTRIBUTES=service.name=…,service.version=…,service.instance.id=…

GitHub (Settings > Webhooks; events: deployment statuses, pushes)
  Payload URL   {url}/api/v1/webhooks/github     (through your reverse proxy)
  Content type  application/json
  Secret        the line in {dir}/secrets/github

Anything that deploys
  curl -X POST {url}/api/v1/changes -H 'Content-Type: application/json'{curl_header} -d '{{"service":"web","version":"1.2.3"}}'

Console  {url}     your token: {dir}/secrets/{person}.token
"""


def free_or_die(host: str, port: int, what: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"port {port} ({what}) cannot be used: {error.strerror}; give another one: --{what.replace('_', '-')}-port N")


def is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


def guard(host: str, token_file: pathlib.Path) -> tuple[str, dict]:
    """The doors' token, and how each sender shows it. Senders of this machine need none."""
    words = dict.fromkeys(("authorization_6", "authorization_8", "http_config", "headers", "otel_headers", "curl_header"), "")
    if is_loopback(host):
        return "", words
    write_once(token_file, secrets.token_urlsafe(32), 0o600)
    token = token_file.read_text().strip()
    authorization = f"authorization: {{credentials_file: {token_file}}}"
    words.update(authorization_6=f"\n      {authorization}", authorization_8=f"\n        {authorization}",
                 http_config=f", http_config: {{{authorization}}}", headers=f', headers: {{authorization: "Bearer ${{file:{token_file}}}"}}',
                 otel_headers=f"\n  OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20$(cat {token_file})",
                 curl_header=f" -H \"Authorization: Bearer $(cat {token_file})\"")
    digest = hashlib.sha256(token.encode()).hexdigest()
    return f'  tokens: [{{name: senders, token_sha256: "{digest}"}}]   # what may send; the token is in {token_file}\n', words


def write_once(path: pathlib.Path, text: str, mode: int = 0o644) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=mode)
    path.write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nightjar", required=True, type=pathlib.Path)
    parser.add_argument("--dir", default="data", type=pathlib.Path, help="configuration, secrets and state (default: data/)")
    parser.add_argument("--host", default="127.0.0.1")
    for name, port in (("http", 8080), ("otlp_http", 4318), ("otlp_grpc", 4317)):
        parser.add_argument(f"--{name.replace('_', '-')}-port", dest=name, type=int, default=port)
    parser.add_argument("--person", default="me", help="the name your approvals are recorded under")
    options = parser.parse_args()
    folder = options.dir.resolve()
    config = folder / "nightjar.yaml"
    ports = {name: getattr(options, name) for name in ("http", "otlp_http", "otlp_grpc")}

    token = folder / "secrets" / f"{options.person}.token"
    write_once(token, secrets.token_urlsafe(32), 0o600)
    write_once(folder / "secrets" / "github", secrets.token_urlsafe(32), 0o600)
    write_once(folder / "catalogue.yaml", CATALOGUE)
    digest = hashlib.sha256(token.read_text().strip().encode()).hexdigest()
    tokens, guarded = guard(options.host, folder / "secrets" / "senders.token")
    write_once(config, CONFIG.format(file=config, dir=folder, host=options.host, person=options.person, token_sha256=digest, tokens=tokens, **ports))
    for name, port in ports.items():
        free_or_die(options.host, port, name)
    subprocess.run([options.nightjar, "check", "--config", config], check=True)

    processes = [subprocess.Popen([options.nightjar, command, "--config", config]) for command in ("serve", "hand")]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    url = f"http://{options.host}:{options.http}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).read()
            print(PASTE.format(url=url, host=options.host, dir=folder, person=options.person, **guarded, **ports), flush=True)
            break
        except OSError:
            time.sleep(0.2)
    while not stopping and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    codes = [process.wait() for process in processes]
    return 0 if stopping else max(codes) or 1


if __name__ == "__main__":
    sys.exit(main())
