"""Whatever people do to files and seeds, a paper keeps one page: none is doubled in silence, none is lost in silence."""

import re

import pytest
from test_editing import abstract, build, capture, edit, records, redirects

ALPHA, BETA = "content/papers/alpha-study.md", "content/papers/beta-view.md"
LAWS = "content/papers/scaling-laws.md"
SECOND = "content/papers/scaling-laws-2.md"


def papers(project):
    return sorted(name.removesuffix(".md") for name in project.files("content/papers"))


def tell(project, name, line):
    """Write a line into a file's front matter."""
    text = project.read(name)
    project.write(name, text.replace("\n---\n", f"\n{line}\n---\n", 1))


def rename(project, old, new):
    project.path(old).rename(project.path(new))


def settled(project):
    """Build twice: the second time nothing changes."""
    build(project)
    assert " 0 written" in project.run("import").out
    return project


def title_of(project, name):
    return re.search(r"^title: (.*)$", project.read(name), re.MULTILINE)[1]


def digests_of(project, name):
    return re.findall(r"- \{digest: ([\w-]+),", project.read(name))


def stops(project, code):
    """Run everything: it stops with this code and writes nothing."""
    before = {folder: project.files(folder) for folder in ("content", "site")}
    finished = project.run("--no-search")
    assert finished.code == 1
    assert f"[{code}]" in finished.err, finished.err
    assert {folder: project.files(folder) for folder in ("content", "site")} == before
    return finished.err


@pytest.fixture
def two(project):
    """Two papers of one capture."""
    project.write("seeds/a.txt", capture(("Alpha study", abstract(1)), ("Beta view", abstract(2))))
    build(project)
    return project


@pytest.fixture
def laws(project):
    """Two papers of one title, told apart by a place."""
    project.write("seeds/a.txt", capture(("Scaling Laws", abstract(1)), ("Other", abstract(9))))
    project.write("seeds/b.txt", capture(("Another", abstract(8)), ("Scaling Laws", abstract(2))))
    build(project)
    tell(project, LAWS, "not_same_as: ['seeds/b.txt:9']")
    return settled(project)


def laws_are_apart(project, first=LAWS, second=SECOND):
    assert abstract(1) in project.read(first)
    assert abstract(2) in project.read(second)
    assert "same_as: scaling" not in project.read(first) + project.read(second).replace("not_same_as", "")


