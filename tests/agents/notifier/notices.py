"""Notices for the tests of what sends them."""

from typing import Any

from schemas.records import Addressee, AddresseeKind, Channel, Notice


def a_notice(notice_id: str = "v1:1:0:customer", to: str = "c1", **fields: Any) -> Notice:
    whole: dict[str, Any] = {
        "addressee": Addressee(kind=AddresseeKind.CUSTOMER, id=to),
        "channels": (Channel.SMS, Channel.EMAIL),
        "not_before": 1_000,
        "language": "en",
        "message": "customer-opened",
        "parameters": {},
        "title": "A title",
        "text": "A text.",
        "short_text": "Short.",
        "escalation_id": "v1:1",
        "region_id": "r1",
        "policy_version": "p1",
    }
    return Notice(notice_id=notice_id, **(whole | fields))


def to_manager(notice_id: str = "v1:1:0:manager", to: str = "lena", **fields: Any) -> Notice:
    addressee = Addressee(kind=AddresseeKind.MANAGER, id=to)
    return a_notice(notice_id, **({"addressee": addressee} | fields))
