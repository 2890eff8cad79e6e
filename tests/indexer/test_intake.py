"""Runs of reading: once per content, continued after an interruption, with old texts and duplicates kept."""

import json
from contextlib import closing
from dataclasses import replace

import pytest

from indexer import build, reading
from indexer.fetching.fetcher import Fetcher
from indexer.fetching.harvest import Harvest
from indexer.inputs import files
from indexer.intake import Intake
from indexer.journal import Journal
from search.history import History
from tests.behaviour.conftest import HashEncoder, local
from tests.indexer import makers
from tests.indexer.test_fetching import answer, serving

ONCE = "Сотрудники полиции задержали на границе двоих подозреваемых в контрабанде героина."
TWICE = "Сотрудники полиции задержали на границе троих подозреваемых в контрабанде героина."


class Library:
    """An index with its journal and history in a folder; `rejects` are the last run's."""

    def __init__(self, folder, inputs):
        self.folder, self.inputs = folder, inputs
        self.rejects = []
        self.others = {}
        folder.mkdir(exist_ok=True)
        inputs.mkdir(exist_ok=True)

    def index(self, *paths, stop=None):
        return self.run(lambda intake: intake.files(paths or [self.inputs]), stop=stop)

    def fetch(self, *addresses):
        with Harvest(Fetcher(allowed=lambda _: True, pause=0.0), 100) as harvest:
            return self.run(lambda intake: intake.pages(harvest, addresses))

    def run(self, produce, stop=None):
        self.rejects = []

        def interrupt(_):
            if stop and len(self.rejects) + counted[0] >= stop:
                raise KeyboardInterrupt

        counted = [0]

        def advance(count):
            counted[0] += count
            interrupt(count)

        with closing(Journal(self.folder)) as journal, closing(History(self.folder)) as history:
            intake = Intake(journal, history, self.rejects, advance)
            with closing(local(self.folder)) as engine:
                counts = build.index(engine, HashEncoder(), produce(intake), command="test", keeper=intake)
                intake.finish()
        self.others = intake.others
        return counts

    def content(self):
        with closing(local(self.folder)) as engine:
            return {entry.release.id: entry.release for entry in engine.entries()}

    def versions(self, identity):
        with closing(History(self.folder)) as history:
            return [version.release for version in history.versions(identity)]

    def groups(self):
        with closing(History(self.folder)) as history:
            return history.groups()


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "data", tmp_path / "in")


def told(counts):
    return counts.new, counts.changed, counts.unchanged, counts.repeated


def put(library, name, *lines):
    path = library.inputs / name
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_file_is_read_once_per_content(library, monkeypatch):
    put(library, "a.txt", "Opium seized", "Police said so.")
    put(library, "b.jsonl", *(json.dumps({"id": f"r{i}", "title": f"Heroin {i}", "lang": "en"}) for i in range(3)))
    assert told(library.index()) == (4, 0, 0, 0)
    read = []
    contents = files.contents
    monkeypatch.setattr(files, "contents", lambda path: read.append(path.name) or contents(path))
    counts = library.index()
    assert (told(counts), read) == ((0, 0, 4, 0), [])
    assert counts.seen == library.content().keys()
    put(library, "a.txt", "Opium seized", "Police said so. Two men are in custody.")
    assert (told(library.index()), read) == ((0, 1, 3, 0), ["a.txt"])


def test_an_index_that_has_lost_releases_gets_them_from_the_files(library):
    put(library, "a.txt", "Opium seized", "Police said so.")
    put(library, "b.txt", "Heroin seized", "Police said so.")
    library.index()
    with closing(local(library.folder)) as engine, engine.writing("test") as writer:
        writer.remove(list(library.content())[:1])
    assert told(library.index()) == (1, 0, 1, 0)


def test_an_interrupted_run_continues_to_the_same_index(library, tmp_path):
    for i in range(200):
        put(library, f"{i:03}.txt", f"Opium seizure {i}", f"Police found {i} kilograms.")
    with pytest.raises(KeyboardInterrupt):
        library.index(stop=150)
    kept = len(library.content())
    assert 0 < kept < 200
    counts = library.index()
    assert (counts.new, counts.unchanged) == (200 - kept, kept)
    whole = Library(tmp_path / "whole", library.inputs)
    whole.index()
    assert library.content() == whole.content()


def test_what_was_rejected_is_told_again(library):
    put(library, "a.jsonl", '{"title": "Opium", "lang": "en"}', "{broken")
    for _ in range(2):
        library.index()
        assert [(reject.line, reject.rule) for reject in library.rejects] == [(2, "json")]


