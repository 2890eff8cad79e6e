"""From a page or a text to a release, against what a careful reader would copy."""

import json
import re
import textwrap
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.extraction import Hints, Repetition, extract, lines
from search.errors import InputError

HERE = Path(__file__).parent
SEEDS = json.loads((HERE / "golden" / "seeds.json").read_text("utf-8"))
PAGES = [json.loads(line) for line in (HERE / "pages" / "golden.jsonl").read_text("utf-8").splitlines()]

BODY = (
    "TASHKENT, May 3 (UzA) -- Customs officers have seized 5.2 tonnes of acetic anhydride at the Hairatan crossing, the "
    "ministry said on Friday.\n\nThe precursor was hidden in a shipment of cleaning agents that came by rail, and four "
    "people have been detained, among them the director of the company.\n\nThe investigation continues together with "
    "the partners of the neighbouring countries, the ministry added in its statement."
)
TITLE = "Customs officers seize acetic anhydride at the Hairatan crossing"


def page(body="", head="", title=TITLE, text=BODY):
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    return f"<html><head>{head}</head><body><h1>{title}</h1>{body}{paragraphs}</body></html>"


def read(text, name="page.html", **hints):
    return extract(text if isinstance(text, bytes) else text.encode(), name, hints=Hints(**hints))


def fates(reading):
    return {line.text: line.rule if line.fate == "removed" else line.fate for line in reading.lines}


def f1(found, golden):
    counts = [Counter(re.findall(r"\w+", text)) for text in (found, golden)]
    return 2 * (counts[0] & counts[1]).total() / (counts[0].total() + counts[1].total())


@pytest.mark.parametrize("golden", SEEDS, ids=lambda golden: golden["file"])
def test_the_real_releases_are_read_exactly(shared, golden):
    release = read((shared / "seeds" / golden["file"]).read_bytes(), golden["file"]).release
    words = release.body.split()
    assert release.as_dict() | golden == release.as_dict() | golden | {
        "begins": " ".join(words[:6]), "ends": " ".join(words[-6:]), "words": len(words), "file": golden["file"],
    }  # fmt: skip
    assert {name: release.as_dict()[name] for name in ("title", "published", "place", "source", "lang", "dir")} == {
        name: golden[name] for name in ("title", "published", "place", "source", "lang", "dir")
    }


def test_nearly_all_pages_have_their_title_day_and_text():
    releases = [read((HERE / "pages" / golden["file"]).read_bytes(), golden["file"]).release for golden in PAGES]
    pairs = list(zip(releases, PAGES, strict=True))
    assert sum(release.title == golden["title"] for release, golden in pairs) >= 0.95 * len(pairs)
    assert sum(release.as_dict()["published"] == golden["published"] for release, golden in pairs) >= 0.95 * len(pairs)
    assert sum(f1(release.body, golden["body"]) for release, golden in pairs) >= 0.95 * len(pairs)
    assert all(release.lang == golden["lang"] for release, golden in pairs)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("كشفت الشرطة في بغداد عن شبكة لتهريب المخدرات إلى خارج البلاد وأوقفت أربعة أشخاص من أفرادها.", "windows-1256"),
        ("كشفت الشرطة في بغداد عن شبكة لتهريب المخدرات إلى خارج البلاد وأوقفت أربعة أشخاص من أفرادها.", "iso-8859-6"),
        (
            "Сотрудники полиции изъяли в городе на границе более ста килограммов героина, сообщили в МВД.",
            "windows-1251",
        ),
        ("Сотрудники полиции изъяли в городе на границе более ста килограммов героина, сообщили в МВД.", "koi8-r"),
        ("Les enquêteurs ont été informés à l'étranger où la drogue a été saisie par les autorités.", "windows-1252"),
        ("پلیس در مرز شرقی کشور بیش از صد کیلوگرم تریاک را که از خودرو به دست آمد کشف کرد.", "utf-16"),
        ("پلیس در مرز شرقی کشور بیش از صد کیلوگرم تریاک را که از خودرو به دست آمد کشف کرد.", "utf-16-le"),
    ],
)
@pytest.mark.parametrize(
    "declared", ["", '<meta charset="utf-8">', '<meta charset="iso-8859-1">', '<meta charset="x">']
)
def test_a_page_is_decoded_whatever_it_declares(text, encoding, declared):
    content = f"<html><head>{declared}</head><body><p>{text}</p><p>{text}!</p></body></html>".encode(encoding)
    assert text in read(content).release.text


