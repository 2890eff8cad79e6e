"""Files and folders: what is read, what is rejected and why."""

import json

import pytest

from indexer.reading import Reject, read
from search.errors import InputError
from search.release import Release


def items(*paths):
    return list(read(paths))


def test_a_text_file_has_its_title_in_the_first_line(tmp_path):
    path = tmp_path / "release.txt"
    path.write_text("\ufeff\n\n  کشف تریاک در مرز  \n\nپلیس اعلام کرد که تریاک کشف شد.\n", "utf-8")
    (release,) = items(path)
    assert (release.title, release.body, release.lang) == ("کشف تریاک در مرز", "پلیس اعلام کرد که تریاک کشف شد.", "fa")


def test_a_broken_line_is_rejected_and_the_others_are_read(tmp_path):
    path = tmp_path / "releases.jsonl"
    lines = [json.dumps({"title": f"Opium seizure number {i}"}) for i in range(1, 11)]
    lines[6] = '{"title": "broken'
    path.write_text("\n".join(lines), "utf-8")
    read_items = items(path)
    (reject,) = [item for item in read_items if isinstance(item, Reject)]
    assert (reject.path, reject.line) == (str(path), 7)
    assert "no JSON" in reject.reason
    assert sum(isinstance(item, Release) for item in read_items) == 9


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"title": "x", "lang": "xx"}', '"xx" is not one of'),
        ('{"lang": "en"}', "neither"),
        ('{"title": "1234"}', "no letters"),
        ("[" * 100_000, "no JSON"),
        ('{"title": ["x"], "lang": "en"}', "must be text"),
    ],
)
def test_lines_that_are_no_release(tmp_path, line, said):
    path = tmp_path / "x.jsonl"
    path.write_text(line, "utf-8")
    (reject,) = items(path)
    assert said in reject.reason


def test_a_release_that_does_not_say_its_country_has_that_of_its_agency(tmp_path):
    rows = tmp_path / "releases.jsonl"
    told = [{"source": "ТАСС"}, {"source": "ТАСС", "country": "kz"}, {"source": "Интерпол"}]
    rows.write_text("\n".join(json.dumps({"title": "Изъят героин", "lang": "ru"} | one) for one in told), "utf-8")
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><link rel='canonical' href='https://www.moi.gov.qa/news/7'></head><body><h1>ضبط شحنة حشيش</h1>"
        "<p>ضبطت الإدارة العامة لمكافحة المخدرات شحنة من الحشيش كانت مخبأة في حاوية قادمة من الخارج.</p></body></html>",
        "utf-8",
    )
    assert [release.country for release in items(rows, page)] == ["RU", "KZ", None, "QA"]


def test_a_file_is_read_in_the_encoding_that_it_is_in(tmp_path):
    text = "Полиция изъяла наркотики на границе\n\nСотрудники полиции изъяли на границе сто килограммов героина."
    path = tmp_path / "x.txt"
    path.write_bytes(text.encode("cp1251"))
    assert items(path)[0].text == text.replace("\n\n", "\n")


def test_an_empty_file_is_rejected(tmp_path):
    (tmp_path / "x.txt").write_text(" \n\n", "utf-8")
    (reject,) = items(tmp_path)
    assert (reject.reason, reject.rule) == ("The file is empty.", "empty")


def test_a_folder_is_read_in_order_and_other_files_are_passed_over(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.txt").write_text("Second police report", "utf-8")
    (tmp_path / "a.TXT").write_text("First police report", "utf-8")
    (tmp_path / "notes.docx").write_bytes(b"PK")
    assert [item.title for item in items(tmp_path)] == ["First police report", "Second police report"]


def test_a_path_that_does_not_exist_stops_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read([tmp_path / "nowhere"])
    (tmp_path / "x.docx").write_bytes(b"PK")
    with pytest.raises(InputError, match="of a kind that is not read"):
        read([tmp_path / "x.docx"])


def test_a_link_that_leads_nowhere_or_in_circles_ends(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a.txt").write_text("One police report", "utf-8")
    assert [item.title for item in items(tmp_path)] == ["One police report"]


def test_the_five_real_releases_are_read(shared):
    releases = items(shared / "seeds")
    assert [release.lang for release in releases] == ["ar", "ar", "ar", "fa", "ar"]
