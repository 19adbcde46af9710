"""Related papers: what the rules promise, on made-up papers."""

import dataclasses
import random
from collections import Counter
from itertools import accumulate

import pytest

pytest.importorskip("numpy")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.content.related import nearest, products, splitting, vectors
from broadsheet.content.related.choice import FLOOR, MOST
from broadsheet.content.related.finding import compared, related_papers
from broadsheet.content.related.nearest import NEVER, UNKNOWN, Nearest
from broadsheet.content.related.occurrences import _counted, _positions
from broadsheet.content.related.ragged import Ragged, numbered
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.splitting import Splitter
from broadsheet.content.related.vectors import _heaviest
from broadsheet.content.related.words import PASSED, Document, fold_plural, is_word, tokens

SUBJECTS = {
    "video": "video diffusion temporal consistency motion camera frame latent denoising",
    "robot": "robot manipulation grasp policy imitation gripper teleoperation dexterous hand",
    "speech": "speech recognition phoneme speaker acoustic transcription whisper audio codec",
    "theorem": "theorem proving lean formal proof tactic mathematics autoformalization lemma",
}


def corpus(count: int, seed: int = 1) -> list[Document]:
    """Papers on four subjects, with words of their own mixed in."""
    chance = random.Random(seed)  # noqa: S311 - made-up papers, no secret
    documents = []
    for number in range(count):
        subject = sorted(SUBJECTS)[number % len(SUBJECTS)]
        words = SUBJECTS[subject].split()
        text = " ".join([*chance.choices(words, k=20), f"own{number}", "we propose results"])
        title = f"{' '.join(chance.sample(words, 3))} {chance.choice(['net', 'former', 'bench'])} {number}x"
        documents.append(Document(f"{subject}-{number:03}", title, text, (subject,)))
    return documents


def similarities(documents: list[Document]) -> dict[tuple[str, str], float]:
    slugs = sorted(document.slug for document in documents)
    return {(slugs[one], slugs[other]): near for one, others in compared(documents) for other, near in others}


WORDS = st.sampled_from("graph neural video robots of the we propose speech 3d GPT-4 café lean proofs, x . 12".split())  # noqa: SIM905
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
DOCUMENTS = st.lists(
    st.builds(
        Document, st.from_regex(r"[a-z]{1,4}", fullmatch=True), TEXTS, TEXTS, st.lists(WORDS, max_size=2).map(tuple)
    ),
    unique_by=lambda document: document.slug,
    max_size=20,
)