@pytest.mark.parametrize(
    ("head", "line", "day"),
    [
        ('<meta property="article:published_time" content="2024-05-03T09:00:00+05:00">', "", date(2024, 5, 3)),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-05-03"}</script>', "", date(2024, 5, 3)),
        ("", '<p><time datetime="2024-05-03">Friday</time></p>', date(2024, 5, 3)),
        ("", "<p>Updated 18 January 2025</p><p>Published: 3 May 2024</p>", date(2024, 5, 3)),
        ("", "<dl><dt>Event date</dt><dd>1 May 2024</dd><dt>Published</dt><dd>3 May 2024</dd></dl>", date(2024, 5, 3)),
        # A template that stamps the day of the crawl, beside what the page shows.
        ('<meta property="article:published_time" content="2026-11-20T00:00:00Z">', "<p>3 May 2024</p>", date(2024, 5, 3)),
        # Either of two days; the address tells which.
        ('<link rel="canonical" href="https://news.example/2024/05/03/customs">', "<p>05/03/2024</p>", date(2024, 5, 3)),
    ],
)  # fmt: skip
def test_the_day_of_publication(head, line, day):
    reading = read(page(line, head))
    assert reading.release.published == day
    assert reading.fields["published"].sure > 0.5


def test_the_clock_of_a_page_is_no_day_of_publication():
    text = "الأحد 04 شعبان / 29 مارس 2020\n10:24 م بتوقيت الدوحة\n\nالشرطة تضبط شحنة من المخدرات في ميناء حمد\n\n" + (
        "ضبطت الشرطة شحنة كبيرة من المخدرات في ميناء حمد، وأوقفت أربعة أشخاص يشتبه في تورطهم في تهريبها إلى البلاد.\n\n"
        * 2
    )
    reading = read(text, "page.txt")
    assert reading.release.published is None
    assert reading.release.title == "الشرطة تضبط شحنة من المخدرات في ميناء حمد"
    assert "No day of publication was found." in reading.warnings


def test_furniture_is_removed_and_its_rule_named():
    furniture = {
        "Share | Print | Email": "share",
        "Views: 1254": "views",
        "Photo: officers at the crossing": "caption",
        "Read also: Police chiefs meet in Almaty": "related",
        "-A +A": "print",
        "[ad_1]": "shortcode",
        "113/116": "no words",
        "By Ali Karimi, 3 May 2024, 10:33": "byline",
        "https://news.example/5311": "address",
    }
    paragraphs = BODY.split("\n\n")
    text = "\n\n".join(
        [TITLE, "3 May 2024", *list(furniture)[:3], paragraphs[0], *list(furniture)[3:], *paragraphs[1:]]
    )
    reading = read(text, "page.txt")
    assert reading.release.body == BODY
    assert fates(reading).items() >= furniture.items()


def test_other_stories_before_and_after_are_not_the_release():
    others = [
        "Museum opens new wing\nThe museum of the city has opened a new wing for its collection of carpets and ceramics.",
        "Buses on new routes\nBuses of the municipal company will take new routes from Monday on because of the marathon.",
    ]
    text = "\n".join(
        ["Latest news", *others, TITLE, "3 May 2024", BODY, "Related news", *others, "© 2024 All rights reserved"]
    )
    reading = read(text, "page.txt")
    assert (reading.release.title, reading.release.body.split()) == (TITLE, BODY.split())


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Press release: " + TITLE, TITLE),
        ("\U0001f4cc " + TITLE, TITLE),
        # A subject before a colon is of the headline.
        ("Drugs: " + TITLE, "Drugs: " + TITLE),
    ],
)
def test_a_headline_is_read_without_what_stands_before_it(line, title):
    assert read(f"{line}\n\n3 May 2024\n\n{BODY}", "page.txt").release.title == title


def test_a_headline_in_two_lines_is_one():
    broken = TITLE.replace("anhydride at", "anhydride<br>at")
    assert read(page("<p>3 May 2024</p>", title=broken)).release.title == TITLE


