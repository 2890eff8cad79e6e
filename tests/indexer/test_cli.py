"""The command line: what is printed where, exit codes, and a sentence for every mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.engines.local.store import Store
from search.errors import StorageError
from tests.behaviour.conftest import local
from tests.indexer.conftest import ROOT, environment, releases, run


def test_index_counts_and_search_finds(bayan, tmp_path):
    path = releases(tmp_path / "x.jsonl", 3)
    first = bayan("index", path, "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == {
        "read": 3,
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "duplicates": 0,
        "removed": 0,
        "embedded": 3,
        "rejected": 0,
        "files": 1,
        "rejects": None,
    }
    path.write_text(path.read_text("utf-8").replace("token1", "other"), "utf-8")
    assert bayan("index", path).stdout == (
        "3 read, 0 new, 1 changed, 2 unchanged, 0 duplicates, 0 removed, 0 rejected, 1 files.\n"
    )
    releases(path, 2)
    assert json.loads(bayan("index", path, "--prune", "--json").stdout)["removed"] == 1
    found = json.loads(bayan("search", "token0", "--mode", "keyword", "--json").stdout)
    assert [hit["id"] for hit in found["hits"]] == ["r0"]
    assert found["total"] == {"words": 1, "meaning": 0}


def test_results_in_a_preferred_language_come_first(bayan, tmp_path):
    lines = [{"id": lang, "lang": lang, "title": "INTERPOL", "published": "2024-01-01"} for lang in ("en", "fr", "es")]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert bayan("index", tmp_path / "x.jsonl").returncode == 0
    for lang in ("en", "fr", "es"):
        found = json.loads(bayan("search", "interpol", "--mode", "keyword", "--prefer", lang, "--json").stdout)
        assert found["hits"][0]["id"] == lang
        assert found["total"]["words"] == 3
    refused = bayan("search", "interpol", "--prefer", "de")
    assert refused.returncode == 2
    assert '"de" is not one of the languages' in refused.stderr.replace("\n", " ")


def test_a_release_is_shown_whole_with_its_day_in_a_calendar(library):
    shown = run(library, "show", "r3", "--calendar", "persian")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == ["Opium seizure number 3", "[en] 1402-10-14  (r3)", "", "Police report token3."]
    given = json.loads(run(library, "show", "r3", "--calendar", "islamic", "--json").stdout)
    assert (given["published"], given["published_in"]) == ("2024-01-04", "1445-06-22h")
    found = run(library, "search", "token3", "--mode", "keyword", "--calendar", "islamic")
    assert "1445-06-22h" in found.stdout
    missing = run(library, "show", "nobody")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert 'There is no release with the id "nobody".' in missing.stderr


def test_hostile_text_is_shown_as_text(bayan, tmp_path):
    harm = "\u202eOpium \u2066[red]x[/] \x1b[31m\x07 <script>alert(1)</script>"
    fields = ("title", "body", "source", "place", "published_text")
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(dict.fromkeys(fields, harm) | {"id": harm, "lang": "en"}), "utf-8")
    assert bayan("index", path).returncode == 0
    (found,) = json.loads(bayan("search", "opium", "--mode", "keyword", "--json").stdout)["hits"]
    assert found["title"] == harm
    for command in (
        ("read", path),
        ("search", "opium", "--mode", "keyword", "--why"),
        ("show", found["id"]),
    ):
        shown = bayan(*command).stdout
        assert "[red]x[/]" in shown
        assert "<script>alert(1)</script>" in shown
        assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(shown), command


def test_releases_in_other_languages_are_named_indexed_and_found(bayan, tmp_path):
    lines = [
        {
            "id": "tr",
            "title": "Emniyet ekipleri, bir tırda yaptıkları aramada eroin ele geçirdi, üç şüpheli tutuklandı",
        },
        {"id": "zh", "lang": "zh", "title": "云南警方破获特大跨境贩毒案，缴获冰毒三百二十公斤，抓获犯罪嫌疑人十九名"},
        {"id": "en", "title": "Police seized heroin in a lorry"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    done = bayan("index", path)
    assert done.returncode == 0, done.stderr
    assert (
        "Some releases were read as languages that have no analyzer of their own: 1 as Turkish (tr), 1 as Chinese (zh). "
        "They are indexed with the neutral chain."
    ) in " ".join(done.stderr.split())
    found = json.loads(bayan("search", "lang:und GEÇİRDİ", "--mode", "keyword", "--json").stdout)
    assert [(hit["id"], hit["lang"], hit["dir"]) for hit in found["hits"]] == [("tr", "und", "ltr")]
    assert (
        json.loads(bayan("analyze", "--lang", "und", "İSTANBUL'DA", "--json").stdout)["terms"][0]["term"] == "istanbul"
    )
    assert json.loads(bayan("status", "--json").stdout)["releases"] == {"en": 1, "und": 2}


def test_a_broken_line_costs_only_itself(bayan, tmp_path):
    path = releases(tmp_path / "x.jsonl", 10)
    lines = path.read_text("utf-8").splitlines()
    lines[6] = lines[6][:20]
    path.write_text("\n".join(lines), "utf-8")
    done = bayan("index", path, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["new"], told["rejected"]) == (9, 1)
    with Path(told["rejects"]).open(encoding="utf-8") as file:
        (reject,) = map(json.loads, file)
    assert (reject["path"], reject["line"]) == (str(path), 7)
    assert "no JSON" in reject["reason"]
    assert f"{path}:7" in done.stderr


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("", 2, "The query is empty"),
        ("x" * 10_000, 2, "The query has 10,000 characters; at most 1,000"),
        ('opium "seizure', 2, "The quotation mark at character 7 has no partner"),
        ("titel:opium", 2, 'There is no filter "titel"'),
    ],
)
def test_a_query_that_cannot_be_read(library, query, code, said):
    done = run(library, "search", query)
    assert done.returncode == code
    assert said in done.stderr.replace("\n", " ")
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_page_beyond_the_end(library):
    done = run(library, "search", "opium", "--mode", "keyword", "--page", 7)
    assert done.returncode == 2
    assert "Page 7 lies beyond the end: the last page is 1." in done.stderr


def test_no_index_yet(bayan):
    for command in (["search", "opium"], ["reindex"], ["rollback"], ["status"], ["duplicates"], ["versions", "a"]):
        done = bayan(*command)
        assert done.returncode == 3
        assert "run `bayan index PATH…`" in done.stderr


def test_a_missing_model(bayan, tmp_path):
    done = bayan("index", releases(tmp_path / "x.jsonl", 1), BAYAN_MODEL=str(tmp_path / "nowhere"))
    assert done.returncode == 3
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_index_built_with_other_settings_of_the_model(library):
    done = run(library, "search", "opium", BAYAN_CENTRING="0.5")
    assert done.returncode == 3
    assert "the language means" in done.stderr
    assert "Run `bayan reindex`" in done.stderr
    assert run(library, "status", BAYAN_CENTRING="0.5").returncode == 3


def test_settings_that_cannot_be_used(bayan):
    done = bayan("status", BAYAN_CENTRING="2", BAYAN_ENGINE="sphinx")
    assert done.returncode == 2
    assert "BAYAN_CENTRING" in done.stderr
    assert "BAYAN_ENGINE" in done.stderr


def test_a_misspelt_setting_is_warned_about(library):
    assert "did you mean BAYAN_ENGINE?" in run(library, "status", BAYAN_ENGIN="local").stderr


def test_wrong_usage(bayan):
    assert bayan("index").returncode == 2
    assert bayan("inde").returncode == 2
    assert bayan("search", "opium", "--size", 1000).returncode == 2
    assert bayan("analyze", "--lang", "de", "text").returncode == 2
    assert bayan("index", "nowhere.txt").returncode == 2


def test_status_as_json(library):
    told = json.loads(run(library, "status", "--json").stdout)
    assert told["releases"] == {"en": 10}
    assert told["holder"] is None
    assert told["runs"][0]["outcome"] == "done"


def test_search_in_the_terminal_says_why(library):
    done = run(library, "search", "token3", "--why")
    assert "Opium seizure number 3" in done.stdout
    assert "token3 (exact: token3)" in done.stdout
    assert "\x1b[" not in done.stdout


def test_analyze_as_json(bayan):
    told = json.loads(bayan("analyze", "--lang", "fa", "کتاب‌ها", "--json").stdout)
    assert told["lang"] == "fa"
    assert told["terms"] == [{"term": told["terms"][0]["term"], "start": 0, "end": 7, "position": 0}]
    assert len(told["steps"]) > 3


def test_read_shows_what_would_be_indexed(bayan, tmp_path):
    (tmp_path / "x.txt").write_text("Opium seized\nPolice said so.", "utf-8")
    told = json.loads(bayan("read", tmp_path / "x.txt", "--json").stdout)
    assert (told["title"], told["body"], told["lang"], told["dir"]) == ("Opium seized", "Police said so.", "en", "ltr")
    (tmp_path / "y.txt").write_bytes(b"\xff\xfe")
    assert bayan("read", tmp_path / "y.txt").returncode == 1


def test_two_indexers_at_once(bayan, tmp_path):
    engine = local(tmp_path / "data")
    with engine.writing("bayan index elsewhere"):
        second = bayan("index", releases(tmp_path / "x.jsonl", 1))
    engine.close()
    assert second.returncode == 3
    assert f"`bayan index elsewhere` (process {os.getpid()} on" in second.stderr
    assert "is writing to the index" in second.stderr


def test_an_interrupted_run_keeps_what_it_committed_and_goes_on(bayan, tmp_path):
    path = releases(tmp_path / "x.jsonl", 400)
    command = [sys.executable, "-m", "indexer", "index", str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(tmp_path / "data"), stderr=subprocess.PIPE, text=True
    ) as first:
        deadline = time.monotonic() + 100
        while not committed(tmp_path / "data") and time.monotonic() < deadline:
            time.sleep(0.05)
        first.send_signal(signal.SIGTERM)  # as Ctrl-C does, which what runs in the background ignores
        said = first.communicate(timeout=60)[1]
    assert first.returncode == 130, said
    assert "What was committed is kept" in said
    kept = committed(tmp_path / "data")
    assert 0 < kept < 400
    told = json.loads(bayan("index", releases(path, kept + 1), "--json").stdout)
    assert (told["new"], told["unchanged"]) == (1, kept)


def committed(data):
    stores = list(data.glob("generations/*/releases.sqlite"))
    try:
        return Store(stores[0]).counts()[0].get("en", 0) if stores else 0
    except StorageError:
        return 0


def test_an_output_without_arabic_letters_fails_nowhere(library):
    done = run(library, "search", "قاچاق token1", "--mode", "keyword", PYTHONIOENCODING="ascii")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def test_a_full_output_is_told(library):
    command = [sys.executable, "-m", "indexer", "status"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=ROOT, env=environment(library), stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 3
    assert "The output cannot be written" in done.stderr


def test_a_file_whose_name_is_not_utf8(bayan, tmp_path):
    path = tmp_path / "in" / os.fsdecode(b"bad\xff.jsonl")
    path.parent.mkdir()
    path.write_bytes(releases(tmp_path / "one.jsonl", 1).read_bytes() + b"{broken")
    done = bayan("index", path.parent)
    assert done.returncode == 1
    assert "1 new" in done.stdout
    assert "bad" in (tmp_path / "data" / "rejects.jsonl").read_text("utf-8")
    assert bayan("index", path).returncode == 1


def test_help_and_version(bayan):
    assert "evaluate" in bayan().stdout
    assert bayan("--version").stdout.startswith("bayan 0.")
    assert "after --" in bayan("search", "-opium police").stderr


def test_output_that_nobody_reads(library):
    # 64 kB, which a pipe holds, must be exceeded before writing into a closed one is noticed.
    command = f"{sys.executable} -m indexer analyze --lang en --json '{'drug seizure ' * 2_000}' | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment(library), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_pruning_is_refused_when_something_could_not_be_read(bayan, tmp_path):
    path = releases(tmp_path / "x.jsonl", 2)
    assert bayan("index", path).returncode == 0
    path.write_text(path.read_text("utf-8").replace('{"id": "r1"', '{"id": "r1'), "utf-8")
    done = bayan("index", path, "--prune")
    assert done.returncode == 2
    assert "Nothing was pruned" in done.stderr
    assert json.loads(bayan("status", "--json").stdout)["releases"] == {"en": 2}


def test_control_characters_of_a_text_do_not_reach_the_terminal(bayan, tmp_path):
    (tmp_path / "x.txt").write_text("Opium \x1b]0;owned\x07 seized\nPolice \x1b[2J said so.", "utf-8")
    shown = bayan("read", tmp_path / "x.txt").stdout
    assert "owned" in shown
    assert "\x1b" not in shown


def test_a_misspelt_word_is_told_and_not_searched(library):
    told = run(library, "search", "opuim", "--mode", "keyword").stdout
    assert "0 match your words" in told
    assert "did you mean: opium" in told
    asked = json.loads(run(library, "search", "opuim after:2024", "--mode", "keyword", "--json").stdout)
    assert asked["hits"] == []
    assert asked["did_you_mean"] == {
        "text": "opium after:2024",
        "reason": "spelling",
        "changed": [{"from": "opuim", "to": "opium"}],
    }
