"""The site in a real Chromium, served with its own headers: search, keys, and no console message."""

import os
import re
import threading

import pytest
from install_browser import installed
from playwright.sync_api import expect, sync_playwright

from broadsheet.preview.host import Folder, Host
from broadsheet.preview.server import PreviewServer

pytestmark = pytest.mark.browser

FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
WIDTHS = (320, 360, 600, 768, 900, 1024, 1440)
PAGES = (
    "/",
    "/papers/",
    "/papers/qwen2-5-technical-report/",
    "/papers/a-pretrainers-guide-to-training-data-measuring-the-effects-of-data-age-domain/",
    "/tags/",
    "/tags/mixture-of-experts/",
    "/dates/",
    "/dates/2024/",
    "/digests/",
    "/digests/002-d335c10af34d70b2/",
    "/search/",
    "/404.html",
)


@pytest.fixture(scope="module")
def address(real):
    with PreviewServer(("127.0.0.1", 0), Host(Folder(real.path("site")))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=installed() or None, args=flags)
        yield running
        running.close()


class Reader:
    """A page whose console and requests are kept; each test ends with a look at both."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.messages, self.requests = [], []
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path):
        self.page.goto(self.address + path)
        return self.page

    def search(self, query):
        """Type a query into the box of the search page and return the titles found."""
        box = self.page.locator("#q")
        box.fill(query)
        box.press("Enter")
        return self.titles(query)

    def titles(self, query):
        expect(self.page.locator("#search-status")).to_contain_text(query)
        return self.page.locator("#search-results h2").all_inner_texts()


@pytest.fixture
def reader(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    reading = Reader(context.new_page(), address)
    yield reading
    context.close()
    assert reading.messages == []
    assert [url for url in reading.requests if not url.startswith(address)] == []


def test_the_best_match_is_first(reader):
    reader.open("/search/")
    titles = reader.search("load balancing loss mixture of experts")
    assert titles[0].startswith("Demons in the Detail")


def test_what_is_typed_before_the_index_is_there_is_not_lost(reader):
    page = reader.page
    page.route("**/pagefind/pagefind-entry.json*", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    reader.open("/search/?order=newest")
    page.locator("#q").fill("tulu")
    assert any(title.startswith("TÜLU 3") for title in reader.titles("tulu"))


def test_accents_make_no_difference(reader):
    reader.open("/search/")
    found = [reader.search(query) for query in ("TÜLU", "tulu")]
    assert found[0][0] == found[1][0] == "TÜLU 3: Pushing Frontiers in Open Language Model Post-Training"


@pytest.mark.parametrize(
    ("query", "title"), [("gpt 4", "A Survey of GPT-3 Family"), ("qwen 2.5", "Qwen2.5 Technical Report")]
)
def test_model_names_are_found_in_pieces(reader, query, title):
    reader.open("/search/")
    assert any(found.startswith(title) for found in reader.search(query)[:3])


def test_a_facet_narrows_widens_and_goes(reader):
    page = reader.open("/search/?q=language+model")
    reader.titles("language model")

    def total() -> int:
        return int(re.match(r"[\d,]+", page.locator("#search-status").inner_text())[0].replace(",", ""))

    everything = total()
    year = page.locator("[data-facet=year] label", has_text="2024")
    count = int(year.locator("span").inner_text())
    year.locator("input").check()
    expect(page.locator("#search-status")).to_have_text(re.compile(rf"^{count} papers for"))
    assert count < everything
    assert "year=2024" in page.url
    other = page.locator("[data-facet=year] label", has_text="2023")
    more = int(other.locator("span").inner_text())
    other.locator("input").check()
    expect(page.locator("#search-status")).to_have_text(re.compile(rf"^{count + more} papers for"))
    tag = page.locator("[data-facet=tag] label").first
    within = int(tag.locator("span").inner_text())
    tag.locator("input").check()
    expect(page.locator("#search-status")).to_have_text(re.compile(rf"^{within} papers? for"))
    for left in (3, 1):
        page.locator("#search-chips button").first.click()
        expect(page.locator("#search-chips li")).to_have_count(left)
    page.locator("#search-chips button").first.click()
    expect(page.locator("#search-chips li")).to_have_count(0)
    expect(page.locator("#search-status")).to_have_text(re.compile(rf"^{everything} papers for"))


def test_the_address_holds_the_whole_state(reader):
    page = reader.open("/search/?q=scaling&order=newest&year=2023&year=2024")
    reader.titles("scaling")
    expect(page.locator("#order")).to_have_value("newest")
    expect(page.locator("#search-chips li")).to_have_count(3)
    dates = page.locator("#search-results .small span:first-child").all_inner_texts()
    years = [int(date[-4:]) for date in dates]
    assert years == sorted(years, reverse=True)


def test_a_query_without_hits_says_so(reader):
    reader.open("/search/")
    assert reader.search("zygomorphic") == []
    expect(reader.page.locator("#search-status")).to_have_text(
        re.compile("^No paper (for|has the word) “zygomorphic”. Try fewer or other words.$")
    )
    reader.page.locator("#q").fill("models of quasars")
    expect(reader.page.locator("#search-status")).to_have_text(
        "No paper has the word “quasars”. Try fewer or other words."
    )
    expect(reader.page.locator("#search-results li")).to_have_count(0)
    expect(reader.page.locator("#search-more")).to_be_hidden()


@pytest.mark.parametrize("word", ["protein", "blockchain", "quantum", "quasar", "gradeint"])
def test_no_hits_are_invented_for_a_word_that_no_paper_has(reader, word):
    reader.open("/search/")
    assert reader.search(word) == []


@pytest.mark.parametrize(
    ("query", "title"), [("Luca Soldaini", "2 OLMo 2 Furious"), ("2501.00656", "2 OLMo 2 Furious"), ("tokenizers", "")]
)
def test_authors_and_identifiers_are_found(reader, query, title):
    reader.open("/search/")
    assert any(found.startswith(title) for found in reader.search(query))


@pytest.mark.parametrize("query", ["N_E", "sum_{i=1}^{N_E}", "LBL for MoEs is defined as"])
def test_repaired_words_are_found_as_shown_and_as_in_the_source(reader, query):
    reader.open("/search/")
    assert any(found.startswith("Demons in the Detail") for found in reader.search(query))


@pytest.mark.parametrize("query", ["best practices from Tülu 3", 'practices T\\"ulu OLMo'])
def test_accents_are_found_as_shown_and_as_in_the_source(reader, query):
    reader.open("/search/")
    assert "2 OLMo 2 Furious" in reader.search(query)


def test_all_filters_go_at_once(reader):
    page = reader.open("/search/?q=scaling&year=2023&year=2024&tag=Scaling+laws")
    reader.titles("scaling")
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.locator("#search-chips li")).to_have_count(0)


def test_without_words_one_browses(reader):
    page = reader.open("/search/")
    expect(page.locator("#search-status")).to_contain_text("416 papers")
    expect(page.locator("#search-results li")).to_have_count(10)
    page.locator("#search-more").click()
    expect(page.locator("#search-results li")).to_have_count(20)


def test_the_keyboard_alone_can_do_all_of_it(reader):
    page = reader.open("/papers/qwen2-5-technical-report/")
    page.keyboard.press("/")
    page.keyboard.type("mixture of experts")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=mixture*")
    reader.titles("mixture of experts")
    expect(page.locator("#q")).to_be_focused()
    before = page.locator("#search-status").inner_text()
    while page.evaluate("document.activeElement.name") != "year":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#search-chips li")).to_have_count(1)
    expect(page.locator("#search-status")).not_to_have_text(before)
    assert page.evaluate("document.activeElement.name") == "year"
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    titles = page.locator("#search-results h2 a")
    page.keyboard.press("ArrowDown")
    expect(titles.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(titles.first).to_be_focused()
    title = titles.first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("path", ["/", "/tags/", "/papers/2-olmo-2-furious/", "/search/"])
def test_slash_goes_to_the_box_from_any_page(reader, path):
    page = reader.open(path)
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("a/b")
    assert page.evaluate("document.activeElement.value") == "a/b"


def test_hostile_words_stay_words(reader):
    page = reader.open("/search/?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&tag=%3Cb%3E")
    reader.titles("<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(reader, width):
    reader.page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page = reader.open(path)
        if path == "/search/":
            expect(page.locator("#search-results li")).to_have_count(10)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_light_and_dark_follow_the_system_and_the_choice_is_kept(browser, address):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch to light colours").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.goto(f"{address}/tags/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light
    context.close()


def test_pages_read_without_javascript(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("article h3").first).to_be_visible()
    page.locator("article h3 a").first.click()
    expect(page.locator(".prose p").first).to_be_visible()
    page.goto(f"{address}/search/")
    expect(page.get_by_text("Search needs JavaScript")).to_be_visible()
    context.close()


def test_focus_is_visible_and_targets_are_large_enough(reader):
    page = reader.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    small = page.evaluate(
        """() => [...document.querySelectorAll('nav a, button, .counts a, .calendar a, input')]
        .map(e => [e.textContent, e.getBoundingClientRect()]).filter(([, r]) => r.width && (r.height < 23.9 && r.width < 23.9))
        .map(([t]) => t)"""
    )
    assert small == []
