// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/library_source.h"

#include "app/studio/studio.h"
#include "ui/page/navigator.h"

#include <QCoreApplication>

namespace ui::shell {

namespace {

using app::library::SearchHit;
using app::library::SubjectKind;

constexpr int kMostHits = 40;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ui::shell::CommandPalette)
};

// Empty where the library does not know it any more.
Destination destinationOf(app::library::Library& library, const SearchHit& hit)
{
    switch (hit.subject.kind) {
    case SubjectKind::BaseModel:
        if (const auto model = library.baseModels().find(hit.subject.row); model.ok()) {
            return {QStringLiteral("models"), model.value().path};
        }
        break;
    case SubjectKind::Dataset:
        if (const auto data = library.datasets().find(hit.subject.row); data.ok()) {
            return {QStringLiteral("data"), data.value().path};
        }
        break;
    case SubjectKind::Run:
        if (const auto run = library.runs().find(hit.subject.row); run.ok()) {
            return {QStringLiteral("runs"), run.value().folder};
        }
        break;
    case SubjectKind::Adapter:
        return {QStringLiteral("adapters"), hit.id};
    case SubjectKind::Chat:
    case SubjectKind::Prompt:
        return {QStringLiteral("playground")};
    }
    return {};
}

PaletteEntry entryOf(const SearchHit& hit)
{
    PaletteEntry entry;
    entry.text = hit.name;
    entry.detail = hit.detail;
    switch (hit.subject.kind) {
    case SubjectKind::BaseModel:
        entry.kind = Text::tr("Model");
        entry.iconName = QStringLiteral("model");
        break;
    case SubjectKind::Dataset:
        entry.kind = Text::tr("Data");
        entry.iconName = QStringLiteral("data");
        break;
    case SubjectKind::Run:
        entry.kind = Text::tr("Run");
        entry.iconName = QStringLiteral("runs");
        break;
    case SubjectKind::Adapter:
        entry.kind = Text::tr("Adapter");
        entry.iconName = QStringLiteral("adapters");
        break;
    case SubjectKind::Chat:
        entry.kind = Text::tr("Chat");
        entry.iconName = QStringLiteral("chat");
        break;
    case SubjectKind::Prompt:
        entry.kind = Text::tr("Prompt");
        entry.iconName = QStringLiteral("note");
        break;
    }
    return entry;
}

} // namespace

PaletteSource librarySource(app::Studio& studio, Navigator& navigator)
{
    return [&studio, &navigator](const QString& typed) {
        PaletteEntries entries;
        if (typed.trimmed().isEmpty()) {
            return entries;
        }
        const auto hits = studio.library().search(typed, kMostHits);
        if (!hits.ok()) {
            return entries;
        }
        for (const SearchHit& hit : hits.value()) {
            PaletteEntry entry = entryOf(hit);
            entry.run = [&studio, &navigator, hit] {
                navigator.go(destinationOf(studio.library(), hit));
            };
            entries.append(entry);
        }
        return entries;
    };
}

} // namespace ui::shell
