"""Offers `webcare playbook new`: walks through making a playbook, or makes it from options alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webcare import playbooks, settings
from webcare.commands import playbook_questions as ask
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.wording import names, parse
from webcare.errors import NotFound, Refused
from webcare.playbooks.starting import Both, NewFact, NewReply, Start, write


@click.command()
@click.argument("slug", required=False)
@click.option("--from", "parent", help="Playbook that it extends; base if not given.")
@click.option("--copy", "copied", help="Playbook whose files it begins with, instead of extending one.")
@click.option("--title-en", help="Title in English.")
@click.option("--title-nl", help="Title in Dutch.")
@click.option("--trigger-en", help="Sign that calls for it, in English.")
@click.option("--trigger-nl", help="The same sign in Dutch.")
@click.option("--tone", type=click.Choice(ask.TONES), help="How replies sound.")
@click.option("--policy", type=click.Choice(ask.POLICIES), help="Which messages are answered.")
@click.option("--language", "languages", multiple=True, help="Language that you answer in; nl and en.")
@click.option("--fact", "facts", nargs=4, multiple=True, help="KEY KIND and what it says, en and nl.")
@click.option(
    "--unknown", "unknowns", nargs=3, multiple=True, help="KEY of such a fact; 'unknown', en and nl."
)
@click.option("--reply", "replies", nargs=5, multiple=True, help="KEY, purpose en and nl, words en and nl.")
@click.option("--into", type=click.Path(path_type=Path), help="Folder, if not the one you use.")
def new(slug: str | None, into: Path | None, **given: Any) -> None:
    """Make the folder of a new playbook; an existing folder is never touched.

    Asks for what the options leave out. With SLUG, both titles and both triggers it asks nothing.
    """
    root = into or playbooks.folder(settings.get())
    if slug is not None:
        ask.slug(slug)
        _refuse_taken(slug, root)
    needed = ("title_en", "title_nl", *(() if given["copied"] else ("trigger_en", "trigger_nl")))
    is_asking = slug is None or any(given[name] is None for name in needed)
    start = _asked(slug, root, given) if is_asking else _told(str(slug), root, given)
    try:
        path = write(start, root)
    except FileExistsError as error:
        raise click.ClickException(f"{root / start.slug} exists already; choose another slug.") from error
    found = playbooks.problems(path)
    for problem in found:
        click.echo(str(problem))
    if found:
        raise click.ClickException(f"{path} was made, but isn't in order yet; mend the lines above.")
    click.echo(
        f"Made {path}. Next: fill in facts and replies, rehearse it, and after each edit run:"
        f" webcare playbook check {path}"
    )


def _told(slug: str, root: Path, given: dict[str, Any]) -> Start:
    """Return the start that the options say; raise UsageError for what can't be."""
    source, ground = _ground(root, given)
    unknowns = {key: Both(en, nl) for key, en, nl in given["unknowns"]}
    taken = {each.key for each in ground.facts}
    facts: list[NewFact] = []
    for key, kind, en, nl in given["facts"]:
        ask.new_fact_key(key, {*taken, *(each.key for each in facts)})
        if kind not in ask.KINDS:
            raise click.UsageError(f"'{kind}' is no kind of fact; use one of: {', '.join(ask.KINDS)}.")
        facts.append(NewFact(key, kind, Both(en, nl), unknowns.pop(key, None)))
    if unknowns:
        raise click.UsageError(f"--unknown names '{next(iter(unknowns))}', but no --fact does; add it.")
    usable = ask.usable_names(ground, facts)
    said: list[NewReply] = []
    for key, purpose_en, purpose_nl, en, nl in given["replies"]:
        ask.new_reply_key(key, {each.key for each in ground.replies} | {each.key for each in said})
        texts = Both(ask.said(en, usable), ask.same(nl, en, usable))
        said.append(NewReply(key, Both(purpose_en, purpose_nl), texts))
    if _needs_reply(given["policy"], ground) and not said:
        raise click.UsageError("allowlist-only lets nobody answer without a reply; give one with --reply.")
    return _start(slug, source, given, (ground, tuple(facts), tuple(said)))


