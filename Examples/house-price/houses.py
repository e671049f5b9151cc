"""Invented houses around an invented city; the same seed gives the same houses on every machine."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from records import float32

FEATURES = (
    "bedrooms",
    "bathrooms",
    "living_area",
    "lot_area",
    "floors",
    "waterfront",
    "view",
    "condition",
    "grade",
    "area_above",
    "area_basement",
    "latitude",
    "longitude",
    "living_area_nearby",
    "lot_area_nearby",
    "age",
    "renovated",
    "years_since_renovation",
)
CENTRE = (47.55, -122.2)


def house(random: Random) -> list[float]:
    """One house: the 18 numbers of `FEATURES`, areas in square feet."""
    quality = random.gauss(0, 1)
    living = round(min(6000.0, max(400.0, math.exp(7.52 + 0.36 * quality + 0.2 * random.gauss(0, 1)))), -1)
    basement = 0.0 if random.random() < 0.6 else round(living * random.uniform(0.1, 0.5), -1)
    lot = float(round(min(400_000.0, max(living * 0.5, math.exp(8.9 + 0.8 * random.gauss(0, 1))))))
    grade = float(min(13, max(4, round(7.4 + 1.1 * quality + 0.4 * random.gauss(0, 1)))))
    age = float(int(115 * random.random() ** 1.4))
    renovated = float(age > 30 and random.random() < 0.06)
    waterfront = float(random.random() < 0.008)
    return [
        float(min(7, max(1, round(2.2 + living / 1800 + 0.7 * random.gauss(0, 1))))),
        min(4.5, max(0.75, round(4 * (0.9 + living / 1900 + 0.4 * random.gauss(0, 1))) / 4)),
        living,
        lot,
        random.choice((1.0, 1.0, 1.0, 1.5, 2.0, 2.0, 2.0, 2.5, 3.0)),
        waterfront,
        4.0 if waterfront else float(max(0, int(10 * random.random()) - 8) * int(1 + 4 * random.random())),
        random.choice((2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 5.0)),
        grade,
        living - basement,
        basement,
        coordinate(CENTRE[0] + 0.13 * random.gauss(0, 1)),
        coordinate(CENTRE[1] + 0.14 * random.gauss(0, 1)),
        round(min(5800.0, max(500.0, living * random.uniform(0.75, 1.25))), -1),
        float(round(lot * random.uniform(0.85, 1.15))),
        age,
        renovated,
        float(int(random.random() * min(age, 40))) if renovated else 0.0,
    ]


def coordinate(degrees: float) -> float:
    """Degrees as they come out of a float32 column: four decimals and a tail of noise."""
    return round(float32(round(degrees, 4)), 10)


def price(house: list[float]) -> float:
    """What the house is worth, before the noise of a single sale."""
    (_, baths, living, lot, _, water, view, condition, grade, _, basement, lat, lon, near, _, age, renovated, _) = house
    distance = math.hypot(lat - CENTRE[0], 0.68 * (lon - CENTRE[1]))
    logarithm = (
        9.02
        + 0.45 * math.log(living)
        + 0.1 * math.log(near)
        + 0.03 * math.log(lot)
        + 0.165 * (grade - 7)
        + 0.04 * (condition - 3)
        + 0.03 * baths
        + 0.5 * water
        + 0.05 * view
        - 0.00003 * basement
        - 2.1 * distance
        + 0.7 * max(0.0, lat - CENTRE[0])
        + 0.0012 * max(0.0, age - 60)
        + 0.08 * renovated
    )
    return math.exp(logarithm)
