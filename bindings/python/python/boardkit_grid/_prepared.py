"""A query that is prepared once and evaluated many times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._errors import ArgumentError
from ._undefined import UNDEFINED, Undefined

if TYPE_CHECKING:
    from ._engine import Engine


class PreparedQuery:
    """One rule or query of an engine, made by `Engine.prepare`. Its methods are those of the engine without the query."""

    __slots__ = ("_engine", "query")

    query: str
    """The text of the rule or query."""

    def __init__(self, engine: Engine, query: str) -> None:
        self._engine = engine
        self.query = query

    def __repr__(self) -> str:
        return f"<boardkit_grid.PreparedQuery: {self.query}>"

    def evaluate(self, input: object = UNDEFINED) -> Any:
        """See `Engine.evaluate`."""
        return self._engine.evaluate(self.query, input)

    def evaluate_json(self, input_text: str | bytes | Undefined = UNDEFINED) -> Any:
        """See `Engine.evaluate_json`."""
        return self._engine.evaluate_json(self.query, input_text)

    async def evaluate_async(self, input: object = UNDEFINED) -> Any:
        """See `Engine.evaluate_async`."""
        return await self._engine.evaluate_async(self.query, input)

    def evaluate_many(self, inputs: Iterable[object]) -> list[Any]:
        """Evaluate many inputs, in their order; the first that fails raises.

        Raises:
            ArgumentError: the inputs are not an iterable, or they are one text or one dict.

        """
        if isinstance(inputs, (str, bytes, Mapping)) or not isinstance(inputs, Iterable):
            raise ArgumentError(f"the inputs must be a list or another iterable; got {type(inputs).__name__}")
        # Raises if the engine is closed, even without inputs.
        len(self._engine)
        return [self._engine.evaluate(self.query, each) for each in inputs]

    def test(self, input: object = UNDEFINED, *, undefined: bool | None = None) -> bool:
        """See `Engine.test`."""
        return self._engine.test(self.query, input, undefined=undefined)
