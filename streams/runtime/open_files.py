"""How many files and connections this process may have open: too few are a setting, no defect."""

import contextlib
import errno
import resource

from streams.errors import ConfigurationError

AT_LEAST = 64
"""A worker of two stages with one broker needs about 50."""
ENOUGH = 1_024
_FULL = (errno.EMFILE, errno.ENFILE)


def make_room() -> None:
    """Takes as many as it needs where it may.

    Raises:
        ConfigurationError: they are too few, and more are not allowed.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < ENOUGH:
        wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < AT_LEAST:
        raise ConfigurationError(_sentence())


def explained(error: BaseException) -> BaseException:
    """The error, or that the files are used up where that is what caused it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _FULL:
            return ConfigurationError(_sentence())
        cause = cause.__cause__ or cause.__context__
    return error


def _sentence() -> str:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        f"this process may have {soft} files and connections open (`ulimit -n`, LimitNOFILE): "
        f"must be at least {AT_LEAST}, and more where there are many brokers; {ENOUGH} is plenty"
    )
