"""Offers `webcare playbook`: check, list and show here; new and diff from rooms of their own."""

from __future__ import annotations

from pathlib import Path

import click

from webcare import playbooks, settings
from webcare.commands.playbook_diff import diff
from webcare.commands.playbook_new import new
from webcare.domain.playbook import Playbook
from webcare.errors import NotFound, Refused


def _root() -> Path:
    return playbooks.folder(settings.get())


@click.group()
def playbook() -> None:
    """Check, list, show, make and compare playbooks."""


@playbook.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check playbooks: one line per problem, exit code 1 when there is one.

    PATHS are folders of a playbook, or folders full of them; without any, all that you use.
    """
    found: list[str] = []
    folders = [each for path in (paths or (_root(),)) for each in _folders(path, found)]
    found += [str(problem) for each in folders for problem in playbooks.problems(each)]
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"{len(found)} problem(s) in {len(folders)} playbook(s).", err=True)
        raise SystemExit(1)
    click.echo(f"{len(folders)} playbook(s) are in order: {', '.join(each.name for each in folders)}.")


@playbook.command("list")
def list_() -> None:
    """List the playbooks that can be activated."""
    root = _root()
    for slug in playbooks.slugs(root):
        try:
            found = playbooks.load(slug, root)
        except Refused as refused:
            click.echo(
                f"{slug:<20} can't be used: {len(refused.reasons)} problem(s); run webcare playbook check"
            )
            continue
        title = f"{found.title.en} / {found.title.nl}"
        click.echo(f"{slug:<20} {title:<34} {found.version:<8} {len(found.replies)} replies")
    if not playbooks.slugs(root):
        click.echo(f"There are no playbooks in {root}; make one with: webcare playbook new")


@playbook.command()
@click.argument("slug")
@click.option("--language", default="en", show_default=True, help="Language code of the titles and texts.")
def show(slug: str, language: str) -> None:
    """Show what a playbook says, laid over what it extends."""
    try:
        found = playbooks.load(slug, _root())
    except (NotFound, Refused) as error:
        lines = [str(error), *getattr(error, "reasons", ())]
        raise click.ClickException("\n".join(lines)) from error
    for line in _lines(found, language):
        click.echo(line)


playbook.add_command(new)
playbook.add_command(diff)


def _folders(path: Path, found: list[str]) -> list[Path]:
    """Return the playbook folders at a path; note in `found` when there is none."""
    if (path / playbooks.HEAD).is_file():
        return [path]
    inside = [path / slug for slug in playbooks.slugs(path)]
    if not inside:
        found.append(f"{path}:1: there is no playbook here — give a folder with a {playbooks.HEAD} in it")
    return inside


def _lines(found: Playbook, language: str) -> list[str]:
    """Return the lines that `show` prints."""
    due = ", ".join(f"{level} {minutes} min" for level, minutes in found.due_minutes.model_dump().items())
    return [
        f"{found.title.of(language)} ({found.slug} {found.version}, extends {found.extends or 'nothing'})",
        f"tone {found.tone}, replies {found.reply_policy}, due {due}",
        "\nPHASES",
        *(f"  {each.key:<12} {each.enter.of(language)}" for each in found.phases),
        "\nFIRST HOUR",
        *(f"  T+{each.offset_minutes:<4} {each.title.of(language)}" for each in found.checklist),
        "\nFACTS",
        *(f"  {each.key:<24} {each.kind:<9} {each.ttl_minutes:>6} min  {each.owner}" for each in found.facts),
        "\nREPLIES",
        *(
            f"  {each.key:<24} v{each.version} {'approved' if each.approved else 'sample  '} "
            f"{each.purpose.of(language)}"
            for each in found.replies
        ),
        f"\nfingerprint {found.fingerprint}",
    ]


__all__ = ["playbook"]
