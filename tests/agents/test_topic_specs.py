"""What is said of topics that Kafka does not name."""

from agents.pipeline.topic_specs import not_shown


def test_a_topic_that_is_not_shown_may_be_hidden_from_this_user() -> None:
    assert not_shown("kafka:9093", ["recourse.notices"]) == (
        "Kafka at kafka:9093 has no topic recourse.notices, or does not show it to this user: "
        "`recourse topics apply` makes it, another role may see it (docs/security.md)"
    )


def test_of_many_topics_five_are_named() -> None:
    sentence = not_shown("kafka:9093", list("abcdefg"))

    assert "has no topic a, b, c, d, e and 2 more, or" in sentence
    assert "more" not in not_shown("kafka:9093", list("abcde"))
