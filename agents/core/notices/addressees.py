"""How people are addressed: languages in order of preference, channels, time zone."""

from msgspec import Struct

from agents.core.desk.state import Addressing
from agents.core.notices.wording.texts import language_for
from agents.core.world import World
from schemas.records import Addressee, AddresseeKind, Channel, Manager, ManagerContact, Site, Wish


class Reach(Struct, frozen=True, kw_only=True):
    """Somebody who is to be told something, and how."""

    addressee: Addressee
    language: str
    channels: tuple[Channel, ...]
    time_zone: str


class Wanted(Struct, frozen=True, kw_only=True):
    """What is known of how a customer wants to be addressed."""

    languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    time_zone: str
    wish: Wish | None = None


def wanted_by(addressing: Addressing) -> Wanted:
    """How the customer of a case wants to be addressed, as their newest check-in says."""
    return Wanted(
        languages=(addressing.visit_language or addressing.language,),
        channels=addressing.channels,
        time_zone=addressing.time_zone,
        wish=addressing.wish,
    )


def customer(customer_id: str, wanted: Wanted, site_id: str, world: World) -> Reach:
    """By the language of the wish, of the check-in, of the policy's default, else English.

    A channel that is wished goes first; who named none is reached by the policy's.
    """
    country = world.directory.site(site_id).country
    default = world.policy.notices.of(country)
    wish = wanted.wish
    languages = ((wish.language,) if wish and wish.language else ()) + wanted.languages
    wished = (wish.channel,) if wish and wish.channel else ()
    known = [each for each in (*wished, *wanted.channels) if each is not Channel.UNKNOWN]
    return Reach(
        addressee=Addressee(kind=AddresseeKind.CUSTOMER, id=customer_id),
        language=language_for((*languages, default.language), country),
        channels=tuple(dict.fromkeys(known or default.channels)),
        time_zone=wanted.time_zone,
    )


def manager(contact: ManagerContact, site_id: str, world: World) -> Reach:
    """By the first of their languages that has texts, by each contact that they have."""
    known = world.directory.managers.get(contact.manager_id)
    site = world.directory.site(site_id)
    default = world.policy.notices.of(site.country)
    spoken = known.languages if known else ()
    return Reach(
        addressee=Addressee(kind=AddresseeKind.MANAGER, id=contact.manager_id),
        language=language_for((*spoken, default.language), site.country),
        channels=_channels(contact),
        time_zone=known.time_zone if known else site.time_zone,
    )


def site(known: Site, world: World) -> Reach | None:
    """By its contacts, in its country's language; None: it has none."""
    contacts = [each for each in known.contacts or () if each.channel is not Channel.UNKNOWN]
    if not contacts:
        return None
    default = world.policy.notices.of(known.country)
    return Reach(
        addressee=Addressee(kind=AddresseeKind.SITE, id=known.site_id),
        language=language_for((default.language,), known.country),
        channels=tuple(dict.fromkeys(each.channel for each in contacts)),
        time_zone=known.time_zone,
    )


def contact_of(known: Manager) -> ManagerContact:
    """How a manager of the directory is reached."""
    return ManagerContact(
        manager_id=known.manager_id,
        name=known.name,
        phone=known.phone,
        email=known.email,
        app_handle=known.app_handle,
    )


def _channels(contact: ManagerContact) -> tuple[Channel, ...]:
    """Text before voice: a notice is read when there is time for it."""
    return tuple(
        channel
        for channel, has in (
            (Channel.APP, contact.app_handle),
            (Channel.SMS, contact.phone),
            (Channel.EMAIL, contact.email),
            (Channel.PHONE, contact.phone),
        )
        if has
    )