def test_a_printed_page_is_read_over_its_page_breaks():
    paragraphs = [textwrap.fill(paragraph, 72) for paragraph in BODY.split("\n\n")]
    head = "CUSTOMS SERVICE OF THE REPUBLIC"
    broken = [*paragraphs[:2], f"Page 1 of 2\n{head} - PRESS OFFICE", paragraphs[2], "Page 2 of 2"]
    text = "\n\n".join([head, textwrap.fill(TITLE, 48), "Tashkent, 3 May 2024", *broken])
    release = read(text, "page.txt").release
    assert (release.title, release.published, release.body) == (TITLE, date(2024, 5, 3), BODY)


def test_a_page_dumped_with_its_lists_is_unwrapped():
    menu = "\n".join(f"     * [{number}]{name}" for number, name in enumerate(["Home", "News", "Wanted", "Contact"], 1))
    links = "\n".join(f"   {number}. https://a.example/news/{number}" for number in range(1, 9))
    paragraphs = [textwrap.indent(textwrap.fill(paragraph, 69), "   ") for paragraph in BODY.split("\n\n")[1:]]
    text = "\n\n".join([menu, f"     {TITLE}", "   3 May 2024", *paragraphs, "   References", links])
    release = read(text, "page.txt").release
    assert (release.title, release.body) == (TITLE, BODY.split("\n\n", 1)[1])


def test_markdown_is_read_as_a_page_is():
    text = (
        f"[Home](https://a.example/) / [News](https://a.example/news)\n\n# {TITLE}\n\n3 May 2024\n\n"
        f"![Image 1: Officers at the crossing](https://a.example/1.jpg)\n\n{BODY}\n\n### Related news\n\n"
        "*   [Two officers honoured for bravery](https://a.example/2)\n"
    )
    release = read(text, "page.txt").release
    assert (release.title, release.published, release.body) == (TITLE, date(2024, 5, 3), BODY)
    linked = BODY.replace("Hairatan crossing", "[Hairatan crossing](https://a.example/h)").replace(
        "Friday", "**Friday**"
    )
    assert read(text.replace(BODY, linked), "page.txt").release.body == BODY


def test_a_text_that_lost_its_lines_has_a_headline_and_a_day():
    body = BODY.removeprefix("TASHKENT, May 3 (UzA) -- ").replace("\n\n", " ")
    release = read(f"{TITLE} Friday, 3 May 2024 {body} {body}", "page.txt").release
    assert (release.title, release.published, release.body) == (TITLE, date(2024, 5, 3), f"{body} {body}")
    # A day in a sentence parts nothing.
    said = "Customs officers seized a large shipment of acetic anhydride on 3 May 2024 at the Hairatan crossing. "
    assert read(said + body + " " + body, "page.txt").release.body.startswith(said.strip())


def test_the_day_of_the_visit_stands_above_the_menu():
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "News", "Wanted", "Contact"))
    text = page().replace("<h1>", f"<div>Sunday, 22 November 2026</div><ul>{menu}</ul><h1>")
    assert read(text).release.published is None


def test_the_first_moment_of_a_year_is_no_stamp():
    head = '<meta property="article:published_time" content="2012-01-01T00:00:00Z">'
    assert read(page("<p>3 May 2024</p>", head)).release.published == date(2024, 5, 3)
    assert read(page("", head)).release.published is None


def test_paragraphs_without_stops_are_known_by_their_element():
    lines = [line.rstrip(".") for line in BODY.split("\n\n")] + ["Two lorries were also taken from them"]
    text = f"<body><h1>{TITLE}</h1><p>3 May 2024</p><div>{'<br>'.join(lines)}</div><div>Another headline of the day</div></body>"
    assert read(text).release.body.split("\n")[-1] == lines[-1]


def test_the_value_of_a_label_is_furniture():
    cells = "<dl><dt>Source</dt><dd>Customs Service of the Republic</dd><dt>Published</dt><dd>3 May 2024</dd></dl>"
    release = read(page(cells, "<title>" + TITLE + " | Customs Service of the Republic</title>")).release
    assert (release.title, release.body) == (TITLE, BODY)


