"""What forms have in common: fields, the id by which one counts once, how they are answered."""

import re
import secrets
from typing import Final

from starlette.requests import Request

SEE_OTHER: Final = 303
UNFIT: Final = 422
NOT_SENT: Final = 503
_ID: Final = re.compile(r"board-[A-Za-z0-9_-]{22}\Z")


async def fields_of(request: Request) -> dict[str, str]:
    """The form's fields; a file is none."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def new_id() -> str:
    """The id of what a form sends: pressed twice it is one."""
    return f"board-{secrets.token_urlsafe(16)}"


def own_id(text: str) -> str:
    """The id that a form of ours brought, else a new one."""
    return text if _ID.match(text) else new_id()
