"""Names composed anew for each world: companies, people, products. Knows no tickets."""

import random
from collections.abc import Collection, Iterator, Sequence

__all__ = ["INDUSTRIES", "NamePool"]

_HEADS = [
    "Nord",
    "Silver",
    "Harrow",
    "Bramble",
    "Kelm",
    "Tarn",
    "Oster",
    "Quill",
    "Lark",
    "Mosel",
    "Vire",
    "Copper",
    "Fenn",
    "Hazel",
    "Wester",
    "Calder",
    "Drum",
    "Ember",
    "Falken",
    "Grim",
    "Iver",
    "Jarra",
    "Kolm",
    "Lunde",
    "Nether",
    "Orrin",
    "Pell",
    "Raven",
    "Sorrel",
    "Thorn",
    "Ulver",
    "Yarrow",
    "Zell",
    "Ostra",
    "Brine",
    "Tamar",
    "Velt",
    "Saxon",
]
_TAILS = [
    "haven",
    "brook",
    "mere",
    "field",
    "stone",
    "ridge",
    "wick",
    "ford",
    "gate",
    "holt",
    "dale",
    "more",
    "berg",
    "wald",
    "quist",
    "by",
    "ton",
    "shaw",
    "combe",
    "strand",
]
INDUSTRIES: dict[str, tuple[str, ...]] = {
    "Logistics": ("Logistics", "Freight", "Haulage"),
    "Food and drink": ("Foods", "Bakeries", "Brewing"),
    "Laboratories": ("Labs", "Diagnostics"),
    "Healthcare": ("Clinics", "Care", "Dental"),
    "Publishing": ("Press", "Publishing"),
    "Shipping": ("Marine", "Ferries"),
    "Textiles": ("Textiles", "Weaving"),
    "Optics": ("Optics", "Instruments"),
    "Tourism": ("Hotels", "Tours"),
    "Engineering": ("Engineering", "Works", "Turbines"),
    "Insurance": ("Insurance", "Mutual"),
    "Education": ("Academy", "College"),
}
_FORMS = ("", "", "", "", " Ltd", " GmbH", " AB", " Group")
_FIRST = [
    "Dana",
    "Marisol",
    "Tobias",
    "Ingrid",
    "Pavel",
    "Noor",
    "Hugo",
    "Siri",
    "Callum",
    "Bettina",
    "Rafael",
    "Wanda",
    "Jonas",
    "Amara",
    "Felix",
    "Greta",
    "Idris",
    "Lotte",
    "Mateo",
    "Oksana",
    "Priya",
    "Rupert",
    "Selma",
    "Tariq",
    "Ursula",
    "Viggo",
    "Yara",
    "Zdenek",
    "Leona",
    "Anselm",
]
_LAST = [
    "Whitlock",
    "Quade",
    "Brandvold",
    "Okafor",
    "Lindqvist",
    "Petrosyan",
    "Marchetti",
    "Osei",
    "Dunmore",
    "Halloran",
    "Varga",
    "Castellan",
    "Nyberg",
    "Rautio",
    "Thackeray",
    "Bellweather",
    "Sorensen",
    "Iwu",
    "Kaminski",
    "Drexler",
    "Moravec",
    "Ferrante",
    "Aldridge",
    "Penhaligon",
    "Szabo",
    "Tremblay",
    "Uddin",
    "Voss",
]
_PRODUCT_HEADS = [
    "Tidy",
    "Orbit",
    "Loom",
    "Pivot",
    "Relay",
    "Canvas",
    "Beacon",
    "Tally",
    "Ferry",
    "Ledge",
    "Cinder",
    "Mantle",
]
_PRODUCT_TAILS = ["desk", "flow", "base", "track", "bay", "point", "grid", "line"]
_RIVAL_TAILS = ["ify", "ora", "wise", "core", "lane", "mint"]


class NamePool:
    """Names, each given out once; no first word of a company is among `avoid`."""

    def __init__(self, chance: random.Random, *, avoid: Collection[str] = ()) -> None:
        self._chance = chance
        self._shorts: set[str] = set()
        self._roots = self._shuffled(
            head + tail for head in _HEADS for tail in _TAILS if head[-1] != tail[0] and head + tail not in avoid
        )
        self._people = self._shuffled(f"{first} {last}" for first in _FIRST for last in _LAST)
        self._products = self._shuffled(head + tail for head in _PRODUCT_HEADS for tail in _PRODUCT_TAILS)
        self._rivals = self._shuffled(head + tail for head in _PRODUCT_HEADS for tail in _RIVAL_TAILS)

    def _shuffled(self, names: Iterator[str]) -> Iterator[str]:
        drawn = list(names)
        self._chance.shuffle(drawn)
        return iter(drawn)

    def root(self) -> str:
        return next(self._roots)

    def person(self) -> str:
        return next(self._people)

    def product(self) -> str:
        return next(self._products)

    def rival(self) -> str:
        return next(self._rivals)

    def company(self) -> tuple[str, tuple[str, ...], str]:
        """Name, aliases and industry of a company whose first word nobody else has."""
        root, industry = self.root(), self._chance.choice(tuple(INDUSTRIES))
        kind = self._chance.random()
        if kind < 0.15:
            other = self.root()
            return f"{root} & {other}", (f"{root} and {other}", *self._once(f"{root[0]}&{other[0]}")), industry
        suffix = self._chance.choice(INDUSTRIES[industry])
        form = self._chance.choice(_FORMS)
        aliases = [root]
        if form:
            aliases.append(f"{root} {suffix}")
        if kind > 0.85:
            aliases += self._once(f"{root[:3].upper()}-{suffix[0]}")
        return f"{root} {suffix}{form}", tuple(aliases), industry

    def _once(self, short: str) -> tuple[str, ...]:
        """A short name, where nobody has it yet."""
        taken = short in self._shorts
        self._shorts.add(short)
        return () if taken else (short,)

    def look_alikes(self, many: int) -> Sequence[tuple[str, tuple[str, ...], str]]:
        """Companies with one first word and different second ones; none is known by the first word alone."""
        root = self.root()
        industries = self._chance.sample(tuple(INDUSTRIES), many)
        return [(f"{root} {self._chance.choice(INDUSTRIES[one])}", (), one) for one in industries]
