"""Text of the content as HTML: bold and lists, nothing else."""

from functools import lru_cache

from markdown_it import MarkdownIt

from words import Words

_MARKDOWN = MarkdownIt("zero").enable(["emphasis", "list"])


def inline(t: Words, text: str) -> str:
    """Return a line as HTML, set as a typesetter leaves it."""
    return _inline(t.set(text))


def block(t: Words, text: str) -> str:
    """Return paragraphs and lists as HTML."""
    return _block(t.set(text))


@lru_cache(maxsize=4096)
def _inline(text: str) -> str:
    rendered: str = _MARKDOWN.renderInline(text)
    return rendered


@lru_cache(maxsize=4096)
def _block(text: str) -> str:
    rendered: str = _MARKDOWN.render(text)
    return rendered
