"""The build as a user runs it: addresses, pages, feeds, determinism, and the output folder."""

import html
import json
import re
import xml.etree.ElementTree as ET

import pytest

from broadsheet.config import Config
from broadsheet.content.catalog import build_catalog
from broadsheet.content.contents import read_contents
from broadsheet.problems import Problems
from broadsheet.publishing.documents import check_sitemap
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import sitemaps
from broadsheet.publishing.search import build_index
from broadsheet.publishing.source import read_theme
from conftest import ROOT

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def site(real):
    return real.files("site")


def text_of(page: bytes) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page.decode()))


class TestRealSite:
    @pytest.mark.parametrize(
        "file",
        [
            "index.html",
            "papers/qwen2-5-technical-report/index.html",
            "arxiv/2412.15115/index.html",
            "tags/index.html",
            "tags/mixture-of-experts/index.html",
            "tags/large-language-models/page/2/index.html",
            "dates/index.html",
            "dates/2025/index.html",
            "dates/2025/07/index.html",
            "dates/undated/index.html",
            "digests/index.html",
            "digests/000-47bb060df976dd07/index.html",
            "search/index.html",
            "feed.xml",
            "sitemap.xml",
            "robots.txt",
            "404.html",
            "_headers",
            "_redirects",
            "pagefind/pagefind.js",
        ],
    )
    def test_addresses_of_the_design(self, site, file):
        assert file in site

    def test_a_paper_page_tells_all_that_is_known(self, site):
        page = site["papers/qwen2-5-technical-report/index.html"].decode()
        text = " ".join(text_of(page.encode()).split())
        assert '<h1 data-pagefind-meta="title">Qwen2.5 Technical Report</h1>' in page
        assert "Published 19 December 2024" in text
        assert "Qwen, An Yang" in text
        assert "11 comments, as counted in the digest of 7 January 2026" in text
        assert "No. 35 in the digest of 7 January 2026 (year inferred)" in text
        assert "https://arxiv.org/abs/2412.15115" in page
        assert "https://huggingface.co/papers/2412.15115" in page
        assert re.search('rel="prev"', page)
        assert re.search('rel="next"', page)

    def test_a_paper_without_identifier_is_looked_for_by_its_title(self, site):
        page = site["papers/predicting-rare-events-by-shrinking-towards-proportional-odds/index.html"].decode()
        for host in ("arxiv.org/search/", "huggingface.co/papers?q=", "scholar.google.com/scholar?q="):
            assert host in page
        assert "q=Predicting+Rare+Events+by+Shrinking+Towards+Proportional+Odds" in page

    def test_precision_of_a_date_is_shown(self, site):
        assert "January 2025</time> (month known)" in site["papers/2-olmo-2-furious/index.html"].decode()
        assert "Date of publication not known" in "".join(
            page.decode() for file, page in site.items() if file.startswith("papers/aquilamoe")
        )

    def test_lists_hold_fifty_and_counts_add_up(self, site):
        listed = [file for file in site if re.fullmatch(r"papers/(page/\d+/)?index.html", file)]
        counts = [site[file].count(b'<article class="entry">') for file in sorted(listed)]
        assert sorted(counts) == [16, *[50] * 8]
        undated = [file for file in site if re.fullmatch(r"dates/undated/(page/\d+/)?index.html", file)]
        assert sum(site[file].count(b'<article class="entry">') for file in undated) == 107

    def test_a_digest_keeps_its_order(self, site):
        page = site["digests/002-d335c10af34d70b2/index.html"].decode()
        ranks = [int(rank) for rank in re.findall(r"Rank </span>(\d+)<", page)]
        assert ranks == list(range(1, 222))
        assert page.index("Demons in the Detail") < page.index("Unveiling the Secret Recipe")

    def test_feed_is_whole_bounded_and_absolute(self, site):
        feed = ET.fromstring(site["feed.xml"])
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) == 50
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == 50
        assert all(each.startswith("http://localhost:8000/papers/") for each in ids)
        updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
        assert updated == sorted(updated, reverse=True)
        assert feed.findtext(f"{ATOM}updated") == updated[0]
        assert all(entry.find(f"{ATOM}author/{ATOM}name") is not None for entry in entries)

    def test_sitemap_lists_pages_that_exist(self, site):
        addresses = [each.text for each in ET.fromstring(site["sitemap.xml"]).iter(f"{SITEMAP}loc")]
        assert len(addresses) == len(set(addresses))
        assert {address.removeprefix("http://localhost:8000/") + "index.html" for address in addresses} <= set(site)
        assert not any("/arxiv/" in address or "404" in address for address in addresses)

    @pytest.mark.parametrize("most", [5, 7, 12, 13])
    def test_more_addresses_than_one_sitemap_may_hold(self, most, tmp_path):
        """A site of 53,299 addresses could not be built: it has an index of sitemaps now."""
        addresses = [f"/papers/{number}/" for number in range(13)]
        routes = {route.file: route for route in sitemaps(addresses, most)}
        theme = read_theme(ROOT, Problems())
        catalog = build_catalog(read_contents(tmp_path, "", Problems()), Problems())
        renderer = Renderer(theme.templates, theme.addresses, catalog, Config(), ())
        made = {file: renderer.render(route) for file, route in routes.items()}
        problems = Problems()
        for file, data in made.items():
            pages = [f"papers/{number}/index.html" for number in range(13)]
            check_sitemap(data, routes[file], {*pages, *routes}, Config().url, problems)
        assert not list(problems)
        found = {
            file: [each.text.removeprefix(Config().url) for each in ET.fromstring(data).iter(f"{SITEMAP}loc")]
            for file, data in made.items()
        }
        index = found.pop("sitemap.xml")
        if most < 13:
            assert index == [f"/{file}" for file in found]
            assert [each for part in found.values() for each in part] == addresses
            assert all(len(part) <= most for part in found.values())
        else:
            assert (index, found) == (addresses, {})

    def test_redirects(self, site):
        rules = site["_redirects"].decode().splitlines()
        assert len(rules) == 203
        assert "/arxiv/2412.15115/ /papers/qwen2-5-technical-report/ 301!" in rules
        stub = site["arxiv/2412.15115/index.html"].decode()
        assert 'content="0; url=/papers/qwen2-5-technical-report/"' in stub

    def test_index_holds_every_paper_and_nothing_else(self, site):
        entry = json.loads(site["pagefind/pagefind-entry.json"])
        assert [language["page_count"] for language in entry["languages"].values()] == [416]

    def test_nothing_comes_from_another_host(self, site):
        for file, page in site.items():
            if file.endswith(".html"):
                loaded = re.findall(
                    r"<(?:script|img|link|iframe|source|form)\b[^>]*?(?:src|href|action)=\"([^\"]*)\"", page.decode()
                )
                assert not [each for each in loaded if "//" in each and "localhost:8000" not in each], file
                assert b"style=" not in page
                assert not re.search(rb"<script(?![^>]*\bsrc=)", page)
                assert not re.search(rb"\son[a-z]+=", page), file

    def test_policy_is_strict(self, site):
        policy = re.search(r"Content-Security-Policy: (.*)", site["_headers"].decode())[1]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
        assert all(b'http-equiv="Content-Security-Policy"' in site[file] for file in ("index.html", "404.html"))

    def test_weight(self, site):
        css = next(data for file, data in site.items() if file.endswith(".css") and file.startswith("assets/"))
        import gzip

        assert len(gzip.compress(css)) <= 10_000