def test_what_pages_of_a_source_repeat_is_none_of_a_release():
    standing = (
        "Since the revolution more than three thousand eight hundred officers have given their lives in this fight."
    )
    bodies = [
        "Officers found opium in a car on the road from the border on Monday, and the driver was detained at once.",
        "The head of the police received the ambassador, and they spoke of the training of experts in forensics.",
        "A court has sentenced five members of a gang that forged passports for smugglers to nine years in prison.",
        "Divers of the coast guard recovered forty bags with cocaine from the sea after a night of searching.",
    ]
    texts = [f"Report of day {n}\n\n{body}\n\n{standing}" for n, body in enumerate(bodies)]
    counts = Repetition()
    for n, text in enumerate(texts):
        counts.count(*lines(text.encode(), f"folder/{n}.txt"))
    alone = extract(texts[0].encode(), "folder/0.txt").release
    among = extract(texts[0].encode(), "folder/0.txt", repetition=counts)
    assert standing in alone.body
    assert standing not in among.release.body
    assert fates(among)[standing] == "standing"


def test_one_release_on_several_pages_is_no_repetition():
    counts = Repetition()
    for n in range(4):
        counts.count(*lines(f"{TITLE}\n\n{BODY}\n\nMirror {n}".encode(), f"folder/{n}.txt"))
    assert extract(f"{TITLE}\n\n{BODY}".encode(), "folder/0.txt", repetition=counts).release.body == BODY


def test_a_page_in_two_languages_is_two_releases():
    russian = (
        "Таможенники изъяли крупную партию прекурсора на переходе Хайратон, сообщили в министерстве в пятницу. " * 2
    )
    first, second = read(page(text=f"{BODY}\n\nИзъята партия прекурсора героина\n\n{russian}")).releases
    assert (first.lang, first.body, second.lang, second.title) == ("en", BODY, "ru", "Изъята партия прекурсора героина")
    assert second.body == russian.strip()
    assert first.id != second.id


KAZAKH = (
    "Полиция департаментінің баспасөз қызметі хабарлағандай, күдіктілер азаматтардың атынан онлайн несие рәсімдеген. "
    "Тергеу жалғасуда, екі адам қамауға алынды, жәбірленушілерге арнайы әлеуметтік қызмет көрсетілді."
)
TURKISH = (
    "Emniyet Genel Müdürlüğü ekipleri, İran sınırından gelen bir tırda yaptıkları aramada 412 kilo eroin ele geçirdi.\n\n"
    "Fotoğraf: AA arşivi, Van gümrük kapısı\n\nOlayla ilgili üç şüpheli gözaltına alındı, soruşturma sürüyor.\n\n"
    "Bakan: Zehir tacirlerine nefes aldırmayacağız\n\nGözaltına alınan şüphelilerin emniyetteki işlemleri devam ediyor."
)


def test_a_release_in_another_language_is_undetermined_and_says_so():
    reading = read(page(title="Van'da 412 kilo eroin ele geçirildi", text=TURKISH))
    assert (reading.release.lang, reading.release.dir, reading.others) == ("und", "ltr", ())
    assert reading.fields["lang"].text == "tr"
    assert (
        "The text is read as Turkish (tr), which has no analyzer of its own: it is indexed with the neutral chain."
    ) in reading.warnings
    assert reading.release.body == TURKISH


def test_a_release_in_another_script_is_read():
    reading = read(
        "<h1>云南警方破获特大跨境贩毒案</h1><p>公安部禁毒局通报，专案组缴获冰毒三百二十公斤，抓获犯罪嫌疑人十九名。</p>"
    )
    assert (reading.release.lang, reading.fields["lang"].text) == ("und", "zh")
    assert "Chinese (zh)" in " ".join(reading.warnings)


def test_a_page_in_kazakh_and_russian_is_two_releases():
    russian = "Сотрудники полиции задержали двоих подозреваемых, которые оформляли кредиты на имя граждан. " * 3
    text = f"{KAZAKH}\n\n{russian.strip()}"
    title = "Шымкентте интернет-алаяқтар тобы құрықталды"
    first, second = read(page(title=title, text=text)).releases
    assert {first.lang: first.body, second.lang: second.body} == {"und": KAZAKH, "ru": russian.strip()}


