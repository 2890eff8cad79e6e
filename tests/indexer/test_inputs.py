"""What each kind of file gives."""

import gzip
import json
from email.header import Header

import pytest

from indexer.inputs.document import Reject
from indexer.reading import read
from tests.indexer import makers
from tests.indexer.makers import BODY, TITLE


def one(path):
    (item,) = read([path])
    return item


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("suffix", ["html", "htm", "HTML"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_a_saved_page(tmp_path, suffix, encoding):
    content = makers.page().replace("utf-8", encoding).encode(encoding)
    release = one(written(tmp_path / f"x.{suffix}", content))
    assert (release.title, release.body, release.lang) == (TITLE, BODY, "ru")


def test_markdown_is_read_without_its_marks(tmp_path):
    text = (
        f"---\ntitle: '{TITLE}'\nlayout: post\n---\n# {TITLE}\n\n**Сотрудники** [полиции](https://x.test) сообщили.\n"
    )
    release = one(written(tmp_path / "x.md", text))
    assert (release.title, release.body) == (TITLE, "Сотрудники полиции сообщили.")


SUBJECT = "وزارة الداخلية تعلن ضبط مشتبه به في قضية تهريب مخدرات"
TEXT = (
    "أعلنت وزارة الداخلية اليوم ضبط مشتبه به في قضية تهريب مخدرات عند المنفذ الحدودي.\n\n"
    "وقال المتحدث باسم الوزارة إن الأجهزة الأمنية عثرت بحوزته على كمية من الحبوب المخدرة، وإن التحقيق معه مستمر."
)


@pytest.mark.parametrize("encoded", [True, False])
def test_a_mail_gives_its_text_with_subject_date_and_sender(tmp_path, encoded):
    subject, sender = (Header(text, "utf-8").encode() if encoded else text for text in (SUBJECT, "وزارة الداخلية"))
    head = (
        f"From: {sender} <press@moi.test>\nSubject: {subject}\nDate: Wed, 1 May 2024 23:30:00 +0300\n"
        'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=windows-1256\nContent-Transfer-Encoding: 8bit\n\n"
    )
    rest = "\n--b\nContent-Type: text/html\n\n<p>not this</p>\n--b--\n"
    release = one(written(tmp_path / "x.eml", head.encode() + TEXT.encode("windows-1256") + rest.encode()))
    assert (release.title, release.source) == (SUBJECT, "وزارة الداخلية")
    assert release.body.split() == TEXT.split()
    assert release.published.isoformat() == "2024-05-01"


def test_a_mail_with_nothing_but_an_attachment_is_rejected(tmp_path):
    mail = "Subject: x\nContent-Type: application/pdf\nContent-Disposition: attachment\n\n%PDF"
    assert one(written(tmp_path / "x.eml", mail)).rule == "mail"


def test_a_pdf_gives_its_text(tmp_path):
    release = one(written(tmp_path / "x.pdf", makers.pdf("Opium seized at the border", "Police said so on Monday.")))
    assert (release.title, release.body) == ("Opium seized at the border", "Police said so on Monday.")


PERSIAN = (
    "پلیس از کشف تریاک در مرز خبر داد",
    "فرمانده پلیس گفت که این محموله از مرز وارد کشور شده است",
    "و دو نفر در این عملیات با همکاری مردم بازداشت شدند",
)
ARABIC = (
    "الشرطة تضبط كمية من المخدرات في الميناء",
    "وقال المتحدث الذي شارك في العملية إن هذا الشخص",
    "من بين المطلوبين على قائمة الإنتربول وهو الآن في السجن مع شريكه",
)


@pytest.mark.parametrize("lines", [PERSIAN, ARABIC])
def test_a_pdf_in_visual_order_is_refused_with_a_sentence(tmp_path, lines):
    # pypdf turns right-to-left letters round, so that what a file holds in visual order comes out as it is read.
    good, bad = makers.pdf(*lines), makers.pdf(*(line[::-1] for line in lines))
    found = [one(written(tmp_path / name, content)) for name, content in (("a.pdf", good), ("b.pdf", bad))]
    rejects = [item for item in found if isinstance(item, Reject)]
    releases = [item for item in found if not isinstance(item, Reject)]
    assert [item.rule for item in rejects] == ["visual-order"]
    assert "backwards" in rejects[0].reason
    assert releases[0].title == lines[0]


def test_a_pdf_of_pictures_is_rejected(tmp_path):
    assert one(written(tmp_path / "x.pdf", makers.pdf())).rule == "scan"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_a_header(tmp_path, delimiter):
    header = delimiter.join(["Title", "BODY", "published", "views"])
    rows = [
        delimiter.join([TITLE, f'"{BODY}\nВторая строка"', "2024-05-01", "17"]),
        delimiter * 3,
        f"{delimiter}{delimiter}x{delimiter}",
    ]
    items = list(read([written(tmp_path / "x.csv", "\n".join([header, *rows]))]))
    assert (items[0].title, items[0].body) == (TITLE, f"{BODY}\nВторая строка")
    assert items[0].published.isoformat() == "2024-05-01"
    assert [(item.line, "neither" in item.reason) for item in items[1:]] == [(5, True)]


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        (b"name,text\na,b\n", None, "csv"),
        (b"", None, "csv"),
        (b"title\nPolice report\n\xff\xfe\n", 3, "encoding"),
        (b'title\n"' + b"x" * 17_000_000, 2, "size"),
    ],
)
def test_csv_that_cannot_be_read(tmp_path, content, line, rule):
    *_, reject = read([written(tmp_path / "x.csv", content)])
    assert (reject.line, reject.rule) == (line, rule)


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
def test_a_web_archive_gives_its_pages_with_their_addresses(tmp_path, name):
    content = makers.warc(
        (
            "https://police.test/1",
            "text/html; charset=windows-1251",
            makers.page().replace("utf-8", "x").encode("cp1251"),
        ),
        ("https://police.test/logo.png", "image/png", b"\x89PNG"),
        ("https://police.test/2.pdf", "application/pdf", makers.pdf("Opium seized at the border", "Police said so.")),
        packed=name.endswith("gz"),
    )
    first, second = read([written(tmp_path / name, content)])
    assert (first.title, first.url, first.fetched_at) == (TITLE, "https://police.test/1", "2024-05-01T10:00:00Z")
    assert (second.title, second.url) == ("Opium seized at the border", "https://police.test/2.pdf")


