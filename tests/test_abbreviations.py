import pytest

from moe_memorygraph.abbreviations import ABBREVIATIONS, other_forms


@pytest.mark.parametrize("short", sorted(ABBREVIATIONS))
def test_each_form_asks_for_the_other(short: str) -> None:
    long = ABBREVIATIONS[short]
    assert other_forms(f"Do we offer {short.upper()}?") == ((short, long),)
    assert other_forms(f"Do we offer {long}s?") == ((long, short),)


@pytest.mark.parametrize("said", ["single sign on", "Single Sign-On", "single  sign-on"])
def test_hyphens_blanks_and_case_do_not_matter(said: str) -> None:
    assert other_forms(f"{said} fails") == (("single sign-on", "sso"),)


def test_nothing_is_added_where_both_forms_or_none_are_said() -> None:
    assert other_forms("single sign-on (SSO)") == ()
    assert other_forms("Why did they leave?") == ()


def test_a_form_inside_a_word_is_not_said() -> None:
    assert other_forms("the slacker's arrow") == ()


def test_other_forms_come_in_the_order_of_the_text() -> None:
    assert other_forms("SSO or MFA?") == (("sso", "single sign-on"), ("mfa", "multi-factor authentication"))
