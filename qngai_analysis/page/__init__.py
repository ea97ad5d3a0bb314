"""What a page is made of, and the writers that print it; knows nothing of plans or surveys."""

import qngai_analysis.page.html  # noqa: F401 - a block shows itself in a notebook as HTML
