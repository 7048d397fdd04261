"""One JSON object in, the fields of a debunk out: schema.org's ClaimReview, or names of our own."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

OWN_NAMES: Final = ("title", "text", "verdict", "url", "date", "publisher")
CONTAINERS: Final = ("@graph", "dataFeedElement", "itemListElement", "item", "mainEntity", "hasPart")
"""Where JSON-LD keeps its objects: a graph, a DataFeed, a list, and what wraps one element of them."""

Fields = dict[str, object]


def iterate_reviews(content: object) -> Iterator[object]:
    """Yield every debunk of a JSON document, whatever wraps them; an element that is none comes as it is."""
    if isinstance(content, list):
        for element in content:
            yield from iterate_reviews(element)
    elif isinstance(content, dict) and not is_review(content):
        inner = [content[name] for name in CONTAINERS if name in content]
        if inner:
            yield from iterate_reviews(inner if len(inner) > 1 else inner[0])
        elif not _only_names(content):
            yield content
    else:
        yield content


def is_review(content: Mapping[str, Any]) -> bool:
    """Say whether an object is a ClaimReview, by its type or by a field that nothing else has."""
    types = content.get("@type")
    return "claimReviewed" in content or "ClaimReview" in (types if isinstance(types, list) else [types])


def read_fields(content: Mapping[str, Any]) -> Fields:
    """Return the fields of a debunk under our names, unchecked; what is missing is None.

    A ClaimReview has its headline in `headline` or `name` (else the claim itself is the title), the claim in
    `claimReviewed`, and its verdict in `reviewRating`: in words where there are some, else as a number.
    https://schema.org/ClaimReview
    """
    if not is_review(content):
        return {name: content.get(name) for name in OWN_NAMES}
    claim = content.get("claimReviewed")
    body = content.get("reviewBody") or content.get("description") or content.get("text")
    headline = content.get("headline") or content.get("name") or content.get("title")
    texts = [part for part in (claim if headline else None, body) if isinstance(part, str)]
    return {
        "title": headline or claim,
        "text": "\n".join(texts) or None,
        "verdict": _read_rating(content.get("reviewRating")),
        "url": content.get("url") or content.get("@id"),
        "date": content.get("datePublished") or content.get("dateModified"),
        "publisher": _name(content.get("author")) or _name(content.get("publisher")),
    }


def _read_rating(rating: object) -> object:
    if isinstance(rating, list):
        rating = rating[0] if rating else None
    if not isinstance(rating, dict):
        return rating
    return rating.get("alternateName") or rating.get("name") or rating.get("ratingValue")


def _name(organisation: object) -> object:
    if isinstance(organisation, list):
        organisation = organisation[0] if organisation else None
    return organisation.get("name") if isinstance(organisation, dict) else organisation


def _only_names(content: Mapping[str, Any]) -> bool:
    """Say whether an element of a graph is only there to be referred to: an organisation, a person, a page."""
    return "@type" in content and "claimReviewed" not in content
