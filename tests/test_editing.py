"""What people do with content files: rename, hide, merge, split, lay out; nothing of theirs is lost, no address breaks."""

import json
import random
import re

import pytest

POA = "content/papers/poa-pre-training-once-for-models-of-all-sizes.md"
QWEN = "content/papers/qwen2-5-technical-report.md"
WORDS = "corpus scaling token loss learning rate schedule batch decoder layer expert routing long context code math"


def abstract(seed):
    """A text of its own, long enough to tell papers apart."""
    chance = random.Random(seed)  # noqa: S311 - a text, not a secret
    return " ".join(chance.choice(WORDS.split()) for _ in range(90)).capitalize() + "."


def capture(*papers, header="Subscribe\n\nAug 20"):
    return "\n\n".join([header, *(f"{title}\n\n{text}" for title, text in papers)]) + "\n"


def records(*facts):
    return "".join(json.dumps(each) + "\n" for each in facts)


def edit(project, name, old, new):
    text = project.read(name)
    assert re.search(old, text, re.MULTILINE), text
    project.write(name, re.sub(old, new, text, count=1, flags=re.MULTILINE))


def build(project):
    finished = project.run("--no-search")
    assert finished.code == 0, finished.err
    return project.files("site")


def redirects(project):
    rules = [line.split() for line in project.read("site/_redirects").splitlines()]
    return {rule[0]: rule[1] for rule in rules if not rule[0].startswith("/arxiv/")}


@pytest.fixture
def made(small):
    build(small)
    return small


