"""Folders become documents with their structure; what cannot be read is named, and nothing outside is touched."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.ingestion.documents import MAX_FILE, DocumentReject, read_documents
from moe_memorygraph.ingestion.rows import DocumentRow


def documents(folder: Path) -> dict[str, DocumentRow]:
    return {row.path: row for row in read_documents(folder) if isinstance(row, DocumentRow)}


def rejects(folder: Path) -> dict[str, str]:
    return {row.path: row.reason for row in read_documents(folder) if isinstance(row, DocumentReject)}


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def pdf(*pages: str, title: str | None = None, password: str | None = None) -> bytes:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(width=300, height=300)
        lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 14 TL 20 200 Td {lines} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
    if title is not None:
        writer.add_metadata({"/Title": title})
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_markdown_keeps_its_text_and_gives_a_title(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "intro\r\n\r\n## Refund policy ##\r\n\r\nWithin 30 days.\r\n")
    write(tmp_path, "b.md", "---\ntitle: 'From the front'\ntags: [x]\n---\n# Heading\nBody\n")
    found = documents(tmp_path)
    assert found["a.md"].title == "Refund policy"
    assert found["a.md"].text == "intro\n\n## Refund policy ##\n\nWithin 30 days."
    assert found["b.md"].title == "From the front"
    assert found["b.md"].text == "# Heading\nBody"


def test_text_is_titled_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "sub/late_fee-rules.TXT", b"\xef\xbb\xbfLate fees\x00 apply.")
    row = documents(tmp_path)["sub/late_fee-rules.TXT"]
    assert row.title == "Late fee rules"
    assert row.text == "Late fees\ufffd apply."


def test_html_keeps_headings_lists_tables_and_code(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a.html",
        """<!doctype html><html><head><title>Plans &amp; prices</title><style>p {}</style></head><body>
        <nav>Home</nav><form><h1>Plans <em>and</em> prices</h1>
        <!-- hidden --><p hidden>secret</p>
        <div>We have<br>three  <a href="x">plans</a>:
          <ul><li>Free</li><li><p>Team</p><ol><li>monthly</li><li>yearly</li></ol></li></ul></div>
        <table><caption>Prices</caption><tr><th>Plan</th><th>Price</th></tr><tr><td>Team</td><td>5 | 6</td></tr>
        <tr><td>Free</td></tr></table>
        <blockquote><p>Said once.</p></blockquote>
        <pre>make  demo
x</pre><p>Run <code>make</code> &lt;now&gt;.</p><hr><script>alert(1)</script></form><footer>bye</footer></body></html>""",
    )
    row = documents(tmp_path)["a.html"]
    assert row.title == "Plans & prices"
    assert row.text == (
        "# Plans and prices\n\nWe have\nthree plans:\n\n- Free\n- Team\n  1. monthly\n  2. yearly\n\nPrices\n\n"
        "| Plan | Price |\n| --- | --- |\n| Team | 5 \\| 6 |\n| Free |  |\n\n> Said once.\n\n"
        "```\nmake  demo\nx\n```\n\nRun `make` <now>.\n\n---"
    )


def test_html_nested_without_end_is_rejected(tmp_path: Path) -> None:
    write(tmp_path, "deep.html", "<div>" * 5000 + "x")
    write(tmp_path, "spans.html", "<span>" * 5000 + "x")
    assert set(rejects(tmp_path)) == {"deep.html", "spans.html"}


def test_pdf_pages_get_headings(tmp_path: Path) -> None:
    write(
        tmp_path, "guide.pdf", pdf("First page of the guide\nwith hyphen-\nated words", "", "Third", title="The guide")
    )
    row = documents(tmp_path)["guide.pdf"]
    assert row.title == "The guide"
    assert row.text.startswith("# The guide\n\n## Page 1\n\nFirst page of the guide\nwith hyphenated words")
    assert "## Page 2" not in row.text
    assert row.text.endswith("## Page 3\n\nThird")


def test_a_pdf_without_a_title_uses_its_first_line(tmp_path: Path) -> None:
    write(tmp_path, "guide.pdf", pdf("Handover\nrest"))
    assert documents(tmp_path)["guide.pdf"].title == "Handover"


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    write(tmp_path, "latin.txt", b"caf\xe9")
    write(tmp_path, "empty.md", " \n")
    write(tmp_path, "broken.pdf", b"%PDF-1.7 nothing")
    write(tmp_path, "locked.pdf", pdf("secret", password="x"))
    write(tmp_path, "scan.pdf", pdf(""))
    with write(tmp_path, "huge.txt", "").open("r+b") as file:
        file.truncate(MAX_FILE + 1)
    write(tmp_path, "long.txt", "x" * 2_000_001)
    write(tmp_path, "good.md", "fine")
    assert rejects(tmp_path) == {
        "latin.txt": "the file is not UTF-8 text",
        "empty.md": "the file holds no text",
        "broken.pdf": "the PDF is damaged or of a kind that cannot be read",
        "locked.pdf": "the PDF is encrypted",
        "scan.pdf": "the PDF holds no text, perhaps only pictures of it",
        "huge.txt": "the file is larger than 32 MiB",
        "long.txt": "the text is longer than 2,000,000 characters",
    }
    assert set(documents(tmp_path)) == {"good.md"}


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.md", "secret")
    folder = tmp_path / "docs"
    write(folder, "real.md", "real")
    (folder / "link.md").symlink_to(outside)
    (folder / "folder").symlink_to(outside.parent)
    (folder / "inner.md").symlink_to(folder / "real.md")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.md").symlink_to(folder / "nothing")
    assert rejects(folder) == {
        "link.md": "the link leaves the folder",
        "folder": "the link leaves the folder",
        "gone.md": "the file cannot be read",
    }
    assert set(documents(folder)) == {"real.md", "inner.md"}


def test_hidden_files_and_other_kinds_are_passed_over(tmp_path: Path) -> None:
    for name in (".git/a.md", ".hidden.md", "image.png", "README"):
        write(tmp_path, name, "x")
    os.mkfifo(tmp_path / "pipe.md")
    assert list(read_documents(tmp_path)) == [DocumentReject(path="pipe.md", reason="the file cannot be read")]


def test_ids_come_from_the_path_and_stay_apart(tmp_path: Path) -> None:
    for name in ("policies/refunds.md", "Policies/Refunds.md", "a b.md", "a-b.md", "ü.md"):
        write(tmp_path, name, "x")
    ids = {path: row.document_id for path, row in documents(tmp_path).items()}
    assert ids["policies/refunds.md"] == "policies/refunds.md"
    assert ids["a-b.md"] == "a-b.md"
    assert ids["a b.md"].startswith("a-b.md-")
    assert len(set(ids.values())) == 5
    assert ids == {path: row.document_id for path, row in documents(tmp_path).items()}


def test_documents_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.md", "c.md"):
        write(tmp_path, name, "x")
    assert list(documents(tmp_path)) == ["a/z.md", "b.md", "c.md"]


def test_the_folder_itself_may_be_wrong(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        list(read_documents(tmp_path / "none"))
    with pytest.raises(InvalidArgument):
        list(read_documents(write(tmp_path, "a.md", "x")))
