"""Phrases are known whatever their case, accents, points and blanks, and where recognition has bent one letter."""

from __future__ import annotations

import pytest

from bursar.extraction.labels.vocabulary import LANGUAGES, compact, load_vocabulary, phrases_of

HEADER = ("invoice_number", "invoice_date")


def meanings(text, **options):
    return {(label.group, label.key) for label in load_vocabulary().find(compact(text), **options)}


@pytest.mark.parametrize(
    "text", ["Rechnungsnummer", "RECHNUNGS-NR.:", "rechnungs nr", "Rechnungs-\u00a0Nr", "Faktúra-nr", "N° de facture"]
)
def test_writing_makes_no_difference(text):
    assert ("fields", "invoice_number") in meanings(text)


def test_letters_fold_to_what_people_type_for_them():
    assert compact("Straße Nº 5 – Ørsted Łódź") == "strasseno5orstedlodz"


@pytest.mark.parametrize("bent", ["lnvoice number", "Invoice nurnber", "Inv0ice number", "Rechnungsnunmer"])
def test_one_letter_that_recognition_bent_is_forgiven_where_that_is_asked_for(bent):
    assert ("fields", "invoice_number") not in meanings(bent)
    assert (("fields", "invoice_number") in meanings(bent, tolerant=True)) == (bent != "Invoice nurnber")


@pytest.mark.parametrize("short", ["dale", "tote1", "vet"])
def test_short_words_are_not_bent_into_labels(short):
    assert meanings(short, tolerant=True) == meanings(short)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_the_header_and_the_total(language):
    known = {
        (label.group, label.key)
        for labels in load_vocabulary().phrases.values()
        for label in labels
        if label.language == language
    }
    assert {("fields", key) for key in HEADER} <= known
    assert ("totals", "total") in known
    assert ("totals", "tax") in known or ("totals", "tax_total") in known


def test_words_that_mean_something_within_sentences_only_are_no_labels():
    groups = {label.group for labels in load_vocabulary().phrases.values() for label in labels}
    assert groups == {"fields", "totals", "columns", "parties"}
    assert compact("exkl") in phrases_of("modifiers", "net")


@pytest.mark.parametrize("bend", [lambda t, i: t[:i] + "x" + t[i + 1 :], lambda t, i: t[:i] + t[i + 1 :]])
def test_no_bent_label_is_ruled_out_by_how_a_text_begins(bend):
    vocabulary = load_vocabulary()
    bent = [
        bend(phrase, place)
        for phrase in sorted(vocabulary.phrases)[::20]
        if len(phrase) > 10
        for place in range(len(phrase))
    ]
    found = [text for text in bent if vocabulary.find(text, tolerant=True)]
    assert len(found) > 1_000
    assert all(vocabulary.may_begin_bent(text + "12", 10) or vocabulary.may_begin(text) for text in found)
    assert not vocabulary.may_begin_bent("sparkplugset", 10)