class TestRenaming:
    def test_the_old_address_leads_to_the_new_one(self, made):
        made.path(POA).rename(made.path("content/papers/poa.md"))
        site = build(made)
        assert "aliases: [poa-pre-training-once-for-models-of-all-sizes]\n" in made.read("content/papers/poa.md")
        assert redirects(made) == {"/papers/poa-pre-training-once-for-models-of-all-sizes/": "/papers/poa/"}
        stub = site["papers/poa-pre-training-once-for-models-of-all-sizes/index.html"].decode()
        assert 'http-equiv="refresh" content="0; url=/papers/poa/"' in stub
        assert '<link rel="canonical" href="http://localhost:8000/papers/poa/">' in stub
        assert "poa-pre-training" not in site["sitemap.xml"].decode()

    def test_twice_and_back_again_without_chains(self, made):
        first, second, third = POA, "content/papers/poa.md", "content/papers/poa-2024.md"
        made.path(first).rename(made.path(second))
        build(made)
        made.path(second).rename(made.path(third))
        build(made)
        assert redirects(made) == {
            "/papers/poa-pre-training-once-for-models-of-all-sizes/": "/papers/poa-2024/",
            "/papers/poa/": "/papers/poa-2024/",
        }
        made.path(third).rename(made.path(first))
        build(made)
        assert "aliases: [poa, poa-2024]" in made.read(first)
        assert set(redirects(made)) == {"/papers/poa/", "/papers/poa-2024/"}

    def test_a_paper_that_nobody_saved(self, made):
        made.run("new", "My own paper")
        edit(made, "content/papers/my-own-paper.md", r"\Z", "\nWhat it says.\n")
        build(made)
        made.path("content/papers/my-own-paper.md").rename(made.path("content/papers/ours.md"))
        build(made)
        assert redirects(made) == {"/papers/my-own-paper/": "/papers/ours/"}

    def test_with_title_abstract_and_identifiers_changed_as_well(self, made):
        text = made.read(POA)
        made.path(POA).unlink()
        changed = re.sub(r"^title: .*", "title: Another", text, flags=re.MULTILINE).partition("\n---\n")[0]
        made.write("content/papers/another.md", f"{changed}\n---\n\nQuite another text.\n")
        build(made)
        assert len(made.files("content/papers")) == 12
        assert redirects(made)["/papers/poa-pre-training-once-for-models-of-all-sizes/"] == "/papers/another/"

    def test_a_digest_keeps_its_papers_and_its_address(self, made):
        made.path("content/digests/003-daily.md").rename(made.path("content/digests/august.md"))
        site = build(made)
        assert redirects(made) == {"/digests/003-daily/": "/digests/august/"}
        assert "{digest: august, rank:" in made.read(POA)
        assert "003-daily" not in made.read(POA)
        assert "POA: Pre-training" in site["digests/august/index.html"].decode()
        assert sorted(made.files("content/digests")) == ["002-search.md", "august.md"]
        assert " 0 written" in made.run("import").out

    def test_a_renamed_digest_builds_before_the_next_import(self, made):
        edit(made, "content/digests/003-daily.md", "^imported:", "aliases: [003-daily]\nimported:")
        made.path("content/digests/003-daily.md").rename(made.path("content/digests/august.md"))
        finished = made.run("build", "--no-search")
        assert finished.code == 0, finished.err
        assert "/digests/august/" in made.read("site/papers/poa-pre-training-once-for-models-of-all-sizes/index.html")

    def test_a_renamed_seed_is_the_same_digest(self, made):
        made.path("seeds/003_daily.txt").rename(made.path("seeds/2025-08-20.txt"))
        build(made)
        assert sorted(made.files("content/digests")) == ["002-search.md", "003-daily.md"]
        assert "seed: 2025-08-20.txt" in made.read("content/digests/003-daily.md")

    def test_a_page_of_ones_own(self, made):
        made.write("content/pages/about.md", "---\ntitle: About\n---\n\nUs.\n")
        build(made)
        made.path("content/pages/about.md").rename(made.path("content/pages/who.md"))
        finished = made.run("--no-search")
        assert (
            "content/permalinks.txt:1: error: /about/ was published and leads nowhere now [lost-address]"
            in finished.err
        )
        edit(made, "content/pages/who.md", "^title: .*", "title: About\naliases: [about]")
        build(made)
        assert redirects(made) == {"/about/": "/who/"}

    def test_a_tag(self, made):
        edit(made, "content/tags.yaml", "^mixture-of-experts:", "sparse-experts:\n  replaces: [mixture-of-experts]")
        build(made)
        assert redirects(made) == {"/tags/mixture-of-experts/": "/tags/sparse-experts/"}

    def test_a_tag_without_papers(self, made):
        edit(made, "content/tags.yaml", r"\A", "foo: {label: Foo}\n")
        made.write("content/permalinks.txt", made.read("content/permalinks.txt") + "/tags/foo/\n")
        build(made)
        edit(made, "content/tags.yaml", "^foo: .*", "bar: {label: Bar, replaces: [foo]}")
        assert b"No papers yet" in build(made)["tags/bar/index.html"]
        assert redirects(made) == {"/tags/foo/": "/tags/bar/"}

    def test_papers_and_seeds_may_go_on_using_the_former_name_of_a_tag(self, made):
        edit(made, "content/tags.yaml", r"\A", "foo: {label: Foo}\n")
        made.write("content/papers/mine.md", "---\ntitle: Mine\ntags: [foo]\n---\n\nA text.\n")
        edit(made, QWEN, "^imported:", "without_tags: [mixture-of-experts]\nimported:")
        build(made)
        edit(made, "content/tags.yaml", "^foo: .*", "bar: {label: Bar, replaces: [foo]}")
        edit(made, "content/tags.yaml", "^mixture-of-experts:", "sparse-experts:\n  replaces: [mixture-of-experts]")
        title = "POA: Pre-training Once for Models of All Sizes"
        made.write("seeds/more.jsonl", records({"title": title, "tags": ["foo"]}))
        site = build(made)
        assert b"Mine" in site["tags/bar/index.html"]
        assert re.search(r"^tags: \[bar, ", made.read(POA), re.MULTILINE)
        assert "sparse-experts" not in made.read(QWEN)
        assert b"/tags/sparse-experts/" not in site["papers/qwen2-5-technical-report/index.html"]