class TestIdentifiersOfMergedPapers:
    def test_an_identifier_that_arrives_for_a_merged_paper_leaves_the_target_alone(self, two):
        tell(two, BETA, "same_as: alpha-study")
        build(two)
        two.write("seeds/f.jsonl", records({"title": "Beta view", "arxiv_id": "2501.00001"}))
        for _ in range(3):
            build(two)
            assert papers(two) == ["alpha-study", "beta-view"]
            assert title_of(two, ALPHA) == "Alpha study"
            assert abstract(1) in two.read(ALPHA)
        assert " 0 written" in two.run("import").out

    def test_one_that_the_merged_paper_had_before_while_the_target_was_edited(self, two):
        two.write("seeds/f.jsonl", records({"title": "Beta view", "arxiv_id": "2501.00001"}))
        build(two)
        tell(two, BETA, "same_as: alpha-study")
        two.write(ALPHA, two.read(ALPHA) + "\nA note.\n")
        build(two)
        settled(two)
        assert papers(two) == ["alpha-study", "beta-view"]
        assert title_of(two, ALPHA) == "Alpha study"

    def test_a_merged_paper_whose_seed_says_all_otherwise_makes_no_page(self, two):
        two.write("seeds/b.jsonl", records({"title": "Gamma", "abstract": abstract(3), "arxiv_id": "2501.00001"}))
        build(two)
        tell(two, "content/papers/gamma.md", "same_as: alpha-study")
        build(two)
        two.write("seeds/b.jsonl", records({"title": "Delta", "abstract": abstract(4), "arxiv_id": "2501.00001"}))
        settled(two)
        assert papers(two) == ["alpha-study", "beta-view", "gamma"]
        assert title_of(two, ALPHA) == "Alpha study"

    def test_an_undone_merge_takes_the_identifier_along(self, two):
        two.write("seeds/f.jsonl", records({"title": "Beta view", "arxiv_id": "2501.00001"}))
        build(two)
        tell(two, BETA, "same_as: alpha-study")
        build(two)
        assert "2501.00001" in two.read(ALPHA)
        edit(two, BETA, "^same_as: .*\n", "")
        settled(two)
        assert "2501.00001" not in two.read(ALPHA)
        assert redirects(two) == {}

    def test_an_undone_merge_into_a_paper_whose_seed_is_gone(self, two):
        two.write("seeds/g.txt", capture(("Gamma", abstract(3))))
        two.write("seeds/f.jsonl", records({"title": "Alpha study", "arxiv_id": "2501.00001"}))
        build(two)
        tell(two, ALPHA, "same_as: gamma")
        build(two)
        two.path("seeds/g.txt").unlink()
        build(two)
        edit(two, ALPHA, "^same_as: .*\n", "")
        settled(two)
        assert redirects(two) == {}
        assert "2501.00001" not in two.read("content/papers/gamma.md")

    @pytest.mark.parametrize(("name", "line"), [("gamma", "authors: [A Person]"), ("alpha-study", "hidden: true")])
    def test_an_undone_merge_whose_target_is_shown_or_edited_leaves_it_its_texts(self, two, name, line):
        two.write("seeds/g.txt", capture(("Gamma", abstract(3))))
        build(two)
        two.path("seeds/g.txt").unlink()
        two.write("seeds/f.jsonl", records({"title": "Alpha study", "arxiv_id": "2501.00001"}))
        tell(two, ALPHA, "same_as: gamma")
        tell(two, f"content/papers/{name}.md", line)
        build(two)
        edit(two, ALPHA, "^same_as: .*\n", "")
        settled(two)
        assert redirects(two) == {}
        assert abstract(1) in two.read(ALPHA)
        assert title_of(two, "content/papers/gamma.md") == "Gamma"
        assert abstract(3) in two.read("content/papers/gamma.md")

    def test_a_merge_undone_while_no_seed_has_either_paper(self, two):
        tell(two, BETA, "same_as: alpha-study")
        two.write("seeds/f.jsonl", records({"title": "Beta view", "arxiv_id": "2501.00001"}))
        build(two)
        two.path("seeds/a.txt").unlink()
        edit(two, BETA, "^same_as: .*\n", "")
        settled(two)
        two.write("seeds/b.txt", capture(("Beta view", abstract(2))))
        settled(two)
        assert "2501.00001" in two.read(BETA)
        assert "2501.00001" not in two.read(ALPHA)

    def test_an_undone_merge_into_a_paper_without_a_seed_into_which_a_third_is_merged(self, two):
        two.write("seeds/g.txt", capture(("Gamma", abstract(3))))
        two.write("seeds/f.jsonl", records({"title": "Alpha study", "arxiv_id": "2501.00001"}))
        build(two)
        tell(two, ALPHA, "same_as: gamma")
        tell(two, BETA, "same_as: gamma")
        build(two)
        two.path("seeds/g.txt").unlink()
        edit(two, ALPHA, "^same_as: .*\n", "")
        settled(two)
        assert "2501.00001" in two.read(ALPHA)
        assert "2501.00001" not in two.read("content/papers/gamma.md")
        assert abstract(3) in two.read("content/papers/gamma.md")

    def test_a_target_without_a_seed_of_its_own_keeps_its_texts(self, two):
        two.write("seeds/g.txt", capture(("Gamma", abstract(3))))
        build(two)
        tell(two, ALPHA, "same_as: gamma")
        two.path("seeds/g.txt").unlink()
        settled(two)
        assert title_of(two, "content/papers/gamma.md") == "Gamma"
        assert abstract(3) in two.read("content/papers/gamma.md")
        assert digests_of(two, "content/papers/gamma.md") == ["a", "g"]


