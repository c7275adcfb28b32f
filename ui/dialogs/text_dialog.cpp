// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/text_dialog.h"

#include "ui/theme/theme.h"
#include "ui/theme/tone.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace ui {

using widgets::Button;
using widgets::PlainLabel;

TextDialog::TextDialog(const TextQuestion& question, QWidget* parent)
    : QDialog(parent), m_refuse(question.refuse), m_field(new QLineEdit(question.value, this)),
      m_reason(new PlainLabel({}, Type::Caption, Tone::Error, this)),
      m_accept(new Button(question.accept, Button::Kind::Primary, Button::Extent::Regular, this))
{
    setWindowTitle(question.title);
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    const int margin = theme().px(24);
    layout->setContentsMargins(margin, theme().px(20), margin, theme().px(20));
    layout->setSpacing(theme().px(4));
    auto* title = new PlainLabel(question.title, Type::Heading, Tone::Normal, this);
    title->setWrapping(true);
    layout->addWidget(title);
    layout->addSpacing(theme().px(8));
    auto* label = new PlainLabel(question.label, Type::Label, Tone::Normal, this);
    label->setBuddy(m_field);
    m_field->setAccessibleName(question.label);
    layout->addWidget(label);
    layout->addWidget(m_field);
    m_reason->setWrapping(true);
    // Room for the reason from the start, so that nothing jumps while typing.
    m_reason->setMinimumHeight(m_reason->fontMetrics().height());
    layout->addWidget(m_reason);
    layout->addSpacing(theme().px(8));

    auto* cancel = new Button(tr("Cancel"), Button::Kind::Normal, Button::Extent::Regular, this);
    cancel->setAutoDefault(false);
    m_accept->setDefault(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme().px(8));
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_accept);
    layout->addLayout(row);
    setMinimumWidth(theme().px(400));

    connect(m_field, &QLineEdit::textChanged, this, &TextDialog::judge);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
    m_field->selectAll();
    m_field->setFocus();
    judge();
}

QString TextDialog::text() const
{
    return m_field->text().trimmed();
}

void TextDialog::judge()
{
    const QString reason = m_refuse ? m_refuse(text()) : QString();
    m_reason->setText(reason);
    m_accept->setEnabled(reason.isEmpty() && !text().isEmpty());
    setStyleProperty(
        m_field, "fieldState", reason.isEmpty() ? QString() : QStringLiteral("refused"));
}

} // namespace ui
