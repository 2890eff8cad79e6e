"""How releases reach an office: pasted from chats and mails, printed, archived, wrapped; what is theirs and what is not."""

import json

import pytest

from indexer.extraction import extract, messages, rights, wrapping

TITLE = "Customs officers seize acetic anhydride at the Hairatan crossing"
BODY = (
    "Customs officers have seized 5.2 tonnes of acetic anhydride at the Hairatan crossing, the ministry said on Friday.\n\n"
    "The precursor was hidden in a shipment of cleaning agents that came by rail, and four people have been detained.\n\n"
    "The investigation continues together with the partners of the neighbouring countries, the ministry added."
)
NEXT = "Border post reopens after repairs\n\nThe post had been closed for six months while scanners were installed."


def text(content, name="release.txt"):
    return extract(content.encode(), name).release


def page(body, head=""):
    return text(f"<html><head>{head}</head><body>{body}</body></html>", "page.html")


PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n"))


@pytest.mark.parametrize(
    ("head", "after"),
    [
        ("[18/03/2022, 21:19:11] Border Monitor: *{title}*", "[19/03/2022, 08:00:00] Border Monitor: {other}"),
        ("18.03.22, 21:19 - Border Monitor: {title}", "19.03.22, 08:00 - Border Monitor: {other}"),
        ("Border Monitor, [18.03.2022 21:19]\n{title}", "Border Monitor, [19.03.2022 08:00]\n{other}"),
        ("[21:19, 18/03/2022] Border Monitor: {title}", "[08:00, 19/03/2022] Border Monitor: {other}"),
    ],
)
def test_a_message_of_a_chat_is_a_release_and_the_next_is_none_of_it(head, after):
    release = text(f"{head.format(title=TITLE)}\n\n{BODY}\n\n{after.format(other=NEXT)}")
    assert (release.title, release.body) == (TITLE, BODY)
    assert (str(release.published), release.source) == ("2022-03-18", "Border Monitor")


@pytest.mark.parametrize(
    "line", ["At 10:30 - the minister: arrived", "Kabul: 3 May 2024", "[12] Home", "[Photo] Kabul: x"]
)
def test_other_lines_are_no_heads_of_messages(line):
    assert messages.read(line) is None


def test_of_a_forwarded_mail_the_first_sender_counts():
    release = text(
        "From: desk@example.com\nSent: Friday, 4 May 2024 19:39\nTo: editors@example.com\n"
        f"Subject: Fwd: Press release: {TITLE}\n\nPlease check the figures before we run this tomorrow.\n\n"
        "From: Border Guard – Press Office <press@guard.example>\nSent: Thursday, 3 May 2024 18:33\n"
        f"To: undisclosed-recipients:;\nSubject: Press release: {TITLE}\n\nDear colleagues,\n\n"
        f"Please find below our latest release, with photographs.\n\n{TITLE}\n\n{BODY}"
    )
    assert (release.title, release.body, release.source) == (TITLE, BODY, "Border Guard")
    assert str(release.published) == "2024-05-03"


@pytest.mark.parametrize(
    "address",
    ["https://web.archive.org/web/20200102030405/https://guard.example/news/1", "https://guard.example/news/1"],
)
def test_a_page_from_an_archive_has_its_own_address(address):
    head = f'<link rel="canonical" href="{address}">'
    assert page(f"<h1>{TITLE}</h1>{PARAGRAPHS}", head).url == "https://guard.example/news/1"
    assert text(f"The Wayback Machine - https://web.archive.org/web/2020010203/{address}\n\n{TITLE}\n\n{BODY}").url


def test_a_base_that_is_a_page_is_its_address():
    content = f"<h1>{TITLE}</h1>{PARAGRAPHS}"
    assert page(content, '<base href="https://guard.example/news/1">').url == "https://guard.example/news/1"
    assert page(content, '<base href="https://guard.example/">').url is None


def test_a_breadcrumb_trail_may_be_all_that_names_the_page():
    assert text(f"Home » News » {TITLE}\n3 May 2024\n\n{BODY}").title == TITLE
    cut = f"Home » News » {TITLE[:30]}..."
    assert text(f"{cut}\n\n{TITLE}\n3 May 2024\n\n{BODY}").title == TITLE


