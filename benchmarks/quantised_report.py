# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What `./studio bench quantised` measured, for the terminal and as docs/quantised.md."""
import machine


def share(part, whole):
    return "–" if not part or not whole else f"{part / whole:.0%}"


def megabytes(value):
    return "–" if value is None else f"{value / 1e6:,.0f} MB"


def unpacking_rows(report):
    """(header, rows)."""
    header = ("packed", "numbers", "bytes a number", "GB/s to memory", "of a copy", "quartiles",
              "10⁹ numbers/s to cache", "GB/s read", "of a read")
    return header, [
        (row["form"], row["type"], f"{row['bytes_a_number']:.4f}", f"{row['memory_gb']:.1f}",
         f"{row['share']:.0%}", "–".join(f"{end:.0%}" for end in row["share_range"]),
         *((f"{row['cache_numbers'] / 1e9:.2f}", f"{row['cache_read_gb']:.1f}",
            share(row["cache_read_gb"], row["read_gb"])) if "read_gb" in row else ("–",) * 3))
        for row in report["unpacking"]]


def race_rows(report):
    header = ("base", "tokens/s", "speed", "over the rounds", "peak memory", "frozen weights",
              "of bfloat16's")
    rows = []
    for result in report["race"]["contenders"]:
        facts = result.get("facts") or {}
        rate, spread = result.get("rate"), result.get("ratio_range")
        # A ratio is the first contender's rate over this one's.
        speed = None if not result.get("ratio") else 1 / result["ratio"]
        rows.append((
            result["name"], result.get("problem") or "–" if rate is None else f"{rate:,.0f}",
            "–" if speed is None else f"{speed:.2f}",
            "–" if not spread else f"{1 / spread[1]:.2f}–{1 / spread[0]:.2f}",
            megabytes(facts.get("memory_bytes")), megabytes(result.get("weight_bytes")),
            "–" if result.get("weight_share") is None else f"{result['weight_share']:.0%}"))
    return header, rows


def rank_rows(report):
    header = ("rank", "QDyLoRA, one run", "QLoRA, a run per rank", "QLoRA of rank "
              f"{report['top_rank']}, truncated")
    return header, [(str(row["rank"]), *(f"{row[key]:.4f}" for key in
                                         ("dylora", "alone", "truncated")))
                    for row in report["text"]["ranks"]]


SECTIONS = (("unpacking", "Unpacking", unpacking_rows), ("race", "Training", race_rows),
            ("text", "Ranks", rank_rows))


def plain(header, rows):
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in (header, *rows))


def markdown_table(header, rows):
    return ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1),
            *("| " + " | ".join(row) + " |" for row in rows), ""]


def text(report):
    """For the terminal."""
    return "\n\n".join(f"{title}\n{plain(*rows(report))}"
                       for key, title, rows in SECTIONS if key in report)


def about(key, report):
    """What was measured, and how."""
    if key == "unpacking":
        return ["A weight of 8192 × 4096. **To memory**: the whole of it into memory, packed bytes read"
                " and numbers written, in turns with a copy that moves as many; its share of the copy's speed"
                " turn by turn, median and quartiles. **To cache**:"
                " sixteen rows at a time into the same place, as training unpacks; the packed bytes are"
                " read from memory, beside a plain read. **Panels**: what products read, as training makes"
                " them of a block. Medians of 31 turns, in one process.", ""]
    if key == "race":
        weights = megabytes(report["race"]["weight_bytes"])
        return [f"LoRA of rank 8 over all linear layers of a random Llama of {report['shape']}"
                f" parameters, {report['tokens']} tokens a step, computed in bfloat16,"
                f" {report['steps']} steps; fresh processes in turns, {report['rounds']} rounds, medians"
                " over the timed steps of quiet rounds. **Frozen weights**: those of bfloat16 by its"
                f" shape ({weights}: once per direction, and the embedding), of the others this less"
                " what the process peaks lower. Embedding and output head are packed where it says so,"
                " else they stay in bfloat16.", ""]
    base, packed = report["text"]["base"], report["text"]["base_nf4"]
    return [f"{report['model']} in nf4 with {report['data']}, a tenth of its rows held out;"
            f" {report['text_steps']} steps of {report['batch']} samples of at most"
            f" {report['length']} tokens, alpha twice the rank, rate 2e-3. Held-out loss in nats a"
            f" token; without an adapter {packed:.4f} in nf4, {base:.4f} unquantised. Truncated: the"
            " singular value decomposition of every update cut to the rank, with nothing trained"
            " again. One seed each: differences in the third digit say little.", ""]


def markdown(report):
    lines = ["# Quantised bases, as measured", "",
             "`" + report["command"] + "` writes this page; run it on a quiet machine."
             f" {report['threads']} threads.", ""]
    for key, title, rows in SECTIONS:
        if key in report:
            lines += [f"## {title}", "", *about(key, report), *markdown_table(*rows(report))]
    lines += [", ".join(f"{key} {value}" for key, value in machine.describe().items()), ""]
    return "\n".join(lines)


def write(report, folder):
    (folder / "quantised.md").write_text(markdown(report))
