"""The HTML edition as an nbconvert exporter: ``jupyter nbconvert --to qngai-html notebook.ipynb``."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Unicode, default

from qngai_analysis.page.document import read
from qngai_analysis.page.html import to_html


class ReportHTMLExporter(Exporter):
    """Turns an executed notebook into the single-file HTML report, code hidden."""

    export_from_notebook = "qngai report (HTML)"
    output_mimetype = "text/html"
    lang = Unicode("vi", help="language of the words that the report adds: vi or en").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        copy.metadata.setdefault("title", resources.get("metadata", {}).get("name", ""))
        return to_html(read(copy, lang=self.lang)), resources