@pytest.mark.parametrize(
    "head",
    [
        "<title>Customs officers of the ministry</title>",
        '<meta property="og:site_name" content="Customs officers of the ministry">',
    ],
)
def test_a_link_home_and_a_site_are_no_headlines(head):
    linked = '<h1><a href="/">Customs officers of the ministry</a></h1>'
    assert page(f"{linked}<div><b>{TITLE}</b></div><div>3 May 2024</div>{PARAGRAPHS}", head).title == TITLE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Customs officers seize acetic anhydride at", "the Hairatan crossing"),
        ("ضبط خمسة أطنان من المواد المخدرة في", "معبر حيرتان الحدودي بعد ملاحقة"),
        ("В порту задержали контрабандистов, которые", "перевозили две тонны гашиша"),
    ],
)
def test_a_headline_in_two_lines_is_one(first, second):
    assert text(f"{first}\n{second}\n\n3 May 2024\n\n{BODY}").title == f"{first} {second}"


def test_a_subtitle_is_none_of_the_headline():
    release = text(f"{TITLE}\nFour people detained after a tip\n\n3 May 2024\n\n{BODY}")
    assert release.title == TITLE


def test_the_site_behind_a_headline_is_none_of_it():
    for line in (f"{TITLE} | Border Monitor", f"Border Monitor - {TITLE}"):
        assert text(f"{line}\n3 May 2024\n\n{BODY}\n\n© 2024 Border Monitor").title == TITLE


def test_lines_of_a_document_in_a_viewer_are_paragraphs():
    lines = [
        "Customs officers have seized 5.2 tonnes of acetic anhydride at the Hairatan",
        "crossing, the ministry said on Friday, and four people have been detained.",
        "The precursor was hidden in a shipment of cleaning agents that came by rail,",
        "and the director of the company, who had signed the papers, is among the ones",
        "that the court has remanded in custody until the end of the month of June.",
    ]
    title = ["Customs officers seize acetic", "anhydride at the Hairatan crossing"]
    spans = "".join(f'<span style="font-size: 17px">{line}</span><br>' for line in title)
    spans += "".join(f'<span style="font-size: 12px">{line}</span><br>' for line in lines)
    release = page(f"<div>{spans}</div>")
    assert (release.title, release.body.replace("\n", " ")) == (TITLE, " ".join(lines))


def test_the_line_that_closes_a_release_has_its_day():
    release = text(f"{TITLE}\n\n{BODY}\n\nFait à Tunis, le 20 novembre 2018\n\nLe Directeur")
    assert (str(release.published), release.body) == ("2018-11-20", BODY)


def test_what_is_told_to_machines_alone_is_read():
    data = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-05-03", "articleBody": BODY}
    release = page('<div id="root"></div>', f'<script type="application/ld+json">{json.dumps(data)}</script>')
    assert (release.title, release.body, str(release.published)) == (TITLE, BODY, "2024-05-03")
    graph = {"@graph": [{"@type": "WebPage", "datePublished": "2024-05-03T08:00:00Z"}]}
    head = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    assert str(page(f"<h1>{TITLE}</h1>{PARAGRAPHS}", head).published) == "2024-05-03"


def test_other_stories_below_with_their_days_are_cut():
    release = text(f"{TITLE}\n3 May 2024\n\n{BODY}\n\n1 May 2024\n{NEXT}")
    assert (release.body, str(release.published)) == (BODY, "2024-05-03")


def test_columns_of_a_table_keep_their_lines_apart():
    lines = "<br><br>".join(BODY.split("\n\n"))
    other = "<b>Border post reopens after repairs</b><br>The post had been closed for six months, the guard said."
    release = page(f"<table><tr><td><b>{TITLE}</b><br>3 May 2024<br>{lines}</td><td>{other}</td></tr></table>")
    assert (release.title, release.body.split()) == (TITLE, BODY.split())


def test_how_sure_a_day_is_stays_with_the_release():
    assert text(f"{TITLE}\n\n3 May 2024\n\n{BODY}").published_sure == pytest.approx(0.9)
    assert text(f"{TITLE}\n\n{BODY}").published_sure is None


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("© 2024 Border Monitor. All rights reserved", "Border Monitor"),
        ("Ministry of Justice © 2003-2025 | Visitors: 77254", "Ministry of Justice"),
        ("جميع الحقوق محفوظة © جريدة الأطلس اليوم", "جريدة الأطلس اليوم"),
        ("© ۱۴۰۳ تمامی حقوق محفوظ است", ""),
        ("Copyright policy", ""),
        ("The minister spoke of rights", ""),
    ],
)
def test_whose_rights_are_reserved(line, holder):
    assert rights.holder(line) == holder


