"""Elements of a page. A text is a text in it, whoever wrote it: what is written is escaped."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

from streams.printable import printable

_AS_THEY_ARE = {"class_": "class"}
Content = Element | str | None


def tag(name: str, /, *content: Content, **attributes: str | float) -> Element:
    """An element with what is in it; None is nothing. `class_` is its class, `a_b` its a-b."""
    made = Element(
        name,
        {
            _AS_THEY_ARE.get(key, key.replace("_", "-")): printable(str(value))
            for key, value in attributes.items()
        },
    )
    for each in content:
        _add(made, each)
    return made


def _add(made: Element, content: Content) -> None:
    if content is None:
        return
    if isinstance(content, Element):
        made.append(content)
    elif len(made):
        made[-1].tail = (made[-1].tail or "") + printable(content)
    else:
        made.text = (made.text or "") + printable(content)


def row(cell: str, cells: Iterable[Content], **attributes: str) -> Element:
    """A row of a table; its first cell names it."""
    first, *rest = cells
    return tag(
        "tr",
        tag("th", first, scope="col" if cell == "th" else "row"),
        *(tag(cell, each, **({"scope": "col"} if cell == "th" else {})) for each in rest),
        **attributes,
    )


def document(title: str, style: str, *content: Element) -> str:
    """The whole page, which may fetch nothing and run nothing."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        tag("title", title),
        _style(style),
    )
    whole = tag("html", head, tag("body", *content), lang="en")
    return f"<!DOCTYPE html>\n{tostring(whole, encoding='unicode', method='html')}\n"


def _style(text: str) -> Element:
    made = Element("style")
    made.text = f"\n{text}"  # ours; of a style nothing is escaped
    return made
