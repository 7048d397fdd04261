"""The parts of a report in, the one text that is scored out."""

SEPARATOR = "\n\n"


def join_parts(text: object, transcript: object = None, ocr_text: object = None) -> str:
    r"""Join a report's caption, transcript and text seen in its picture, leaving out what is not there.

    None, NaN, pandas' NA and blank parts count as absent.

    >>> join_parts("lihat ini", None, "PENGUMUMAN")
    'lihat ini\n\nPENGUMUMAN'
    """
    if transcript is None and ocr_text is None:
        return text if isinstance(text, str) and text.strip() else ""
    return SEPARATOR.join(
        part for part in (text, transcript, ocr_text) if isinstance(part, str) and part.strip()
    )