def test_a_column_is_found_and_lists_have_none():
    prose = "Customs officers have seized five tonnes of acetic anhydride at the crossing, the ministry said. " * 8
    for width in (45, 60, 72):
        lines, line = [], ""
        for word in prose.split():
            if len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        assert width - 12 <= wrapping.column([*lines, line]) <= width
    assert (
        wrapping.column(["Home", "About us", "News", "Contact", "Two tonnes of hashish destroyed near the port"]) == 0
    )


def test_a_headline_in_two_lines_is_known_by_a_small_letter_and_by_the_words_at_its_break():
    first, second = "Customs officers seize acetic anhydride", "at the Hairatan crossing"
    assert text(f"Border Monitor\n3 May 2024\n{first}\n{second}\n====\n\n{BODY}").title == f"{first} {second}"
    first, second = "کشف ۶۱۲ کیلوگرم شیشه از کامیون حامل", "خاک رس در طبس"
    body = (
        "پلیس مبارزه با مواد مخدر از کشف ۶۱۲ کیلوگرم شیشه در شهرستان طبس خبر داد.\n\n"
        "مأموران این محموله را در بازرسی از یک کامیون حامل خاک رس کشف کردند و دو نفر بازداشت شدند."
    )
    assert text(f"{first}\n{second}\n\n{body}").title == f"{first} {second}"


def test_a_subtitle_and_the_name_of_a_ministry_are_no_headlines():
    subtitle = "Four people detained in the second seizure of the year"
    assert text(f"Border Monitor\nHome / News\n\n{TITLE}\n\n{subtitle}\n\n18 March 2022\n\n{BODY}").title == TITLE
    body = BODY.replace("the ministry said", "the Interior Ministry said")
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body.split("\n\n"))
    head = "<title>Interior Ministry</title>"
    assert page(f"<h1>Interior Ministry</h1><p><b>{TITLE}</b></p>{paragraphs}", head).title == TITLE


def test_a_bulletin_with_its_contents_has_the_headline_without_a_number():
    contents = f"Contents\n1. {TITLE} ............ 1\n2. Border post reopens after repairs ............ 2"
    release = text(f"Border Monitor\n18 March 2022\n\n{contents}\n\n1. {TITLE}\n\n{BODY}\n\nNext issue: 19 March 2022")
    assert (release.title, str(release.published)) == (TITLE, "2022-03-18")


def test_an_embargo_tells_the_day_and_creation_less_than_publication():
    release = text(f"*** EMBARGOED UNTIL 06:00 GMT, FRIDAY, 18 MARCH 2022 ***\n\n{TITLE}\n\n{BODY}")
    assert str(release.published) == "2022-03-18"
    release = page(f"<h2>{TITLE}</h2><p>Created: 17 March 2022</p><p>Published: 18 March 2022</p>{PARAGRAPHS}")
    assert str(release.published) == "2022-03-18"


def test_a_page_on_one_line_and_a_text_with_entities_are_read():
    line = " | ".join(
        ["Border Monitor", "Home", "About us", TITLE, "18 March 2022", "Share", BODY.replace("\n\n", " ")]
    )
    assert (text(line).title, text(line).body) == (TITLE, BODY.replace("\n\n", " "))
    escaped = BODY.replace("acetic", "&quot;acetic&quot;").replace("5.2 tonnes", "5.2&nbsp;tonnes")
    assert text(f"{TITLE}\n\n{escaped}").body == BODY.replace("acetic", '"acetic"')


def test_short_years_of_persian_pages_are_read():
    body = (
        "<p>مدیر گمرک سرخس از توقیف ۳۱۲ کیلوگرم زعفران فاقد مجوز صادرات در این گمرک مرزی خبر داد.</p>"
        "<p>وی افزود که پرونده برای رسیدگی به تعزیرات حکومتی ارسال شد و کالا به انبار منتقل شد.</p>"
    )
    release = page(f"<h2>توقیف ۳۱۲ کیلوگرم زعفران قاچاق در مرز سرخس</h2><div>۹۷/۰۹/۰۸, 11:05</div>{body}")
    assert str(release.published) == "2018-11-29"


def test_a_paragraph_that_a_pull_quote_repeats_stays():
    first, second, third = PARAGRAPHS.split("</p>")[:3]
    quote = f"<aside><blockquote>{second.removeprefix('<p>')}</blockquote></aside>"
    assert page(f"<article><h1>{TITLE}</h1>{first}</p>{quote}{second}</p>{third}</p></article>").body == BODY