class TestCorrectedIdentifiers:
    @pytest.fixture
    def one(self, project):
        project.write("seeds/x.jsonl", records({"title": "X paper", "abstract": abstract(1), "arxiv_id": "2001.00001"}))
        build(project)
        return project

    def test_by_a_person(self, one):
        edit(one, "content/papers/x-paper.md", "^identifiers: .*", "identifiers: {arxiv: '2001.00009'}")
        settled(one)
        assert papers(one) == ["x-paper"]
        assert "2001.00009" in one.read("content/papers/x-paper.md")

    def test_by_a_person_before_the_seed_knows_another_one(self, one):
        edit(one, "content/papers/x-paper.md", "^identifiers: .*", "identifiers: {arxiv: '2001.00009'}")
        one.write(
            "seeds/x.jsonl",
            records({"title": "X paper", "abstract": abstract(2), "arxiv_id": "2001.00001", "doi": "10.1000/x"}),
        )
        settled(one)
        assert papers(one) == ["x-paper"]

    def test_in_the_seed(self, one):
        one.write("seeds/x.jsonl", records({"title": "X paper", "abstract": abstract(1), "arxiv_id": "2001.00009"}))
        settled(one)
        assert papers(one) == ["x-paper"]
        assert "2001.00009" in one.read("content/papers/x-paper.md")

    def test_another_paper_of_the_same_title_is_told(self, one):
        one.write("seeds/x.jsonl", records({"title": "X paper", "abstract": abstract(5), "arxiv_id": "2001.00009"}))
        finished = one.run("--no-search")
        assert finished.code == 0
        assert papers(one) == ["x-paper", "x-paper-2"]
        assert "it gets a page of its own [identifiers-differ]" in finished.err

    def test_an_identifier_that_went_to_another_paper_takes_no_page_along(self, one):
        one.write(
            "seeds/x.jsonl",
            records(
                {"title": "X paper", "abstract": abstract(1), "arxiv_id": "2001.00009"},
                {"title": "Y paper", "abstract": abstract(2), "arxiv_id": "2001.00001"},
            ),
        )
        settled(one)
        assert papers(one) == ["x-paper", "y-paper"]
        assert "2001.00009" in one.read("content/papers/x-paper.md")