@given(DOCUMENTS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_input_does_not_matter(documents, chance):
    shuffled = documents.copy()
    chance.shuffle(shuffled)
    assert list(related_papers(documents).items()) == list(related_papers(shuffled).items())


@given(DOCUMENTS)
@settings(deadline=None)
def test_what_holds_for_every_list(documents):
    lists = related_papers(documents)
    titles = {
        document.slug: [
            fold_plural(token) for token in tokens(document.title) if is_word(token) and token not in PASSED
        ]
        or document.title
        for document in documents
    }
    near = similarities(documents)
    assert sorted(lists) == sorted(titles)
    for slug, others in lists.items():
        assert slug not in others
        assert len(others) == len(set(others)) <= MOST
        found = [titles[slug], *(titles[other] for other in others)]
        assert all(title not in found[:number] for number, title in enumerate(found))
        assert all(near[slug, other] >= FLOOR for other in others)
        assert list(others) == sorted(others, key=lambda other: (-near[slug, other], other))


@given(DOCUMENTS.filter(lambda documents: documents))
@settings(deadline=None)
def test_similarity_is_the_same_both_ways_and_at_most_one(documents):
    for (one, other), near in (known := similarities(documents)).items():
        assert known.get((other, one), near) == near
        assert 0 < near <= 1.001


@given(st.integers(0, 1000), st.sampled_from(["aaa", "robot-005x", "zzz"]))
@settings(deadline=None, max_examples=25)
def test_a_paper_that_shares_nothing_changes_no_list(seed, slug):
    """Exactly so, wherever its slug sorts, unless the number of papers passes a power of two."""
    before = corpus(40, seed)
    stranger = Document(slug, "Ferrofluid turbulence", "Magnetised droplets in shear flow.", ("physics",))
    old, new = related_papers(before), related_papers([*before, stranger])
    assert new.pop(slug) == ()
    assert new == old


def test_a_paper_more_changes_few_lists_it_is_not_in():
    documents = corpus(200)
    old, new = related_papers(documents[:-1]), related_papers(documents)
    changed = {slug for slug in old if new[slug] != old[slug]}
    subject = documents[-1].slug.split("-")[0]
    assert all(slug.startswith(subject) for slug in changed), "others share nothing with it"


def test_papers_of_one_subject_find_each_other():
    for slug, others in related_papers(corpus(80)).items():
        assert len(others) == MOST
        assert {other.split("-")[0] for other in others} == {slug.split("-")[0]}


@pytest.mark.parametrize("rows", [1, 7, 4096])
def test_how_many_rows_at_a_time_makes_no_difference(rows, monkeypatch):
    expected = related_papers(corpus(50))
    monkeypatch.setattr(products, "_CELLS", 50 * rows)
    monkeypatch.setattr(products, "_TOGETHER", rows)
    assert related_papers(corpus(50)) == expected


def random_vectors(chance, papers, features, longest, heaviest):
    """Vectors of whole numbers, some of them empty; the lighter they may be, the more similarities are equal."""
    rows = [sorted(chance.sample(range(features), chance.randrange(longest + 1))) for _ in range(papers)]
    weights = [[chance.randint(1, heaviest) for _ in row] for row in rows]
    bounds = np.array([0, *accumulate(map(len, rows))])
    table = np.zeros((papers, features), dtype=np.int64)
    for row, places, values in zip(table, rows, weights, strict=True):
        row[places] = values
    feature, weight = (np.array([each for row in column for each in row], dtype=np.int32) for column in (rows, weights))
    return Ragged(bounds, (feature, weight)), table


@given(
    st.randoms(use_true_random=False),
    st.tuples(st.integers(0, 40), st.integers(6, 30), st.integers(0, 6), st.sampled_from([2, 4000])),
    st.sampled_from([(1, 0), (2, 1), (3, 2), (50, 8)]),
    st.sampled_from([1, 2, 5, 128]),
)
@settings(deadline=None)
def test_what_is_left_out_of_a_search_is_not_missed(chance, size, known, groups):
    """Candidates, bounds and similarities are those of all products."""
    telling, table = random_vectors(chance, *size)
    candidates, spare = known
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "CANDIDATES", candidates)
        patch.setattr(nearest, "SPARE", spare)
        patch.setattr(products, "_GROUPS", groups)
        patch.setattr(products, "_PIECE", 2)
        patch.setattr(products, "_CELLS", 3 * len(table))
        found = Nearest.of(telling, telling, size[1])
    near = table @ table.T
    np.fill_diagonal(near, 0)
    keys = np.sort(np.where(near > 0, nearest.key(near, np.arange(len(table))), NEVER), axis=1)
    keys = np.hstack([keys, np.full((len(table), candidates + spare + 1), NEVER)])
    most = candidates + spare
    assert (found.keys == keys[:, :most]).all()
    assert (found.bound == np.where(keys[:, most] == NEVER, NEVER, keys[:, most - 1])).all()
    expected = np.where(keys == NEVER, UNKNOWN, nearest.similarity_of(keys))[:, :candidates]
    assert (found.similarity[:, :candidates] == expected).all()


@given(st.lists(st.integers(0, 3) | st.integers(0, (1 << 63) - 1), max_size=40), st.integers(0, 60))
def test_values_are_numbered_whether_or_not_they_begin_alike(values, shift):
    values = np.array([*values, *(value >> shift << shift for value in values), *values], dtype=np.int64)
    different, places = numbered(values)
    assert different.tolist() == sorted(set(values.tolist()))
    assert (different[places] == values).all()