def test_persian_in_the_letters_of_arabic_is_one_language():
    lines = [
        "هشدار پليس فتا درباره پيامكهاي جعلي سامانه ثنا",
        "كلاهبرداران از نام قوه قضاييه سوءاستفاده ميكنند",
        "رئيس پليس فتاي استان اصفهان نسبت به ارسال پيامكهاي جعلي با عنوان ابلاغيه سامانه ثنا به شهروندان هشدار داد.",
        "سرهنگ سيد مصطفي مرتضوي گفت: در اين شيوه، كلاهبرداران شهروندان را به نصب برنامهاي وادار ميكنند.",
        "به گفته وي طي دو ماه گذشته ۴۱۲ پرونده در اين زمينه تشكيل و از حساب شاكيان بيش از ۹ ميليارد تومان برداشت شده است.",
    ]
    reading = read(page(title=lines[0], text="\n\n".join(lines[1:])))
    assert (reading.release.lang, reading.others) == ("fa", ())
    assert reading.release.body.split("\n\n") == lines[1:]


@pytest.mark.parametrize(
    "above",
    [["", "Organised crime"], ["Latest", "Museum opens a new wing", "", "Drugs"], []],
)
def test_a_subtitle_is_no_headline(above):
    text = "\n".join(
        [*above, TITLE, "Four people detained in shipment of cleaning agents", "3 May 2024", *BODY.split("\n\n")]
    )
    assert read(text, "page.txt").release.title == TITLE


def test_metadata_fills_in_what_the_page_does_not_show():
    head = (
        '<meta property="og:site_name" content="Frontier Herald"><link rel="canonical" href="https://herald.example/5">'
        f'<meta property="og:title" content="{TITLE} | Frontier Herald"><title>{TITLE} | Frontier Herald</title>'
    )
    reading = read(page(head=head, title="Frontier Herald"))
    assert (reading.release.title, reading.release.source) == (TITLE, "UzA")
    assert (reading.release.url, reading.release.place) == ("https://herald.example/5", "TASHKENT")
    assert reading.fields["title"].origin.startswith("og:title")


def test_markup_in_a_field_is_text():
    release = read(
        page(title="&lt;script&gt;alert(1)&lt;/script&gt; is what officers of customs at Hairatan found")
    ).release
    assert release.title.startswith("<script>alert(1)</script>")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\0" * 1_000_000, "empty"),
        (b"<p>x</p>" * 2_500_000, "20,000,000 bytes"),
        (b"<html><body><nav>News</nav></body></html>", "no text"),
    ],
)
def test_what_is_no_release_is_refused_in_a_sentence(content, said):
    with pytest.raises(InputError, match=said):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"<div>" * 100_000 + b"Police seized opium in the port on Monday, officials said." + b"</div>" * 100_000,
        b"<p>Police seized opium in the port on Monday, officials said.</p>" + b"<" * 1_000_000,
        ("Police seized opium in the port on Monday, officials said.\n" + "- " * 500_000).encode(),
        ("Police seized opium in the port on Monday, officials said.\n" + "ا" * 500_000).encode(),
        b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script><p>Police seized opium on Monday, they said.</p>",
    ],
    ids=["nested", "open", "dashes", "one word", "JSON"],
)  # fmt: skip
def test_hostile_pages_end(content):
    assert "Police seized opium" in read(content).release.text


PIECES = st.sampled_from(
    ["<p>", "</p>", "<h1>", "<td>", "<br>", "<pre>", "<!--", "<script>", "</script>", "<title>", "<div class=share>", "\n",
     "<time datetime='2024-13-45'>", "Police said on 12 May 2024. ", "كشفت الشرطة ", " - ", "Title: ", "(QNA)", "/ТАСС/",
     "۱۴۰۳/۰۱/۰۱", "\u202e", "\u200c", "&#0;", "<svg><title>", "{{url}}", "© ", "1" * 30, "https://[", "<a href='//['>"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=20), max_size=30), st.sampled_from(["a.html", "a.txt"]))
@settings(max_examples=150, deadline=None)
def test_any_page_is_read_or_refused(pieces, name):
    assert read_or_refused("".join(pieces).encode("utf-8", "replace"), name)


@given(st.binary(max_size=300), st.sampled_from(["a.html", "a.txt"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(content, name):
    assert read_or_refused(content, name)


def read_or_refused(content, name):
    """Return the text that was read, or the sentence why not."""
    try:
        return extract(content, name).release.text.strip()
    except InputError as error:
        return str(error)