class TestHiding:
    def test_a_hidden_paper_is_no_lost_address(self, made):
        edit(made, POA, "^imported:", "hidden: true\nimported:")
        assert "papers/poa-pre-training-once-for-models-of-all-sizes/index.html" not in build(made)
        assert "/papers/poa-pre-training-once-for-models-of-all-sizes/" in made.read("content/permalinks.txt")

    def test_a_page_of_ones_own(self, made):
        made.write("content/pages/about.md", "---\ntitle: About\naliases: [us]\n---\n\nUs.\n")
        assert "us/index.html" in build(made)
        edit(made, "content/pages/about.md", "^title:", "hidden: true\ntitle:")
        site = build(made)
        assert "about/index.html" not in site
        assert b"/about/" not in site["index.html"]
        assert redirects(made) == {}

    @pytest.mark.parametrize("name", ["qwen2-5-technical-report", "qwen"])
    def test_a_paper_into_which_another_was_merged(self, made, name):
        made.path(QWEN).rename(made.path("content/papers/qwen.md"))
        made.path(POA).rename(made.path("content/papers/poa.md"))
        build(made)
        edit(made, "content/papers/poa.md", "^imported:", f"same_as: {name}\nimported:")
        build(made)
        edit(made, "content/papers/qwen.md", "^imported:", "hidden: true\nimported:")
        build(made)
        assert redirects(made) == {}

    def test_a_deleted_file_comes_back_and_a_paper_of_ones_own_is_missed(self, made):
        made.path(POA).unlink()
        assert "papers/poa-pre-training-once-for-models-of-all-sizes/index.html" in build(made)
        made.write("content/papers/mine.md", "---\ntitle: Mine\n---\n\nA text.\n")
        build(made)
        made.path("content/papers/mine.md").unlink()
        assert "/papers/mine/ was published and leads nowhere now [lost-address]" in made.run("--no-search").err

    def test_a_tag_that_lost_its_papers_keeps_its_page(self, made):
        tagged = [name for name, data in made.files("content/papers").items() if b"mixture-of-experts" in data]
        assert tagged
        for name in tagged:
            edit(made, f"content/papers/{name}", "^imported:", "without_tags: [mixture-of-experts]\nimported:")
        assert b"No papers yet" in build(made)["tags/mixture-of-experts/index.html"]


class TestMerging:
    """`same_as` in a file makes it part of another paper."""

    @pytest.fixture
    def merged(self, made):
        edit(made, POA, "^imported:", "same_as: qwen2-5-technical-report\nimported:")
        build(made)
        return made

    def test_one_page_and_a_redirect(self, merged):
        assert redirects(merged) == {
            "/papers/poa-pre-training-once-for-models-of-all-sizes/": "/papers/qwen2-5-technical-report/"
        }
        assert "papers/poa-pre-training-once-for-models-of-all-sizes/index.html" in merged.files("site")
        assert "POA: Pre-training" not in merged.read("site/papers/index.html")

    def test_the_other_paper_has_the_appearances_of_both(self, merged):
        ranks = re.findall(r"- \{digest: 003-daily, rank: (\d+)", merged.read(QWEN))
        own = re.findall(r"- \{digest: 003-daily, rank: (\d+)", merged.read(POA))
        assert own
        assert set(own) <= set(ranks)

    def test_a_second_import_writes_nothing(self, merged):
        assert " 0 written" in merged.run("import").out

    def test_undone_by_taking_it_out(self, merged):
        edit(merged, POA, "^same_as: .*\n", "")
        build(merged)
        assert redirects(merged) == {}
        own = re.findall(r"- \{digest: 003-daily, rank: (\d+)", merged.read(POA))
        assert not set(own) & set(re.findall(r"- \{digest: 003-daily, rank: (\d+)", merged.read(QWEN)))
        assert " 0 written" in merged.run("import").out

    def test_the_target_may_be_renamed(self, merged):
        merged.path(QWEN).rename(merged.path("content/papers/qwen.md"))
        build(merged)
        assert redirects(merged) == {
            "/papers/poa-pre-training-once-for-models-of-all-sizes/": "/papers/qwen/",
            "/papers/qwen2-5-technical-report/": "/papers/qwen/",
        }


class TestMergingByNewEvidence:
    """Two files turn out to be one paper by what a later seed says."""

    @pytest.fixture
    def two(self, project):
        project.write("seeds/a.txt", capture(("Scaling the Alpha", abstract(1)), ("Other", abstract(9))))
        project.write("seeds/b.txt", capture(("How to Beta", abstract(2))))
        build(project)
        both = records(
            {"title": "Scaling the Alpha", "arxiv_id": "2501.00001"}, {"title": "How to Beta", "arxiv_id": "2501.00001"}
        )
        return project, both

    def test_the_untouched_one_leads_to_the_other(self, two):
        project, evidence = two
        project.write("seeds/facts.jsonl", evidence)
        finished = project.run("--no-search")
        assert finished.code == 0, finished.err
        assert redirects(project) == {"/papers/scaling-the-alpha/": "/papers/how-to-beta/"}
        assert "same_as: how-to-beta" in project.read("content/papers/scaling-the-alpha.md")
        assert " 0 written" in project.run("import").out

    def test_with_edits_in_both_a_person_decides(self, two):
        project, evidence = two
        for name in ("scaling-the-alpha", "how-to-beta"):
            edit(project, f"content/papers/{name}.md", r"\Z", "\nMy note.\n")
        project.write("seeds/facts.jsonl", evidence)
        finished = project.run("import")
        assert "[two-files-one-paper]" in finished.err
        assert redirects(project) == {}

    def test_split_again_by_one_edit(self, two):
        project, evidence = two
        project.write("seeds/facts.jsonl", evidence)
        build(project)
        ((source, target),) = [(a.split("/")[2], b.split("/")[2]) for a, b in redirects(project).items()]
        edit(project, f"content/papers/{source}.md", "^same_as: .*", f"not_same_as: [{target}]")
        site = build(project)
        assert redirects(project) == {}
        assert {"papers/scaling-the-alpha/index.html", "papers/how-to-beta/index.html"} <= site.keys()
        for name, digest in (("scaling-the-alpha", "a"), ("how-to-beta", "b")):
            text = project.read(f"content/papers/{name}.md")
            assert re.findall(r"- \{digest: (\w+),", text) == [digest]
            assert ("arxiv: '2501.00001'" in text) == (name == "scaling-the-alpha")
        assert " 0 written" in project.run("import").out