def test_pages_that_a_crawler_did_not_get_are_passed_over(tmp_path):
    missing = makers.warc(("https://police.test/1", "text/html", makers.page().encode()), status="404 Not Found")
    assert list(read([written(tmp_path / "x.warc", missing)])) == []


def test_a_web_archive_that_breaks_off_gives_what_came_before(tmp_path):
    whole = makers.warc(
        *[(f"https://police.test/{i}", "text/html", makers.page(f"{TITLE} {i}").encode()) for i in range(9)]
    )
    items = list(read([written(tmp_path / "x.warc.gz", whole[: len(whole) * 2 // 3])]))
    assert len(items) > 3
    assert [item.path for item in items if isinstance(item, Reject)][-1].startswith(str(tmp_path / "x.warc.gz"))


def test_a_zip_archive_of_files_of_many_kinds(tmp_path):
    lines = json.dumps({"title": "Opium seized", "body": "Police said so."})
    path = makers.archive(
        tmp_path / "x.zip",
        a__html=makers.page(),
        b__jsonl=lines,
        c__warc__gz=makers.warc(("https://police.test/1", "text/html", makers.page().encode())),
        d__docx=b"PK",
        e__csv="title,body\nHeroin seized,Police said so.\n",
        f__zip=b"PK",
    )
    items = list(read([path]))
    assert [item.title for item in items if not isinstance(item, Reject)] == [
        TITLE,
        "Opium seized",
        TITLE,
        "Heroin seized",
    ]
    assert [item.path for item in items if isinstance(item, Reject)] == [f"{path}/f.zip"]


def test_a_packed_file_that_is_none(tmp_path):
    for name in ("x.zip", "x.warc.gz", "x.pdf"):
        content = gzip.compress(b"nothing") if name.endswith("gz") else b"nothing"
        assert isinstance(one(written(tmp_path / name, content)), Reject)
