"""The topic grammar: what is built is read back, and patterns mean what MQTT says."""

import inspect
import re

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from contracts import topics
from contracts.labels import NATIONS, SCOPES

names = st.from_regex(re.compile(topics.NAME_PATTERN[:-1] + r"\Z"))
nations = st.sampled_from(NATIONS)
disciplines = st.sampled_from(topics.DISCIPLINES)
levels = st.sampled_from(["a", "b", "reports", "status", "radar"])


@given(names, nations, disciplines, names)
def test_a_sensors_topic_is_read_back_as_it_was_built(
    exercise: str, nation: str, discipline: str, sensor: str
) -> None:
    reports = topics.sensor_topic(topics.reports(exercise, nation, discipline, sensor))
    status = topics.sensor_topic(topics.sensor_status(exercise, nation, discipline, sensor))

    assert reports == topics.SensorTopic(exercise, nation, discipline, sensor, "reports")
    assert status == topics.SensorTopic(exercise, nation, discipline, sensor, "status")


@given(st.text(max_size=60))
def test_no_other_text_is_a_sensors_topic(text: str) -> None:
    assert topics.sensor_topic(text) is None


def test_no_other_topic_is_taken_for_a_sensors() -> None:
    others = [
        function(*(["x"] * len(inspect.signature(function).parameters)))
        for name, function in inspect.getmembers(topics, inspect.isfunction)
        if "exercise" in inspect.signature(function).parameters and name not in ("reports", "sensor_status")
    ]

    assert [topic for topic in others if topics.sensor_topic(topic)] == []


def test_every_topic_stays_within_its_exercise() -> None:
    built = [
        function("corridor", *(["x"] * (len(inspect.signature(function).parameters) - 1)))
        for _, function in inspect.getmembers(topics, inspect.isfunction)
        if "exercise" in inspect.signature(function).parameters
    ]

    assert {topic.startswith("triptych/v1/corridor/") for topic in built} == {True}
    assert len(set(built)) == len(built)


def test_wildcards_ask_for_all_sensors_or_all_scopes() -> None:
    everyone = topics.reports("corridor", "+", "+", "+")

    assert topics.matches(everyone, topics.reports("corridor", "KOR", "radar", "kor-coast-1"))
    assert not topics.matches(everyone, topics.sensor_status("corridor", "KOR", "radar", "kor-coast-1"))
    assert not topics.matches(everyone, topics.reports("harbour", "KOR", "radar", "kor-coast-1"))
    assert all(topics.matches(topics.picture("corridor", "+"), topics.picture("corridor", s)) for s in SCOPES)


@given(
    st.lists(levels | st.just("+"), min_size=1, max_size=5),
    st.booleans(),
    st.lists(levels, min_size=1, max_size=5),
)
def test_patterns_match_as_paho_says(wanted: list[str], rest: bool, topic: list[str]) -> None:
    pattern = "/".join([*wanted, "#"] if rest else wanted)

    assert topics.matches(pattern, "/".join(topic)) == topic_matches_sub(pattern, "/".join(topic))
