"""A page as a tree, read by the standard library; a page whose tags do not nest is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Node:
    """An element with its children: elements and text."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all text inside."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """Return all text inside with single spaces."""
        return " ".join(self.text.split())

    def walk(self) -> Iterator["Node"]:
        """Give every element inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def all(self, tag: str, of: str | None = None, **attributes: str) -> list["Node"]:
        """Return the elements with this tag, class and attributes."""
        return [
            node
            for node in self.walk()
            if node.tag == tag
            and (of is None or of in (node.attributes.get("class") or "").split())
            and all(node.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str, of: str | None = None, **attributes: str) -> "Node":
        """Return the only such element."""
        (found,) = self.all(tag, of, **attributes)
        return found

    def marks(self) -> list[tuple[int, int]]:
        """Return the offsets of <mark> elements in the text."""
        out, at = [], 0
        for child in self.children:
            length = len(child if isinstance(child, str) else child.text)
            if isinstance(child, Node) and child.tag == "mark":
                out.append((at, at + length))
            at += length
        return out


class _Reader(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in <{tag}>"
        node = Node(tag, dict(attrs))
        if (node.attributes.get("href") or "").startswith("?"):
            node.attributes["href"] = f"{self.at}{node.attributes['href']}"
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes nothing at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str, at: str = "/search") -> Node:
    """Read the page whose path is `at`, which stands before those of its addresses that are parameters alone."""
    reader = _Reader(at)
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.open[0]


def own(script: Node) -> bool:
    """Say whether a script is a module of Bayan's own, with nothing written in the page."""
    return (
        script.attributes.get("type") == "module"
        and (script.attributes.get("src") or "").startswith("/static/js/")
        and not script.children
    )
