"""What the rules about an invoice found so far: equations, doubts, and which values they prove or contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bursar.facts.evidence import Equation, Issue, Severity, Source
from bursar.facts.invoice import Invoice
from bursar.facts.money import is_close


@dataclass(slots=True)
class Findings:
    """Grows rule by rule; paths as in the result (`items.0.amount`)."""

    invoice: Invoice
    equations: list[Equation] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    proven: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)

    def test(
        self,
        rule: str,
        left: Decimal,
        right: Decimal,
        fields: Sequence[str],
        tolerance: Decimal,
        *,
        proves: bool = True,
    ) -> bool:
        """Note an equation and whether it holds within what rounding on paper can do.

        `proves` is off where the equation was chosen to fit, so that it agrees with its values without pinning them.
        """
        holds = is_close(left, right, tolerance=tolerance)
        self.equations.append(Equation(rule, left, right, left - right, holds, tuple(fields)))
        self.touched.update(fields)
        if not holds:
            self.contradicted.update(fields)
        elif proves and self._is_independent(fields):
            self.proven.update(fields)
        return holds

    def doubt(self, code: str, severity: Severity, message: str, fields: Sequence[str]) -> None:
        """Note an issue, with the page of its first field."""
        evidence = self.invoice.evidence.get(fields[0]) if fields else None
        self.issues.append(Issue(code, severity, message, tuple(fields), evidence.page if evidence else None))

    def _is_independent(self, fields: Sequence[str]) -> bool:
        """Whether an equation proves something: no value in it was derived from the others."""
        seen = [self.invoice.evidence.get(path) for path in fields]
        return all(evidence is None or evidence.source is not Source.DERIVED for evidence in seen)
