"""What a user can get wrong, as one small tree; the command line prints one line and exits 2."""

from enum import StrEnum


class Mistake(StrEnum):
    """What can be wrong with a wish for the queue: pages say it in their reader's language, the API gives the code."""

    CLAIM_UNKNOWN = "claim-unknown"
    CLAIM_NOT_WAITING = "claim-not-waiting"
    HELD_BY_OTHER = "held-by-other"
    DECIDED_ALREADY = "decided-already"
    DECIDED_DIFFERENTLY = "decided-differently"
    NO_VERDICT_OF_YOURS = "no-verdict-of-yours"
    TAKEN_BACK_ALREADY = "taken-back-already"
    VERDICT_UNKNOWN = "verdict-unknown"
    TYPE_MISSING = "type-missing"
    TYPE_NEEDLESS = "type-needless"
    NOTE_TOO_LONG = "note-too-long"
    LINK_NO_ADDRESS = "link-no-address"
    ONE_CLAIM_ALREADY = "one-claim-already"
    REPORT_NOT_OF_CLAIM = "report-not-of-claim"
    FIRST_REPORT = "first-report"
    REPORT_ID_TAKEN = "report-id-taken"
    NO_PLACE_IN_LIST = "no-place-in-list"
    NOT_GOLDEN = "not-golden"
    NOTHING_TO_RULE_ON = "nothing-to-rule-on"
    NO_LOG_HEAD = "no-log-head"
    NO_NAME = "no-name"
    NAME_TAKEN = "name-taken"
    USER_UNKNOWN = "user-unknown"
    USER_OFF = "user-off"
    ROLE_UNKNOWN = "role-unknown"
    OTHER_ROLE = "other-role"
    OWN_ACCOUNT = "own-account"
    SERVICE_HAS_TOKENS = "service-has-tokens"
    PASSWORD_LENGTH = "password-length"  # noqa: S105 - a code
    PASSWORDS_DIFFER = "passwords-differ"
    TOKEN_UNKNOWN = "token-unknown"  # noqa: S105 - a code
    COHORT_UNKNOWN = "cohort-unknown"
    COHORT_TOO_LARGE = "cohort-too-large"


class PipelineError(Exception):
    """A user's mistake: `<where>: <what was found>; <what was expected>[; <what to do>]`."""


class ConfigError(PipelineError):
    """params.yaml, an environment variable or an installed package is not as it must be."""


class SchemaError(PipelineError):
    """A file, a column or too many rows are not as they must be."""


class StorageError(PipelineError):
    """A place cannot be read or written, or somebody else is writing it."""


class ModelError(PipelineError):
    """A model cannot be trained, loaded or published from what is there."""


class QueueError(PipelineError):
    """A claim, a verdict or the order of work is not as it must be; `values` fill the page's sentence."""

    def __init__(self, line: str, mistake: Mistake, **values: str | int) -> None:
        super().__init__(line)
        self.mistake = mistake
        self.values = values
