"""Related papers that follow changes: at every moment the same as from scratch."""

import dataclasses
import random
import re
import subprocess
import sys
import zlib
from collections import Counter
from contextlib import contextmanager
from math import log2, sqrt

import pytest

pytest.importorskip("numpy")

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.content.markup import plain_text
from broadsheet.content.related import choice, nearest, state, storage, vectors
from broadsheet.content.related.finding import related_papers
from broadsheet.content.related.words import PASSED, Document, fold_plural, is_word, name_of, says_nothing, tokens
from broadsheet.content.relations import Relations
from conftest import ROOT

WORDS = "graph neural video robot lean proof x . 12 diffusion agent of the motion audio latent 3d".split()  # noqa: SIM905
RARE = [f"{word}{ending}" for word in WORDS if len(word) > 3 for ending in ("er", "ist", "oid", "ine")]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
LONG = st.lists(st.sampled_from(WORDS), min_size=45, max_size=50).map(" ".join)  # long enough to be a duplicate
SHORT = st.lists(st.sampled_from(WORDS + RARE), min_size=1, max_size=7).map(" ".join)
SLUGS = [f"{letter}{number}" for number in range(3) for letter in "abcdefghijklm"]
TAGS = st.lists(st.sampled_from(WORDS[:3]), max_size=2).map(tuple)
DOCUMENT = st.builds(Document, st.just(""), TEXTS, TEXTS | LONG, TAGS)
CHANGES = st.dictionaries(
    st.sampled_from(SLUGS), DOCUMENT | st.builds(Document, st.just(""), SHORT, SHORT) | st.none(), max_size=3
)
LIMITS = st.sampled_from(
    [(50, 8, 60, 200, 120, 10), (3, 1, 4, 5, 6, 10), (2, 0, 3, 4, 5, 0), (4, 2, 8, 3, 12, 1), (2, 1, 30, 9, 40, 0)]
)

NARROW = [(2, 0, 30, 9, 40, 0), (3, 1, 4, 5, 6, 10), (3, 2, 8, 3, 12, 1), (2, 1, 30, 6, 4, 0)]
NARROW += [(2, 0, 60, 20, 60, 0), (4, 1, 5, 12, 8, 1)]