class TestSplitting:
    """Records that were one paper from the beginning."""

    @pytest.fixture
    def one(self, project):
        project.write("seeds/a.txt", capture(("Scaling Laws", abstract(1)), ("Other", abstract(9))))
        project.write("seeds/b.txt", capture(("Another", abstract(8)), ("Scaling Laws", abstract(2))))
        build(project)
        assert sorted(project.files("content/papers")) == ["another.md", "other.md", "scaling-laws.md"]
        return project

    @pytest.mark.parametrize("place", ["seeds/b.txt:9", "seeds/a.txt:5"])
    def test_a_place_that_is_another_paper(self, one, place):
        edit(one, "content/papers/scaling-laws.md", "^imported:", f"not_same_as: ['{place}']\nimported:")
        site = build(one)
        assert {"papers/scaling-laws/index.html", "papers/scaling-laws-2/index.html"} <= site.keys()
        digest = {"seeds/b.txt:9": ("a", "b"), "seeds/a.txt:5": ("b", "a")}[place]
        assert re.findall(r"- \{digest: (\w+),", one.read("content/papers/scaling-laws.md")) == [digest[0]]
        assert re.findall(r"- \{digest: (\w+),", one.read("content/papers/scaling-laws-2.md")) == [digest[1]]
        assert " 0 written" in one.run("import").out
        build(one)
        assert len(one.files("content/papers")) == 4

    def test_a_place_where_nothing_begins(self, one):
        edit(one, "content/papers/scaling-laws.md", "^imported:", "not_same_as: ['seeds/b.txt:10']\nimported:")
        finished = one.run("import")
        assert "scaling-laws.md:" in finished.err
        assert "no record begins at seeds/b.txt:10 [no-such-record]" in finished.err


class TestLayout:
    """Comments, order and quotes of the YAML are a person's too."""

    def test_comments_inside_a_field_that_the_importer_still_owns(self, made):
        block = re.search(r"^tags: \[(.*)\]\n", made.read(POA), re.MULTILINE)
        items = "".join(f"    - {tag}   # about {tag}\n" for tag in block[1].split(", "))
        edit(made, POA, r"^tags: .*\n", f"tags:   # checked by Ada\n{items}    # the end\n")
        assert " 0 written" in made.run("import").out
        made.write(
            "seeds/more.jsonl",
            records({"title": "POA: Pre-training Once for Models of All Sizes", "tags": ["robustness"]}),
        )
        assert "1 changed" in made.run("import").out
        after = made.read(POA)
        assert "tags:   # checked by Ada\n" in after
        for tag in block[1].split(", "):
            assert re.search(rf"^    - {tag} +# about {tag}$", after, re.MULTILINE)
        assert "    - robustness" in after
        assert "# the end" in after

    def test_a_comment_without_its_value_stays_above(self, made):
        edit(made, POA, r"^published: (.*)\n", r"published: \1   # from the page of the venue\n")
        made.write(
            "seeds/more.jsonl",
            records({"title": "POA: Pre-training Once for Models of All Sizes", "published": "2024-08-02"}),
        )
        made.run("import")
        assert "published: 2024-08-02 # from the page of the venue\n" in re.sub(" +#", " #", made.read(POA))

    def test_order_and_quotes(self, made):
        lines = made.read(POA).split("---\n", 2)
        header = lines[1].splitlines(keepends=True)
        made.write(
            POA,
            f"---\n{''.join(sorted(header, reverse=True)) if False else ''.join(header[1:] + header[:1])}---\n{lines[2]}",
        )
        before = made.read(POA)
        made.write(
            "seeds/more.jsonl",
            records({"title": "POA: Pre-training Once for Models of All Sizes", "arxiv_id": "2408.01031"}),
        )
        made.run("import")
        after = made.read(POA)
        kept = [line for line in after.splitlines() if not line.startswith(("imported:", "identifiers:"))]
        assert kept == [line for line in before.splitlines() if not line.startswith("imported:")]


