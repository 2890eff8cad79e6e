"""Measures by language and by leg, parts left out, and runs compared."""

import json
from contextlib import closing
from dataclasses import replace
from math import log2
from statistics import fmean

import pytest

from indexer import build
from search import ablation, bootstrap, evaluation, lexicon
from search.ablation import PARTS
from search.errors import InputError, StorageError, UsageError
from search.evaluation import EvaluationQuery, EvaluationSet
from search.installation import Installation
from search.lexicon import Lexicon
from search.query import plain
from search.settings import Settings
from tests.behaviour.conftest import CALIBRATION, FINGERPRINT, HashEncoder, local, release
from tests.indexer.conftest import ROOT, run

LEXICON = Lexicon({c.id: c for c in lexicon.parse(["[drug.captagon]", "ar: كبتاغون", "en: captagon"], "test")})


class Lists:
    """Answers each query with a list that is known, so that its scores can be worked out by hand."""

    def __init__(self, **lists):
        self.lists = {text: [(doc, 1.0) for doc in docs.split()] for text, docs in lists.items()}

    def ranked(self, read, *, mode="hybrid", limit):
        assert mode in evaluation.LEGS
        return self.lists[read.meaning][:limit]


@pytest.fixture
def data():
    documents = [release(f"{lang}{i}", lang, f"{lang} {i}") for lang in ("en", "fr", "fa") for i in range(12)]
    queries = (EvaluationQuery("q1", "one", "en", "name"), EvaluationQuery("q2", "two", "fr"))
    return EvaluationSet(tuple(documents), queries, {"q1": {"en1": 1, "fr1": 1, "fa1": 1}, "q2": {"en1": 2, "fa1": 1}})


def installation_over(folder, data):
    engine = local(folder)
    build.index(engine, HashEncoder(), data.releases, command="test")
    return Installation(Settings(), HashEncoder(), CALIBRATION, FINGERPRINT, engine, LEXICON)


@pytest.fixture(scope="module")
def sample():
    return evaluation.read(ROOT / "tests" / "relevance")


@pytest.fixture(scope="module")
def installed(sample, tmp_path_factory):
    here = installation_over(tmp_path_factory.mktemp("sample"), sample)
    with closing(here.engine):
        yield here


def evaluated(installed, sample, *without):
    return evaluation.evaluate(installed.searcher(without), sample, ablation.legs(without), without)


@pytest.fixture(scope="module")
def report(installed, sample):
    return evaluated(installed, sample)


def test_scores_are_those_that_can_be_worked_out_by_hand(data):
    report = evaluation.evaluate(Lists(one="en2 en1 fr1", two="en1 fr1"), data)
    first, second = report.queries["q1"], report.queries["q2"]
    assert first.ndcg == pytest.approx((1 / log2(3) + 1 / log2(4)) / (1 + 1 / log2(3) + 1 / log2(4)))
    assert (first.recall, first.other_recall, first.own_first) == (pytest.approx(2 / 3), 0.5, 0)
    assert second.ndcg == pytest.approx(2 / (2 + 1 / log2(3)))
    assert (second.recall, second.other_recall, second.own_first) == (0.5, 0.5, None)
    assert report.whole.languages == {"en": 0.6, "fr": 0.4}
    assert report.by_kind["name"].ndcg == report.by_query_language["en"].ndcg == round(first.ndcg, 4)


def test_documents_of_a_language_are_missed_in_the_first_ten_but_ranked_among_themselves(data):
    english = " ".join(f"en{i}" for i in (2, 1, 0, *range(3, 12)))
    by_language = evaluation.evaluate(Lists(one=f"{english} fr2 fr1", two="fr1"), data).by_document_language
    assert (by_language["fr"].queries, by_language["fr"].recall) == (1, 0)
    assert by_language["fr"].ndcg == round(1 / log2(3), 4)
    assert (by_language["en"].queries, by_language["en"].recall) == (2, 0.5)
    assert by_language["en"].ndcg == round(1 / log2(3) / 2, 4)
    assert (by_language["fa"].queries, by_language["fa"].recall, by_language["fa"].ndcg) == (2, 0, 0)


def test_a_language_without_relevant_documents_has_no_row(data):
    judged = replace(data, judgments={"q1": {"en1": 1, "fr1": 0}, "q2": {"en1": 1}})
    assert evaluation.evaluate(Lists(one="en1", two="en1"), judged).by_document_language.keys() == {"en"}


