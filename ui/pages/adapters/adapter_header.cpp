// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_header.h"

#include "app/base/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ui::pages::adapters {

using namespace Qt::StringLiterals;

namespace {

// More than these are told by the tooltip of the last.
constexpr int kShownTags = 4;

} // namespace

AdapterHeader::AdapterHeader(QWidget* parent)
    : QWidget(parent), m_name(new widgets::ElidedLabel({}, Type::Heading)),
      m_kind(new widgets::Chip({})), m_tags(new QHBoxLayout),
      m_shortHash(new widgets::PlainLabel({}, Type::MonoSmall, Tone::Secondary)),
      m_copy(new widgets::CopyButton([this] { return m_hash; })), m_actions(new AdapterActions)
{
    m_copy->setWords(tr("Copy the SHA-256 of the weights"));
    auto* rename = new widgets::IconButton(u"edit"_s, tr("Rename"));
    connect(rename, &QToolButton::clicked, this, [this] {
        Q_EMIT m_actions->requested(AdapterActions::Action::Rename);
    });
    auto* addTag = new widgets::IconButton(u"tag"_s, tr("Edit tags"));
    connect(addTag, &QToolButton::clicked, this, [this] {
        Q_EMIT m_actions->requested(AdapterActions::Action::Tags);
    });
    m_tags->setContentsMargins({});
    m_tags->setSpacing(theme().px(6));
    auto* first = new QHBoxLayout;
    first->setSpacing(theme().px(6));
    m_name->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    first->addWidget(m_name);
    first->addWidget(rename);
    first->addSpacing(theme().px(4));
    first->addWidget(m_kind);
    first->addLayout(m_tags);
    first->addWidget(addTag);
    first->addStretch();
    first->addWidget(m_shortHash);
    first->addWidget(m_copy);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(10));
    layout->addLayout(first);
    layout->addWidget(m_actions);
}

void AdapterHeader::show(const app::library::Adapter& adapter,
                         const MethodKind& kind,
                         const QStringList& tags)
{
    m_name->setText(adapter.name);
    m_kind->setText(kind.label);
    m_kind->setIconName(kind.icon);
    m_kind->setToolTip(kind.consequence);
    m_kind->setVisible(!kind.label.isEmpty());
    m_hash = adapter.sha256;
    m_shortHash->setText(app::shortHash(adapter.sha256));
    while (QLayoutItem* item = m_tags->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QFontMetrics metrics(font());
    for (int i = 0; i < std::min(int(tags.size()), kShownTags); ++i) {
        const bool isRest = i == kShownTags - 1 && tags.size() > kShownTags;
        auto* chip = new widgets::Chip(
            isRest ? tr("%n more", nullptr, int(tags.size()) - i)
                   : metrics.elidedText(tags[i], Qt::ElideMiddle, theme().px(120)));
        chip->setToolTip(tags.mid(i, isRest ? -1 : 1).join(u", "_s).toHtmlEscaped());
        m_tags->addWidget(chip);
    }
}

} // namespace ui::pages::adapters
