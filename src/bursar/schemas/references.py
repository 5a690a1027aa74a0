"""References within a JSON Schema (`{"$ref": "#/$defs/Party"}`), put in place; those that lead elsewhere are refused."""

from __future__ import annotations

from typing import Any

from bursar.errors import InvalidRequest

_MAX_NODES = 20_000
_MAX_DEPTH = 64
_ELSEWHERE = ("$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$id")


def inline_references(json_schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with each local reference replaced by what it refers to.

    Raises `InvalidRequest` for references to other documents, to nothing, and to what they stand in.
    """
    inlined = _Inliner(json_schema).resolve({k: v for k, v in json_schema.items() if k != "$id"}, ())
    assert isinstance(inlined, dict)
    return {key: value for key, value in inlined.items() if key not in ("$defs", "definitions")}


class _Inliner:
    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._left = _MAX_NODES

    def resolve(self, node: Any, trail: tuple[str, ...], depth: int = 0) -> Any:
        """Return the node without references; `trail` names those that it stands in."""
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise _refuse("is too large once its references are put in place")
        if isinstance(node, list):
            return [self.resolve(item, trail, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node
        if any(key in node for key in _ELSEWHERE):
            raise _refuse(f"uses {next(key for key in _ELSEWHERE if key in node)}, which is not supported")
        rest = {
            key: self.resolve(value, trail, depth + 1)
            for key, value in node.items()
            if key not in ("$ref", "$defs", "definitions")
        }
        target = node.get("$ref")
        if not isinstance(target, str):
            return rest if target is None else {**rest, "$ref": self.resolve(target, trail, depth + 1)}
        if target in trail:
            raise _refuse(f"refers to itself by {target[:100]}")
        found = self.resolve(self._find(target), (*trail, target), depth + 1)
        return {**found, **rest} if isinstance(found, dict) else found

    def _find(self, target: str) -> Any:
        if not target.startswith("#/"):
            raise _refuse(f"refers to another document by {target[:100]}")
        node: Any = self._root
        for part in target[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                raise _refuse(f"refers to nothing by {target[:100]}")
            node = node[key]
        return node


def _refuse(reason: str) -> InvalidRequest:
    return InvalidRequest(f"The schema {reason}", {"field": "schema", "reason": reason, "at": None})
