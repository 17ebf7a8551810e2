"""What a customer says in words of their own, and what it is about.

A topic or an answer that a newer producer knows, and we do not, counts as not said.
"""

from agents.core.notices.wording.plain import quoted
from schemas.records import CustomerResponse, Response, Settled, TopicName


def topic_of(response: CustomerResponse) -> TopicName | None:
    """What it is about; None: not said."""
    return None if response.topic is TopicName.UNKNOWN else response.topic


def words_of(response: CustomerResponse) -> str | None:
    """The words as a manager reads them; None: there are none that can be read."""
    return quoted(response.words)


def settled_by(response: CustomerResponse) -> Settled | None:
    """Whether a RATED says that the matter is settled; None: not said."""
    if response.response is not Response.RATED or response.settled is Settled.UNKNOWN:
        return None
    return response.settled
