"""The names that we find, for Presidio: a recognizer that any `AnalyzerEngine` takes.

Importing this module imports Presidio and spaCy, about a second.
"""

from collections.abc import Sequence
from typing import Any

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult

from moe_memorygraph.compliance.detection import NAMES
from moe_memorygraph.compliance.entities import REPLACED_NAMES, NameFinder, open_names
from moe_memorygraph.errors import InvalidArgument

__all__ = ["NameRecognizer"]


class NameRecognizer(LocalRecognizer):  # type: ignore[misc]  # Presidio is untyped to us
    """PERSON and LOCATION, and ORGANIZATION where it is asked for, by the shipped model or another.

    `model` is what `MEMORYGRAPH_PII_ENTITIES` takes. It needs nothing of the engine's own language model, so an engine
    with `no_op` or a blank pipeline is enough. Raises `InvalidArgument` for `off` and for what is not installed.
    """

    def __init__(
        self,
        *,
        model: str = "shipped",
        supported_entities: Sequence[str] = tuple(sorted(REPLACED_NAMES)),
        supported_language: str = "en",
    ) -> None:
        if unknown := set(supported_entities) - NAMES:
            raise InvalidArgument(f"No model finds {', '.join(sorted(unknown))}.", f"Use {', '.join(sorted(NAMES))}.")
        finder = open_names(model)
        if finder is None:
            raise InvalidArgument("A recognizer of names needs a model.", "Leave the recognizer out instead.")
        self._finder: NameFinder = finder
        super().__init__(
            supported_entities=list(supported_entities),
            supported_language=supported_language,
            name="MemoryGraphNameRecognizer",
        )

    def load(self) -> None:
        """Presidio calls it when the recognizer is made."""
        self._finder.load()

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:  # noqa: ARG002
        """Names of the asked types in the text, as Presidio's results."""
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        (found,) = self._finder.find_many([text], types=wanted)
        return [
            RecognizerResult(
                entity_type=one.type,
                start=one.start,
                end=one.end,
                score=one.score,
                analysis_explanation=AnalysisExplanation(
                    recognizer=self.name,
                    original_score=one.score,
                    textual_explanation=f"Named {one.type} by {self._finder.fingerprint}",
                ),
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for one in found
        ]
