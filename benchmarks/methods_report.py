# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What `./studio bench methods` measured, as a table, a page and a chart."""
import html
import math

import machine

COLUMNS = ("method", "parameters", "share", "file", "peak memory", "tokens/s", "held-out loss",
           "latency", "merged")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 480, 64, 24, 28, 52


def count(value):
    return "–" if value is None else f"{value:,}"


def size(value):
    if value is None:
        return "–"
    for unit, factor in (("MB", 1e6), ("KB", 1e3)):
        if value >= factor:
            return f"{value / factor:,.1f} {unit}"
    return f"{value} B"


def percent(part, whole):
    if not part or not whole:
        return "–"
    share = 100 * part / whole
    return f"{share:.3g} %"


def times(row, key):
    """"1.02" and the range over the rounds."""
    value = row.get(key)
    if value is None:
        return "–"
    low, high = row.get(f"{key}_range") or (value, value)
    spread = (high - low) / 2
    return f"{value:.2f}" + (f" ± {spread:.2f}" if spread >= 0.005 else "")


def cells(row):
    if row.get("problem"):
        return [row["name"], count(row.get("parameters")), percent(
            row.get("parameters"), row.get("total")), "–", "–", "–", row["problem"], "–", "–"]
    rate = row.get("tokens_per_second")
    return [row["name"], count(row.get("parameters")), percent(row.get("parameters"), row.get("total")),
            size(row.get("file_bytes")), size(row.get("memory_bytes")),
            "–" if rate is None else f"{rate:,.0f}",
            "–" if row.get("loss") is None else f"{row['loss']:.3f}",
            times(row, "unmerged_latency"), times(row, "merged_latency")]


def base_cells(report):
    return ["(base model)", "0", "–", "–", "–", "–", f"{report['base_loss']:.3f}", "1.00", "–"]