class TestSplitsThatStay:
    def test_the_second_file_is_remembered(self, laws):
        assert "apart: {'seeds/b.txt:9': scaling-laws-2}" in laws.read(LAWS)

    def test_when_the_seed_is_renamed(self, laws):
        rename(laws, "seeds/b.txt", "seeds/c.txt")
        settled(laws)
        laws_are_apart(laws)

    def test_when_the_seed_is_renamed_before_the_first_import(self, project):
        project.write("seeds/a.txt", capture(("Scaling Laws", abstract(1)), ("Other", abstract(9))))
        project.write("seeds/b.txt", capture(("Another", abstract(8)), ("Scaling Laws", abstract(2))))
        build(project)
        tell(project, LAWS, "not_same_as: ['seeds/b.txt:9']")
        rename(project, "seeds/b.txt", "seeds/c.txt")
        settled(project)
        laws_are_apart(project)

    @pytest.mark.parametrize("seed", ["b.txt", "c.txt"])
    def test_when_the_seed_is_saved_again_in_another_order(self, laws, seed):
        if seed != "b.txt":
            rename(laws, "seeds/b.txt", f"seeds/{seed}")
            build(laws)
        laws.write(
            f"seeds/{seed}", capture(("Scaling Laws", abstract(2)), ("New", abstract(7)), ("Another", abstract(8)))
        )
        finished = laws.run("--no-search")
        assert finished.code == 0
        assert "no-such-record" not in finished.err
        settled(laws)
        laws_are_apart(laws)

    def test_when_two_of_one_capture_change_places(self, project):
        both = (("Scaling Laws", abstract(1)), ("Scaling Laws", abstract(2)))
        project.write("seeds/a.txt", capture(*both))
        build(project)
        tell(project, LAWS, "not_same_as: ['seeds/a.txt:9']")
        build(project)
        project.write("seeds/a.txt", capture(*reversed(both)))
        settled(project)
        laws_are_apart(project)

    @pytest.mark.parametrize("reference", ["['seeds/b.txt:9']", "[scaling-laws-2]"])
    def test_when_the_other_file_is_renamed(self, laws, reference):
        edit(laws, LAWS, "^not_same_as: .*", f"not_same_as: {reference}")
        build(laws)
        rename(laws, SECOND, "content/papers/sl2.md")
        settled(laws)
        laws_are_apart(laws, LAWS, "content/papers/sl2.md")
        assert redirects(laws) == {"/papers/scaling-laws-2/": "/papers/sl2/"}

    def test_when_both_digests_are_renamed_at_once(self, laws):
        edit(laws, LAWS, "^not_same_as: .*", "not_same_as: [scaling-laws-2]")
        build(laws)
        for name in "ab":
            rename(laws, f"content/digests/{name}.md", f"content/digests/day-{name}.md")
        settled(laws)
        laws_are_apart(laws)
        assert (digests_of(laws, LAWS), digests_of(laws, SECOND)) == (["day-a"], ["day-b"])

    def test_records_of_no_capture(self, project):
        facts = [
            {"title": "Scaling Laws", "abstract": abstract(1), "arxiv_id": "2001.00001"},
            {"title": "Scaling Laws", "abstract": abstract(2), "arxiv_id": "2001.00002"},
        ]
        project.write("seeds/a.jsonl", records(*facts))
        finished = project.run("--no-search")
        assert "not_same_as: [slug of the other], ['arxiv:2001.00001'] or ['seeds/a.jsonl:1']" in finished.err
        tell(project, LAWS, "not_same_as: [scaling-laws-2]")
        finished = project.run("--no-search")
        assert (finished.code, "[identifiers-differ]" in finished.err) == (0, False)
        settled(project)
        assert papers(project) == ["scaling-laws", "scaling-laws-2"]
        laws_are_apart(project)

    def test_records_of_no_capture_by_place(self, project):
        facts = [{"title": "Scaling Laws", "abstract": abstract(number)} for number in (1, 2)]
        project.write("seeds/a.jsonl", records(*facts))
        build(project)
        tell(project, LAWS, "not_same_as: ['seeds/a.jsonl:2']")
        settled(project)
        laws_are_apart(project)
        project.write("seeds/a.jsonl", records(*reversed(facts)))
        settled(project)
        laws_are_apart(project)

    def test_undone_by_taking_the_line_out(self, laws):
        edit(laws, LAWS, "^not_same_as: .*\n", "")
        build(laws)
        assert len(redirects(laws)) == 1

    def test_what_was_told_apart_is_never_merged_by_itself_into_a_third(self, laws):
        laws.write("seeds/c.txt", capture(("Gamma", abstract(3))))
        build(laws)
        laws.write(
            "seeds/f.jsonl",
            records({"title": "Gamma", "doi": "10.1000/x"}, {"title": "Scaling Laws", "doi": "10.1000/x"}),
        )
        assert "[two-files-one-paper]" in laws.run("import").err
        assert redirects(laws) == {}


