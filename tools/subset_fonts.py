"""Make the fonts that the package ships, from the full ones.

    python tools/subset_fonts.py TINOS_FOLDER BE_VIETNAM_PRO_FOLDER

``TINOS_FOLDER`` holds Tinos-Regular.ttf and its three sisters (Debian: fonts-croscore),
``BE_VIETNAM_PRO_FOLDER`` holds BeVietnamPro-Regular.ttf, -SemiBold.ttf and -Italic.ttf (PyPI:
fontpkg-be-vietnam-pro). Both are under the SIL Open Font License 1.1. The subsets carry
names of their own, because they are modified versions and "Tinos" is a trademark; copyright and
licence stay in the name table and in ``fonts/OFL.txt``.

Written: Latin, Vietnamese, Greek and Cyrillic for the report's serif (plans quote freely),
Latin and Vietnamese for the sans, and ``coverage.txt``: the code points that all serif styles
have. The writers read that list, because Typst does not say which letters are missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "qngai_analysis" / "page" / "fonts"

LATIN = [
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x02B0, 0x02DD),  # spacing modifiers and tone marks
    (0x0300, 0x036F),  # combining marks, for decomposed text
    (0x1E00, 0x1EFF),  # Latin Extended Additional: most Vietnamese letters
    (0x2000, 0x206F),  # dashes, quotes, ellipsis
    (0x2070, 0x209F),  # superscripts, subscripts
    (0x20A0, 0x20BF),  # currency, with ₫
    (0x2100, 0x218F),  # №, ™, fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x25A0, 0x26FF),  # geometric shapes
    (0xFB00, 0xFB06),
    (0xFFFD, 0xFFFD),
]
GREEK_CYRILLIC = [(0x0370, 0x03FF), (0x0400, 0x045F)]

# source file -> family, style name, ranges, output file
STYLES = {
    "Tinos-Regular.ttf": ("Report Serif", "Regular", LATIN + GREEK_CYRILLIC, "ReportSerif-Regular.ttf"),
    "Tinos-Bold.ttf": ("Report Serif", "Bold", LATIN + GREEK_CYRILLIC, "ReportSerif-Bold.ttf"),
    "Tinos-Italic.ttf": ("Report Serif", "Italic", LATIN + GREEK_CYRILLIC, "ReportSerif-Italic.ttf"),
    "Tinos-BoldItalic.ttf": (
        "Report Serif",
        "Bold Italic",
        LATIN + GREEK_CYRILLIC,
        "ReportSerif-BoldItalic.ttf",
    ),
    "BeVietnamPro-Regular.ttf": ("Report Sans", "Regular", LATIN, "ReportSans-Regular.ttf"),
    "BeVietnamPro-SemiBold.ttf": ("Report Sans", "Bold", LATIN, "ReportSans-Bold.ttf"),
    "BeVietnamPro-Italic.ttf": ("Report Sans", "Italic", LATIN, "ReportSans-Italic.ttf"),
}


def make(source: Path) -> None:
    """Write the subset of one font file, as TTF and (for the sans, which the web page uses) as WOFF."""
    family, style, ranges, name = STYLES[source.name]
    options = subset.Options()
    options.layout_features = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    options.hinting = False  # PDF and today's screens do not use it; half the size
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    font = subset.load_font(str(source), options)
    # the same letters from the same source must be the same bytes
    font.recalcTimestamp = False
    work = subset.Subsetter(options)
    work.populate(unicodes=[code for low, high in ranges for code in range(low, high + 1)])
    work.subset(font)
    rename(font, family, style)
    font.save(FONTS / name)
    if family == "Report Sans":
        font.flavor = "woff"
        font.save((FONTS / name).with_suffix(".woff"))


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the font its own family name, and the weight that its style name promises."""
    compact = family.replace(" ", "") + "-" + style.replace(" ", "")
    names = {1: family, 2: style, 3: f"qngai-analysis;{compact}", 4: f"{family} {style}", 6: compact}
    table = font["name"]
    for record in list(table.names):
        if record.nameID in (16, 17, 18, 21, 22, 25):
            table.removeNames(record.nameID)
        elif record.nameID in names:
            record.string = names[record.nameID]
    font["OS/2"].usWeightClass = 700 if "Bold" in style else 400
    if "Bold" in style:  # the semibold is offered as the bold of its family
        font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x40) | 0x20
        font["head"].macStyle |= 1


def write_coverage() -> None:
    """Write the code points that every serif style has, as ranges in hexadecimal, one a line."""
    common = set.intersection(
        *(set(TTFont(f).getBestCmap()) for f in sorted(FONTS.glob("ReportSerif-*.ttf")))
    )
    lines: list[str] = []
    for code in sorted(common):
        if code - 1 in common:
            lines[-1] = lines[-1].split("-")[0] + f"-{code:04X}"
        else:
            lines.append(f"{code:04X}-{code:04X}")
    (FONTS / "coverage.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


def main(*folders: str) -> None:
    """Make all styles found in the folders."""
    FONTS.mkdir(exist_ok=True)
    for folder in map(Path, folders):
        for source in sorted(folder.glob("*.ttf")):
            if source.name in STYLES:
                make(source)
    write_coverage()


if __name__ == "__main__":
    main(*sys.argv[1:])
