// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/folder_box.h"

#include "ui/theme/box.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"

#include <QHBoxLayout>
#include <QLabel>

namespace ui::pages::settings {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWidth = 312;
constexpr int kIcon = 16;

} // namespace

FolderBox::FolderBox(const QString& folder, QWidget* parent)
    : QFrame(parent), m_path(new widgets::ElidedLabel(folder))
{
    setBox(*this, Box::Inset);
    setFixedSize(theme().px(kWidth), theme().height(Size::Control));
    auto* picture = new QLabel;
    const auto tint = [picture] {
        picture->setPixmap(icon(u"folder"_s, IconRole::Strong).pixmap(kIcon, kIcon));
    };
    tint();
    connect(&theme(), &Theme::changed, picture, tint);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme().px(10), 0, theme().px(10), 0);
    row->setSpacing(theme().px(8));
    row->addWidget(picture);
    row->addWidget(m_path, 1);
}

void FolderBox::setFolder(const QString& folder)
{
    m_path->setText(folder);
}

QString FolderBox::folder() const
{
    return m_path->text();
}

} // namespace ui::pages::settings