def test_a_changed_page_keeps_its_id_and_its_old_texts(library):
    path = put(library, "a.txt", "Opium seized", "Two men were arrested.")
    library.index()
    (identity,) = library.content()
    for body in ("Three men were arrested.", "Four men were arrested.", "Three men were arrested."):
        path.write_text(f"Opium seized\n{body}", "utf-8")
        assert told(library.index()) == (0, 1, 0, 0)
    assert [release.body for release in library.versions(identity)] == [
        "Two men were arrested.",
        "Three men were arrested.",
        "Four men were arrested.",
    ]
    assert library.content()[identity].body == "Three men were arrested."


def test_a_copy_and_its_edited_original_are_two_releases(library):
    path = put(library, "a.txt", "Opium seized", "Two men were arrested.")
    library.index()
    put(library, "b.txt", "Opium seized", "Two men were arrested.")
    path.write_text("Opium seized\nThree men were arrested.", "utf-8")
    library.index()
    assert sorted(release.body for release in library.content().values()) == [
        "Three men were arrested.",
        "Two men were arrested.",
    ]
    before = library.content()
    assert told(library.index()) == (0, 0, 2, 0)
    assert library.content() == before


def test_two_files_with_one_text_are_one_release(library):
    for name in ("a.txt", "b.txt"):
        put(library, name, "Opium seized", "Two men were arrested.")
    assert told(library.index()) == (1, 0, 0, 1)
    put(library, "b.txt", "Opium seized", "Three men were arrested.")
    assert told(library.index()) == (1, 0, 1, 0)


def test_two_captures_of_a_page_are_a_release_and_its_earlier_text(library):
    pages = [("https://police.test/1", "text/html", makers.page(body=body).encode()) for body in (ONCE, TWICE)]
    (library.inputs / "x.warc.gz").write_bytes(makers.warc(*pages))
    library.index()
    ((identity, release),) = library.content().items()
    assert release.body == TWICE
    assert [old.body for old in library.versions(identity)] == [ONCE]


def test_a_fetched_page_is_read_again_only_when_it_changed(library):
    with serving("127.0.0.1") as site:
        bodies = [ONCE, ONCE, TWICE]

        def page(handler):
            same = handler.headers["If-None-Match"] == f'"{bodies[0]}"'.encode().hex()
            answer(makers.page(body=bodies[0]), 304 if same else 200, ETag=f'"{bodies[0]}"'.encode().hex())(handler)

        site.pages["/1"] = page
        site.pages["/feed"] = answer(f"<rss><channel><item><link>{site.url}/1</link></item></channel></rss>")
        assert told(library.fetch(f"{site.url}/feed")) == (1, 0, 0, 0)
        bodies.pop(0)
        assert told(library.fetch(f"{site.url}/feed")) == (0, 0, 1, 0)
        bodies.pop(0)
        assert told(library.fetch(f"{site.url}/1")) == (0, 1, 0, 0)
        ((identity, release),) = library.content().items()
        assert (release.url, release.body) == (f"{site.url}/1", TWICE)
        assert [old.body for old in library.versions(identity)] == [ONCE]
        with closing(local(library.folder)) as engine, engine.writing("test") as writer:
            writer.remove([identity])
        assert told(library.fetch(f"{site.url}/1")) == (1, 0, 0, 0)


TITLE = "شرطة دبي تضبط شبكة لتهريب المخدرات"
FIRST = (
    "أعلنت القيادة العامة لشرطة دبي ضبط شبكة دولية لتهريب المواد المخدرة كانت تستخدم شحنات الخضار لإخفاء 500 كيلوغرام "
    "من حبوب الكبتاغون. وقال مدير الإدارة العامة لمكافحة المخدرات إن العملية جرت بالتعاون مع أجهزة الأمن في دول مجاورة، "
    "وإن التحقيقات كشفت عن ارتباط أفراد الشبكة بعصابات منظمة خارج البلاد."
)
SECOND = (
    "وأكد أن النيابة العامة أمرت بحبس المتهمين على ذمة التحقيق، ودعا أفراد المجتمع إلى الإبلاغ عن أي معلومات تتعلق بالاتجار "
    "غير المشروع بالمخدرات عبر خط الاتصال المخصص لذلك."
)


def test_a_page_that_is_no_release_is_told_of_once(library):
    with serving("127.0.0.1") as site:
        site.pages["/1"] = answer("<html></html>", ETag='"a"')
        for rules in (["empty"], []):
            library.fetch(f"{site.url}/1")
            assert [reject.rule for reject in library.rejects] == rules
        site.pages["/1"] = answer(makers.page(), ETag='"b"')
        assert told(library.fetch(f"{site.url}/1")) == (1, 0, 0, 0)


