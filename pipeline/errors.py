"""What a user can get wrong, as one small tree; the command line prints one line and exits 2."""


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
    """A claim, a verdict or the order of work is not as it must be."""
