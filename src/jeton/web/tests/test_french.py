"""The French catalogue holds what the code says: no more, no less, and spelled as French is."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parent.parent.parent
CATALOGUE = PACKAGE / "web" / "locale" / "fr" / "LC_MESSAGES" / "jeton.po"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "sentence": None}
WIDE_OR_NARROW = "\u00a0\u202f"
CODE = re.compile(
    r"https?://\S*|[A-Z][A-Za-z-]+: (?:Bearer|DPoP)|/ \\ : \* \?|\[::1\]|[a-z.]+:/\w+|\{\w+\}|%\(\w+\)s|:\d\d"
)
"""What is no prose: addresses, headers, signs that are named, facts, times."""


def said() -> set[str]:
    """Every sentence that code and templates mark for translation."""
    with (PACKAGE.parent.parent / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)  # type: ignore[no-untyped-call]
    found = extract_from_dir(PACKAGE, methods, options, KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def translated() -> dict[str, tuple[str, ...]]:
    with CATALOGUE.open("rb") as stream:
        catalogue = read_po(stream, locale="fr")
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in catalogue
        if message.id
    }


def test_every_sentence_is_translated_and_no_translation_is_left_over() -> None:
    sentences, known = said(), set(translated())
    assert len(sentences) > 300
    assert (sorted(sentences - known), sorted(known - sentences)) == ([], [])


@pytest.mark.parametrize("pattern", [r"\{\w+\}", r"%\(\w+\)s"])
def test_a_translation_holds_the_same_names_as_its_sentence(pattern: str) -> None:
    differing = [
        sentence
        for sentence, forms in translated().items()
        for form in forms
        if not set(re.findall(pattern, form)) <= {*re.findall(pattern, sentence), "%(num)s"}
        or (len(forms) == 1 and set(re.findall(pattern, form)) != set(re.findall(pattern, sentence)))
    ]
    assert differing == []


def test_french_signs_stand_after_a_space_that_does_not_break() -> None:
    wrong = []
    for forms in translated().values():
        for form in forms:
            prose = CODE.sub("x", form)
            if re.search(rf"[^{WIDE_OR_NARROW}][:;?!»]", prose) or re.search(rf"«[^{WIDE_OR_NARROW}]", prose):
                wrong.append(form)
    assert wrong == []
