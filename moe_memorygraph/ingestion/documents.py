"""A folder of Markdown, text, HTML and PDF to documents: one Markdown text each, with headings, lists and tables."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape
from pathlib import Path
from typing import Any

from moe_memorygraph.compliance import RawText, sanitize
from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.ingestion.rows import MAX_ID, MAX_SHORT, DocumentRow

__all__ = ["DOCUMENT_SUFFIXES", "MAX_FILE", "DocumentReject", "read_document", "read_documents"]

MAX_FILE = 32 * 1024 * 1024  # bytes
MAX_DOCUMENT = 2_000_000  # characters of text
MAX_PAGES = 5_000
MAX_DEPTH = 32  # folders


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReject:
    """A file that did not become a document, by its path in the folder, and why."""

    path: str
    reason: str


class _Unreadable(Exception):
    """Why a file cannot be a document."""


def read_documents(folder: Path) -> Iterator[DocumentRow | DocumentReject]:
    """The documents of a folder and the folders in it, by path; hidden files and other kinds are passed over.

    Nothing outside the folder is read: a link that leaves it is rejected. Blocks; reads one file at a time.
    Raises NotFound and InvalidArgument for the folder itself.
    """
    if not folder.exists():
        raise NotFound("There is no such folder.", "Check the path.")
    if not folder.is_dir():
        raise InvalidArgument("This is a file, not a folder.", "Give the folder that holds the documents.")
    root = folder.resolve()
    for path in _files(root, root, depth=0):
        try:
            yield read_document(path, root)
        except _Unreadable as error:
            yield DocumentReject(path=_relative(path, root), reason=str(error))


def read_document(path: Path, root: Path) -> DocumentRow:
    """One file below `root` (resolved) as a document; its id is its path there, so it is the same on every run."""
    if not path.resolve().is_relative_to(root):
        raise _Unreadable("the link leaves the folder")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
            raise _Unreadable("the file cannot be read")
        if status.st_size > MAX_FILE:
            raise _Unreadable(f"the file is larger than {MAX_FILE // 2**20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise _Unreadable("the file cannot be read") from error
    title, text = _READERS[path.suffix.lower()](content)
    text = sanitize(text).strip()
    if not text:
        raise _Unreadable("the file holds no text")
    if len(text) > MAX_DOCUMENT:
        raise _Unreadable(f"the text is longer than {MAX_DOCUMENT:,} characters")
    name = _relative(path, root)
    title = " ".join(sanitize(title or _first_heading(text) or _title_of(path)).split())[:MAX_SHORT]
    return DocumentRow(document_id=_document_id(name), path=name, title=RawText(title), text=RawText(text))


def _files(folder: Path, root: Path, *, depth: int) -> Iterator[Path]:
    """Files by path; also folders that cannot be opened and links that leave the root, to be rejected."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < MAX_DEPTH:
                yield from _files(path, root, depth=depth + 1)
        elif entry.is_dir():  # a link to a folder: its files are read where they are, or not ours
            if not path.resolve().is_relative_to(root):
                yield path
        elif path.suffix.lower() in _READERS:
            yield path


def _relative(path: Path, root: Path) -> str:
    return sanitize(path.relative_to(root).as_posix())


def _document_id(name: str) -> str:
    """The path in small letters, digits and `-._/`; one that loses something by it, or is long, gets a hash behind."""
    slug = re.sub(r"[^a-z0-9._/-]+", "-", name.lower())
    if slug == name and len(slug) <= MAX_ID:
        return slug
    return f"{slug[: MAX_ID - 9]}-{blake2b(name.encode(), digest_size=4).hexdigest()}"


def _title_of(path: Path) -> str:
    return re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name


_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def _first_heading(text: str) -> str:
    match = _HEADING.search(text)
    return "" if match is None else match[1]


# --- Markdown and text -----------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>(?:[^\n]*\n){0,200}?)---[ \t]*\n")
_FRONT_TITLE = re.compile(r"^title:[ \t]*['\"]?(.+?)['\"]?[ \t]*$", re.MULTILINE | re.IGNORECASE)


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise _Unreadable("the file is not UTF-8 text") from error


def _read_markdown(content: bytes) -> tuple[str, str]:
    text = _decode(content)
    front = _FRONT_MATTER.match(text)
    if front is None:
        return "", text
    title = _FRONT_TITLE.search(front["fields"])
    return "" if title is None else title[1], text[front.end() :]


def _read_text(content: bytes) -> tuple[str, str]:
    return "", _decode(content)


# --- HTML ------------------------------------------------------------------------------------------------------------

_UNSEEN = re.compile(
    r"script|style|noscript|template|svg|iframe|object|button|select|textarea|nav|footer|head", re.IGNORECASE
)
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|body|dd|details|div|dl|dt|fieldset|figcaption|figure|form|header|hr|html|main|p"
    r"|section|summary|h[1-6]|ul|ol|li|pre|table|thead|tbody|tfoot|tr|td|th|caption"
)
MAX_HTML_DEPTH = 200