def test_two_clean_builds_are_equal_byte_for_byte(small):
    small.run("import")
    assert small.run("build", "--no-search", "--output", "one").code == 0
    assert small.run("build", "--no-search", "--output", "two").code == 0
    assert small.files("one") == small.files("two")


def test_a_second_build_writes_nothing(small):
    small.run("import")
    small.run("build", "--no-search")
    assert ", 0 written, 0 removed," in small.run("build", "--no-search").out


def test_what_is_no_longer_planned_goes(small):
    small.run()
    assert any(file.startswith("pagefind/fragment/") for file in small.files("site"))
    before = small.files("site")
    small.write("content/papers/2-olmo-2-furious.md", "---\ntitle: 2 OLMo 2 Furious\nhidden: true\n---\n\nText.\n")
    small.write("site/pagefind/fragment/en_stale.pf_fragment", "stale")
    small.write("site/left/over.html", "stale")
    assert small.run("build").code == 0
    after = small.files("site")
    assert "papers/2-olmo-2-furious/index.html" not in after
    assert "left/over.html" not in after
    assert not small.path("site/left").exists()
    fragments = [file for file in after if file.startswith("pagefind/fragment/")]
    assert len(fragments) == 11
    assert "pagefind/fragment/en_stale.pf_fragment" not in after
    assert len(before) > len(after)


def test_a_folder_of_somebody_else_is_left_alone(small):
    small.run("import")
    small.write("thesis/chapter.txt", "years of work")
    finished = small.run("build", "--no-search", "--output", "thesis")
    assert finished.code == 2
    assert "[foreign-output]" in finished.err
    assert small.files("thesis") == {"chapter.txt": b"years of work"}


