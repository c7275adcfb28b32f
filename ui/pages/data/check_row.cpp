// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/check_row.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using namespace Qt::StringLiterals;

QIcon iconOf(CheckRow::Outcome outcome)
{
    switch (outcome) {
    case CheckRow::Outcome::Good:
        return icon(u"success"_s, IconRole::Ok);
    case CheckRow::Outcome::Note:
        return icon(u"info"_s, IconRole::Accent);
    case CheckRow::Outcome::Warning:
        return icon(u"warning"_s, IconRole::Warning);
    }
    return {};
}

} // namespace

CheckRow::CheckRow(Outcome outcome, const QString& title, const QString& detail, QWidget* parent)
    : QWidget(parent)
{
    const int size = theme().px(16);
    auto* mark = new QLabel;
    mark->setPixmap(iconOf(outcome).pixmap(size, size));
    connect(&theme(), &Theme::changed, mark, [mark, outcome, size] {
        mark->setPixmap(iconOf(outcome).pixmap(size, size));
    });
    auto* heading = new widgets::PlainLabel(title, Type::Small);
    heading->setWrapping(true);
    auto* words = new widgets::PlainLabel(detail, Type::Caption, Tone::Tertiary);
    words->setWrapping(true);
    words->setVisible(!detail.isEmpty());
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(heading);
    texts->addWidget(words);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(10));
    layout->addWidget(mark, 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    setAccessibleName(title + u". "_s + detail);
}

} // namespace ui::pages::data