@pytest.mark.parametrize("lists", [{"one": "en1", "two": ""}, {"one": "", "two": ""}])
def test_a_query_that_finds_nothing_counts_as_nothing(data, lists):
    report = evaluation.evaluate(Lists(**lists), data)
    assert (report.queries["q2"].ndcg, report.queries["q2"].recall, report.queries["q2"].other_recall) == (0, 0, 0)
    assert report.whole.queries == 2
    assert report.whole.ndcg == round(fmean(query.ndcg for query in report.queries.values()), 4)
    json.dumps(report.as_dict())


def test_two_runs_give_identical_figures(report, sample, tmp_path):
    again = installation_over(tmp_path, sample)
    with closing(again.engine):
        second = evaluated(again, sample)
    assert second == report
    assert second.as_dict() == report.as_dict()
    assert {(d.mean, d.low, d.high) for d in bootstrap.compare(second.queries, report.queries).values()} == {(0, 0, 0)}


def test_the_report_holds_all_tables(report):
    told = report.as_dict()
    assert {"ndcg@10", "recall@10", "other_recall@20", "own_first", "legs", "without"} <= told.keys()
    assert (
        told["by_query_language"].keys()
        == told["by_document_language"].keys()
        == {*["ar", "fa", "en", "ru", "fr", "es"]}
    )
    assert told["legs"]["hybrid"]["ndcg@10"] == told["ndcg@10"] > 0


def test_without_words_the_semantic_leg_is_left_and_without_meaning_the_keyword_leg(installed, sample, report):
    words, meaning = (evaluated(installed, sample, part) for part in ("words", "meaning"))
    assert words.legs == {"semantic": report.legs["semantic"]}
    assert meaning.legs == {"keyword": report.legs["keyword"]}
    assert words.whole != meaning.whole != report.whole
    assert words.as_dict()["without"] == ["words"]
    assert words.as_dict()["ndcg@10"] == report.legs["semantic"].ndcg


def test_without_the_lexicon_no_other_words_are_searched(tmp_path):
    one = EvaluationSet((release("a", "ar", "ضبط كبتاغون"), release("e", "en", "Captagon seized")), (), {})
    here = installation_over(tmp_path, one)
    with closing(here.engine):
        found = [
            {doc for doc, _ in here.searcher(without).ranked(plain("captagon"), mode="keyword", limit=9)}
            for without in (["names"], ["names", "lexicon"])
        ]
    assert found == [{"a", "e"}, {"e"}]


def test_without_values_numbers_are_found_only_as_they_are_typed(tmp_path):
    one = EvaluationSet((release("a", "ar", "ضبط 5.5 ألف قرص"), release("e", "en", "5500 pills seized")), (), {})
    here = installation_over(tmp_path, one)
    with closing(here.engine):
        found = [
            {doc for doc, _ in here.searcher(without).ranked(plain("5500"), mode="keyword", limit=9)}
            for without in ([], ["values"])
        ]
    assert found == [{"a", "e"}, {"e"}]


def test_only_without_centring_is_another_index_needed():
    whole = Settings()
    assert whole.centring > 0
    assert ablation.settings(whole, ["lexicon", "centring"]).centring == 0
    assert ablation.settings(whole, ["lexicon", "words"]) == whole


def test_parts_are_named_once_in_the_order_of_the_registry():
    assert ablation.chosen(["words, lexicon", "centring,words"]) == ("centring", "lexicon", "words")
    assert ablation.chosen([]) == ()


@pytest.mark.parametrize("name", ["typo", "", "lexicon,typo", "Words"])
def test_an_unknown_part_is_refused_with_a_list_of_all(name):
    with pytest.raises(UsageError) as refused:
        ablation.chosen([name])
    assert all(part in str(refused.value) for part in PARTS)


def test_something_must_be_left_to_search_by():
    with pytest.raises(UsageError, match="Without words and meaning nothing is left"):
        ablation.chosen(["meaning,words"])
    assert ablation.removable([]) == list(PARTS)
    assert ablation.removable(["lexicon", "words"]) == [
        part for part in PARTS if part not in {"lexicon", "words", "meaning"}
    ]