def test_what_stands_in_the_way_of_a_page_is_replaced(small):
    small.run("import")
    small.run("build", "--no-search")
    good = small.files("site")
    small.path("site/feed.xml").unlink()
    small.write("site/feed.xml/x", "a folder where a file belongs")
    small.path("site/search/index.html").unlink()
    small.path("site/search").rmdir()
    small.write("site/search", "a file where a folder belongs")
    small.path("site/robots.txt").unlink()
    small.path("site/robots.txt").symlink_to(small.write("outside.txt", "not ours"))
    assert small.run("build", "--no-search").code == 0
    assert small.files("site") == good
    assert small.read("outside.txt") == "not ours"


def test_a_site_below_a_path(small):
    small.run("import")
    small.write("content/site.yaml", "url: https://group.example/digest/\n")
    finished = small.run("build", "--no-search", "--strict")
    assert finished.code == 0, finished.err
    page = small.read("site/index.html")
    assert 'href="/digest/papers/' in page
    assert not re.search(r'(?:href|src|action)="/(?!digest/)', page)
    assert "https://group.example/digest/papers/" in small.read("site/feed.xml")


def test_the_host_gives_the_address_and_previews_are_not_indexed(small, monkeypatch):
    small.run("import")
    monkeypatch.setenv("URL", "https://group.example")
    monkeypatch.setenv("CONTEXT", "deploy-preview")
    assert small.run("build", "--no-search").code == 0
    assert "https://group.example/papers/" in small.read("site/feed.xml")
    assert "Disallow: /" in small.read("site/robots.txt")
    assert "X-Robots-Tag: noindex" in small.read("site/_headers")
    assert '<meta name="robots" content="noindex">' in small.read("site/index.html")


HOSTILE = """\
---
title: '<script>alert(1)</script> "quoted" & {{ 7 * 7 }}'
published: 2025-01-02
authors: ['<b>Ada</b> & "Bob"']
tags: [pre-training]
identifiers: {arxiv: '2501.00001'}
links: {code: 'https://a.b/?x=1&y="'}
appearances:
  - {digest: d, rank: 1}
---

[a](javascript:alert(1)) <img src=x onerror=alert(1)> ]]> &lt;b>
"""


def test_hostile_text_is_escaped_everywhere(project):
    project.write("content/papers/hostile.md", HOSTILE.replace('https://a.b/?x=1&y="', "https://a.b/?x=1&y=2"))
    project.write("content/digests/d.md", "---\ntitle: <i>Digest</i>\n---\n\n<script>alert(2)</script>\n")
    finished = project.run("build", "--strict")
    assert finished.code == 0, finished.err
    for file, data in project.files("site").items():
        if file.endswith(".html"):
            page = data.decode()
            assert "<script>" not in page, file
            assert "onerror=alert(1)>" not in page, file
            assert 'href="javascript' not in page, file
            assert "<i>Digest" not in page, file
            assert "49" not in text_of(data).replace("2490", ""), file
    entry = ET.fromstring(project.files("site")["feed.xml"]).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == '<script>alert(1)</script> "quoted" & {{ 7 * 7 }}'


def test_an_address_that_is_none_is_no_link(project):
    project.write("content/papers/hostile.md", HOSTILE)
    finished = project.run("build", "--no-search")
    assert finished.code == 1
    assert "content/papers/hostile.md:7: error: “links.code”" in finished.err


def test_pagefind_counts_its_pages():
    page = '<html lang="en"><head></head><body><h1 data-pagefind-meta="title">A</h1><p data-pagefind-body>Text.</p></body></html>'
    bundle = build_index(["papers/a/index.html"], lambda _: page.encode(), "en")
    assert any(name.startswith("pagefind/fragment/") for name in bundle)
    assert not any("component-ui" in name for name in bundle)


def test_a_page_that_a_person_wrote(small):
    small.run("import")
    small.write("content/pages/about.md", "---\ntitle: About us\n---\n\nWe *read* papers: https://a.b/c.\n")
    assert small.run("build", "--no-search", "--strict").code == 0
    page = small.read("site/about/index.html")
    assert '<em>read</em> papers: <a href="https://a.b/c">https://a.b/c</a>.' in page
    assert '<a href="/about/">About us</a>' in small.read("site/index.html")


def test_netlify_builds_what_the_makefile_builds():
    import tomllib

    settings = tomllib.loads((ROOT / "netlify.toml").read_text())
    assert settings["build"]["publish"] == "site"
    assert settings["build"]["command"].endswith("python build.py")
    assert settings["build"]["environment"]["PYTHON_VERSION"] == "3.13"