class TestWhatNamesItself:
    @pytest.mark.parametrize("reference", ["alpha-study", "'seeds/a.txt:5'"])
    def test_not_same_as_the_paper_itself(self, two, reference):
        tell(two, ALPHA, f"not_same_as: [{reference}]")
        assert "is this paper itself" in stops(two, "contradictory")

    def test_names_of_two_split_files_swapped(self, laws):
        edit(laws, LAWS, "^not_same_as: .*", "not_same_as: [scaling-laws-2]")
        build(laws)
        rename(laws, LAWS, "content/papers/x.md")
        rename(laws, SECOND, LAWS)
        rename(laws, "content/papers/x.md", SECOND)
        stops(laws, "contradictory")

    def test_the_own_place_beside_the_other_one(self, laws):
        edit(laws, LAWS, "^not_same_as: .*", "not_same_as: ['seeds/b.txt:9', 'seeds/a.txt:5']")
        stops(laws, "contradictory")

    def test_same_and_not_same(self, two):
        tell(two, ALPHA, "same_as: beta-view\nnot_same_as: [beta-view]")
        stops(two, "contradictory")

    def test_two_papers_that_name_each_other(self, two):
        tell(two, ALPHA, "same_as: beta-view")
        tell(two, BETA, "same_as: alpha-study")
        stops(two, "redirect-loop")
        assert two.run("import").code == 1

    def test_a_chain_and_a_paper_that_is_not_there(self, two):
        two.write("seeds/c.txt", capture(("Gamma", abstract(3))))
        build(two)
        tell(two, ALPHA, "same_as: beta-view")
        tell(two, BETA, "same_as: gamma")
        stops(two, "redirect-chain")
        edit(two, BETA, "^same_as: .*", "same_as: gama")
        stops(two, "unknown-paper")

    def test_a_place_of_quite_another_paper(self, laws):
        edit(laws, LAWS, "^not_same_as: .*", "not_same_as: [scaling-laws-2, 'seeds/b.txt:5']")
        assert (
            "seeds/b.txt:5 is “Another”, which nobody takes for this paper [no-such-record]" in laws.run("import").err
        )

    def test_a_place_in_no_seed(self, laws):
        edit(laws, LAWS, "^not_same_as: .*", "not_same_as: [scaling-laws-2, 'seeds/bb.txt:9']")
        assert "there is no seed seeds/bb.txt [no-such-record]" in laws.run("import").err


class TestNames:
    def test_the_target_of_a_merge_renamed_keeps_all_appearances_at_once(self, two):
        two.write("seeds/b.txt", capture(("Gamma", abstract(3))))
        build(two)
        tell(two, "content/papers/gamma.md", "same_as: alpha-study")
        build(two)
        rename(two, ALPHA, "content/papers/study.md")
        settled(two)
        assert digests_of(two, "content/papers/study.md") == ["a", "b"]

    def test_a_new_paper_never_gets_the_slug_of_a_renamed_one(self, two):
        rename(two, ALPHA, "content/papers/study.md")
        two.write(
            "content/papers/study.md", two.read("content/papers/study.md").replace("title: Alpha study", "title: Study")
        )
        two.write("seeds/a.txt", capture(("Beta view", abstract(2))))
        two.write("seeds/b.jsonl", records({"title": "Alpha: Study", "abstract": abstract(5), "doi": "10.1000/b"}))
        tell(two, "content/papers/study.md", "identifiers: {doi: 10.1000/a}")
        settled(two)
        assert papers(two) == ["alpha-study-2", "beta-view", "study"]
        assert redirects(two) == {"/papers/alpha-study/": "/papers/study/"}

    def test_a_copied_file_is_a_paper_of_its_own(self, two):
        text = two.read(ALPHA).replace("title: Alpha study", "title: My own").replace(abstract(1), "My text.")
        two.write("content/papers/a-copy.md", text)
        settled(two)
        assert redirects(two) == {}
        assert title_of(two, ALPHA) == "Alpha study"
        assert digests_of(two, "content/papers/a-copy.md") == []
        assert "imported: {slug: a-copy}" in two.read("content/papers/a-copy.md")
        rename(two, ALPHA, "content/papers/study.md")
        settled(two)
        assert redirects(two) == {"/papers/alpha-study/": "/papers/study/"}

    def test_a_copy_that_nobody_changed_is_told(self, two):
        two.write("content/papers/a-copy.md", two.read(ALPHA))
        assert "a-copy.md:2: warning: this file and content/papers/alpha-study.md are the same" in two.run("import").err
        assert redirects(two) == {}
        assert "aliases" not in two.read(ALPHA) + two.read("content/papers/a-copy.md")


