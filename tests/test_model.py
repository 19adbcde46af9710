"""Dates, identifiers, slugs."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import CaptureDay, Identifier, PartialDate
from broadsheet.model.slugs import LONGEST, SLUG, slugify
from broadsheet.publishing.search import search_alias


@pytest.mark.parametrize(
    ("text", "words", "precision"),
    [("2023", "2023", "year"), ("2023-05", "May 2023", "month"), ("2023-05-31", "31 May 2023", "day")],
)
def test_partial_dates_keep_their_precision(text, words, precision):
    date = PartialDate.parse(text)
    assert (str(date), date.words, date.precision) == (text, words, precision)


@pytest.mark.parametrize(
    "text", ["", "23", "2023-5", "2023-13", "2023-02-30", "2023-00", "2023-05-00", "20230531", "x"]
)
def test_what_is_no_date(text):
    with pytest.raises(ValueError, match=r"date|month|day"):
        PartialDate.parse(text)


@given(st.dates(dt.date(1800, 1, 1), dt.date(2199, 12, 31)))
def test_any_day_survives_a_round_trip(day):
    date = PartialDate(day.year, day.month, day.day)
    assert PartialDate.parse(str(date)) == date
    assert date.first_day == date.last_day == day
    assert date.agrees_with(PartialDate(day.year))


def test_a_day_of_difference_is_a_time_zone():
    assert PartialDate(2025, 12, 2).agrees_with(PartialDate(2025, 12, 3))
    assert PartialDate(2025, 5, 31).agrees_with(PartialDate(2025, 6))
    assert not PartialDate(2021, 10, 12).agrees_with(PartialDate(2022))


@pytest.mark.parametrize(
    ("day", "latest", "expected"),
    [
        (CaptureDay(8, 20), dt.date(2025, 7, 21), "2025-08-20"),
        (CaptureDay(1, 7), dt.date(2025, 12, 2), "2026-01-07"),
        (CaptureDay(3, 14), dt.date(2025, 3, 14), "2025-03-14"),
        (CaptureDay(2, 29), dt.date(2025, 1, 1), "2028-02-29"),
    ],
)
def test_capture_year_is_the_earliest_that_fits(day, latest, expected):
    assert str(day.not_before(latest)) == expected


def test_a_capture_after_the_last_year_has_no_date():
    assert CaptureDay(1, 3).not_before(dt.date(2199, 3, 1)) is None


@pytest.mark.parametrize(
    ("scheme", "text", "value"),
    [
        ("arxiv", "2501.00656", "2501.00656"),
        ("arxiv", "arXiv:2501.00656v3", "2501.00656"),
        ("arxiv", "https://arxiv.org/pdf/2501.00656v1.pdf", "2501.00656"),
        ("arxiv", "https://huggingface.co/papers/2501.00656", "2501.00656"),
        ("arxiv", "hep-th/9901001", "hep-th/9901001"),
        ("arxiv", "math.GT/0309136", "math/0309136"),
        ("doi", "https://doi.org/10.1000/ABC.1", "10.1000/abc.1"),
    ],
)
def test_identifiers_have_one_spelling(scheme, text, value):
    assert Identifier.parse(scheme, text).value == value


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("arxiv", "2513.00001"),
        ("arxiv", "../../etc"),
        ("arxiv", "2501.1"),
        ("doi", "11.1/x"),
        ("isbn", "1"),
        ("doi", "10.1000/<x>"),
    ],
)
def test_what_is_no_identifier(scheme, text):
    with pytest.raises(ValueError, match=r"identifier|month"):
        Identifier.parse(scheme, text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("2 OLMo 2 Furious", "2-olmo-2-furious"),
        ("TÜLU 3: Pushing Frontiers", "tulu-3-pushing-frontiers"),
        ("DεpS: Delayed ε-Shrinking", "depsilonps-delayed-epsilon-shrinking"),
        ("Don't Stop", "dont-stop"),
        ("../../etc/passwd", "etc-passwd"),
        ("通义千问", "x" + "通义千问".encode().hex()),
    ],
)
def test_slugs(title, slug):
    assert slugify(title) == slug


@given(st.text(min_size=1))
def test_any_text_has_a_slug(text):
    slug = slugify(text)
    assert SLUG.fullmatch(slug)
    assert len(slug) <= LONGEST


@pytest.mark.parametrize(
    ("title", "alias"),
    [
        ("GPT-4 Technical Report", "gpt 4"),
        ("Falcon2-11B", "falcon2 falcon 2 11b"),
        ("MobileNetV3 and Llama-3.2-1B", "mobilenetv3 mobilenet v3 llama 3.2 1b"),
        ("Pre-training for All", ""),
    ],
)
def test_search_alias_splits_model_names(title, alias):
    assert search_alias(title) == alias
