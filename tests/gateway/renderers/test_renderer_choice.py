"""A provider behind the API: for keys of create_key alone, and set up loudly."""

import subprocess
import sys

import pytest

from playground.gateway import authentication
from playground.gateway.renderers import base
from tests.gateway.keys import make_api_key
from tests.gateway.live_api import ROOT
from tests.gateway.tiny_renderer import TinyRenderer


@pytest.fixture
def provider(monkeypatch):
    """A provider that takes everything."""
    provider = TinyRenderer()
    monkeypatch.setattr(base, "upstream_renderer", lambda: provider)
    return provider


def test_keys_of_create_key_are_served_by_the_provider(post, tiny, provider):
    key = authentication.create_key()
    make_api_key(key)
    assert post(headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert (len(provider.requests), len(tiny.requests)) == (1, 0)


def test_demo_keys_never_spend_the_operators_money(post, tiny, provider):
    assert post().status_code == 200
    assert (len(provider.requests), len(tiny.requests)) == (0, 1)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"GATEWAY_UPSTREAM_URL": "https://images.example.org/v1"}, "GATEWAY_UPSTREAM_KEY must be set together"),
        ({"GATEWAY_UPSTREAM_KEY": "sk-x"}, "GATEWAY_UPSTREAM_KEY must be set together"),
        ({"GATEWAY_UPSTREAM_URL": "images", "GATEWAY_UPSTREAM_KEY": "sk-x"}, "GATEWAY_UPSTREAM_URL is 'images'"),
    ],
)
def test_half_a_provider_stops_the_start(tmp_path, environment, said):
    command = [sys.executable, "-c", "import playground.settings"]
    environment = {"DATA_DIR": str(tmp_path), "PATH": "/usr/bin", **environment}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode and said in ended.stderr
