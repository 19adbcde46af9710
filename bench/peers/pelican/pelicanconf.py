# Left out, because Pelican has no means of its own that does the same: redirects of arXiv numbers, the pages before and
# after a paper, pages of a year's or month's list (each is one long page), content hashes in the names of assets, tags
# that often stand with a tag, related papers, the check of links inside the site, mended text.
# In its favour: names of authors are a field of our own, because for each author Pelican goes through all articles, even
# when it makes no pages of authors; so its feed names none. What lists repeat is rendered once, by a filter.
import json
from collections import Counter
from pathlib import Path

from markupsafe import Markup

PATH = "content"
ARTICLE_PATHS = ["papers"]
OUTPUT_PATH = "output"
THEME = "theme"
THEME_STATIC_DIR = "assets"
SITENAME = "Broadsheet"
SITESUBTITLE = "Papers on training and pre-training, from captured lists, with tags, dates and full-text search."
SITEURL = "https://digest.example.org"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%-d %B %Y"
WITH_FUTURE_DATES = True
MARKDOWN = {"extension_configs": {"markdown.extensions.meta": {}}, "output_format": "html5"}
JINJA_ENVIRONMENT = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}

ARTICLE_URL, ARTICLE_SAVE_AS = "papers/{slug}/", "papers/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tags/{slug}/", "tags/{slug}/index.html"
# A paper stands in the list of one day, and an article in one category.
CATEGORY_URL, CATEGORY_SAVE_AS = "digests/{slug}/", "digests/{slug}/index.html"
YEAR_ARCHIVE_URL, YEAR_ARCHIVE_SAVE_AS = "years/{date:%Y}/", "years/{date:%Y}/index.html"
MONTH_ARCHIVE_URL, MONTH_ARCHIVE_SAVE_AS = "months/{date:%Y-%m}/", "months/{date:%Y-%m}/index.html"
AUTHOR_SAVE_AS = DRAFT_SAVE_AS = ""
DIRECT_TEMPLATES = ["home", "papers", "tags", "categories", "dates", "search", "404", "sitemap", "robots"]
HOME_SAVE_AS = "index.html"
PAPERS_SAVE_AS = "papers/index.html"
TAGS_SAVE_AS = "tags/index.html"
CATEGORIES_SAVE_AS = "digests/index.html"
DATES_SAVE_AS = "years/index.html"
SEARCH_SAVE_AS = "search/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
ROBOTS_SAVE_AS = "robots.txt"
DEFAULT_PAGINATION = 50
PAGINATED_TEMPLATES = {"papers": 50, "tag": 50}
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)
FEED_ALL_ATOM = "feed.xml"
FEED_MAX_ITEMS = 50
CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None

LABELS = json.loads((Path(__file__).parent / "labels.json").read_text(encoding="utf-8"))
MONTHS = [f"{month:02d}" for month in range(1, 13)]
MONTH_NAMES = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


def around(page):
    """Return the numbers of the pages to link: the first, the last and those near; 0 stands for a gap."""
    last = page.paginator.num_pages
    near = sorted({number for number in (1, *range(page.number - 2, page.number + 3), last) if 1 <= number <= last})
    pairs = zip(near, [0, *near], strict=False)
    return [number for each, before in pairs for number in ([0, each] if before and each > before + 1 else [each])]


def total(categories):
    """Count the papers once, not on each page."""
    if TOTALS.get("of") is not categories:
        TOTALS.update(of=categories, papers=f"{sum(len(articles) for _, articles in categories):,}")
    return TOTALS["papers"]


def listed(article, macro):
    """Keep with an article what lists show of it."""
    if not hasattr(article, "listed"):
        article.listed = macro(article, LABELS)
    return article.listed


def excerpt(article):
    """Keep with an article the beginning of its text."""
    if not hasattr(article, "excerpt"):
        article.excerpt = Markup(article.summary).striptags()  # noqa: S704 - plain again at once
    return article.excerpt


TOTALS = {}
JINJA_FILTERS = {
    "around": around,
    "by_rank": lambda articles: sorted(articles, key=lambda article: int(article.rank)),
    "excerpt": excerpt,
    "host": lambda url: url.partition("://")[2].removeprefix("www.").rstrip("/"),
    "names": lambda text: text.split("; "),
    "links": lambda text: [link.split(" ", 1) for link in text.split(" ; ")] if text else [],
    "listed": listed,
    "most": lambda tags: sorted(tags, key=lambda pair: (-len(pair[1]), pair[0].slug))[:16],
    "per_month": lambda articles: Counter(article.date.strftime("%Y-%m") for article in articles),
    "per_year": lambda articles: sorted(Counter(article.date.year for article in articles).items()),
    "total": total,
    "words": lambda day: f"{int(day[8:])} {MONTH_NAMES[int(day[5:7]) - 1]} {day[:4]}",
}
