"""The two languages of the product: which one a request asks for, and the catalogues that translate into it."""

import gettext
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "fr")
_NOTHING: Final = gettext.NullTranslations()


class Catalogues:
    """Translations by language. English sentences are the keys, so English needs none."""

    __slots__ = ("_translations",)

    def __init__(self, folder: Path | None = None) -> None:
        """Load `fr`; without its compiled catalogue French answers in English, and `missing` says so."""
        place = folder or Path(str(resources.files("jeton.web") / "locale"))
        self._translations: dict[str, gettext.NullTranslations] = {
            "en": _NOTHING,
            "fr": gettext.translation("jeton", place, ["fr"], fallback=True),
        }

    @property
    def missing(self) -> bool:
        """Whether the French catalogue was not there."""
        return type(self._translations["fr"]) is gettext.NullTranslations

    def translations(self, language: str) -> gettext.NullTranslations:
        """What Jinja's i18n extension installs."""
        return self._translations.get(language, _NOTHING)

    def say(self, language: str, sentence: str, facts: Mapping[str, object] | None = None) -> str:
        """A sentence in a language, its `{names}` filled from the facts."""
        text = self.translations(language).gettext(sentence)
        return text.format_map(facts) if facts else text


@lru_cache(maxsize=256)
def negotiate(accept: str) -> str | None:
    """The best of our languages that an Accept-Language header asks for; None when it asks for none of them.

    Source: RFC 9110 section 12.5.4.
    """
    best, best_quality = None, 0.0
    for part in accept[:200].split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        name, _, value = parameter.strip().partition("=")
        try:
            quality = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best