def test_what_other_rules_read_is_read_again(library, monkeypatch):
    put(library, "a.txt", "Opium seized", "Two men were arrested.")
    with serving("127.0.0.1") as site:
        asked = []
        site.pages["/1"] = lambda handler: (
            asked.append(handler.headers["If-None-Match"]) or answer(makers.page(), ETag='"a"')(handler)
        )
        for rules in ("1", "1", "other"):
            monkeypatch.setattr(reading, "RULES", rules)
            library.index()
            library.fetch(f"{site.url}/1")
    assert asked == [None, '"a"', None]
    assert len(library.content()) == 2


STORY = (TITLE, FIRST, SECOND)


def stories(library, *stories):
    lines = [json.dumps({"lang": "ar"} | story, ensure_ascii=False) for story in stories]
    return put(library, "stories.jsonl", *lines)


def test_one_release_on_several_sites_is_a_group_first_published_first(library):
    title, first, second = STORY
    story = {"title": title, "body": f"{first}\n{second}"}
    stories(
        library,
        story | {"id": "late", "url": "https://b.test/1", "source": "ب", "published": "2024-05-03"},
        story | {"id": "first", "url": "https://a.test/1", "source": "أ", "published": "2024-05-01"},
        # Another headline, another number, a line of the site's own.
        {
            "id": "edited",
            "title": "ضبط شبكة تهريب دولية في دبي",
            "body": f"{first.replace('500', '٤٨٠')}\n{second}\nتابعونا على قناتنا",
            "url": "https://c.test/1",
            "source": "ج",
        },
        {
            "id": "other",
            "title": "حريق في مصنع",
            "body": f"اندلع حريق في مصنع صباح اليوم. {second}",
            "url": "https://d.test/1",
        },
    )
    library.index()
    (group,) = library.groups()
    assert (group.id, [member.id for member in group.members]) == ("first", ["first", "late", "edited"])
    assert group.sources == ["أ", "ب", "ج"]


def test_no_number_decides(library):
    title, first, second = STORY
    numbers = ["500", "٥٠٠٠", "17.4", "۸،۸"]
    stories(
        library,
        *(
            {"title": title, "body": f"{first} {second}".replace("500", number), "url": f"https://{at}.test/"}
            for at, number in enumerate(numbers)
        ),
    )
    library.index()
    assert [len(group.members) for group in library.groups()] == [len(numbers)]


def test_a_bulletin_that_one_site_puts_out_daily_is_no_duplicate(library):
    title, first, second = STORY
    stories(
        library,
        *(
            {
                "title": title,
                "body": f"{first} {second}",
                "url": f"https://a.test/{day}",
                "published": f"2024-05-0{day}",
            }
            for day in range(1, 4)
        ),
    )
    library.index()
    assert library.groups() == []


def test_what_is_pruned_leaves_its_group(library):
    title, first, second = STORY
    story = {"title": title, "body": f"{first} {second}"}
    both = [story | {"id": name, "url": f"https://{name}.test/"} for name in "ab"]
    stories(library, *both)
    library.index()
    assert len(library.groups()) == 1
    with closing(History(library.folder)) as history:
        history.forget(["a"])
        assert history.groups() == []
        assert history.stale() == ["ar"]


def test_short_texts_are_not_taken_for_one_another(library):
    stories(library, *({"title": f"ضبط {i} كيلوغرام من الأفيون", "url": f"https://{i}.test/"} for i in range(3)))
    library.index()
    assert library.groups() == []


def test_an_edit_in_the_metadata_alone_is_a_version(library):
    line = {"id": "a", "lang": "en", "title": "Opium seized", "place": "Kabul"}
    put(library, "a.jsonl", json.dumps(line))
    library.index()
    (old,) = library.content().values()
    put(library, "a.jsonl", json.dumps(line | {"place": "Herat"}))
    library.index()
    assert library.versions("a") == [old]
    assert library.content()["a"] == replace(old, place="Herat")


def test_a_language_without_an_analyzer_is_indexed_and_counted(library):
    put(
        library,
        "a.txt",
        "Поліція вилучила двадцять кілограмів героїну на кордоні",
        "",
        "Працівники Національної поліції України вилучили на кордоні двадцять кілограмів героїну, повідомили у "
        "Міністерстві внутрішніх справ. Двох громадян затримано, триває досудове розслідування за фактом контрабанди.",
    )
    put(library, "b.txt", "Полиция изъяла героин на границе", "", ONCE)
    put(library, "c.jsonl", json.dumps({"id": "tr", "title": "Van'da eroin ele geçirildi", "lang": "tr"}))
    library.index()
    assert library.others == {"uk": 1, "und": 1}
    assert sorted(release.lang for release in library.content().values()) == ["ru", "und", "und"]
