"""The image and the services of compose.yaml, as far as their files can tell; no container engine is needed.

What these tests run, check-jsonschema and hadolint, is installed with the `dev` extra; where it is missing they fail.
"""

import json
import re
import shlex
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from search import settings
from search.settings import PREFIX, Settings
from web.api import router

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE_TEXT = (ROOT / "compose.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OURS = ["web", "indexer"]


def tool(name, *arguments):
    """Run a tool of this environment on the project's files, and give back what it printed."""
    path = Path(sys.executable).with_name(name)
    assert path.exists(), f"{path} is missing: pip install -e '.[dev]'"
    done = subprocess.run([path, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def instructions(name):
    """Give the arguments of every instruction of that name in the last stage of the Dockerfile, on one line each."""
    stage = re.split(r"^FROM ", DOCKERFILE.replace("\\\n", " "), flags=re.MULTILINE)[-1]
    return re.findall(rf"^{name} +(.*)", stage, re.MULTILINE)


def test_compose_file_follows_the_compose_specification():
    said = tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert said.startswith("ok")


def test_hadolint_finds_nothing_in_the_dockerfile_and_is_told_to_overlook_nothing():
    assert tool("hadolint", "--no-color", "Dockerfile") == ""
    assert "hadolint ignore" not in DOCKERFILE
    assert not list(ROOT.glob(".hadolint.y*ml"))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_without_root_and_without_a_way_to_become_it(name):
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "devices", "pid", "ipc", "network_mode"}


@pytest.mark.parametrize("name", OURS)
def test_what_bayan_runs_in_cannot_be_written(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
    assert instructions("USER") == [service["user"]]


def test_only_the_indexer_writes_its_volume_and_nobody_writes_the_releases():
    assert SERVICES["web"]["volumes"] == ["data:/var/lib/bayan:ro"]
    data, releases = SERVICES["indexer"]["volumes"]
    assert data == "data:/var/lib/bayan"
    assert (releases["type"], releases["target"], releases["read_only"]) == ("bind", "/releases", True)
    assert "BAYAN_DATA=/var/lib/bayan" in DOCKERFILE


def test_elasticsearch_is_reached_by_bayan_alone_and_with_its_password():
    service = SERVICES["elasticsearch"]
    assert "ports" not in service
    assert service["networks"] == ["search"]
    assert COMPOSE["networks"]["search"]["internal"] is True
    assert service["environment"]["xpack.security.enabled"] == "true"
    assert "_cluster/health" in service["healthcheck"]["test"][1]
    assert service["mem_limit"] == service["memswap_limit"]
    assert service["ulimits"]["nofile"] >= 65535  # fewer, and Elasticsearch refuses to start
    for name in OURS:
        assert SERVICES[name]["depends_on"] == {"elasticsearch": {"condition": "service_healthy"}}


def test_the_page_is_published_to_this_machine_only():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${WEB_PORT:-8000}:8000"]}
    assert instructions("EXPOSE") == ["8000"]
    assert json.loads(*instructions("CMD")) == ["serve", "--host", "0.0.0.0", "--port", "8000"]


def test_no_password_is_written_down_and_a_missing_one_is_refused():
    secrets = [
        value
        for service in SERVICES.values()
        for name, value in service["environment"].items()
        if "PASSWORD" in name or "KEY" in name
    ]
    assert secrets
    assert set(secrets) == {"${ELASTIC_PASSWORD:?set it in .env}"}
    assert re.search(r"^ELASTIC_PASSWORD=$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)


def test_the_example_names_every_variable_of_the_compose_file():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT))
    named = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(asked)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_in_the_compose_file_is_one_and_has_a_value_that_is_accepted(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    given = {key: value for key, value in SERVICES[name]["environment"].items() if key.startswith(PREFIX)}
    assert given.keys() <= {PREFIX + field.upper() for field in Settings.model_fields}
    for key, value in given.items():
        monkeypatch.setenv(key, "secret" if value.startswith("${") else value)
    loaded = settings.load()
    assert loaded.engine == "elasticsearch"
    assert loaded.elasticsearch_url == "http://elasticsearch:9200"
    assert (loaded.elasticsearch_username, loaded.elasticsearch_password.get_secret_value()) == ("elastic", "secret")


def test_every_setting_in_the_image_is_one():
    given = re.findall(rf"\b{PREFIX}(\w+)=", DOCKERFILE)
    assert {"DATA", "CACHE"} <= set(given) <= {field.upper() for field in Settings.model_fields}


def test_versions_are_pinned_and_the_same_wherever_they_stand():
    tag = SERVICES["elasticsearch"]["image"].rpartition(":")[2]
    assert re.fullmatch(r"9\.\d+\.\d+", tag)
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    assert re.findall(r"Elasticsearch (\d+\.\d+\.\d+)", page) == [tag]
    (base,) = re.findall(r"^FROM (python:\S+)", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base)
    labels = dict(part.split("=", 1) for part in shlex.split(*instructions("LABEL")))
    assert labels["org.opencontainers.image.base.name"].endswith("/" + base)
    assert labels["org.opencontainers.image.version"] == PROJECT["version"]
    assert labels["org.opencontainers.image.licenses"] == PROJECT["license"]
    (torch,) = re.findall(r"torch==[\d.]+", DOCKERFILE)
    assert torch in PROJECT["dependencies"]


def test_the_image_is_built_from_nothing_but_what_the_wheel_needs():
    rules = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    packages = {path.parent.name for path in ROOT.glob("*/py.typed")}
    assert len(packages) == 4
    kept = {rule[1:] for rule in rules if rule[0] == "!"}
    assert kept == packages | {"pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]}


@pytest.mark.parametrize(("status", "code"), [(200, 0), (500, 1), (None, 1)])
def test_the_health_check_tells_a_server_that_answers_from_one_that_does_not(status, code, monkeypatch):
    command = json.loads(instructions("HEALTHCHECK")[0].partition(" CMD ")[2])
    assert command[:2] == ["python", "-c"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            assert self.path in {route.path for route in router.routes}
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        port = server.server_port
        if status:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        else:
            server.server_close()
        done = subprocess.run([sys.executable, "-c", command[2].replace("8000", str(port))], capture_output=True)
        if status:
            server.shutdown()
    assert done.returncode == code