@pytest.mark.parametrize("name", [".", "..", "content/site", "templates/assets/out", "seeds"])
def test_the_site_does_not_stand_in_its_sources(small, name):
    small.run("import")
    before = {folder: small.files(folder) for folder in ("content", "templates", "seeds")}
    finished = small.run("build", "--no-search", "--output", name)
    assert finished.code == 2
    assert "[foreign-output]" in finished.err
    assert {folder: small.files(folder) for folder in ("content", "templates", "seeds")} == before


def test_what_begins_with_a_dot_is_never_removed(small):
    """A `.git` in the output folder was wiped."""
    small.run("import")
    small.write("public/.git/config", "[core]")
    assert small.run("build", "--no-search", "--output", "public").code == 2
    small.run("build", "--no-search")
    small.write("site/.git/config", "[core]")
    small.write("site/.nojekyll", "")
    assert small.run("build", "--no-search").code == 0
    assert {".git/config", ".nojekyll"} <= set(small.files("site"))


def test_links_in_notes_follow_the_base_path(small):
    small.run("import")
    name = "content/papers/2-olmo-2-furious.md"
    small.write(name, small.read(name) + "\nSee [MoE](/tags/mixture-of-experts/) and [this](../).\n")
    small.write("content/site.yaml", "url: https://group.example/digest/\n")
    finished = small.run("build", "--no-search", "--strict")
    assert finished.code == 0, finished.err
    page = small.read("site/papers/2-olmo-2-furious/index.html")
    assert '<a href="/digest/tags/mixture-of-experts/">MoE</a>' in page
    assert '<a href="../">this</a>' in page


def test_headings_and_pictures_in_notes(small):
    small.run("import")
    name = "content/papers/2-olmo-2-furious.md"
    small.write(name, small.read(name) + "\n# Mine\n\n![a figure](https://a.b/c.png)\n")
    assert small.run("build", "--no-search", "--strict").code == 0
    page = small.read("site/papers/2-olmo-2-furious/index.html")
    assert "<h2>Mine</h2>" in page
    assert '<a href="https://a.b/c.png">a figure</a>' in page


def test_a_folder_that_cannot_be_listed_is_not_empty(small, monkeypatch):
    """Every paper page was removed."""
    import os

    small.run("import")
    small.run("build", "--no-search")
    before = small.files("site")
    real_scandir = os.scandir

    def refuse(path):
        if str(path).endswith("content/papers"):
            raise PermissionError(13, "Permission denied", str(path))
        return real_scandir(path)

    os.utime(small.path("content/papers"))  # else it is not listed again
    monkeypatch.setattr(os, "scandir", refuse)
    finished = small.run("build", "--no-search")
    monkeypatch.undo()
    assert finished.code == 1
    assert "content/papers: error: Permission denied [disk]" in finished.err
    assert small.files("site") == before


class TestCleanTextAndRelatedPapersOnTheSeeds:
    DEMONS = "papers/demons-in-the-detail-on-implementing-load-balancing-loss-for-training"

    def test_the_page_is_mended_and_the_content_file_is_not(self, real):
        page = real.read(f"site/{self.DEMONS}/index.html")
        assert "N<sub>E</sub>" in page
        assert "N_E sum" not in re.sub(r"<meta [^>]*>", "", page)
        assert r"N\_E sum\_{i=1}^{N\_E}" in real.read(f"content/{self.DEMONS}.md")

    def test_titles_are_mended_everywhere(self, site):
        title = "Predictable Scale: Part I – Optimal Hyperparameter Scaling Law"
        pages = [file for file, data in site.items() if title.encode() in data]
        assert len(pages) >= 4
        assert not [
            file for file, data in site.items() if file.endswith(".html") and b">Predictable Scale: Part I --" in data
        ]

    def test_related_papers_are_others_and_at_most_five(self, site):
        counts = []
        for file, data in site.items():
            if re.fullmatch(r"papers/[^/]+/index.html", file) and "/page/" not in file:
                section = re.search(r'<section class="related".*?</section>', data.decode(), re.DOTALL)
                links = re.findall(r'href="/(papers/[^"]+/)"', section[0]) if section else []
                assert len(links) == len(set(links)) <= 5
                assert file.removesuffix("index.html") not in links
                counts.append(len(links))
        assert len(counts) == 416
        assert sum(count == 5 for count in counts) > 250

    def test_a_tag_page_says_what_the_tag_means(self, site):
        page = site["tags/pre-training/index.html"].decode()
        for part in ('<p class="lead">', "narrower:", "Papers a year", "<svg", "Often with", "As a table"):
            assert part in page
        years = re.findall(r'<th scope="row">(?:<a [^>]*>)?(\d{4})(?:</a>)?</th><td>(\d+)</td>', page)
        assert len(years) == page.count("<rect")
