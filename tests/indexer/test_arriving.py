"""`bayan fetch`, `watch`, `versions` and `duplicates` as their user has them."""

import json
import signal
import subprocess
import sys

from tests.indexer import makers
from tests.indexer.conftest import ROOT, environment
from tests.indexer.test_fetching import answer, serving


def test_pages_are_fetched_and_their_versions_shown(bayan):
    with serving("127.0.0.1") as site:
        site.pages["/1"] = answer(makers.page(body="Сотрудники полиции сообщили, что на границе задержаны двое."))
        site.pages["/feed"] = answer(f"<rss><channel><item><link>{site.url}/1</link></item></channel></rss>")
        refused = bayan("fetch", f"{site.url}/feed", "--json")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["rejected"] == 1
        assert "--allow-private" in refused.stderr
        assert site.asked == []
        first = bayan("fetch", "--allow-private", f"{site.url}/feed", "--json")
        assert (first.returncode, json.loads(first.stdout)["new"]) == (0, 1)
        site.pages["/1"] = answer(makers.page(body="Сотрудники полиции сообщили, что на границе задержаны трое."))
        changed = bayan("fetch", "--allow-private", f"{site.url}/1")
        assert "1 changed" in changed.stdout
    found = json.loads(bayan("search", "полиция", "--mode", "keyword", "--json").stdout)
    identity = found["hits"][0]["id"]
    shown = bayan("versions", identity).stdout
    assert "задержаны [-двое.-] {+трое.+}" in shown
    assert shown.count("\u2068") == shown.count("\u2069") == 1
    assert len(json.loads(bayan("versions", identity, "--json").stdout)["versions"]) == 1
    unheard = bayan("versions", "unheard")
    assert (unheard.returncode, "unheard" in unheard.stderr) == (2, True)
    assert json.loads(bayan("duplicates", "--json").stdout) == {"groups": []}


def test_what_arrives_in_a_watched_folder_is_read(bayan, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Opium seized\nPolice said so.", "utf-8")
    command = [sys.executable, "-m", "indexer", "watch", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(tmp_path / "data", PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, text=True
    ) as watching:
        try:
            assert "1 new" in watching.stdout.readline()
            (tmp_path / "moved").mkdir()
            (tmp_path / "moved" / "b.txt").write_text("Heroin seized\nPolice said so.", "utf-8")
            (tmp_path / "moved").rename(folder / "moved")
            (folder / "c.docx").write_bytes(b"PK")
            assert "1 new" in watching.stdout.readline()
        finally:
            # As Ctrl-C does; but that is ignored by what a shell has put into the background.
            watching.send_signal(signal.SIGTERM)
            watching.communicate(timeout=60)
    assert watching.returncode == 130
    assert json.loads(bayan("status", "--json").stdout)["releases"] == {"en": 2}
    assert bayan("watch", folder / "a.txt").returncode == 2
