"""The topics that every tenant begins with, and phrases found in texts."""

from collections import Counter

import pytest

from moe_memorygraph.topics import OTHER, TAXONOMY, Phrases, Topic, phrase_of


def test_every_topic_has_what_it_takes() -> None:
    assert len({topic.name for topic in TAXONOMY}) == len(TAXONOMY) >= 20
    for topic in TAXONOMY:
        assert topic.name == "_".join(topic.name.casefold().split())
        assert len(topic.examples) >= 5
        assert topic.names
        assert topic.words


def test_no_name_stands_for_two_topics() -> None:
    names = Counter(phrase for topic in TAXONOMY for phrase in {phrase_of(one) for one in (*topic.names, *topic.near)})
    assert [phrase for phrase, count in names.items() if count > 1] == []


def test_no_example_stands_twice() -> None:
    examples = Counter(example for topic in TAXONOMY for example in topic.examples)
    assert max(examples.values()) == 1


@pytest.mark.parametrize("name", ["", "  ", OTHER])
def test_a_topic_without_a_name_of_its_own_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Topic(name=name, title="Anything", names=("anything",))


def test_a_topic_that_nothing_describes_is_refused() -> None:
    with pytest.raises(ValueError, match="needs names"):
        Topic(name="empty", title="Empty")


def test_the_longest_phrase_wins_and_none_overlap() -> None:
    phrases = Phrases({phrase_of(one): one for one in ("sign", "sign in", "in page", "page")})
    assert list(phrases.find(phrase_of("Sign-in page of the pages"))) == [
        (0, 2, "sign in"),
        (2, 3, "page"),
        (5, 6, "page"),
    ]
