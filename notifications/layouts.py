"""The layouts of screens and mails: packaged pages into which worded text is put. Clerks never edit them."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


def layout(name: str) -> Template:
    """A page of `templates/documents/`; what is put into it is escaped unless it is marked as HTML."""
    return _pages().get_template(name)


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("templates", "documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
