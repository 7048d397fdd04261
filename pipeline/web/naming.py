"""What people call the codes that the store keeps, as messages for the catalogues."""

from collections.abc import Callable, Mapping
from gettext import NullTranslations
from typing import Final


def mark(message: str) -> str:
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "verdict": {
        "misinformation": mark("Misinformation"),
        "not misinformation": mark("Not misinformation"),
        "not a claim": mark("Not a claim"),
        "unclear": mark("Unclear"),
        "needs another desk": mark("Needs another desk"),
        "undo": mark("Taken back"),
    },
    "type": {
        "voting": mark("Voting"),
        "candidates": mark("Candidates"),
        "health": mark("Health"),
        "disaster": mark("Disaster"),
        "scam": mark("Scam"),
        "religion": mark("Religion and peoples"),
        "other": mark("Other"),
    },
    "role": {
        "moderator": mark("moderator"),
        "lead": mark("lead"),
        "data": mark("data team"),
        "service": mark("service"),
    },
    "state": {
        "open": mark("waiting"),
        "decided": mark("decided"),
        "aged": mark("too old to wait"),
        "merged": mark("merged"),
    },
    "group": {
        "workshop": mark("workshop"),
        "bawaslu": mark("election supervisors"),
        "button": mark("report button"),
        "kominfo": mark("information office"),
        "community": mark("community"),
    },
    "platform": {
        "x": "X",
        "twitter": "Twitter",
        "whatsapp": "WhatsApp",
        "tiktok": "TikTok",
        "youtube": "YouTube",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "telegram": "Telegram",
        "web": mark("web page"),
        "sms": "SMS",
    },
    "order": {
        "harm": mark("expected harm"),
        "newest": mark("newest first"),
        "deadline": mark("deadline"),
        "views": mark("most viewed"),
    },
    "lane": {
        "harm": mark("expected harm"),
        "due": mark("deadline"),
        "quality": mark("quality"),
        "oldest": mark("waiting longest"),
    },
    "flag": {
        "second opinions differ": mark("opinions differ"),
        "verdict expired": mark("verdict expired"),
        "circulating again": mark("circulating again"),
        "merge suggested": mark("merge suggested"),
        "late text": mark("late text"),
        "too large to regroup at once": mark("very large"),
    },
    "difference": {
        "negations": mark("one denies what the other says"),
        "numbers": mark("other numbers"),
        "names": mark("other names"),
        "apart": mark("kept apart"),
    },
    "abstained": {
        "no text": mark("it has no text"),
        "too short": mark("it is too short"),
        "foreign language": mark("it is in a foreign language"),
    },
    "estimate": {
        "growth": mark("from how its own counts grew"),
        "one look": mark("from its one count and what is usual"),
        "median of platform and age": mark("what is usual on this platform at this age"),
        "median of platform": mark("what is usual on this platform"),
        "median of age": mark("what is usual at this age"),
        "median of all": mark("what is usual"),
        "nothing known": mark("nothing is known yet"),
    },
    "deadline": {
        "4 h": mark("4 hours"),
        "24 h": mark("24 hours"),
        "2 d": mark("2 days"),
        "7 d": mark("7 days"),
    },
    "event": {
        "dealt": mark("dealt"),
        "picked": mark("picked"),
        "returned": mark("given back"),
        "lapsed": mark("lock lapsed"),
        "verdict": mark("verdict"),
        "undo": mark("verdict taken back"),
        "bulk verdict": mark("bulk verdict"),
        "bulk verdict undone": mark("bulk verdict taken back"),
        "linked": mark("reports linked"),
        "merged": mark("merged"),
        "split off": mark("split off"),
        "reopened": mark("waits again"),
        "circulating again": mark("circulating again"),
        "erased": mark("report erased"),
        "loaded": mark("reports loaded"),
        "observed": mark("counts of views"),
        "rescored": mark("scored anew"),
        "labels exported": mark("labels exported"),
        "user added": mark("account added"),
        "user role": mark("role changed"),
        "user off": mark("account switched off"),
        "user password": mark("password set"),
        "login": mark("logged in"),
        "login refused": mark("login refused"),
        "logout": mark("logged out"),
        "token added": mark("token made"),
        "token revoked": mark("token revoked"),
        "golden": mark("golden claim chosen"),
        "golden withdrawn": mark("golden claim withdrawn"),
        "model promoted": mark("model promoted"),
    },
    "measure": {
        "scores": mark("Scores (stability index)"),
        "unknown words": mark("Unknown words"),
        "abstained": mark("Without a score"),
        "rejected": mark("Rejected rows"),
        "prevalence": mark("Share of misinformation"),
        "model's age": mark("Age of the model (days)"),
    },
    "advice": {
        "scores": mark(
            "Look at what arrives (a new source, a campaign?), decide some of it, then train anew."
        ),
        "unknown words": mark(
            "New topics or slang: decide claims of these days, extend the word lists, then train anew."
        ),
        "abstained": mark(
            "Look at what has no score; words in pictures and videos need ocr_text or transcript."
        ),
        "rejected": mark(
            "Read the reasons of the last import: a source may have changed its columns or values."
        ),
        "prevalence": mark("Set queue.prevalence to what the sample by lot shows, then train anew."),
        "model's age": mark("Export labels and train anew."),
    },
    "decision": {
        "promoted": mark("promoted"),
        "refused": mark("refused"),
        "overrode": mark("promoted over the gate"),
        "rolled back": mark("rolled back"),
        "removed": mark("removed"),
    },
}


def list_names(translations: NullTranslations) -> Mapping[str, Callable[[str | None], str]]:
    """Return for each kind of code, as `verdict_name`, what names one; an unknown one is its own name."""
    return {f"{kind}_name": _build(names, translations) for kind, names in NAMES.items()}


def _build(names: Mapping[str, str], translations: NullTranslations) -> Callable[[str | None], str]:
    def name(code: str | None) -> str:
        if code is None:
            return ""
        return translations.gettext(names[code]) if code in names else code

    return name