def test_an_ablation_tells_what_each_part_is_good_for(installed, sample, report):
    rows = ablation.rows(report, {part: evaluated(installed, sample, part) for part in ("meaning", "words")})
    assert list(rows) == ["words", "meaning"]
    for row in rows.values():
        difference = row.differences["ndcg@10"]
        assert difference.queries == 48
        assert difference.mean == pytest.approx(row.scores.ndcg - report.whole.ndcg, abs=2e-4)
        assert difference.low <= difference.mean <= difference.high
    assert rows["words"].differences["ndcg@10"].high < 0, "hashes mean nothing"
    assert rows["words"].as_dict()["difference"]["own_first"]["queries"] == 31


def test_the_interval_is_what_the_normal_distribution_has_for_many_queries():
    found = bootstrap.paired([0.0, 1.0] * 500)
    assert found.mean == 0.5
    assert found.high - found.mean == pytest.approx(1.96 * 0.5 / 1000**0.5, rel=0.05)
    assert found.mean - found.low == pytest.approx(1.96 * 0.5 / 1000**0.5, rel=0.05)


@pytest.mark.parametrize("differences", [[0.25], [0.25] * 7])
def test_what_does_not_vary_has_no_width(differences):
    found = bootstrap.paired(differences)
    assert (found.queries, found.mean, found.low, found.high) == (len(differences), 0.25, 0.25, 0.25)


def test_the_order_of_queries_changes_no_interval(report):
    other = {id_: replace(query, ndcg=query.ndcg / 2) for id_, query in report.queries.items()}
    backwards = dict(reversed(other.items()))
    assert bootstrap.compare(report.queries, other) == bootstrap.compare(report.queries, backwards)


def test_a_measure_is_compared_where_it_says_something(data):
    report = evaluation.evaluate(Lists(one="en1", two="en1"), data)
    worse = evaluation.evaluate(Lists(one="fr1", two="en1"), data)
    found = bootstrap.compare(worse.queries, report.queries)
    assert (found["own_first"].queries, found["own_first"].mean) == (1, -1)
    assert found["other_recall@20"].queries == 2


def save(path, report, data):
    now = bootstrap.settings(FINGERPRINT, LEXICON, report.without)
    bootstrap.save(path, bootstrap.identity(data, "a set"), now, report.queries)
    return path


def test_a_run_is_compared_with_one_in_a_file(installed, sample, report, tmp_path):
    path = save(tmp_path / "new" / "run.json", evaluated(installed, sample, "words"), sample)
    now = bootstrap.settings(FINGERPRINT, LEXICON, ())
    found = bootstrap.baseline(path, bootstrap.load(path, sample, "a set"), now, report.queries)
    row = ablation.rows(report, {"words": evaluated(installed, sample, "words")})["words"]
    assert found.differences["ndcg@10"].mean == -row.differences["ndcg@10"].mean > 0
    assert found.changed() == {"without": ("words", "-")}
    assert found.as_dict()["difference"].keys() == {"ndcg@10", "other_recall@20", "own_first"}


def test_a_saved_run_holds_each_query_and_what_it_depends_on(sample, report, tmp_path):
    saved = json.loads(save(tmp_path / "run.json", report, sample).read_bytes())
    assert saved["set"]["name"] == "a set"
    assert saved["set"]["queries"] == len(saved["queries"]) == 48
    assert saved["settings"]["fingerprint"] == FINGERPRINT.as_dict()
    for id_, query in report.queries.items():
        assert saved["queries"][id_] == query.measures()


def test_another_lexicon_is_told(sample, report, tmp_path):
    path = save(tmp_path / "run.json", report, sample)
    now = bootstrap.settings(FINGERPRINT, lexicon.NOTHING, ())
    assert bootstrap.baseline(path, bootstrap.load(path, sample, ""), now, report.queries).changed().keys() == {
        "lexicon"
    }


def other_judgment(data):
    return replace(data, judgments={**data.judgments, "q2": {"en1": 1}})


def other_text(data):
    return replace(data, queries=(replace(data.queries[0], text="anew"), data.queries[1]))


def fewer(data):
    return replace(data, queries=data.queries[:1])


@pytest.mark.parametrize("change", [other_judgment, other_text, fewer])
def test_a_file_of_another_set_is_refused(data, change, tmp_path):
    path = save(tmp_path / "run.json", evaluation.evaluate(Lists(one="en1", two="en1"), data), data)
    with pytest.raises(InputError, match="is of another set of queries: a set with 2"):
        bootstrap.load(path, change(data), "a set")