@given(
    st.lists(st.integers(0, 9) | st.integers(0, 1 << 60), min_size=1, max_size=30).map(
        lambda all_: [2 * n for n in all_]
    ),
    st.lists(st.integers(0, 9) | st.integers(0, 1 << 60), max_size=30).map(lambda all_: [2 * n + 1 for n in all_]),
    st.data(),
)
def test_positions_of_singles_and_pairs_are_those_among_all_names(table, pairs, data):
    """Names in the table may be the same, and those that nothing has are no names."""
    single = data.draw(st.lists(st.integers(0, len(table) - 1), max_size=30))
    every = [*(table[place] for place in single), *pairs]
    names, position = _positions(np.array(table), np.array(single, dtype=np.int32), np.array(pairs, dtype=np.int64))
    assert names.tolist() == sorted(set(every))
    assert names[position].tolist() == every


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([2, 7, 1 << 62]), st.integers(1, 3)), max_size=500))
def test_occurrences_are_counted_alike_in_long_and_short_numbers(occurrences):
    """The papers beyond those that have a word make the numbers long."""
    paper, name, weight = np.array(occurrences, dtype=np.int64).reshape(-1, 3).T
    names, position = np.unique(name, return_inverse=True)
    counts = Counter()
    for one, feature, often in occurrences:
        counts[one, feature] += often
    for papers in (6, 1 << 31):
        found = _counted(names, papers, paper, position, weight)
        features = found.names[found.position].tolist()
        assert list(zip(found.paper.tolist(), features, strict=True)) == sorted(counts)
        assert found.count.tolist() == [min(counts[pair], 255) for pair in sorted(counts)]


@given(
    st.lists(st.lists(st.sampled_from([1, 2, 9, 32767]), max_size=8), max_size=5),
    st.integers(1, 6),
    st.sampled_from([0, 32]),
)
def test_the_heaviest_are_those_that_sorting_each_paper_finds(rows, most, short):
    """In numbers of 32 bits and of 64."""
    row = np.array([number for number, values in enumerate(rows) for _ in values], dtype=np.int32)
    value = np.array([value for values in rows for value in values], dtype=np.int32)
    heavy = [sorted(sorted(range(len(each)), key=lambda at, each=each: -each[at])[:most]) for each in rows]
    starts = [0, *accumulate(map(len, rows))]
    expected = [start + at for start, places in zip(starts, heavy, strict=False) for at in places]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "_SHORT", short)
        assert _heaviest(len(rows), row, value, most).tolist() == expected


def test_equal_similarity_goes_by_slug():
    texts = "sparse attention kernel"
    documents = [
        Document(slug, f"{name} alone", texts) for slug, name in zip("dbac", ("qq", "ww", "rr", "tt"), strict=True)
    ]
    assert related_papers(documents) == {
        "a": ("b", "c", "d"),
        "b": ("a", "c", "d"),
        "c": ("a", "b", "d"),
        "d": ("a", "b", "c"),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"title": "  VIDÉO   diffusion-transformers: a study! "},
        {"title": "Video Diffusion Transformer, A Study", "text": "Something else about video diffusion."},
        {"title": "An update on quite another name"},
    ],
    ids=["other typography", "same title", "same abstract"],
)
def test_duplicates_are_not_related(change):
    text = (
        "Temporal consistency of video diffusion with motion priors and camera control in latent denoising, frame by frame; "
        "a longer text, as a short one may be the same by chance, about trajectories that a user draws over the picture."
    )
    original = Document("original", "Video Diffusion Transformers: A Study", text)
    copy = dataclasses.replace(original, slug="copy", **change)
    lists = related_papers([*corpus(24), original, copy])
    assert "copy" not in lists["original"]
    assert "original" not in lists["copy"]
    assert any(other.startswith("video-") for other in lists["original"])


