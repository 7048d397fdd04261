"""Words and strings to compare two stemmers on: roots under up to four affixes, and characters of every kind."""

import random
from collections.abc import Iterator

from pipeline.text.root_words import installed_words

ROOTS = sorted(installed_words())

PREFIXES = ("di", "ke", "se", "ku", "kau", "be", "bel", "ber", "te", "ter", "pe", "pel", "pem", "pen", "peny")
PREFIXES += ("peng", "penge", "per", "me", "mer", "mem", "memp", "mempe", "men", "meny", "meng", "menge")
CLITICS = ("lah", "kah", "tah", "pun", "ku", "mu", "nya", "-lah", "-nya", "--mu")
SUFFIXES = (*CLITICS, "kan", "an", "i", "is", "isme", "isasi", "k", "-")
INFIXES = ("er", "el", "em", "in")
CONSONANTS = "bcdfghjklmnpqrstvwxyz"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0-ıſ"


def invent_root(rng: random.Random) -> str:
    """Return a root word, one with an infix, or letters that are none."""
    kind = rng.random()
    if kind < 0.7:
        return rng.choice(ROOTS)
    if kind < 0.8:
        return rng.choice(CONSONANTS) + rng.choice(INFIXES) + "".join(rng.choices(ALPHABET[:26], k=3))
    if kind < 0.9:
        root = rng.choice(ROOTS)
        return root[0] + rng.choice(INFIXES) + root[1:]
    return "".join(rng.choices(ALPHABET, k=rng.randint(0, 5)))


def stack_affixes(rng: random.Random) -> str:
    """Return a root with up to four prefixes and suffixes, now and then doubled, well formed or not."""
    root = invent_root(rng)
    prefixes = rng.choices(PREFIXES, k=rng.choice((0, 1, 1, 1, 1, 2, 2, 3)))
    suffixes = rng.choices(SUFFIXES, k=rng.choice((0, 0, 1, 1, 1, 2, 3)))
    word = "".join([*prefixes, root, *suffixes])
    kind = rng.random()
    if kind < 0.05:
        return f"{word}-{word}"
    if kind < 0.10:
        return f"{word}-{root}{rng.choice(SUFFIXES)}"
    if kind < 0.13:
        return f"{root}-{word}-{rng.choice(('nya', 'ku', 'lah', 'x', ''))}"
    return word


def distinct_stacks(n_words: int, seed: int) -> list[str]:
    """Return that many different stacks, the same for the same seed."""
    rng = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < n_words:
        words[stack_affixes(rng)] = None
    return list(words)


def random_strings(n_strings: int, seed: int) -> Iterator[str]:
    """Yield strings of characters that regular expressions and str.lower treat in their own ways."""
    rng = random.Random(seed)
    corners = "ıſ\u212aİΣσßéÅ\u0307\u00a0\u2028\u200b\ud800\U0001f600٣²"
    controls = "\n\r\t\v\f\0\x1c\x85\x7f"
    alphabets = ("abeiknmnu-", ALPHABET, "AKIkiSs-ıſ\u212aİ \n", corners + "beran ", controls + "di-an ")
    for _ in range(n_strings):
        characters = rng.choices(rng.choice(alphabets), k=rng.randint(0, 12))
        pieces = [stack_affixes(rng), "".join(characters), rng.choice(controls + corners), rng.choice(ROOTS)]
        yield "".join(rng.sample(pieces, k=rng.randint(1, 4)))
