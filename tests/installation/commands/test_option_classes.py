"""Options in dataclasses: Typer reads, checks and explains them like parameters of the command itself."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from commands.options import with_options


@dataclass(frozen=True)
class Colours:
    ink: Annotated[str, typer.Option()]
    paper: Annotated[str, typer.Option()] = "white"


@dataclass(frozen=True, kw_only=True)
class Printing:
    copies: Annotated[int, typer.Option("--times", min=1)] = 1
    colours: Colours
    draft: Annotated[bool, typer.Option("--draft")] = False


@pytest.fixture
def given() -> list[tuple[str, Printing]]:
    return []


@pytest.fixture
def app(given: list[tuple[str, Printing]]) -> typer.Typer:
    made = typer.Typer(add_completion=False)

    @made.command()
    @with_options
    def press(page: Annotated[str, typer.Argument()], options: Printing) -> None:
        given.append((page, options))

    return made


def test_a_command_is_given_its_dataclasses(app: typer.Typer, given: list[tuple[str, Printing]]) -> None:
    arguments = ["cover", "--times", "3", "--ink", "red", "--paper", "grey", "--draft"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert given == [("cover", Printing(copies=3, colours=Colours("red", "grey"), draft=True))]


def test_what_is_left_out_has_the_default_of_its_field(app: typer.Typer, given: list[tuple[str, Printing]]) -> None:
    assert CliRunner().invoke(app, ["cover", "--ink", "red"]).exit_code == 0
    assert given == [("cover", Printing(colours=Colours("red")))]


def test_typer_keeps_the_names_and_the_order_of_the_fields(app: typer.Typer) -> None:
    command = typer.main.get_command(app)
    assert command.name == "press"
    assert [each.opts for each in command.params] == [["page"], ["--times"], ["--ink"], ["--paper"], ["--draft"]]


@pytest.mark.parametrize("arguments", [["cover"], ["cover", "--ink", "red", "--times", "0"]])
def test_typer_refuses_what_a_field_does_not_allow(
    arguments: list[str], app: typer.Typer, given: list[tuple[str, Printing]]
) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
    assert given == []


def test_two_fields_of_one_name_are_found_at_once() -> None:
    def press(ink: Annotated[str, typer.Option()], colours: Colours) -> None:
        raise AssertionError(ink, colours)

    with pytest.raises(ValueError, match="duplicate parameter name: 'ink'"):
        with_options(press)
