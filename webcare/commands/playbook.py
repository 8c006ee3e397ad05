"""Offers `webcare playbook`: check, list, show and new."""

from __future__ import annotations

from pathlib import Path

import click

from webcare import playbooks, settings
from webcare.domain.playbook import Playbook
from webcare.errors import NotFound, Refused
from webcare.playbooks.assembling import SLUG
from webcare.playbooks.starting import Start, write


def _root() -> Path:
    return playbooks.folder(settings.get())


@click.group()
def playbook() -> None:
    """Check, list, show and make playbooks."""


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


@playbook.command()
@click.argument("slug")
@click.option("--from", "parent", default="base", show_default=True, help="Playbook that it extends.")
@click.option("--title-en", prompt="Title in English", help="Title in English.")
@click.option("--title-nl", prompt="Title in Dutch", help="Title in Dutch.")
@click.option("--trigger-en", prompt="Sign that calls for it, in English", help="First trigger, in English.")
@click.option("--trigger-nl", prompt="The same sign in Dutch", help="First trigger, in Dutch.")
@click.option(
    "--language", "languages", multiple=True, help="Language that you answer in; nl and en if not given."
)
@click.option(
    "--into", type=click.Path(path_type=Path), help="Folder with playbooks, if not the one you use."
)
def new(slug: str, into: Path | None, languages: tuple[str, ...], **words: str) -> None:
    """Make the folder of a new playbook; an existing folder is never touched."""
    root = into or _root()
    if not SLUG.fullmatch(slug):
        raise click.UsageError(
            f"'{slug}' can't be a slug; use small letters, digits and dashes, as in power-cut."
        )
    known = sorted({*playbooks.slugs(root), *playbooks.slugs(playbooks.shipped())})
    if words["parent"] not in known:
        raise click.ClickException(
            f"There is no playbook '{words['parent']}'; use one of: {', '.join(known)}."
        )
    start = Start(slug, languages or ("nl", "en"), **words)
    try:
        path = write(start, root)
    except FileExistsError as error:
        raise click.ClickException(f"{root / slug} exists already; choose another slug.") from error
    found = playbooks.problems(path)
    for problem in found:
        click.echo(str(problem))
    if found:
        raise click.ClickException(f"{path} was made, but isn't in order yet; mend the lines above.")
    click.echo(
        f"Made {path}. Next: fill in facts.yaml and replies.yaml, then run: webcare playbook check {path}"
    )


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
