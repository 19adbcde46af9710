"""Tags: words, phrases, abbreviations, excluded senses, evidence, and what a person rules out."""

import json
import re

import pytest

from broadsheet.content.vocabulary import read_vocabulary
from broadsheet.importing.tagging import Tagger
from broadsheet.importing.tagging.abbreviations import explained
from broadsheet.importing.tagging.words import words_of
from broadsheet.problems import Problems
from conftest import ROOT

VOCABULARY = """\
moe: {label: Mixture of experts, aliases: [mixture of experts, MoE], parents: [models], share: 3}
models: {label: Models, aliases: [language model], share: 40}
pruning: {label: Pruning, aliases: [pruning], exclude: [data pruning], share: 2}
data: {label: Data selection, aliases: [data pruning], share: 2}
law: {label: Law, aliases: [legal, court], share: 2}
pre-training: {label: Pre-training, aliases: [pre-training], share: 10}
benchmarks: {label: Benchmarks, aliases: [new benchmark], share: 10}
"""


@pytest.fixture(scope="module")
def tagger():
    problems = Problems()
    made = Tagger(read_vocabulary(VOCABULARY, "tags.yaml", problems))
    assert len(problems) == 0
    return made


def tags(tagger, title, abstract=""):
    return [each.tag for each in tagger.all_evidence(title, abstract)]


@pytest.mark.parametrize(
    "texts",
    [
        ("pre-training", "Pretraining", "pre training", "pretrained", "pre-train", "Pre–training"),
        ("fine-tuning", "finetuning", "fine tuned", "Fine-tune"),
        ("models", "model", "Models"),
        ("policies", "policy"),
        ("quantization", "quantisation", "quantized", "quantising"),
        ("modelling", "modeling"),
        ("behaviour", "behavior", "behaviours"),
    ],
)
def test_forms_of_a_word_are_one(texts):
    assert len({words_of(text) for text in texts}) == 1


@pytest.mark.parametrize(
    "text", ["bias", "analysis", "physics", "supervised", "loss", "gas", "continuous", "advertised"]
)
def test_words_that_only_look_like_other_forms_stay(text):
    assert words_of(text) == (text,)


def test_phrases_do_not_reach_over_sentences(tagger):
    assert tags(tagger, "", "We compare each language. Model size matters.") == []
    assert tags(tagger, "", "We compare each language model, and its size.") == ["models"]


def test_title_and_number_and_rarity_decide(tagger):
    assert tags(tagger, "A language model with a mixture of experts")[0] == "moe"
    assert tags(tagger, "A legal question", "A language model, a language model.")[0] == "law"


def test_labels_count_in_titles_alone(tagger):
    assert tags(tagger, "Two Benchmarks") == ["benchmarks"]
    assert tags(tagger, "", "It does well on benchmarks.") == []


def test_an_excluded_phrase_mutes_its_parts_in_the_whole_paper(tagger):
    """`pruning` after `data pruning` was taken for the pruning of networks."""
    assert tags(tagger, "Data pruning", "We study pruning. Pruning helps.") == ["data"]
    assert tags(tagger, "Pruning of networks", "No data.") == ["pruning"]


def test_abbreviations_with_their_long_forms():
    found = dict(explained("Mixture-of-Experts (MoE) and large language models (LLMs); our system (XYZ)."))
    assert found == {"moe": ("mixture", "of", "expert"), "llm": ("large", "language", "model")}


def test_an_abbreviation_of_something_else_gives_no_tag(tagger):
    assert tags(tagger, "MoE for all") == ["moe"]
    assert tags(tagger, "Margin of Error", "The margin of error (MoE) is small. MoE again.") == []


def test_an_explained_abbreviation_counts_for_its_tag(tagger):
    evidence = tagger.all_evidence("", "Language models (LM) are large. An LM is a model. Each LM learns.")
    assert dict(evidence[0].in_abstract)["language model"] == 1
    assert sum(count for _, count in evidence[0].in_abstract) == 4


def test_an_abbreviation_that_is_also_a_word_is_left_alone():
    """`Information Seeking (IS)` made every `is` a hit."""
    assert list(explained("Information Seeking (IS) is hard.")) == []


def test_notices_of_code_and_data_give_no_tags(tagger):
    assert tags(tagger, "", "The language model and code are publicly available at https://a.b/language-model.") == []


def test_at_most_six_at_least_one(tagger):
    assert tagger.tags_for("Nothing known", "At all.") == ("other",)
    real = Tagger(read_vocabulary((ROOT / "content/tags.yaml").read_text(), "tags.yaml", Problems()))
    everything = ". ".join(alias for tag in real.vocabulary.tags.values() for alias in tag.aliases)
    assert len(real.tags_for("Everything", everything)) <= 6