class TestHidden:
    @pytest.fixture
    def hidden(self, two):
        two.write("seeds/b.txt", capture(("How to Gamma", abstract(3))))
        build(two)
        tell(two, "content/papers/how-to-gamma.md", "hidden: true")
        build(two)
        return two

    def test_a_page_is_never_merged_into_a_hidden_one(self, hidden):
        hidden.write(
            "seeds/f.jsonl",
            records(
                {"title": "Alpha study", "arxiv_id": "2501.00001"}, {"title": "How to Gamma", "arxiv_id": "2501.00001"}
            ),
        )
        finished = hidden.run("--no-search")
        assert finished.code == 0, finished.err
        assert "and one of them is hidden [two-files-one-paper]" in finished.err
        assert "papers/alpha-study/index.html" in hidden.files("site")
        assert redirects(hidden) == {}

    def test_merging_into_a_hidden_paper_is_told(self, hidden):
        tell(hidden, ALPHA, "same_as: how-to-gamma")
        assert "“how-to-gamma” is hidden, so this paper has no page either [hidden-target]" in hidden.run("import").err

    def test_hidden_false_hides_nothing(self, two):
        tell(two, ALPHA, "hidden: false")
        two.path("seeds/a.txt").unlink()
        two.write("seeds/b.txt", capture(("Gamma", abstract(3))))
        edit(two, "content/digests/a.md", "^seed:", "hidden: no\nseed:")
        assert "[digest-without-seed]" in two.run("import").err
        two.write("seeds/f.jsonl", records({"title": "Alpha study", "arxiv_id": "2501.00001"}))
        two.write("seeds/g.txt", capture(("Alpha study", abstract(1))))
        build(two)
        assert "papers/alpha-study/index.html" in two.files("site")

    def test_a_file_from_which_a_person_took_something_is_not_untouched(self, two):
        two.write("seeds/b.txt", capture(("How to Gamma", abstract(3))))
        build(two)
        for name in ("alpha-study", "how-to-gamma"):
            text = two.read(f"content/papers/{name}.md")
            two.write(f"content/papers/{name}.md", re.sub(r"\n---\n.*", "\n---\n", text, flags=re.DOTALL))
        two.write(
            "seeds/f.jsonl",
            records(
                {"title": "Alpha study", "arxiv_id": "2501.00001"}, {"title": "How to Gamma", "arxiv_id": "2501.00001"}
            ),
        )
        assert "[two-files-one-paper]" in two.run("import").err
        assert redirects(two) == {}


class TestDigests:
    @pytest.fixture
    def today(self, project):
        project.write("seeds/today.txt", capture(("Alpha study", abstract(1))))
        build(project)
        edit(project, "content/digests/today.md", "^seed:", "title: Alpha issue\nseed:")
        build(project)
        return project

    def test_a_name_used_again_is_another_digest(self, today):
        rename(today, "seeds/today.txt", "seeds/aug20.txt")
        today.write("seeds/today.txt", capture(("Beta view", abstract(2))))
        settled(today)
        assert "seed: aug20.txt" in today.read("content/digests/today.md")
        assert "seed: today.txt" in today.read("content/digests/today-2.md")
        assert (digests_of(today, ALPHA), digests_of(today, BETA)) == (["today"], ["today-2"])

    def test_names_swapped(self, today):
        today.write("seeds/other.txt", capture(("Beta view", abstract(2))))
        build(today)
        rename(today, "seeds/today.txt", "seeds/x.txt")
        rename(today, "seeds/other.txt", "seeds/today.txt")
        rename(today, "seeds/x.txt", "seeds/other.txt")
        settled(today)
        assert (digests_of(today, ALPHA), digests_of(today, BETA)) == (["today"], ["other"])

    def test_a_new_digest_takes_no_alias(self, today):
        rename(today, "content/digests/today.md", "content/digests/august.md")
        build(today)
        rename(today, "seeds/today.txt", "seeds/aug.txt")
        build(today)
        today.write("seeds/today.txt", capture(("Beta view", abstract(2))))
        settled(today)
        assert redirects(today) == {"/digests/today/": "/digests/august/"}
        assert digests_of(today, BETA) == ["today-2"]


def test_a_deleted_file_that_comes_back_is_told(two):
    two.path(ALPHA).unlink()
    finished = two.run("import")
    assert "alpha-study.md: note: this file was deleted, and the seeds bring it back [deleted-file]" in finished.err
    assert papers(two) == ["alpha-study", "beta-view"]
