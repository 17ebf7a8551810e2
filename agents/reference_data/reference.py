"""Reference data: the policies and the directory, folded from their topics.

A record that can't be used leaves what was there before, and is noted (`refused`): the customer's
case goes on with the last good policy, the operator hears of it.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import msgspec

from agents.core.policy import Policy, in_force, listed_names
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from agents.core.world import Directory, World
from agents.records import codecs
from agents.reference_data.directory_files import MANAGERS, SITES, checked
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import policy_of_json
from schemas.records import Manager, Site
from streams.topology import Message, ReferenceTopics

POLICIES = "recourse.policies"
SHADOW_KEY = "shadow"  # a policy to compare with: never in force
Decode = Callable[[str, bytes], msgspec.Struct]
_REFUSALS_KEPT = 20  # the last ones, to be read; all are counted


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A reference record that was not taken, and why."""

    topic: str
    key: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What the reference topics say up to some offset; never changed, only replaced.

    `policies` are in the order of their offsets, `shadow` is the one to compare with, never in
    force. `refused` holds the last refusals, also those that a later record has mended, and
    `refused_count` counts all. `unmended` says by topic and key why the newest record is refused.
    `without_key`: versions whose lists are hashed under a key that is not among `pseudonyms`, each
    with a sentence on it.
    """

    pseudonyms: Pseudonyms = PLAIN_IDS
    policies: tuple[Policy, ...] = ()
    shadow: Policy | None = None
    without_key: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sites: Mapping[str, Site] = field(default_factory=lambda: MappingProxyType({}))
    managers: Mapping[str, Manager] = field(default_factory=lambda: MappingProxyType({}))
    refused: tuple[Refused, ...] = ()
    refused_count: int = 0
    unmended: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def standing(self) -> tuple[Refused, ...]:
        """The refusals that nothing has mended, the newest last."""
        return tuple(
            Refused(topic=topic, key=key, detail=detail)
            for (topic, key), detail in self.unmended.items()
        )

    @cached_property
    def beside(self) -> "Reference | None":
        """The same with the policy to compare with in force at any time; None: there is none."""
        if self.shadow is None:
            return None
        return replace(self, policies=(self.shadow,), shadow=None)

    @cached_property
    def shadow_id(self) -> str | None:
        """The content of the policy to compare with, as a digest; None: there is none."""
        if self.shadow is None:
            return None
        return blake2b(self.shadow.model_dump_json().encode(), digest_size=8).hexdigest()

    @cached_property
    def at_risk(self) -> tuple[Refused, ...]:
        """Those of `standing` whose key has a good record in force.

        Kafka compacts the topics: once it has, only the refused record is there, and a worker that
        starts then finds none of that key.
        """
        known = {
            POLICIES: {each.version for each in self.policies},
            SITES: self.sites,
            MANAGERS: self.managers,
        }
        return tuple(each for each in self.standing if each.key in known[each.topic])

    @cached_property
    def directory(self) -> Directory:
        """The directory of these sites and managers."""
        return Directory(self.sites.values(), self.managers.values())

    @cached_property
    def _turns(self) -> tuple[int, ...]:
        return tuple(sorted({policy.effective_from_milliseconds for policy in self.policies}))

    @cached_property
    def _in_force(self) -> dict[int, Policy]:
        return {}

    def policy(self, now: int) -> Policy:
        """The policy in force at `now` (epoch milliseconds)."""
        period = bisect_right(self._turns, now)
        found = self._in_force.get(period)
        if found is None:
            found = self._in_force[period] = in_force(self.policies, now)
        return found

    def world(self, now: int, *, worded: bool = True) -> World:
        """What holds while one record is handled at `now`; `worded`: notices get their words."""
        return World(
            now=now,
            policy=self.policy(now),
            directory=self.directory,
            pseudonyms=self.pseudonyms,
            worded=worded,
        )


def reference_of(
    policy: Policy, directory: Directory, pseudonyms: Pseudonyms = PLAIN_IDS
) -> Reference:
    """Reference data as files give it."""
    return Reference(
        pseudonyms=pseudonyms,
        policies=(policy,),
        sites=MappingProxyType(directory.sites),
        managers=MappingProxyType(directory.managers),
    )


def fold(
    reference: object,
    message: Message,
    *,
    decode: Decode = codecs.decode,
) -> Reference:
    """The reference data with one more record; a tombstone takes its key away."""
    assert isinstance(reference, Reference), "the snapshot is this module's own"
    if message.key is None:
        return with_refusal(reference, message.topic, "", "it has no key: must be the record's id")
    key = message.key.decode("utf-8", "replace")
    try:
        if message.topic == POLICIES:
            taken = _with_policy(reference, key, message.value)
        else:
            record = None if message.value is None else decode(message.topic, message.value)
            taken = with_entry(reference, message.topic, key, record)
        return _mended(taken, message.topic, key, since=reference)
    except (UnusableFile, codecs.Undecodable) as error:
        return with_refusal(reference, message.topic, key, str(error))


def with_refusal(reference: Reference, topic: str, key: str, detail: str) -> Reference:
    """The same data, and a note that a record was not taken."""
    refused = Refused(topic=topic, key=key, detail=detail)
    return replace(
        reference,
        refused=(*reference.refused, refused)[-_REFUSALS_KEPT:],
        refused_count=reference.refused_count + 1,
        unmended=MappingProxyType({**_without(reference, topic, key), (topic, key): detail}),
    )


def _mended(taken: Reference, topic: str, key: str, since: Reference) -> Reference:
    """The same, and what was refused of the key before no longer counts."""
    if taken.refused_count > since.refused_count or (topic, key) not in taken.unmended:
        return taken
    return replace(taken, unmended=MappingProxyType(_without(taken, topic, key)))


def _without(reference: Reference, topic: str, key: str) -> dict[tuple[str, str], str]:
    return {place: why for place, why in reference.unmended.items() if place != (topic, key)}


def _with_policy(reference: Reference, key: str, value: bytes | None) -> Reference:
    if key == SHADOW_KEY:
        shadow = None if value is None else policy_of_json(value)
        lacking = None if shadow is None else without_its_key(shadow, reference.pseudonyms)
        if lacking is not None:
            raise UnusableFile([lacking])  # its lists would be of nobody
        return replace(reference, shadow=shadow)
    others = tuple(policy for policy in reference.policies if policy.version != key)
    without_key = {other: why for other, why in reference.without_key.items() if other != key}
    if value is None:
        if reference.policies and not others:
            raise UnusableFile(["it takes the last policy away: publish another one first"])
        return replace(reference, policies=others, without_key=MappingProxyType(without_key))
    policy = policy_of_json(value)
    if policy.version != key:
        raise UnusableFile([f"the key {key!r} is not the policy's version {policy.version!r}"])
    lacking = without_its_key(policy, reference.pseudonyms)
    if lacking is not None:
        without_key[key] = lacking
        refused = with_refusal(reference, POLICIES, key, lacking)
        return replace(refused, without_key=MappingProxyType(without_key))
    return replace(reference, policies=(*others, policy), without_key=MappingProxyType(without_key))


def without_its_key(policy: Policy, pseudonyms: Pseudonyms) -> str | None:
    """Why the customers on a policy's lists can't be recognised, in one sentence; None: fine."""
    foreign = pseudonyms.foreign(listed_names(policy))
    if not foreign:
        return None
    ours = ", ".join(pseudonyms.key_names) or "none"
    return (
        f"the lists of policy {policy.version} are under the key {foreign[0]}, the keys here are "
        f"{ours}: set RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to what published it"
    )


def with_entry(reference: Reference, topic: str, key: str, record: object) -> Reference:
    """The same data with a site or manager set, or taken away where `record` is None.

    Raises:
        UnusableFile: the record is not right, or not the key's.
    """
    assert topic in {SITES, MANAGERS}, topic
    entries: dict[str, Site | Manager] = dict(
        reference.sites if topic == SITES else reference.managers
    )
    if record is None:
        entries.pop(key, None)
    else:
        assert isinstance(record, Site | Manager), "the catalogue's record of the topic"
        entry = checked(topic, record)
        identity = entry.site_id if isinstance(entry, Site) else entry.manager_id
        if identity != key:
            raise UnusableFile([f"the key {key!r} is not the record's id {identity!r}"])
        entries[key] = entry
    frozen: Mapping[str, Any] = MappingProxyType(entries)
    if topic == SITES:
        return replace(reference, sites=frozen)
    return replace(reference, managers=frozen)


def missing(reference: object) -> str | None:
    """Why a worker can't start with this reference data, in one sentence; None when it can."""
    assert isinstance(reference, Reference), "the snapshot is this module's own"
    for sentence in reference.without_key.values():
        return sentence
    if not reference.policies:
        return "no policy: publish one with `recourse policy publish FILE`" + _refusal_of(
            reference, {POLICIES}
        )
    if not reference.sites or not reference.managers:
        return "no directory: publish one with `recourse directory publish FILE`" + _refusal_of(
            reference, {SITES, MANAGERS}
        )
    return None


def _refusal_of(reference: Reference, topics: Collection[str]) -> str:
    """The newest refusal of these topics, in brackets."""
    found = [each for each in reference.standing if each.topic in topics]
    return f" ({found[-1].topic} {found[-1].key}: {found[-1].detail})" if found else ""


def references(
    decode: Decode = codecs.decode,
    pseudonyms: Pseudonyms = PLAIN_IDS,
    told: Callable[[Reference], None] = lambda _: None,
) -> ReferenceTopics:
    """The reference topics, read with `decode`; `told` hears of each new snapshot."""

    def tell(reference: object) -> None:
        assert isinstance(reference, Reference), "the snapshot is this module's own"
        told(reference)

    return ReferenceTopics(
        topics=(POLICIES, SITES, MANAGERS),
        empty=Reference(pseudonyms=pseudonyms),
        fold=partial(fold, decode=decode),
        missing=missing,
        told=tell,
    )


REFERENCES = references()