def _asked(slug: str | None, root: Path, given: dict[str, Any]) -> Start:
    """Return the start that a person tells, question by question; options given are not asked again."""
    while slug is None:
        slug = str(click.prompt("Slug, the name of its folder, such as power-cut", value_proc=ask.slug))
        if (root / slug).exists():
            click.echo(f"{root / slug} exists already; choose another slug.")
            slug = None
    if not given["parent"] and not given["copied"] and len(_known(root)) > 1:
        name = click.prompt(
            "Which playbook does it build on?", type=click.Choice(_known(root)), default="base"
        )
        is_copy = click.confirm("Copy all its files, instead of writing only what differs?", default=False)
        given["copied" if is_copy else "parent"] = name
    source, ground = _ground(root, given)
    given["title_en"] = given["title_en"] or ask.words("Title in English")
    given["title_nl"] = given["title_nl"] or ask.words("Title in Dutch")
    if not given["copied"]:
        given["trigger_en"] = given["trigger_en"] or ask.words("Sign that calls for it, in English")
        given["trigger_nl"] = given["trigger_nl"] or ask.words("The same sign in Dutch")
    if not given["tone"]:
        given["tone"] = click.prompt("Tone", type=click.Choice(ask.TONES), default=ground.tone)
    if not given["policy"]:
        choice = click.Choice(ask.POLICIES)
        given["policy"] = click.prompt(
            "Which messages are answered", type=choice, default=ground.reply_policy
        )
    if not given["languages"]:
        usual = ", ".join(ground.languages)
        given["languages"] = click.prompt("Languages", default=usual, value_proc=ask.languages)
    facts = ask.facts(ground)
    is_needed = _needs_reply(given["policy"], ground)
    return _start(slug, source, given, (ground, facts, ask.replies(ground, facts, is_needed=is_needed)))


def _start(
    slug: str,
    source: Path,
    given: dict[str, Any],
    parts: tuple[Playbook, tuple[NewFact, ...], tuple[NewReply, ...]],
) -> Start:
    ground, facts, replies = parts
    head = [
        (name, value)
        for name, value, usual in (
            ("tone", given["tone"], ground.tone),
            ("reply_policy", given["policy"], ground.reply_policy),
        )
        if value and value != usual
    ]
    if replies and (given["policy"] or ground.reply_policy) == "allowlist-only":
        allowed = (*ground.allowed_replies, *(each.key for each in replies))
        head.append(("allowed_replies", f"[{', '.join(allowed)}]"))
    return Start(
        slug=slug,
        title=Both(given["title_en"], given["title_nl"]),
        parent=given["parent"] or "base",
        copied=source if given["copied"] else None,
        trigger=Both(given["trigger_en"], given["trigger_nl"]) if not given["copied"] else None,
        languages=tuple(given["languages"]) or (() if given["copied"] else ("nl", "en")),
        head=tuple(head),
        known=tuple((each.key, each.if_unknown is not None) for each in ground.facts),
        within=tuple((each.key, tuple(names(parse(each.texts.en)))) for each in ground.snippets),
        facts=facts,
        replies=replies,
    )


def _ground(root: Path, given: dict[str, Any]) -> tuple[Path, Playbook]:
    """Return the folder and playbook that the new one builds on; raise ClickException when there is none."""
    if given["parent"] and given["copied"]:
        raise click.UsageError("Give --from or --copy, not both.")
    name = given["copied"] or given["parent"] or "base"
    if name not in _known(root):
        raise click.ClickException(f"There is no playbook '{name}'; use one of: {', '.join(_known(root))}.")
    place = root if name in playbooks.slugs(root) else playbooks.shipped()
    try:
        return place / name, playbooks.load(name, place)
    except (NotFound, Refused) as error:
        lines = [str(error), *getattr(error, "reasons", ())]
        raise click.ClickException("\n".join(lines)) from error


def _known(root: Path) -> list[str]:
    return sorted({*playbooks.slugs(root), *playbooks.slugs(playbooks.shipped())})


def _needs_reply(policy: str | None, ground: Playbook) -> bool:
    return policy == "allowlist-only" and not ground.allowed_replies


def _refuse_taken(slug: str, root: Path) -> None:
    if (root / slug).exists():
        raise click.ClickException(f"{root / slug} exists already; choose another slug.")
