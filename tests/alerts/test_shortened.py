"""The copy of the rules that `make check-alerts` loads: the same rules, sixty times as fast."""

import yaml

from tests.alerts.machine import PROMETHEUS
from tests.alerts.shortened import shortened


def test_a_minute_becomes_a_second_and_thresholds_stay() -> None:
    rule = {"alert": "A", "expr": "rate(a[5m]) > 14.4 * 0.05 and b offset 1h > 60", "for": "2m"}

    assert shortened({"groups": [{"name": "g", "rules": [rule]}]}) == {
        "groups": [
            {
                "name": "g",
                "rules": [
                    {
                        "alert": "A",
                        "expr": "rate(a[5000ms]) > 14.4 * 0.05 and b offset 60000ms > 60",
                        "for": "2000ms",
                    }
                ],
            }
        ]
    }


def test_every_rule_of_ours_can_be_shortened() -> None:
    for name in ("rules.yaml", "alerts.yaml"):
        rules = yaml.safe_load((PROMETHEUS / name).read_text())
        copied = shortened(rules)
        assert [len(each["rules"]) for each in copied["groups"]] == [
            len(each["rules"]) for each in rules["groups"]
        ]
        assert "m]" not in str(copied)
