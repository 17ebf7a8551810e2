"""What the statuses of an escalation's steps have in common (contract, recourse.escalations).

The auditor has its own: it would not find what is wrong here.
"""

from typing import Final

from schemas.records import EscalationStatus

_S = EscalationStatus

# Somebody has the case anew, with clocks that run.
GIVEN: Final = frozenset({_S.OPENED, _S.REOPENED, _S.MOVED_UP, _S.REASSIGNED})
# Somebody has it in hand: the first of these stops the clock to acknowledge.
ACKNOWLEDGING: Final = frozenset({_S.ACKNOWLEDGED, _S.CONTACTED, _S.PROMISED, _S.WAITING})
# Nothing more happens, unless it is opened again.
CLOSED: Final = frozenset({_S.RESOLVED, _S.WITHDRAWN, _S.MERGED, _S.CONFIRMED})
