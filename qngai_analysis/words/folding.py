"""Spellings made comparable: without case, diacritics and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: The letters that Vietnamese alone has, in small.
MARKED = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"


def unaccented(text: str) -> str:
    """Return text in lower case without diacritics.

    >>> unaccented("Đức Phổ")
    'duc pho'
    """
    return text.translate(_PLAIN)


class _Plain(dict[int, str]):
    """What letters are without case and diacritics, each found when it is first met."""

    def __missing__(self, letter: int) -> str:
        parts = unicodedata.normalize("NFD", chr(letter).casefold()).replace("đ", "d")
        return self.setdefault(letter, "".join(part for part in parts if not unicodedata.combining(part)))


_PLAIN = _Plain()


def folded(text: str) -> str:
    """Return a text as labels are compared: without case, outer punctuation and repeated spaces.

    >>> folded(" Không  biết. ")
    'không biết'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_UNSEEN).casefold().split()).strip(" .;:")


#: Characters that show nothing: hyphens to break at, joiners, marks of direction and of byte order.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the words of a text in lower case without diacritics and punctuation.

    >>> fold("Sở  Văn hoá, Thể thao & Du lịch")
    'so van hoa the thao va du lich'
    """
    return " ".join(re.findall(r"[a-z0-9]+", unaccented(text.replace("&", " và "))))


#: Words of which the names of bodies are made; the others of a name in capitals are a place's.
_OF_BODIES = (
    " ủy uỷ ban nhân dân hội đồng tỉnh thành phố huyện quận thị xã phường đặc khu chủ tịch trưởng chỉ đạo chấp hành đảng bộ "
    "trung ương chính phủ thủ tướng quốc đoàn thường vụ sở bộ chi cục "
)

_PLACES = ("tỉnh", "phố", "huyện", "quận", "xã", "phường", "khu")


def body_name(printed: str) -> str:
    """
    Return the name of a body as a sentence writes it, where a letterhead prints it in capitals.

    Each field of a department begins with a capital, each syllable of a place has one.

    >>> body_name("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH GIA LAI"), body_name("TỈNH ỦY CÙ LAO"), body_name("HỘI ĐỒNG NHÂN DÂN TỈNH LÂM ĐỒNG")
    ('Chủ tịch Ủy ban nhân dân tỉnh Gia Lai', 'Tỉnh ủy Cù Lao', 'Hội đồng nhân dân tỉnh Lâm Đồng')
    >>> body_name("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"), body_name("SỞ CÔNG THƯƠNG TỈNH GIA LAI")
    ('Sở Văn hóa, Thể thao và Du lịch', 'Sở Công Thương tỉnh Gia Lai')
    """
    if not printed.isupper():
        return printed
    words: list[str] = []
    # within a place's own name ("tỉnh Lâm Đồng"); where a department's next field begins
    place = field = False
    first = True  # after the kind of body
    for word, low in zip(printed.split(), printed.lower().split(), strict=True):
        party = low in ("ủy", "uỷ")
        of_body = f" {low} " in _OF_BODIES and not field and (party or not place)
        capitals = (place or first or field) and not of_body and low != "và"
        words.append(word if word in ("UBND", "HĐND") else word.title() if capitals else low)
        place = (place and (party or not of_body)) or (of_body and low in _PLACES)
        first, field = of_body, low in ("và", "-") or low.endswith(",")
    name = " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
    return re.sub(r"^(Chủ tịch) (ủy|uỷ) ban", r"\1 Ủy ban", name).replace(" thương", " Thương")