def test_a_set_in_another_folder_with_more_documents_is_the_same(data, tmp_path):
    path = save(tmp_path / "run.json", evaluation.evaluate(Lists(one="en1", two="en1"), data), data)
    moved = replace(data, releases=(*data.releases, release("more")), queries=data.queries[::-1])
    assert len(bootstrap.load(path, moved, "elsewhere").queries) == 2


@pytest.mark.parametrize("text", ["", "[]", '{"set": 1}', "\ufeff", "no JSON"])
def test_what_is_no_saved_run_is_refused(data, text, tmp_path):
    path = tmp_path / "run.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="is no file of `bayan evaluate --save`"):
        bootstrap.load(path, data, "a set")


@pytest.mark.parametrize("value", ["NaN", "2.0", '"much"', "null"])
def test_what_is_no_score_is_refused(data, value, tmp_path):
    path = save(tmp_path / "run.json", evaluation.evaluate(Lists(one="en1 fr1 fa1", two="en1 fa1"), data), data)
    saved = path.read_text("utf-8")
    assert '"ndcg@10": 1.0' in saved
    path.write_text(saved.replace('"ndcg@10": 1.0', f'"ndcg@10": {value}'), "utf-8")
    with pytest.raises(InputError, match="ndcg@10"):
        bootstrap.load(path, data, "a set")


def test_a_file_that_is_not_there_and_one_that_cannot_be_are_told(data, report, sample, tmp_path):
    with pytest.raises(InputError, match=r"absent\.json cannot be read"):
        bootstrap.load(tmp_path / "absent.json", data, "a set")
    with pytest.raises(StorageError, match="cannot be written"):
        save(tmp_path, report, sample)


@pytest.fixture
def folder(tmp_path):
    """A set of six documents and two queries, in BEIR layout."""
    texts = {
        "en": ("Captagon seized at the port", "Bank robbed in the capital"),
        "ar": ("ضبط كبتاغون في الميناء", "سطو على مصرف في العاصمة"),
        "fr": ("Captagon saisi dans le port", "Une banque attaquée dans la capitale"),
    }
    documents = [
        {"_id": f"{lang}{i}", "text": text, "metadata": {"lang": lang}}
        for lang, of in texts.items()
        for i, text in enumerate(of)
    ]
    queries = [
        {"_id": "q0", "text": "captagon", "metadata": {"lang": "en"}},
        {"_id": "q1", "text": "bank robbery", "metadata": {"lang": "en"}},
    ]
    out = tmp_path / "set"
    (out / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", documents), ("queries", queries)):
        (out / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    rows = [f"q{i}\t{lang}{i}\t1\n" for i in range(2) for lang in texts]
    (out / "qrels" / "test.tsv").write_text("".join(rows), "utf-8")
    return out


def test_the_command_compares_with_a_run_that_it_saved(folder, tmp_path):
    saved = tmp_path / "run.json"
    first = run(tmp_path / "data", "evaluate", folder, "--ablation", "--save", saved, "--json")
    second = run(tmp_path / "data", "evaluate", folder, "--baseline", saved, "--json")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    before, after = json.loads(first.stdout), json.loads(second.stdout)
    since = after["baseline"]
    assert {(value["mean"], value["low"], value["high"]) for value in since["difference"].values()} == {(0, 0, 0)}
    assert since["then"] == since["now"]
    assert list(before["ablation"]) == list(PARTS)
    assert before == after | {"ablation": before["ablation"], "baseline": None}


def test_the_command_shows_each_table(folder, tmp_path):
    saved = tmp_path / "run.json"
    run(tmp_path / "data", "evaluate", folder, "--save", saved)
    shown = run(tmp_path / "data", "evaluate", folder, "--without", "centring", "--ablation", "--baseline", saved)
    assert shown.returncode == 0, shown.stderr
    told = [
        "without centring\n",
        "query in en",
        "documents in ar",
        "without lexicon ",
        f"since {saved}",
        "calibration: then",
    ]
    assert [part for part in told if part not in shown.stdout] == []


def test_the_command_names_the_parts_and_refuses_others_before_it_indexes(folder, tmp_path):
    said = " ".join(run(tmp_path / "data", "evaluate", "--help").stdout.split())
    assert all(f"{name}: {part.sentence}" in said for name, part in PARTS.items())
    refused = run(tmp_path / "data", "evaluate", folder, "--without", "words,typo")
    assert refused.returncode == 2
    assert not refused.stdout
    assert 'no part "typo"' in refused.stderr