def test_named_tags_come_first_and_ruled_out_ones_not_at_all(tagger):
    assert tagger.tags_for("A legal language model", "", ["Pre-training"])[0] == "pre-training"
    assert "law" not in tagger.tags_for("A legal language model", "", without=["law"])


def test_the_vocabulary_is_sound():
    problems = Problems()
    vocabulary = read_vocabulary((ROOT / "content/tags.yaml").read_text(), "content/tags.yaml", problems)
    assert list(problems) == []
    assert 120 <= len(vocabulary.tags) <= 250
    assert {tag.facet for tag in vocabulary.tags.values()} == {"topic", "method", "domain"}
    assert all(tag.description and tag.aliases for tag in vocabulary.tags.values())
    owners = {}
    for tag in vocabulary.tags.values():
        for alias in tag.aliases:
            assert owners.setdefault(words_of(alias), tag.slug) == tag.slug, alias


class TestOnTheRealSeeds:
    SLUG = "demons-in-the-detail-on-implementing-load-balancing-loss-for-training"

    def test_why_shows_the_phrases(self, real):
        finished = real.run("tags", "--why", self.SLUG)
        assert finished.code == 0
        assert "mixture-of-experts" in finished.out
        assert "title: " in finished.out
        assert "MoE ×" in finished.out

    def test_why_of_no_paper(self, real):
        assert real.run("tags", "--why", "nobody").code == 2

    def test_suggestions_have_counts_and_titles_and_are_not_covered(self, real):
        lines = real.run("tags", "--suggest").out.splitlines()
        phrases = [line.split(None, 1) for line in lines if not line.startswith("         ")]
        assert len(phrases) >= 10
        assert all(int(count) >= 3 for count, _ in phrases)
        assert len(lines) == 4 * len(phrases)
        known = Tagger(read_vocabulary(real.read("content/tags.yaml"), "x", Problems())).phrases.names
        assert not [phrase for _, phrase in phrases if tuple(phrase.split()) in known]

    def test_a_tag_implies_its_parents_in_lists_and_facets(self, real):
        page = real.read(f"site/papers/{self.SLUG}/index.html")
        assert 'data-pagefind-filter="tag[content]" content="Model architecture"' in page
        assert "Demons in the Detail" in real.read("site/tags/model-architecture/index.html")


def test_a_tag_that_a_person_rules_out_stays_out(small):
    small.run("import")
    name = "content/papers/demons-in-the-detail-on-implementing-load-balancing-loss-for-training.md"
    text = small.read(name)
    assert "mixture-of-experts" in text
    small.write(name, text.replace("imported:", "without_tags: [mixture-of-experts, model-architecture]\nimported:"))
    assert "1 changed" in small.run("import").out
    assert "mixture-of-experts" not in re.search("^tags: .*", small.read(name), re.MULTILINE)[0]
    assert " 0 written" in small.run("import").out
    assert small.run("build", "--no-search", "--strict").code == 0
    page = small.read("site/papers/demons-in-the-detail-on-implementing-load-balancing-loss-for-training/index.html")
    assert "Mixture of experts</a>" not in page
    assert "Model architecture" not in page


def test_a_tag_that_a_record_names_and_nobody_knows_is_reported(small):
    small.write(
        "seeds/x.jsonl", json.dumps({"title": "2 OLMo 2 Furious", "tags": ["no such tag", "mixture of experts"]})
    )
    finished = small.run("import")
    assert "seeds/x.jsonl:1: warning: no tag of the vocabulary is called “no such tag”" in finished.err
    assert "tags: [mixture-of-experts, " in small.read("content/papers/2-olmo-2-furious.md")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("a: {aliases: ['!!!']}", "bad-value"),
        ("a: {aliases: [one]}\nb: {aliases: [One]}", "same-alias"),
        ("a: {share: 0}", "bad-value"),
        ("a: {share: 1e-320}", "bad-value"),
        ("a: {share: many}", "bad-value"),
        ("a: {facet: subject}", "bad-value"),
    ],
)
def test_faulty_vocabularies_are_reported(entry, code):
    problems = Problems()
    Tagger(read_vocabulary(entry, "tags.yaml", problems))
    assert [problem.code for problem in problems] == [code]


def test_ruling_out_a_tag_of_ones_own_is_no_dead_link(small):
    small.run("import")
    name = "content/papers/2-olmo-2-furious.md"
    tags = "tags: [ai-agents]\nwithout_tags: [ai-agents]"
    small.write(name, re.sub("^tags: .*", tags, small.read(name), flags=re.MULTILINE))
    finished = small.run("build", "--no-search", "--strict")
    assert finished.code == 0, finished.err
