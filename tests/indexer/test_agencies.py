"""The registry of agencies: whose a host is, whose name a date line or a byline bears, and the data itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import LANGUAGES
from indexer import agencies
from indexer.agencies import Registry, by_domain, by_name, located, parse
from search import countries
from search.release import Release

ALL = list(agencies.registry().agencies.values())

SMALL = """
# a comment
[harbour]
kind: police
country: QA
domain: harbour.example | гавань.рф
ar: شرطة الميناء | ~ميناء
fa: پلیس بندر
en: Harbour Police
ru: Портовая полиция
fr: Police du port
es: Policía del puerto
"""


def identity(agency):
    return agency.id if agency else None


def test_the_registry_covers_the_field():
    assert len(ALL) >= 80
    assert {agency.kind for agency in ALL} == set(agencies.get_args(agencies.Kind))
    assert {"interpol", "unodc", "caricc", "ir-dchq", "us-dea", "es-guardia-civil", "qna", "tass", "efe"} <= {
        agency.id for agency in ALL
    }


@pytest.mark.parametrize("agency", ALL, ids=lambda agency: agency.id)
def test_every_name_and_every_host_lead_to_their_agency(agency):
    assert set(agency.names) == set(LANGUAGES)
    for name in (name for names in agency.names.values() for name in names):
        assert identity(by_name(name)) == agency.id, name
        assert identity(by_name(f"Doha - {name}")) == agency.id, name
        assert identity(by_name(name.upper())) == agency.id, name
    for domain in agency.domains:
        assert identity(by_domain(domain)) == agency.id
        assert identity(by_domain(f"www.{domain}")) == agency.id


def test_no_name_is_two_agencies_marked_or_not():
    owners = {}
    for agency in ALL:
        for name in (name for names in agency.names.values() for name in names):
            assert owners.setdefault(agencies.fold(name).replace(" ", ""), agency.id) == agency.id, name


def test_countries_are_of_iso_3166():
    assert {agency.country for agency in ALL if agency.country is not None} <= countries.codes()
    # What no country owns is an organisation of several, or their news service.
    assert {agency.kind for agency in ALL if agency.country is None} == {"organization", "news"}


def test_names_are_in_the_script_of_their_language():
    arabic_letters = set("يك")
    for agency in ALL:
        assert not arabic_letters & set("".join(agency.names["fa"])), agency.id
        assert not set("یکگپچژ") & set("".join(agency.names["ar"])), agency.id
        assert any("\u0400" <= letter <= "\u04ff" for letter in "".join(agency.names["ru"])), agency.id


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("الدوحة - قنا", "qna"),
        ("الدوحة في 12 مارس /قنا/ أعلنت وزارة الداخلية", "qna"),
        ("الرياض (واس)", "spa"),
        ("أبوظبي في 3 مايو / وام /", "wam"),
        ("باريس 3-5-2024 (أ ف ب)", "afp"),
        ("باريس (أ.ف.ب)", "afp"),
        ("RABAT, 3 mai (MAP) -", "map"),
        ("MADRID, 3 May. (EUROPA PRESS) -", "europa-press"),
        ("МОСКВА, 3 мая. /ТАСС/.", "tass"),
        ("به گزارش خبرنگار مهر، فرمانده انتظامی", "mehr"),
        ("به گزارش خبرگزاری جمهوري اسلامي", "irna"),
        ("نقلا عن وِزارة الداخليّة القطـريّة", "qa-moi"),
        ("الامم المتحدة: مكتب الأمم المتحدة المعني بالمخدرات والجريمة", "unodc"),
        ("مكتبالأممالمتحدة المعنيبالمخدرات والجريمة", "unodc"),
        ("سازمان بین المللی پلیس جنایی", "interpol"),
        ("LYON – Communiqué d’INTERPOL", "interpol"),
        ("Policía Nacional", "es-police"),
        ("Policía Nacional de Colombia", "co-police"),
        ("U.S. Department of Justice", "us-doj"),
        ("Zakat, Tax and Customs Authority", "sa-zatca"),
        ("ستاد مبارزه با موادمخدر", "ir-dchq"),
    ],
)
def test_date_lines_and_bylines_of_real_pages(line, expected):
    assert identity(by_name(line)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "محافظة قنا تشهد حملة أمنية",  # the city
        "۱۲ مهر ۱۴۰۲",  # the month
        "استان فارس",  # the province
        "وزارة الداخلية",  # of many countries
        "a map of the route",
        "Interpolation",
        "the Policía Nacional de Panamá",
    ],
)
def test_other_words_are_no_agency(text):
    assert by_name(text) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.INTERPOL.int", "interpol"),
        ("ar.irna.ir:443", "irna"),
        ("petersburg.мвд.рф", "ru-mvd"),
        ("xn--b1aew.xn--p1ai.", "ru-mvd"),
        ("police-nationale.interieur.gouv.fr", "fr-police"),
        ("www.interieur.gouv.fr", "fr-moi"),
        ("notinterpol.int", None),
        ("gov.uk", None),
        ("", None),
        ("a" * 70 + ".interpol.int", None),
    ],
)
def test_hosts(host, expected):
    assert identity(by_domain(host)) == expected


@given(st.text(max_size=300))
def test_any_text_can_be_asked_for(text):
    found = by_name(text)
    assert found is None or found in ALL
    assert by_domain(text) is None or by_domain(text) in ALL


@given(st.sampled_from(ALL), st.data(), st.text(alphabet="\u200c\u200d\u200e\u202b\u0640\u064e\u0301", max_size=3))
def test_marks_joiners_and_bidi_controls_do_not_hide_a_name(agency, data, noise):
    name = data.draw(st.sampled_from(agency.names[data.draw(st.sampled_from(LANGUAGES))]))
    at = data.draw(st.integers(1, len(name)))
    assert identity(by_name(name[:at] + noise + name[at:])) == agency.id


@pytest.mark.parametrize(
    ("fields", "country"),
    [
        ({"source": "وكالة الأنباء القطرية"}, "QA"),
        ({"source": "Пресс-служба МВД", "url": "https://www.moi.gov.qa/ru/news/1"}, "QA"),
        ({"url": "https://qna.org.qa/ar-QA/News/1"}, "QA"),
        # What a country's news agency carries of an organisation is the organisation's own.
        ({"source": "INTERPOL", "url": "https://qna.org.qa/en/News/2"}, None),
        ({"source": "UNODC"}, None),
        ({"source": "Marzoun General Customs Authority", "url": "https://example.org/1"}, None),
        ({"source": "Direction générale de la Police nationale du Sénégal"}, None),
        ({"source": "Direction générale de la Police nationale (France)"}, "FR"),
        ({"source": "Guardia Civil", "sample": True}, None),
        ({"url": "http://[::1/x"}, None),
        ({}, None),
        ({"source": "وكالة الأنباء القطرية", "country": "KW"}, "KW"),
    ],
)
def test_a_release_is_of_the_country_of_its_agency(fields, country):
    assert located(Release("a", "ar", "ضبط شحنة مخدرات", "", **fields)).country == country


def test_a_registry_of_ones_own():
    registry = Registry(parse(SMALL.splitlines(), "small"))
    assert identity(registry.by_domain("news.harbour.example")) == "harbour"
    assert identity(registry.by_domain("гавань.рф")) == "harbour"
    assert registry.by_name("ميناء الدوحة") is None
    assert registry.by_name("الدوحة - ميناء").name("en") == "Harbour Police"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("kind: police", "kind: navy"), r"\[harbour\] needs a kind"),
        (("country: QA", "country: Qatar"), "ISO 3166"),
        (("fa: پلیس بندر", ""), "a name in each"),
        (("fa: پلیس بندر", "fa: پلیس بندر | "), "a name in each"),
        (("en: Harbour", "de: Hafen"), "small:9"),
        (("# a comment", "en: INTERPOL"), "small:2"),
        (("fr: Police", "en: Police"), "small:11"),
    ],
)
def test_a_broken_registry_is_refused(change, told):
    with pytest.raises(ValueError, match=told):
        list(parse(SMALL.replace(*change).splitlines(), "small"))


def test_a_name_or_a_host_of_two_agencies_is_refused():
    for other in (SMALL.replace("harbour.example | ", ""), SMALL.replace("domain: harbour.example | гавань.рф\n", "")):
        with pytest.raises(ValueError, match=r"is both \[harbour\]'s and \[port\]'s"):
            Registry(parse((SMALL + other.replace("[harbour]", "[port]")).splitlines(), "small"))
