"""The files in deploy/ for one machine: systemd's units, and TLS in front of a real server."""

import contextlib
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from playground.core.http.client_connections import KEEPALIVE_SECONDS
from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB
from playground.server.launcher import STOP_SECONDS
from tests.helpers import services
from tests.helpers.server import ROOT, ServerProcess, free_port, run_command
from tests.scale.test_compose import setting_names

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
NGINX = (DEPLOY / "nginx-tls.conf").read_text()
HOST = "images.example.org"


def section(unit: str, name: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string((UNITS / unit).read_text())
    return dict(parser[name])


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd cannot be found here")
    # The paths of an installed server are not here.
    for unit in UNITS.glob("playground*.*"):
        text = re.sub(r"/opt/playground/current/\.venv/bin/python", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text)
    units = sorted(tmp_path.iterdir())
    checked = subprocess.run([program, "verify", "--man=no", *units], capture_output=True, text=True)
    assert [line for line in checked.stderr.splitlines() if str(tmp_path) in line] == []
    assert checked.returncode == 0, checked.stderr


def test_systemd_gives_a_server_time_to_drain_and_the_data_folder() -> None:
    service = section("playground.service", "Service")
    assert int(service["TimeoutStopSec"]) >= settings.DRAIN_SECONDS + STOP_SECONDS
    assert service["StateDirectory"] == "playground" and "DATA_DIR=/var/lib/playground " in service["Environment"]
    assert service["ExecStart"].endswith("manage.py serve")
    # One server signals its processes itself.
    assert service["KillMode"] == "mixed"
    assert int(service["TasksMax"]) > settings.WEB_WORKERS * settings.WEB_THREADS + settings.RUNNER_THREADS


def test_units_and_the_script_for_commands_agree_on_user_and_paths() -> None:
    server, backup = (section(f"playground{name}.service", "Service") for name in ("", "-backup"))
    for name in ("User", "WorkingDirectory", "EnvironmentFile"):
        assert server[name] == backup[name]
        assert server[name] in (UNITS / "playground-manage").read_text()
    assert "DATA_DIR=/var/lib/playground\n" in (UNITS / "playground-manage").read_text()
    assert "manage.py backup" in backup["ExecStart"]


def test_the_settings_of_the_example_are_accepted(tmp_path: Path) -> None:
    lines = [line for line in (UNITS / "settings.env").read_text().splitlines() if not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    assert given.keys() <= setting_names()
    ended = run_command("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **given)
    assert ended.returncode == 0, ended.stderr


@dataclass
class Site:
    """A server behind nginx with TLS."""

    https: int
    http: int
    certificate: Path

    def get(self, path: str, **headers: str) -> requests.Response:
        """Ask the proxy, as a browser does that knows its certificate."""
        return requests.get(
            f"https://localhost:{self.https}{path}",
            headers={"Host": HOST, **headers},
            verify=str(self.certificate),
            allow_redirects=False,
            timeout=20,
        )


def create_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)]), datetime.now(UTC)
    names = [x509.DNSName(HOST), x509.DNSName("localhost")]
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = builder.add_extension(x509.SubjectAlternativeName(names), False).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "fullchain.pem"


@contextlib.contextmanager
def proxy(folder: Path, web: int) -> Iterator[Site]:
    """nginx with the configuration of one machine, on free ports, in front of a server on the port `web`."""
    site = Site(free_port(), free_port(), create_certificate(folder))
    text = re.sub(r" *listen \[::\].*\n", "", NGINX).replace("127.0.0.1:8000", f"127.0.0.1:{web}")
    text = text.replace("listen 443", f"listen 127.0.0.1:{site.https}")
    text = text.replace("listen 80", f"listen 127.0.0.1:{site.http}")
    text = text.replace(f"/etc/letsencrypt/live/{HOST}", str(folder))
    with services.run_nginx(folder, f"events {{}}\nhttp {{\n{text}\n}}\n", site.https):
        yield site


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    given = {"PUBLIC_URL": f"https://{HOST}", "TRUSTED_PROXIES": "127.0.0.1,::1", "METRICS": "true"}
    server = ServerProcess(tmp_path_factory.mktemp("server"), given).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def site(_engines_here: None, server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with proxy(tmp_path_factory.mktemp("nginx"), server.port) as site:
        yield site


def test_a_page_over_tls_has_secure_cookies(site: Site) -> None:
    page = site.get("/qcode-img/")
    assert page.status_code == 200 and "max-age=" in page.headers["Strict-Transport-Security"]
    cookies = page.raw.headers.getlist("Set-Cookie")
    assert cookies and all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in cookies)


def test_plain_http_leads_to_https(site: Site) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{site.http}/qcode-img/runs/?page=2",
        headers={"Host": HOST},
        allow_redirects=False,
        timeout=20,
    )
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{HOST}/qcode-img/runs/?page=2")


def test_metrics_stay_inside(site: Site, server: ServerProcess) -> None:
    assert site.get("/metrics").status_code == 404
    assert requests.get(f"{server.root}/metrics", timeout=20).status_code == 200


class Echo(BaseHTTPRequestHandler):
    """Answer with the headers of the request."""

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.mark.usefixtures("_engines_here")
def test_visitors_cannot_claim_another_address_or_scheme(tmp_path: Path) -> None:
    """Else each guess of a key would seem to come from somebody else, and would never be slowed down."""
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    with echo, proxy(tmp_path, echo.server_port) as site:
        headers = site.get("/", **{"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http"}).json()
        echo.shutdown()
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "https")
    assert headers["Host"] == HOST


def test_the_proxy_takes_the_largest_form_waits_for_the_longest_call_and_closes_connections_first() -> None:
    size = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert size and int(size[1]) * MIB > MAX_TOTAL_BYTES + MAX_FILE_BYTES
    caddy = (DEPLOY / "Caddyfile").read_text()
    for text, read, keep in (
        (NGINX, r"proxy_read_timeout", "keepalive_timeout"),
        (caddy, "read_timeout", "keepalive"),
    ):
        wait, idle = (re.search(rf"\s{name} (\d+)s", text) for name in (read, keep))
        assert wait and int(wait[1]) > settings.RUN_DEADLINE
        assert idle and int(idle[1]) < KEEPALIVE_SECONDS