def test_of_two_copies_a_list_shows_one():
    documents = corpus(24)
    copy = dataclasses.replace(documents[0], slug="zz-copy")
    for others in related_papers([*documents, copy]).values():
        assert len({documents[0].slug, copy.slug} & set(others)) < 2


def test_a_rare_tag_relates_papers_and_one_of_all_papers_hardly_does():
    names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    documents = [Document(name, f"{name}ics", "shared topic words here", ("everywhere",)) for name in names]
    documents[0] = dataclasses.replace(documents[0], tags=("everywhere", "rare"))
    documents[7] = dataclasses.replace(documents[7], tags=("everywhere", "rare"))
    assert related_papers(documents)["alpha"][0] == "theta"


def test_words_of_all_abstracts_relate_nothing():
    documents = [Document(f"p{n}", f"subject{n}", "We propose a novel method and show results.") for n in range(10)]
    assert set(related_papers(documents).values()) == {()}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_very_few_papers(count):
    assert related_papers([Document(str(n), "", "") for n in range(count)]) == {str(n): () for n in range(count)}


def test_a_slug_stands_for_one_paper():
    with pytest.raises(ValueError, match="same slug"):
        related_papers([Document("a", "One", ""), Document("a", "Two", "")])


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("models", "model"), ("studies", "study"), ("approaches", "approach"), ("loss", "loss"),
     ("analysis", "analysis"), ("corpus", "corpus"), ("caches", "cache"), ("dies", "die"), ("losses", "loss"), ("boxes", "box")],
)  # fmt: skip
def test_plurals_are_folded(plural, singular):
    assert fold_plural(plural) == singular


def test_the_work_for_a_paper_is_bounded(monkeypatch):
    """No telling feature of more than COMMON papers, and no more than CANDIDATES compared."""
    monkeypatch.setattr(vectors, "COMMON", 10)
    monkeypatch.setattr(nearest, "CANDIDATES", 7)
    documents = corpus(60)
    reading = Reading.of(documents)
    telling, _ = vectors.vectors_of(reading)
    assert 0 < max(Counter(telling.columns[0].tolist()).values()) <= 10
    assert max(len(others) for _, others in compared(documents)) <= 7


@given(
    st.text(st.sampled_from("aZz09_-.,;:!?()[]\\/ \n\"'éﬁⅣ"), max_size=40).map(
        lambda text: text.replace("Z", "http://").replace("z", "https://")
    )
)
@settings(deadline=None)
def test_the_short_way_to_split_a_text_finds_the_same(text):
    def plain(found):
        return [token if is_word(token) or token[0] == "\\" else "." for token in found]

    # A word in other letters, at the end, makes the text go the long way.
    assert plain(tokens(text)) == plain(tokens(f"{text} ж")[:-1])


PIECES = [
    "model",
    "models",
    "a",
    "of",
    "3d",
    "x" * 8,
    "x" * 24,
    "x" * 25,
    "y" * 60,
    "ж" * 12,
    "ж" * 13,
    ".",
    ",)",
    " ",
    "\n",
]
PIECES += ["http://a.b/(c)", "https://", "http://\0", "http://\ud800\0", "\\alpha", "\0", "\x1c", "é", "_", "pre-train"]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), max_size=9), st.sampled_from([1, 20]))
@settings(deadline=None)
def test_texts_that_are_split_at_once_have_the_words_that_they_have_alone(texts, places):
    """With few places most words find theirs taken; of texts that come again all words were met before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "_PLACES", places)
        patch.setattr(splitting, "_FIRST", 2)
        splitter = Splitter()
        for _ in range(2):
            codes, ends = splitter.split(texts)
            numbers = splitter.numbers
            expected = [[*(numbers[token] for token in tokens(text)), numbers["."]] for text in texts]
            assert codes.tolist() == [code for each in expected for code in each]
            assert ends.tolist() == list(accumulate(map(len, expected)))
