"""What a site hears of its cases: by which contacts, and of which steps."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.records import (
    ActionName,
    Addressee,
    AddresseeKind,
    Channel,
    Disagreement,
    Erased,
    Notice,
    OutcomeName,
    Reason,
    Remedy,
    RemedyKind,
    SiteContact,
    TopicName,
)
from tests.core.desk.world import (
    LENA,
    MINUTE,
    NOW,
    SITE,
    Desk,
    action,
    at,
    corrected,
    disagreement,
    policy,
)

CONTACTS = (
    SiteContact(channel=Channel.EMAIL, address="desk@example.com"),
    SiteContact(channel=Channel.SMS, address="+49 89 1"),
    SiteContact(channel=Channel.PHONE, address="+49 89 2"),
    SiteContact(channel=Channel.EMAIL, address="second@example.com"),
    SiteContact(channel=Channel.APP, address="desk"),
)
LATER = NOW + MINUTE


def desk_at(contacts: tuple[SiteContact, ...] | None = CONTACTS, **differs: Any) -> Desk:
    return Desk(
        LENA,
        sites=(replace(SITE, contacts=contacts),),
        holds=policy(operators=["op"], notices={"default": {"DE": {"language": "en"}}}, **differs),
    )


def raised(visit: str = "v1", **fields: Any) -> Disagreement:
    ids = {"visit_id": visit, "escalation_id": f"{visit}:1"}
    return disagreement(f"{visit}:ESTIMATE_DISPUTED:1", **(ids | fields))


def to_site(desk: Desk) -> list[Notice]:
    """What the site was told since the last call."""
    found = [each for each in desk.notices if each.addressee.kind is AddresseeKind.SITE]
    desk.notices.clear()
    return found


def messages(desk: Desk) -> list[tuple[str, str]]:
    return [(each.notice_id, each.message) for each in to_site(desk)]


def test_a_new_case_is_told_to_the_site_by_its_contacts_in_its_language() -> None:
    desk = desk_at()
    desk.says(raised(language="de"))

    assert to_site(desk) == [
        Notice(
            notice_id="v1:1:0:site",
            addressee=Addressee(kind=AddresseeKind.SITE, id="s1"),
            channels=(Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.APP),
            not_before=NOW,
            language="en",
            message="site-opened",
            parameters={
                "escalation_id": "v1:1",
                "kind": "ESTIMATE",
                "manager": "LENA",
                "severity": "NORMAL",
                "site": "Moosach",
                "to_app": "desk",
                "to_email": "desk@example.com",
                "to_phone": "+49 89 1",
            },
            title="A customer has a case at Moosach",
            text="Case v1:1 at Moosach: price. LENA has it and may ask you about it.",
            short_text="Case v1:1, Moosach: price. LENA has it and may ask you about it.",
            escalation_id="v1:1",
            region_id="r1",
            policy_version="default",
        )
    ]


def test_a_site_that_is_closed_hears_of_it_when_it_opens() -> None:
    desk = desk_at()
    evening = at("2026-03-02 20:00")
    desk.says(raised(occurred_at=evening), evening)

    assert [each.not_before for each in to_site(desk)] == [at("2026-03-03 09:00")]


@pytest.mark.parametrize(
    ("contacts", "differs"), [(None, {}), ((), {}), (CONTACTS, {"generation": 1})]
)
def test_without_contacts_or_under_generation_1_a_site_hears_nothing(
    contacts: tuple[SiteContact, ...] | None, differs: dict[str, Any]
) -> None:
    desk = desk_at(contacts, **differs)
    desk.says(raised())
    desk.says(corrected(), LATER)

    assert to_site(desk) == []


def test_of_an_incident_a_site_hears_once() -> None:
    desk = desk_at(storm={"cases": 3, "within_minutes": 60})
    for number in range(1, 6):
        desk.says(raised(f"v{number}", customer_id=f"c{number}"))

    assert messages(desk) == [
        ("v1:1:0:site", "site-opened"),
        ("v2:1:0:site", "site-opened"),
        ("v3:1:0:site", "site-incident"),
    ]


@pytest.mark.parametrize(
    ("remedy", "told"),
    [
        (None, []),
        (
            Remedy(kind=RemedyKind.PRICE_TO, amount=10_000, estimate_id="est1"),
            ["Please charge €100.00 for estimate est1."],
        ),
        (Remedy(kind=RemedyKind.LOANER), ["Please give the customer a courtesy car."]),
    ],
)
def test_a_decision_is_told_to_the_site_with_its_remedy_and_never_with_the_message(
    remedy: Remedy | None, told: list[str]
) -> None:
    desk = desk_at()
    desk.says(raised())
    desk.notices.clear()
    resolve = action(
        ActionName.RESOLVE, outcome=OutcomeName.UPHELD, remedy=remedy, message="Only for you."
    )
    desk.says(resolve, LATER)
    found = to_site(desk)

    assert [each.text for each in found] == [
        f"Case v1:1 at Moosach is decided: upheld. {each}" for each in told
    ]
    assert [each for each in found if "Only for you." in str(each)] == []


def test_a_case_that_is_withdrawn_is_told_to_the_site() -> None:
    desk = desk_at()
    desk.says(raised())
    desk.says(corrected(), LATER)

    assert messages(desk)[1:] == [("v1:1:1:site", "site-withdrawn")]


def test_an_erasure_tells_the_site_nothing_of_the_customer() -> None:
    desk = desk_at()
    desk.says(raised())
    desk.notices.clear()
    desk.says(Erased(region_id="r1", occurred_at=LATER, escalation_ids=("v1:1",)), LATER)

    (notice,) = to_site(desk)
    assert notice.message == "site-withdrawn"
    assert "c1" not in str(notice)


def test_who_complains_of_somebody_at_the_site_is_not_told_to_it() -> None:
    desk = desk_at()
    desk.says(raised(topic=TopicName.CONDUCT))
    desk.says(corrected(), LATER)
    assert to_site(desk) == []

    desk.says(raised("v2", topic=TopicName.TIME, reasons=(Reason(code="X", facts={}),)))
    assert [message for _, message in messages(desk)] == ["site-opened"]


def test_what_must_be_done_is_told_to_the_site_whatever_it_is_about() -> None:
    desk = desk_at()
    desk.says(raised(topic=TopicName.CONDUCT))
    remedy = Remedy(kind=RemedyKind.APOLOGY)
    desk.says(action(ActionName.RESOLVE, outcome=OutcomeName.UPHELD, remedy=remedy), LATER)

    assert [message for _, message in messages(desk)] == ["site-resolved"]