class TestDigests:
    FILE = "content/digests/003-daily.md"

    def test_title_date_note_and_hidden_stay(self, made):
        edit(made, self.FILE, "^seed:", "title: The August issue\ndate: 2024-08-20  # it says so in the mail\nseed:")
        made.write(self.FILE, made.read(self.FILE) + "\nRead *this* first.\n")
        before = made.read(self.FILE)
        site = build(made)
        assert made.read(self.FILE) == before
        page = site["digests/003-daily/index.html"].decode()
        assert "The August issue" in page
        assert "Read <em>this</em> first." in page
        assert 'captured <time datetime="2024-08-20">20 August 2024</time>' in page
        edit(made, self.FILE, "^seed:", "hidden: true\nseed:")
        site = build(made)
        assert "digests/003-daily/index.html" not in site
        assert " 0 written" in made.run("import").out


class TestDifferences:
    def test_what_seeds_say_otherwise_is_listed_and_left(self, made):
        assert "0 differences" in made.run("import", "--diff").out
        edit(made, POA, "^title: .*", "title: My own title")
        edit(made, POA, "^published: .*\n", "")
        before = made.files("content")
        out = made.run("import", "--diff").out
        assert (
            f"{POA}:2: title\n    here:  My own title\n    seeds: POA: Pre-training Once for Models of All Sizes\n"
            in out
        )
        assert "published\n    here:  (taken out)\n    seeds: 2024-08-02\n" in out
        assert "2 differences; every one stays as it is here." in out
        assert made.files("content") == before


class TestDuplicates:
    """Papers that may be one are shown, and settled by one line in one file."""

    LONGER = f"{abstract(3)} {abstract(4)}"

    @pytest.fixture
    def alike(self, project):
        project.write("seeds/a.txt", capture(("OpenScale: Experts at Work", self.LONGER), ("Other", abstract(9))))
        project.write(
            "seeds/b.txt", capture(("How Models Route Their Tokens", self.LONGER.replace("corpus", "corpora")))
        )
        build(project)
        return project

    def test_both_texts_and_what_to_write(self, alike):
        out = alike.run("duplicates").out
        assert "content/papers/how-models-route-their-tokens.md and content/papers/openscale-experts-at-work.md" in out
        assert "abstracts share" in out
        assert "title     [-How Models Route Their Tokens-] [+OpenScale: Experts at Work+]" in out
        assert "[-corpora-] [+corpus+]" in out
        assert (
            "One paper? Write into content/papers/openscale-experts-at-work.md: same_as: how-models-route-their-tokens"
            in out
        )
        assert "1 pair to settle." in out

    @pytest.mark.parametrize(
        "line", ["same_as: how-models-route-their-tokens", "not_same_as: [how-models-route-their-tokens]"]
    )
    def test_settled(self, alike, line):
        edit(alike, "content/papers/openscale-experts-at-work.md", "^imported:", f"{line}\nimported:")
        build(alike)
        assert "0 pairs to settle." in alike.run("duplicates").out
        assert len(redirects(alike)) == (1 if line.startswith("same_as") else 0)

    def test_a_sure_pair_is_merged_with_its_reason_and_can_be_told_apart(self, project):
        project.write("seeds/a.txt", capture(("Experts at Work: A Study", self.LONGER)))
        project.write("seeds/b.txt", capture(("Experts at Work", self.LONGER.replace("corpus", "corpora"))))
        finished = project.run("import")
        assert list(project.files("content/papers")) == ["experts-at-work-a-study.md"]
        assert (
            "seeds/b.txt:5: note: “Experts at Work” is taken for “Experts at Work: A Study” (seeds/a.txt:5)"
            in finished.err
        )
        assert "titles differ by a subtitle" in finished.err
        edit(
            project,
            "content/papers/experts-at-work-a-study.md",
            "^imported:",
            "not_same_as: ['seeds/b.txt:5']\nimported:",
        )
        build(project)
        assert list(project.files("content/papers")) == ["experts-at-work-a-study.md", "experts-at-work.md"]
        assert " 0 written" in project.run("import").out
        assert "0 pairs to settle." in project.run("duplicates").out