@contextmanager
def limits(candidates, spare, kept, common, whole, fewest):
    """Bounds so narrow that a few papers reach them; however many papers change, it is never all from scratch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "CANDIDATES", candidates)
        patch.setattr(nearest, "SPARE", spare)
        patch.setattr(vectors, "KEPT", kept)
        patch.setattr(vectors, "COMMON", common)
        patch.setattr(vectors, "WHOLE", whole)
        patch.setattr(vectors, "FEWEST", fewest)
        patch.setattr(state, "_MANY", 0)
        yield


def with_slugs(changes):
    return {slug: document and dataclasses.replace(document, slug=slug) for slug, document in changes.items()}


def follow(relations, documents, changes):
    """Update both, and see that nothing but what changed is named."""
    before = dict(relations.lists)
    for slug, document in changes.items():
        documents.pop(slug, None)
        if document:
            documents[slug] = document
    named = relations.update(changes)
    assert list(relations.lists.items()) == list(related_papers(list(documents.values())).items())
    assert named == {slug for slug, others in relations.lists.items() if before.get(slug) != others}


def sparse(chance, count):
    """Papers that have little in common, so that a change leaves most vectors as they are."""
    texts = [" ".join(chance.choices(RARE + WORDS[:4], k=chance.randrange(2, 9))) for _ in range(2 * count)]
    slugs = chance.sample(SLUGS, count)
    return {slug: Document(slug, texts.pop(), texts.pop()) for slug in slugs}


@given(st.randoms(use_true_random=False), st.integers(0, 31), st.lists(CHANGES, max_size=6), LIMITS)
@settings(deadline=None, max_examples=250)
def test_after_any_changes_it_is_as_from_scratch(chance, count, later, bounds):
    with limits(*bounds):
        documents = sparse(chance, count)
        relations = Relations.of(list(documents.values()))
        for changes in later:
            follow(relations, documents, with_slugs(changes))


@pytest.mark.parametrize("seed", [*range(108, 118), 169])
def test_after_many_small_changes_it_is_as_from_scratch(seed):
    """Far from powers of two, with narrow bounds, so that candidates run out and are searched for again."""
    chance = random.Random(seed)  # noqa: S311 - made-up changes, no secret
    with limits(*NARROW[seed % len(NARROW)]):
        documents = sparse(chance, 24)
        relations = Relations.of(list(documents.values()))
        for _ in range(30):
            new = sparse(chance, chance.choice([1, 1, 2, 3]))
            if len(documents) > 20:
                new[chance.choice(sorted(documents))] = None
            follow(relations, documents, new if len(documents) < 29 else dict.fromkeys(chance.sample(SLUGS, 6)))


@pytest.fixture(scope="module")
def real():
    """Papers of this site."""
    documents = []
    for path in sorted((ROOT / "content/papers").glob("*.md"))[:300]:
        head, _, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
        title = next((line[6:].strip().strip("'\"") for line in head.splitlines() if line.startswith("title:")), "")
        tags = tuple(line.strip(" -") for line in head.splitlines() if line.startswith("  - ") and ":" not in line)
        documents.append(Document(path.stem, title, plain_text(body), tags))
    assert len(documents) == 300
    return documents


def edited(chance, documents):
    """Change, add or remove one paper, or several."""
    changes = {}
    for _ in range(chance.choice([1, 1, 1, 2, 8])):
        one, other = chance.sample(sorted(documents), 2)
        match chance.randrange(6):
            case 0:
                changes[one] = None
            case 1:
                changes[f"{other[:9]}-{chance.randrange(99)}"] = documents[other]
            case 2:
                changes[one] = dataclasses.replace(documents[one], tags=documents[other].tags)
            case 3:
                changes[one] = dataclasses.replace(documents[one], text=documents[other].text)
            case 4:
                changes[one] = dataclasses.replace(documents[one], title=f"{documents[one].title} benchmark")
            case _:
                words = documents[one].text.split()
                words[len(words) // 2 :] = documents[other].text.split()[:30]
                changes[one] = dataclasses.replace(documents[one], text=" ".join(words))
    return with_slugs(changes)


@pytest.mark.parametrize("spare", [8, 0])
def test_real_papers_and_forty_changes(real, spare, monkeypatch):
    monkeypatch.setattr(nearest, "SPARE", spare)
    monkeypatch.setattr(state, "_MANY", 0)
    chance = random.Random(spare)  # noqa: S311 - made-up changes, no secret
    documents = {document.slug: document for document in real}
    relations = Relations.of(real)
    for _ in range(20):
        follow(relations, documents, edited(chance, documents))


@pytest.mark.parametrize("seed", range(12))
def test_the_number_of_papers_passes_a_power_of_two(seed):
    chance = random.Random(seed)  # noqa: S311 - made-up papers, no secret
    with limits(3, 1, 6, 9, 12, 10):
        documents = sparse(chance, 17)
        relations = Relations.of(list(documents.values()))
        one, other = chance.sample(sorted(documents), 2)
        for changes in ({one: None}, {one: documents[one]}, {one: None, other: None}, {one: documents[one]}):
            follow(relations, documents, changes)


def test_two_papers_come_to_none():
    new = {slug: Document(slug, title, "graph proof") for slug, title in (("a", "One"), ("b", "Two"))}
    relations, documents = Relations.of([]), {}
    with limits(3, 1, 6, 9, 12, 10):
        follow(relations, documents, new)


def test_nothing_changes(real):
    relations = Relations.of(real)
    assert relations.update({}) == set()
    assert relations.update({real[7].slug: real[7], "never-there": None}) == set()
    assert relations.lists == related_papers(real)


def test_all_papers_go_and_come_back(real):
    relations = Relations.of(real[:20])
    assert relations.update({document.slug: None for document in real[:20]}) == set()
    assert relations.lists == {}
    assert relations.update({document.slug: document for document in real[:20]}) == {d.slug for d in real[:20]}
    assert relations.lists == related_papers(real[:20])


def test_a_document_stands_under_its_own_slug(real):
    relations = Relations.of(real[:3])
    with pytest.raises(ValueError, match="has the slug"):
        relations.update({"other": real[0]})
    assert relations.lists == related_papers(real[:3])


def test_a_state_is_stored_and_follows_further_changes(real):
    documents = {document.slug: document for document in real}
    relations = Relations.of(real)
    chance = random.Random(3)  # noqa: S311 - made-up changes, no secret
    for _ in range(6):
        relations = Relations.load(relations.dump())
        assert list(relations.lists.items()) == list(related_papers(list(documents.values())).items())
        follow(relations, documents, edited(chance, documents))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_state_of_very_few_papers_is_stored(real, count):
    relations = Relations.load(Relations.of(real[:count]).dump())
    follow(relations, {document.slug: document for document in real[:count]}, {real[9].slug: real[9]})


@pytest.mark.parametrize("slug", ["a\nb", "ü", '"', "\ud800"])
def test_any_slug_is_stored(slug):
    relations = Relations.of([Document(slug, "One", "graph"), Document("b", "Two", "graph")])
    assert Relations.load(relations.dump()).lists == relations.lists


def test_lists_are_read_without_numpy(real):
    data = Relations.of(real[:30]).dump()
    code = (
        "import sys; from broadsheet.content.relations import Relations;"
        "found = Relations.load(sys.stdin.buffer.read()); assert len(found.lists) == 30; assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], input=data, cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def small(real):
    return Relations.of(real[:40])


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_garbage_is_no_state(data):
    assert Relations.load(data) is None


@given(st.data())
@settings(deadline=None)
def test_damaged_bytes_are_no_state(small, data):
    dump = small.dump()
    place = data.draw(st.integers(0, len(dump) - 1))
    flipped = dump[:place] + bytes([dump[place] ^ 1 << data.draw(st.integers(0, 7))]) + dump[place + 1 :]
    for damaged in (flipped, dump[:place], dump[place:] if place else b"", dump + dump[:place] + b"\n"):
        assert Relations.load(damaged) is None


@pytest.mark.parametrize(
    "head",
    [b"", b"[]", b"{}", b"null", b'{"slugs": 3}', b'{"slugs": ["a"], "sizes": [], "rules": 0}', b"\xff"],
)
def test_a_right_checksum_of_something_else_is_no_state(head):
    body = head + b"\n"
    assert Relations.load(storage._MAGIC + zlib.crc32(body).to_bytes(4, "little") + body) is None  # noqa: SLF001


@pytest.mark.parametrize("sizes", ["[1e3,1,1,1]", "[-8,1,1,1]", '["1",1,1,1]', "[99999999999999,1,1,1]", "[1,1,1]"])
def test_sizes_are_not_believed(small, sizes):
    dump = small.dump()
    body = re.sub(rb'"sizes":\[.*?\]', b'"sizes":' + sizes.encode(), dump[storage._START :], count=1)  # noqa: SLF001
    assert Relations.load(storage._MAGIC + zlib.crc32(body).to_bytes(4, "little") + body) is None  # noqa: SLF001


def test_a_state_of_other_rules_is_not_taken(small, monkeypatch):
    dump = small.dump()
    monkeypatch.setattr(storage, "FLOOR", 0.2)
    assert Relations.load(dump) is None


def plainly(documents, kept, common, whole, fewest):
    """Similarities and lists by the rules, without a thought for speed."""
    features, shapes = {}, {}
    for document in documents:
        counts = Counter({name_of(f"#{tag}"): 3 for tag in document.tags})
        for text, weight in ((document.title, 2), (document.text, 1)):
            before = None
            for token in (token for token in tokens(text) if token not in PASSED):
                stem = fold_plural(token)
                word = None if not is_word(token) or says_nothing(token, stem) else name_of(f"={stem}")
                if word is not None:
                    counts[word] += weight
                    shapes[word] = 1.0
                if word is not None and before is not None:
                    pair = pair_of(before, word)
                    counts[pair] += weight
                    shapes[pair] = 1.3
                before = word
        features[document.slug] = counts
    spread = Counter(name for counts in features.values() for name in counts)
    doublings = (len(documents) - 1).bit_length()
    few = min(16, max(1, 2**doublings // 2**fewest))

    def vector(counts, most, limit):
        shared = {name: count for name, count in counts.items() if 1 < spread[name] <= limit}
        rarity = {name: 1 + 2 * doublings - int(2 * log2(max(spread[name], few)) + 1e-9) for name in shared}
        heavy = {name: round(8 * (1 + log2(c)) * (rarity[name] * shapes.get(name, 1.0))) for name, c in shared.items()}
        best = sorted(heavy, key=lambda name: (-heavy[name], name))[:most]
        length = sqrt(sum(heavy[name] ** 2 for name in best))
        return {name: round(heavy[name] * 4096 / length) for name in best}

    telling = {slug: vector(counts, kept, common) for slug, counts in features.items()}
    whole_of = {slug: vector(counts, whole, len(documents)) for slug, counts in features.items()}
    return telling, whole_of


def pair_of(first, second):
    import numpy as np

    from broadsheet.content.related.occurrences import _pair

    return int(_pair(np.array([first]), np.array([second]))[0])


def plain_lists(documents, candidates, *bounds):
    telling, whole_of = plainly(documents, *bounds)
    found = {}
    for slug in telling:

        def product(other, of, slug=slug):
            return sum(weight * of[other].get(name, 0) for name, weight in of[slug].items())

        near = [other for other in telling if other != slug and telling[slug].keys() & telling[other].keys()]
        near = sorted(near, key=lambda other: (-product(other, telling), other))[:candidates]
        near = [other for other in near if product(other, whole_of) >= 0.12 * 4096**2]
        found[slug] = sorted(near, key=lambda other: (-product(other, whole_of), other))
    return found


@given(st.dictionaries(st.sampled_from(SLUGS), DOCUMENT, min_size=1, max_size=15), LIMITS)
@settings(deadline=None, max_examples=60)
def test_from_scratch_it_is_what_the_rules_say(papers, bounds):
    """All but duplicates, which stand in the middle of the lists here."""
    documents = list(with_slugs(papers).values())
    candidates, _, *others = bounds
    plain = plain_lists(documents, candidates, *others)
    with limits(*bounds):
        lists = related_papers(documents)
    for slug, others in lists.items():
        left_out = [other for other in plain[slug] if other not in others]
        expected = [other for other in plain[slug] if other in others]
        assert list(others) == expected
        assert len(others) == choice.MOST or all(duplicate(slug, other, papers, others) for other in left_out)


def duplicate(slug, other, papers, shown):
    def words(text):
        return [fold_plural(t) for t in tokens(text) if is_word(t) and t not in PASSED] or [text]

    def alike(one, two):
        return len(set(one) & set(two)) >= 0.8 * len(set(one) | set(two))

    title, text = words(papers[other].title), words(papers[other].text)
    same_title = any(words(papers[each].title) == title for each in [slug, *shown])
    return same_title or alike(title, words(papers[slug].title)) or alike(text, words(papers[slug].text))
