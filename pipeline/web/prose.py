"""Markdown of ours, such as a model's card, in; safe HTML below a page's heading out."""

from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

DEEPEST: Final = 6


def draw_markdown(written: str, folder: str, table_name: str) -> Markup:
    r"""Return HTML: headings one level lower, raw HTML as text, pictures from `folder`, wide tables can be moved.

    >>> draw_markdown("# Card", "/model/v1/", "table")
    Markup('<h2>Card</h2>\n')
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(written)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(DEEPEST, int(token.tag[1]) + 1)}"
        for child in token.children or ():
            if child.type == "image":
                child.attrs["src"] = folder + str(child.attrs["src"]).rsplit("/", maxsplit=1)[-1]
    html = str(parser.renderer.render(tokens, parser.options, {}))
    html = html.replace(
        "<table>", f'<div class="scroll" tabindex="0" role="group" aria-label="{table_name}"><table>'
    )
    return Markup(html.replace("</table>", "</table></div>"))  # noqa: S704 - the parser escapes what is no markdown