def _read_html(content: bytes) -> tuple[str, str]:
    from bs4 import BeautifulSoup  # for one kind of file

    soup = BeautifulSoup(content, "html.parser")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for tag in soup.find_all(lambda tag: _UNSEEN.fullmatch(tag.name) is not None):
        tag.decompose()
    for tag in soup.select('[hidden], [aria-hidden="true"]'):
        tag.decompose()
    try:
        text = "\n\n".join(_blocks(soup.body or soup, depth=0))
    except _TooDeepError as error:
        raise _Unreadable("the HTML is nested too deeply") from error
    return title, text


class _TooDeepError(Exception):
    """Nested beyond what a page made for people has."""


def _blocks(tag: Any, *, depth: int) -> Iterator[str]:
    """Markdown blocks of a tag: block children each by their kind, text between them as paragraphs."""
    if depth > MAX_HTML_DEPTH:
        raise _TooDeepError
    inline: list[str] = []
    for child in tag.children:
        name = getattr(child, "name", None)
        if name is None:
            inline.append(_inline(child, depth))
        elif _BLOCKS.fullmatch(name) or _holds_blocks(child):
            yield from _paragraph(inline)
            inline.clear()
            yield from _block(child, name, depth + 1)
        else:
            inline.append(_inline(child, depth + 1))
    yield from _paragraph(inline)


def _holds_blocks(tag: Any) -> bool:
    return tag.find(lambda below: _BLOCKS.fullmatch(below.name) is not None) is not None


def _paragraph(inline: list[str]) -> Iterator[str]:
    text = _squeezed("".join(inline))
    if text:
        yield text


def _block(tag: Any, name: str, depth: int) -> Iterator[str]:
    if re.fullmatch(r"h[1-6]", name):
        heading = _squeezed(_inline(tag, depth)).replace("\n", " ")
        if heading:
            yield f"{'#' * int(name[1])} {heading}"
    elif name in {"ul", "ol"}:
        lines = list(_list_lines(tag, ordered=name == "ol", depth=depth))
        if lines:
            yield "\n".join(lines)
    elif name == "pre":
        code = tag.get_text().strip("\n")
        if code.strip():
            yield f"```\n{code}\n```"
    elif name == "table":
        yield from _table(tag, depth)
    elif name == "blockquote":
        quoted = "\n\n".join(_blocks(tag, depth=depth))
        if quoted:
            yield "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
    elif name == "hr":
        yield "---"
    else:
        yield from _blocks(tag, depth=depth)


def _list_lines(tag: Any, *, ordered: bool, depth: int) -> Iterator[str]:
    for number, item in enumerate(tag.find_all("li", recursive=False), start=1):
        mark = f"{number}. " if ordered else "- "
        blocks = list(_blocks(item, depth=depth + 1))
        text = "\n".join(blocks) or ""
        if text:
            indent = " " * len(mark)
            yield mark + text.replace("\n", "\n" + indent)


def _table(tag: Any, depth: int) -> Iterator[str]:
    caption = tag.find("caption", recursive=False)
    if caption is not None:
        yield _squeezed(_inline(caption, depth))
    rows = [
        [_squeezed(_inline(cell, depth)).replace("\n", " ").replace("|", "\\|") for cell in row.find_all(["td", "th"])]
        for row in tag.find_all("tr")
    ]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    width = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    yield "\n".join(lines)


def _inline(node: Any, depth: int) -> str:
    """Text of an inline node; links keep their text only, pictures their description."""
    if depth > MAX_HTML_DEPTH:
        raise _TooDeepError
    name = getattr(node, "name", None)
    if name is None:
        return "" if type(node).__name__ in {"Comment", "Doctype", "CData"} else unescape(str(node))
    if name == "br":
        return "\v"  # a line break that squeezing white space leaves alone
    if name == "img":
        return str(node.get("alt") or "")
    text = "".join(_inline(child, depth + 1) for child in node.children)
    if name in {"td", "th", "li", "p", "div", "dd", "dt"}:
        return f" {text} "
    if name == "code" and text.strip():
        return f"`{text.strip()}`"
    return text


def _squeezed(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


# --- PDF -------------------------------------------------------------------------------------------------------------


def _read_pdf(content: bytes) -> tuple[str, str]:
    import logging
    from io import BytesIO

    from pypdf import PdfReader  # for one kind of file

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every flaw, quoting the file
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _Unreadable("the PDF is encrypted")
        if len(reader.pages) > MAX_PAGES:
            raise _Unreadable(f"the PDF has more than {MAX_PAGES:,} pages")
        title = str((reader.metadata and reader.metadata.title) or "").strip()
        pages = [_pdf_text(page.extract_text()) for page in reader.pages]
    except _Unreadable:
        raise
    except Exception as error:  # pypdf meets a broken file with errors of every kind
        raise _Unreadable("the PDF is damaged or of a kind that cannot be read") from error
    if not any(pages):
        raise _Unreadable("the PDF holds no text, perhaps only pictures of it")
    body = "\n\n".join(f"## Page {number}\n\n{page}" for number, page in enumerate(pages, start=1) if page)
    heading = title or next(line for page in pages for line in page.splitlines() if line.strip())[:120]
    return heading, f"# {' '.join(heading.split())}\n\n{body}"


def _pdf_text(text: str) -> str:
    """Lines of a page, words divided at a line's end joined again."""
    text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip()


_READERS: dict[str, Callable[[bytes], tuple[str, str]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
}
DOCUMENT_SUFFIXES = tuple(_READERS)
