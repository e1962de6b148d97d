"""What a person sees: a state as a picture of text. Pure."""

from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tests.testbed.demo.state import State, place

Object = dict[str, Any]
COLORS = ("cyan", "magenta", "yellow", "green", "blue", "red")
EVENTS_SHOWN = 9
_STATES = {"Ready": "green", "reclaimed": "bold yellow", "gone": "red"}


def color_of(attempt: str) -> str:
    """Each attempt has its own, as far as there are colours: two runners share none in their first three."""
    lane, number = place(attempt)
    return COLORS[(lane + 2 * (number - 1)) % len(COLORS)]


def picture(state: State, title: str) -> RenderableType:
    """The whole screen."""
    top = Table.grid(expand=True, padding=(0, 1))
    top.add_column(ratio=9)
    top.add_column(ratio=11)
    top.add_row(Panel(_nodes(state), title="nodes"), Panel(_attempts(state), title="attempts"))
    return Group(
        Text(title, style="bold"), top, Panel(_progress(state), title="segments"), Panel(_events(state), title="events")
    )


def _nodes(state: State) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(4):
        table.add_column(no_wrap=True)
    active = {attempt.get("node") for attempt in state.active}
    for name, condition in state.nodes.items():
        here = "◀" if name in active and condition != "gone" else ""
        table.add_row(name, Text(state.places[name], style="dim"), Text(condition, style=_STATES[condition]), here)
    return table


def _attempts(state: State) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(5):
        table.add_column(no_wrap=True)
    for attempt in state.attempts:
        verdict = attempt.get("reason") or ("running" if attempt.get("startTime") else "waiting")
        lost = f", −{attempt['lostFrames']} frames" if attempt.get("verdict") and attempt.get("lostFrames") else ""
        short = attempt["name"].split("-", 2)[2]
        table.add_row(
            Text(short, style=color_of(attempt["name"])),
            attempt.get("tier", ""),
            attempt.get("node") or "",
            f"{attempt.get('segments') or 0} done",
            Text(verdict + lost, style="bold" if not attempt.get("verdict") else ""),
        )
    return table


def _progress(state: State) -> Group:
    progress, status = state.status.get("progress", {}), state.status
    total = progress.get("totalSegments") or 0
    bar = Text()
    for index in range(total):
        done = state.segments.get(index)
        bar.append("████ " if done else "░░░░ ", style=color_of(done) if done else "dim")
    facts = [
        f"{status.get('phase', 'Pending')} · {status.get('reason', '')}",
        f"{progress.get('percent', 0)}%",
        f"{progress.get('frames', 0)}/{progress.get('totalFrames', '?')} frames",
        f"{progress['fps']:.0f} fps" if progress.get("fps") else "",
        f"{progress['remaining']} left" if progress.get("remaining") else "",
        cost_line(status),
    ]
    return Group(bar, Text("   ".join(fact for fact in facts if fact)))


def cost_line(status: Object) -> str:
    """`cost 0.0023 USD (on demand: about 0.0041)`."""
    cost = status.get("cost")
    if not cost:
        return ""
    return f"cost {cost['total']} {cost['currency']} (on demand: about {cost['onDemandEstimate']})"


def _events(state: State) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=14)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for event in state.events[-EVENTS_SHOWN:]:
        style = "yellow" if event["type"] == "Warning" else ""
        table.add_row(Text(event["reason"], style=style), event["message"].split("\n")[0])
    return table


def plain_lines(before: State, after: State) -> list[str]:
    """For pipes and CI: what has changed, a line each."""
    known = {e["metadata"]["uid"] for e in before.events}
    lines = [f"  {e['reason']}: {e['message']}" for e in after.events if e["metadata"]["uid"] not in known]
    if after.percent // 10 > before.percent // 10:
        lines.append(f"  {after.percent}%, {len(after.segments)} segments committed")
    return lines
