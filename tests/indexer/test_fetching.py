"""Fetching, from real servers on this machine: politeness, bounds, and what a hostile server can do."""

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.fetching.feeds import Entry, Listing, listing
from indexer.fetching.fetcher import Fetcher, Response
from indexer.fetching.harvest import Harvest
from indexer.fetching.transport import public
from search.errors import InputError
from tests.indexer import makers

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server whose pages are functions; `asked` has each request's path and headers, in order."""

    def __init__(self, host: str) -> None:
        site = self
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.moments: list[float] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                site.moments.append(time.monotonic())
                answer = site.pages.get(self.path)
                with suppress(OSError):
                    answer(self) if answer else self.send_error(404)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        self.server = Server((host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{host}:{self.server.server_port}"


def answer(content: bytes | str = b"", status: int = 200, **headers: str) -> Answer:
    body = content if isinstance(content, bytes) else content.encode()

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


@contextmanager
def serving(host: str) -> Iterator[Site]:
    site = Site(host)
    thread = Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving("127.0.0.1") as made:
        yield made


def fetcher(**more) -> Fetcher:
    return Fetcher(**{"allowed": lambda address: address == ip_address("127.0.0.1"), "pause": 0.0} | more)


def get(*urls: str, using: Fetcher | None = None, **conditions: str) -> list[Response | None]:
    async def run():
        made = using or fetcher()
        try:
            return [await made.get(url, **conditions) for url in urls]
        finally:
            await made.close()

    return asyncio.run(run())


def refusal(*urls: str, using: Fetcher | None = None) -> str:
    with pytest.raises(InputError) as caught:
        get(*urls, using=using)
    return caught.value.rule


def test_a_page_is_fetched_under_the_name_of_the_project(site):
    site.pages["/1"] = answer(makers.page(), ETag='"a"')
    (response,) = get(f"{site.url}/1", using=fetcher(contact="press@archive.test"))
    assert (response.url, response.content, response.etag) == (f"{site.url}/1", makers.page().encode(), '"a"')
    agents = {headers["User-Agent"] for _, headers in site.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("Bayan/")
    assert "press@archive.test" in site.asked[0][1]["User-Agent"]


def test_a_page_that_has_not_changed_is_not_sent_again(site):
    def conditional(handler):
        same = handler.headers["If-None-Match"] == '"a"'
        answer(b"" if same else b"text", 304 if same else 200)(handler)

    site.pages["/1"] = conditional
    assert get(f"{site.url}/1", etag='"a"') == [None]
    assert get(f"{site.url}/1", etag='"b"')[0].content == b"text"


def test_robots_txt_is_asked_once_and_obeyed(site):
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /\n\nUser-agent: bayan\nDisallow: /*/private/\n")
    site.pages["/a/public/1"] = answer("text")
    using = fetcher()

    async def run():
        await using.get(f"{site.url}/a/public/1")
        with pytest.raises(InputError, match=r"robots\.txt"):
            await using.get(f"{site.url}/a/private/1")
        await using.close()

    asyncio.run(run())
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a/public/1"]


def test_a_site_whose_robots_txt_fails_is_left_alone(site):
    site.pages["/robots.txt"] = answer(status=500)
    assert refusal(f"{site.url}/1") == "robots"
    assert [path for path, _ in site.asked] == ["/robots.txt"]


def test_requests_to_a_host_come_one_at_a_time_with_pauses(site):
    site.pages["/robots.txt"] = answer("User-agent: *\nCrawl-delay: 0.2\n")
    busy = []

    def slow(handler):
        busy.append(1)
        assert len(busy) == 1
        time.sleep(0.05)
        busy.pop()
        answer("text")(handler)

    urls = [f"{site.url}/{i}" for i in range(3)]
    site.pages |= {f"/{i}": slow for i in range(3)}

    async def run():
        using = fetcher()
        got = await asyncio.gather(*map(using.get, urls))
        await using.close()
        return got

    assert [response.content for response in asyncio.run(run())] == [b"text"] * 3
    gaps = [later - sooner for sooner, later in zip(site.moments[1:], site.moments[2:], strict=False)]
    assert min(gaps) >= 0.2


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_be_left_alone_is(site, status):
    site.pages["/1"] = answer(status=status, Retry_After="3600")
    using = fetcher()

    async def run():
        said = []
        for page in "12":
            with pytest.raises(InputError) as caught:
                await using.get(f"{site.url}/{page}")
            said.append(str(caught.value))
        await using.close()
        return said

    first, second = asyncio.run(run())
    assert "Retry-After: 3600" in first
    assert "nothing more in this run" in second
    assert [path for path, _ in site.asked] == ["/robots.txt", "/1"]


def test_a_redirect_is_followed_and_the_page_has_the_address_where_it_ended(site):
    site.pages |= {"/1": answer(status=301, Location="/2"), "/2": answer("text")}
    assert get(f"{site.url}/1")[0].url == f"{site.url}/2"


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("http://127.0.0.2:{port}/secret", "private"),
        ("http://169.254.169.254/latest/meta-data", "private"),
        ("http://[::1]:{port}/secret", "private"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://2130706434:{port}/secret", "private"),
        ("file:///etc/passwd", "fetch"),
        ("ftp://127.0.0.1/x", "fetch"),
        ("http://[", "fetch"),
        ("/1", "fetch"),
    ],
)
def test_a_redirect_to_where_nobody_should_go(site, target, rule):
    with serving("127.0.0.2") as inside:
        inside.pages["/secret"] = answer("secret")
        site.pages["/1"] = answer(status=302, Location=target.format(port=inside.server.server_port))
        assert refusal(f"{site.url}/1") == rule
        assert inside.asked == []


@pytest.mark.parametrize(
    ("address", "open_internet"),
    [
        ("193.0.6.139", True),
        ("2001:67c:2e8:22::c100:68b", True),
        ("64:ff9b::c100:68b", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:192.168.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_addresses_of_the_open_internet(address, open_internet):
    assert public(ip_address(address)) is open_internet


def test_an_address_of_this_machine_is_refused_unless_allowed(site):
    site.pages["/1"] = answer("text")
    assert refusal(f"{site.url}/1", using=Fetcher()) == "private"
    assert refusal(f"{site.url.replace('127.0.0.1', 'localhost')}/1", using=Fetcher()) == "private"
    assert site.asked == []


def drip(handler, head=b""):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("head", [b"X-Slow: ", b"Content-Type: text/html\r\n\r\n"])
def test_a_server_that_drips_a_byte_at_a_time(site, head):
    site.pages["/1"] = lambda handler: drip(handler, head)
    begun = time.monotonic()
    assert refusal(f"{site.url}/1", using=fetcher(seconds=1.0)) == "slow"
    assert time.monotonic() - begun < 20


def test_a_server_that_never_answers_is_not_asked_for_ever(site):
    site.pages |= {f"/{i}": drip for i in range(9)}
    using = fetcher(seconds=0.3)

    async def run():
        rules = []
        for i in range(9):
            with pytest.raises(InputError) as caught:
                await using.get(f"{site.url}/{i}")
            rules.append(caught.value.rule)
        await using.close()
        return rules

    assert asyncio.run(run()) == ["slow"] * 9
    assert [path for path, _ in site.asked] == ["/robots.txt", "/0", "/1", "/2"]


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_that_is_too_large(site, packed):
    content = b"a" * 2_000_000
    site.pages["/1"] = answer(gzip.compress(content), Content_Encoding="gzip") if packed else answer(content)
    assert refusal(f"{site.url}/1", using=fetcher(limit=1_000_000)) == "size"


def test_what_is_no_http_at_all(site):
    site.pages["/1"] = lambda handler: handler.wfile.write(b"\0" * 5_000)
    site.pages["/2"] = answer(b"nothing", Content_Encoding="gzip")
    assert refusal(f"{site.url}/1") == "fetch"
    assert refusal(f"{site.url}/2") == "fetch"
    assert refusal("http://host.invalid/") == "fetch"
    assert refusal("mailto:press@police.test") == "fetch"


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for localhost alone, whose authority this test trusts."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    key, made = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-days",
        "1",
        "-subj",
        "/CN=x",
    ]
    extra = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run(command + extra, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context


def test_a_certificate_must_be_that_of_the_name_though_the_address_is_asked(certificate):
    with serving("127.0.0.1") as site:
        site.server.socket = certificate.wrap_socket(site.server.socket, server_side=True)
        site.pages["/1"] = answer("text")
        port = site.server.server_port
        assert get(f"https://localhost:{port}/1")[0].content == b"text"
        assert refusal(f"https://127.0.0.1:{port}/1") == "fetch"


RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>وزارت کشور</title>
<item><title>کشف تریاک در مرز</title><link>/news/1?a=1&amp;b=2</link><pubDate>Wed, 01 May 2024 10:00:00 GMT</pubDate></item>
<item><title>no link</title></item><item><link>javascript:alert(1)</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Opium</title><link href="https://a.test/1"/>
<published>2024-05-01T10:00:00Z</published></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://a.test/1", "title": "Opium",
"date_published": "2024-05-01T10:00:00+03:00"}, {"url": 7}, 8]}"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc> https://a.test/1 </loc><n:news>
<n:publication_date>2024-05-01</n:publication_date><n:title>Opium</n:title></n:news></url></urlset>"""
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/m.xml</loc></sitemap></sitemapindex>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (RSS, ("https://a.test/news/1?a=1&b=2", "کشف تریاک در مرز")),
        (ATOM, ("https://a.test/1", "Opium")),
        (JSON, ("https://a.test/1", "Opium")),
        (SITEMAP, ("https://a.test/1", "Opium")),
    ],
)
def test_lists_of_pages(content, expected):
    for data in (content.encode(), gzip.compress(content.encode())):
        (entry,) = listing(data, "https://a.test/feed").entries
        assert (entry.url, entry.title) == expected
        assert entry.published.isoformat() == "2024-05-01"


def test_a_sitemap_of_sitemaps_and_what_is_no_list():
    assert listing(INDEX.encode(), "https://a.test/x").lists == ["https://a.test/m.xml"]
    for content in (makers.page().encode(), b"", b"{}", b"[]", b"\0" * 99, b"{" * 9_999, b"<p>feed</p>"):
        assert listing(content, "https://a.test/") is None


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_no_bytes_of_a_list_raise_anything_but_a_sentence(data):
    content = bytearray(data.draw(st.sampled_from([RSS, ATOM, JSON, SITEMAP, INDEX])).encode())
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    with suppress(InputError):
        for entry in (listing(bytes(content), "https://a.test/") or Listing([], [])).entries:
            assert entry.url.startswith(("http:", "https:"))


def test_an_address_that_is_no_text_is_told(site):
    for address in ("http://a.test/\udcff", "http://\udcff/", "\udcff.xml", f"{site.url}/\0", "http://a.test:99999/"):
        ((found,), _) = harvested(address)
        assert isinstance(found.outcome, InputError)
    assert listing(b'{"version": "jsonfeed.org", "items": [{"url": "/\\ud800"}]}', site.url).entries == []


def test_a_host_is_reached_by_its_address_of_either_version():
    with serving("::1") as six:
        six.pages["/1"] = answer("text")
        using = fetcher(allowed=lambda _: True)
        assert get(f"http://[::1]:{six.server.server_port}/1", using=using)[0].content == b"text"


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize("content", [RSS, SITEMAP, ATOM])
def test_a_list_with_an_entity_bomb(content):
    root = content[content.index("<", 10) :] if content.startswith("<?xml") else content
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{root}'.replace("Opium", "&l9;")
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(InputError) as caught:
            listing(bomb.encode(encoding), "https://a.test/")
        assert caught.value.rule == "bomb"


def harvested(*addresses, limit=100, known=lambda _: None):
    with Harvest(fetcher(), limit) as harvest:
        return list(harvest.pages(addresses, known)), harvest.left


def test_the_pages_of_a_feed_and_of_sitemaps_within_a_limit(site, tmp_path):
    links = "".join(f"<url><loc>{site.url}/{i}</loc></url>" for i in range(5))
    site.pages |= {
        "/sitemap.xml": answer(INDEX.replace("/m.xml", f"{site.url}/m.xml")),
        "/m.xml": answer(f"<urlset>{links}<url><loc>{site.url}/gone</loc></url></urlset>"),
        **{f"/{i}": answer(makers.page(str(i))) for i in range(5)},
    }
    found, left = harvested(f"{site.url}/sitemap.xml")
    assert [item.entry.url for item in found] == [f"{site.url}/{name}" for name in ("0", "1", "2", "3", "4", "gone")]
    assert [type(item.outcome) for item in found] == [Response] * 5 + [InputError]
    assert left == 0
    (tmp_path / "m.xml").write_text(f"<urlset>{links}</urlset>", "utf-8")
    found, left = harvested(str(tmp_path / "m.xml"), f"{site.url}/4", limit=3)
    assert [item.entry.url for item in found] == [f"{site.url}/{name}" for name in "401"]
    assert left == 3


def test_a_sitemap_that_names_itself_ends(site):
    site.pages["/s"] = answer(INDEX.replace("/m.xml", f"{site.url}/s"))
    assert harvested(f"{site.url}/s") == ([], 0)


def test_addresses_that_lead_nowhere_are_told(site, tmp_path):
    (tmp_path / "x.xml").write_text("<html>", "utf-8")
    found, _ = harvested(str(tmp_path / "none.xml"), str(tmp_path / "x.xml"), f"{site.url}/none")
    assert [item.outcome.rule for item in found] == ["missing", "kind", "status"]


def test_hosts_take_turns(site):
    with serving("127.0.0.1") as other:
        for each in (site, other):
            each.pages |= {f"/{i}": answer("text") for i in range(2)}
        links = [f"{each.url}/{i}" for each in (site, other) for i in range(2)]
        site.pages["/m"] = answer("<urlset>" + "".join(f"<url><loc>{u}</loc></url>" for u in links) + "</urlset>")
        found, _ = harvested(f"{site.url}/m")
    assert [item.entry for item in found] == [Entry(links[at]) for at in (0, 2, 1, 3)]