def table(report):
    """For the terminal."""
    rows = [list(COLUMNS), base_cells(report), *map(cells, report["rows"])]
    widths = [max(len(row[i]) for row in rows if i != 6 or len(row[i]) < 20) for i in range(len(COLUMNS))]
    return "\n".join("  ".join(
        cell.ljust(width) if i == 0 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def markdown(report):
    """The page."""
    lines = [
        "# Every method on one task", "",
        "`" + report["command"] + "` writes this page and its chart; run it on a quiet machine.", "",
        f"The task: {report['model']} with {report['data']}, a tenth of its rows held out;"
        f" {report['steps']} steps of {report['batch']} samples of at most {report['length']} tokens,"
        " the same seed and order for all, float32,"
        f" {report['threads']} threads. Where the model is a Llama without biases, biases of zero"
        " stand at q, k and v (as Qwen2 has them), so that BitFit has something to train; they change"
        " nothing else.",
        "", "* **parameters**, **share**: what is trained, of the base",
        "* **file**: the saved adapter's folder",
        "* **peak memory**: of the training process",
        "* **tokens/s**: median over all timed steps of the quiet rounds",
        "* **held-out loss**: nats per token on rows that were not trained on;"
        f" the base has {report['base_loss']:.3f}",
        "* **latency**: time of a written token in those of the base model"
        + (f" ({report['base_rate']:,.0f} tokens/s)" if report.get("base_rate") else "")
        + ", with the adapter beside it; **merged**: with it in the weights. Fresh processes, taking"
        f" turns over all of them in ABBA order, {report['rounds']} rounds; ± half the range of the"
        " rounds",
        "", "| " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in [base_cells(report), *map(cells, report["rows"])]]
    lines += ["", "![Held-out loss against trained parameters](methods.svg)", ""]
    if report["missing"]:
        lines += ["Not measured: " + "; ".join(
            f"{name} ({why})" for name, why in report["missing"].items()) + ".", ""]
    lines += ["Every method is decoded by the same kernels. What is written with an adapter beside the model costs"
              " its products, on a model this small also their calls, and the keys of virtual tokens.", "",
              "Rates are each method's default or a multiple that suits so small a model; none was"
              " searched for. What stands above another here may stand below it on a larger model.", "",
              ", ".join(f"{key} {value}" for key, value in machine.describe().items()), ""]
    return "\n".join(lines)


def spread_apart(wanted, distance):
    """Rising positions at least `distance` apart, each as near to its own as can be."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = list(wanted)
    for before, index in zip(order, order[1:]):
        placed[index] = max(placed[index], placed[before] + distance)
    return placed


def chart(report):
    """Loss on held-out rows against trained parameters, as an SVG document."""
    points = [(row["name"], row["parameters"], row["loss"], row.get("merged_latency") is not None)
              for row in report["rows"] if row.get("loss") is not None and row.get("parameters")]
    losses = [loss for _, _, loss, _ in points] + [report["base_loss"]]
    sizes = [math.log10(number) for _, number, _, _ in points] or [3.0]
    low, high = math.floor(min(sizes)), math.ceil(max(sizes) + 1e-9)
    high = max(high, low + 1)
    room = 0.06 * (max(losses) - min(losses) or 1)
    bottom, top = min(losses) - room, max(losses) + room

    def x(number):
        return LEFT + (math.log10(number) - low) / (high - low) * (WIDTH - LEFT - RIGHT - 150)

    def y(loss):
        return TOP + (top - loss) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    right = x(10**high)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="12">',
        f'<title>Held-out loss against trained parameters, {html.escape(report["model"])}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFFFFF"/>']
    for decade in range(low, high + 1):
        parts.append(f'<line x1="{x(10**decade):.1f}" y1="{TOP}" x2="{x(10**decade):.1f}" '
                     f'y2="{HEIGHT - BOTTOM}" stroke="#E9ECF0"/>')
        parts.append(f'<text x="{x(10**decade):.1f}" y="{HEIGHT - BOTTOM + 18}" fill="#5B6473" '
                     f'text-anchor="middle">{10**decade:,}</text>')
    step = nice_step(top - bottom)
    tick = math.ceil(bottom / step) * step
    while tick <= top:
        parts.append(f'<line x1="{LEFT}" y1="{y(tick):.1f}" x2="{right:.1f}" y2="{y(tick):.1f}" '
                     'stroke="#E9ECF0"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" fill="#5B6473" '
                     f'text-anchor="end">{tick:.2f}</text>')
        tick += step
    parts.append(f'<line x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{right:.1f}" y2="{HEIGHT - BOTTOM}" '
                 'stroke="#9AA3B0"/>')
    parts.append(f'<text x="{(LEFT + right) / 2:.1f}" y="{HEIGHT - 10}" fill="#4A5361" '
                 'text-anchor="middle">Trained parameters</text>')
    parts.append(f'<text x="16" y="{(TOP + HEIGHT - BOTTOM) / 2:.1f}" fill="#4A5361" '
                 f'text-anchor="middle" transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2:.1f})">'
                 'Held-out loss (nats per token)</text>')
    base = y(report["base_loss"])
    parts.append(f'<line x1="{LEFT}" y1="{base:.1f}" x2="{right:.1f}" y2="{base:.1f}" '
                 'stroke="#8A5500" stroke-dasharray="6 4"/>')
    parts.append(f'<text x="{right - 4:.1f}" y="{base - 6:.1f}" fill="#8A5500" '
                 'text-anchor="end">base model</text>')
    labels = spread_apart([y(loss) + 4 for _, _, loss, _ in points], 15)
    for (name, number, loss, is_merged), label in zip(points, labels):
        fill = "#1B66B0" if is_merged else "#FFFFFF"
        parts.append(f'<line x1="{x(number):.1f}" y1="{y(loss):.1f}" x2="{right + 8:.1f}" '
                     f'y2="{label - 4:.1f}" stroke="#C3CAD4" stroke-width="0.7"/>')
        parts.append(f'<circle cx="{x(number):.1f}" cy="{y(loss):.1f}" r="4.5" fill="{fill}" '
                     'stroke="#1B66B0" stroke-width="2"/>')
        parts.append(f'<text x="{right + 12:.1f}" y="{label:.1f}" fill="#191D24">'
                     f'{html.escape(name)}</text>')
    parts.append(f'<text x="{LEFT}" y="16" fill="#5B6473">filled: can be merged into the weights</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def nice_step(span):
    """About six steps of 1, 2 or 5 times a power of ten."""
    rough = span / 6
    power = 10**math.floor(math.log10(rough))
    return min((factor * power for factor in (1, 2, 5, 10)), key=lambda step: abs(step - rough))


def write(report, folder):
    (folder / "methods.md").write_text(markdown(report))
    (folder / "methods.svg").write_text(chart(report))
