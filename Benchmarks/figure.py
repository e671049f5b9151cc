"""One measured ratio and the target it must reach."""

from dataclasses import dataclass


@dataclass
class Figure:
    name: str
    ratio: float
    target: float
    at_most: bool = False
    note: str = ""

    @property
    def is_ok(self):
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    def __str__(self):
        bound = "<=" if self.at_most else ""
        return f"{self.name} ratio={self.ratio:.3g} target={bound}{self.target:g} {'ok' if self.is_ok else 'short'}"
