"""What a text may hold and how it is stored: composed, without blanks that nobody meant, every character to be seen."""

import re
import unicodedata

MARKS_MAX = 30
"""Combining marks on one letter (UAX #15, stream-safe text); composing more takes quadratic time."""
_BLANK = r"[^\S\n]"
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
_BETWEEN_WORDS = re.compile(rf"(?<=\S)(?! (?!{_BLANK})){_BLANK}+")
"""Blanks after a word, but for the one plain space that most are."""
_MAYBE_PILED = re.compile(rf"[\u0300-\U0010ffff]{{{MARKS_MAX + 1}}}")
"""No character below U+0300 is a combining mark: found fast, and never in Latin letters."""
_MEANT = re.compile(r"(?<=[\d«–—])[\u00a0\u202f](?=\S)|(?<=\S)[\u00a0\u202f](?=[\d:;?!»%€–—])")
"""The no-break spaces that French sets at numbers, guillemets and high punctuation; elsewhere they come from pasting."""

_EMPTY = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Letters and signs that are printed as nothing: the Hangul fillers, the Braille cell without a dot."""

REPLACEMENT = "\ufffd"
_JOINERS = "\u200c\u200d"
_SCRIPTS_THAT_JOIN = 0x590
"""From Hebrew on: Arabic and Indic letters need the joiners, and emoji are put together with them."""


class Unwritable(ValueError):
    """A text that holds what nobody wrote; `fr` and `en` name it, `code` is stable."""

    def __init__(self, code: str, fr: str, en: str) -> None:
        self.code = code
        self.fr = fr
        self.en = en
        super().__init__(en)


def lines(value: str) -> str:
    r"""A text of several lines as it is stored: NFC, no blanks at its ends or at those of a line, inner runs made one.

    The indentation of a line stays: lists have it.

    >>> lines("  Forage  à\tTestville \n  - un  puits ")
    'Forage à Testville\n  - un puits'

    Raises:
        Unwritable: it holds a character that cannot be seen, or was read in a wrong encoding.
    """
    _refuse_piled_marks(value)
    composed = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", value))
    _refuse_unless_written(composed)
    return "\n".join(_BETWEEN_WORDS.sub(_one, line.rstrip()) for line in composed.split("\n")).strip()


def _one(blanks: re.Match[str]) -> str:
    """One blank for a run of them."""
    is_meant = _MEANT.match(blanks.string, blanks.start()) if len(blanks[0]) == 1 else None
    return blanks[0] if is_meant else " "


def _refuse_piled_marks(value: str) -> None:
    marks = 0
    for character in value if _MAYBE_PILED.search(value) else ():
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MARKS_MAX:
            raise Unwritable(
                "too_many_marks",
                f"Une lettre porte plus de {MARKS_MAX} signes ; retirez-les.",
                f"A letter bears more than {MARKS_MAX} marks; remove them.",
            )


def _refuse_unless_written(value: str) -> None:
    if value.isascii() and value.isprintable():
        return
    if REPLACEMENT in value:
        likely = shown(_restored(value))
        raise Unwritable(
            "replacement_character",
            f"Un caractère est perdu (U+FFFD) : le fichier a été lu dans un autre encodage que le sien ; "
            f"peut-être « {likely} ».",
            f"A character is lost (U+FFFD): the file was read in another encoding than its own; perhaps '{likely}'.",
        )
    if (meant := decoded(value)) != value:
        raise Unwritable(
            "wrong_encoding",
            f"Ce texte en UTF-8 a été lu comme du Windows-1252 ; sans doute « {shown(meant)} ».",
            f"This UTF-8 text was read as Windows-1252; most likely '{shown(meant)}'.",
        )
    if value.replace("\n", "").isprintable() and not _EMPTY.search(value):
        return
    for place, character in enumerate(value):
        if _EMPTY.match(character) or (not character.isprintable() and _is_unseen(value, place)):
            raise _unseen(value, place)


def _is_unseen(value: str, place: int) -> bool:
    """Whether a character controls or hides rather than shows; joiners inside a script that needs them are seen."""
    character = value[place]
    if character in "\n\t":
        return False
    if character in _JOINERS:
        around = value[place - 1 : place] + value[place + 1 : place + 2]
        return len(around) < 2 or any(ord(one) < _SCRIPTS_THAT_JOIN for one in around)
    return unicodedata.category(character) in {"Cc", "Cf", "Co"}


def _unseen(value: str, place: int) -> Unwritable:
    character = value[place]
    named = f"U+{ord(character):04X} ({unicodedata.name(character, 'CONTROL CHARACTER')})"
    before = value[max(0, place - 20) : place].strip()
    fr, en = (f" après « {before} »", f" after '{before}'") if before else ("", "")
    return Unwritable(
        "control_character" if unicodedata.category(character) == "Cc" else "invisible_character",
        f"Le texte contient{fr} un caractère qui ne se voit pas, {named} ; retirez-le.",
        f"The text holds{en} a character that cannot be seen, {named}; remove it.",
    )


def shown(value: str) -> str:
    """The beginning of a text, to be quoted in a sentence."""
    return value if len(value) <= 60 else f"{value[:59]}…"


_AS_READ = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
"""What Windows-1252 shows for a byte (WHATWG: the five it leaves free are C1 controls)."""
_BYTE = {character: byte for byte, character in _AS_READ.items()}
_TAIL = "[" + "".join(re.escape(_AS_READ[byte]) for byte in range(0x80, 0xC0)) + "]"
_MISREAD = re.compile(
    f"[ÂÃÅ]{_TAIL}"  # Latin letters, œ and quotation marks
    f"|[ÐÑØÙ]{_TAIL}(?:[ÐÑØÙ]{_TAIL})+"  # words in Cyrillic or Arabic
    f"|â[€‚„†ˆ‰]{_TAIL}"  # dashes, quotation marks, the euro, arrows
    f"|ðŸ{_TAIL}{_TAIL}"  # emoji
)
_LONE_A_GRAVE = re.compile(r"(?<!\w)Ã(?= ?\s|$)")
"""The second byte of à is a no-break space, which editors make a plain one."""


def decoded(value: str) -> str:
    """The text with what looks like UTF-8 read as Windows-1252 read rightly; itself where nothing does.

    >>> decoded("RÃ©habilitation de lâ€™Ã©cole")
    'Réhabilitation de l’école'
    """
    if value.isascii():
        return value
    return _LONE_A_GRAVE.sub("à", _MISREAD.sub(_read_again, value))


def _read_again(misread: re.Match[str]) -> str:
    return bytes(_BYTE[character] for character in misread[0]).decode("utf-8", "ignore") or misread[0]


_LOST_APOSTROPHE = re.compile(rf"\b([cdjlmnst]|qu){REPLACEMENT}(?=[aeiouyhéèêà])", re.IGNORECASE)
_LOST_A_GRAVE = re.compile(rf"(?<!\w){REPLACEMENT}+(?!\w)")
_LOST = re.compile(f"{REPLACEMENT}+")


def _restored(value: str) -> str:
    """The likely text where characters were lost: an apostrophe after l or d, a lone à, else é, the commonest."""
    value = _LOST_APOSTROPHE.sub(r"\1’", value)
    return _LOST.sub("é", _LOST_A_GRAVE.sub("à", value))
