// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/copy_button.h"

#include <QApplication>
#include <QClipboard>
#include <QTimer>

namespace ui::widgets {
namespace {

constexpr int kShownMs = 1500;

} // namespace

CopyButton::CopyButton(std::function<QString()> text, QWidget* parent)
    : IconButton(QStringLiteral("copy"), tr("Copy"), false, parent), m_text(std::move(text))
{
    auto* back = new QTimer(this);
    back->setSingleShot(true);
    back->setInterval(kShownMs);
    connect(back, &QTimer::timeout, this, [this] {
        setIconName(QStringLiteral("copy"));
        setWords(tr("Copy"));
    });
    connect(this, &QToolButton::clicked, this, [this, back] {
        QApplication::clipboard()->setText(m_text());
        setIconName(QStringLiteral("check"));
        setWords(tr("Copied"));
        back->start();
        Q_EMIT copied();
    });
}

} // namespace ui::widgets
