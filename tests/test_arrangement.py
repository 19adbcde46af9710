"""A catalog that is put together as it was arranged the last time is the one that is put together anew."""

import random
from dataclasses import fields

import pytest

from broadsheet.content.catalog import build_catalog
from broadsheet.content.contents import read_contents
from broadsheet.content.shapes import TEXTS, shape_of
from broadsheet.model import Appearance, Comments, Identifier, Link, Paper, PartialDate
from broadsheet.problems import Location, Problems

PAPERS = {
    "one": "published: 2024-05-01\ntags: [pre-training]\nidentifiers: {arxiv: '2401.00001'}\n"
    "appearances:\n  - {digest: monday, rank: 2, line: 5}\n",
    "two": "published: 2024-06\ntags: [code, pre-training]\nauthors: [A B, C D]\naliases: [second]\n"
    "appearances:\n  - {digest: mon, rank: 1, line: 1}\n",
    "three": "author_count: 4\nhidden: true\n",
    "four": "same_as: two\nidentifiers: {doi: '10.1234/x'}\n",
    "five": "links: {code: 'https://example.org/code'}\n",
}


def write(root, slug, header, body="An abstract of some words about training."):
    text = f"---\ntitle: Paper {slug}\n{header}---\n\n{body}\n"
    (root / "content" / "papers" / f"{slug}.md").write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    for kind in ("papers", "digests", "pages"):
        (tmp_path / "content" / kind).mkdir(parents=True)
    for slug, header in PAPERS.items():
        write(tmp_path, slug, header)
    vocabulary = (
        "pre-training: {label: Pre-training, parents: [training]}\ntraining: {label: Training}\ncode: {label: Code}\n"
    )
    (tmp_path / "content" / "tags.yaml").write_text(vocabulary, encoding="utf-8")
    digest = "---\ndate: 2024-07-01\naliases: [mon]\n---\n"
    (tmp_path / "content" / "digests" / "monday.md").write_text(digest, encoding="utf-8")
    (tmp_path / "content" / "pages" / "about.md").write_text("---\ntitle: About\n---\n\nUs.\n", encoding="utf-8")
    return tmp_path


def catalogs(root):
    """Return the catalog as it was arranged, the one put together anew, and the problems of both."""
    made = []
    for kept in ([root / "cache" / "arrangement"], []):
        problems = Problems()
        contents = read_contents(root, "", problems, root / "cache" / "prepared")
        made += [build_catalog(contents, problems, lambda each: lambda: dict.fromkeys(each.marks, ()), *kept)]
        made += [list(problems)]
    return made


def facts(catalog):
    found = {each.name: getattr(catalog, each.name) for each in fields(catalog)}
    return found | {"related": dict(catalog.related), "issues": dict(catalog.issues), "tagged": dict(catalog.tagged)}


CHANGES = [
    ("one", PAPERS["one"], "Another abstract."),
    ("one", PAPERS["one"].replace("pre-training", "code"), "Another abstract."),
    ("one", PAPERS["one"].replace("2024-05-01", "2024-08-01"), "Another abstract."),
    ("one", PAPERS["one"].replace("rank: 2", "rank: 3"), "Another abstract."),
    ("one", PAPERS["one"] + "authors: [X Y]\n", "Another abstract."),
    ("two", PAPERS["two"].replace("aliases: [second]", "aliases: [zweite]"), "Words."),
    ("two", PAPERS["two"].replace("A B, C D", "A B, C D, E F"), "Words, and [a link](/papers/one/)."),
    ("three", "author_count: 5\nhidden: true\n", "Hidden still."),
    ("three", "author_count: 5\n", "Shown."),
    ("four", "same_as: one\n", "Merged elsewhere."),
    ("four", "same_as: nobody\n", "Wrong."),
    ("five", "identifiers: {arxiv: '2401.00001'}\n", "The identifier of another."),
    ("five", "links: {code: 'https://example.org/other'}\n", "A link."),
    ("six", "published: 2020\n", "A new one."),
]


def test_a_catalog_as_it_was_arranged_is_the_one_put_together_anew(project):
    chance = random.Random(1)  # noqa: S311 - not a secret
    for _ in range(3):
        for slug, header, body in chance.sample(CHANGES, len(CHANGES)):
            write(project, slug, header, body)
            arranged, said, anew, expected = catalogs(project)
            assert facts(arranged) == facts(anew)
            assert said == expected


def test_only_texts_leave_an_arrangement_as_it_is(project):
    before = catalogs(project)[0].shape
    write(project, "one", PAPERS["one"], "Other words.")
    write(project, "two", PAPERS["two"].replace("A B", "Z Z"), "Other words.")
    write(project, "five", "links: {code: 'https://example.org/other'}\n")
    assert catalogs(project)[0].shape == before
    for slug, header, body in CHANGES[1:4]:
        write(project, slug, header, body)
        after = catalogs(project)[0].shape
        assert after != before
        before = after
    write(project, "two", PAPERS["two"], "Words with [a link](/papers/one/).")
    assert catalogs(project)[0].shape != before


def test_what_is_wrong_between_files_is_said_again(project):
    write(project, "four", "same_as: nobody\n")
    for _ in range(2):
        _, said, _, expected = catalogs(project)
        assert said == expected
        assert [each.code for each in said] == ["unknown-paper"]


OTHER = {
    "slug": "other",
    "title": "Other",
    "place": Location("content/papers/a.md", 3),
    "published": PartialDate.parse("2024-05"),
    "authors": ("A B",),
    "author_count": 3,
    "tags": ("code",),
    "identifiers": (Identifier.parse("arxiv", "2401.00001"),),
    "links": (Link("code", "https://example.org/"),),
    "comments": Comments(3, "monday"),
    "appearances": (Appearance("monday", 1, 2),),
    "hidden": True,
    "without_tags": ("code",),
    "aliases": ("former",),
    "same_as": "two",
    "not_same_as": ("three",),
}


@pytest.mark.parametrize("name", Paper._fields)
def test_every_field_but_texts_is_part_of_the_shape(name):
    paper = Paper("a", "A", Location("content/papers/a.md", 2))
    other = paper._replace(**{name: OTHER[name]})
    same = shape_of("content/papers/a.md", "f1", paper) == shape_of("content/papers/a.md", "f2", other)
    assert same == (name in TEXTS)
