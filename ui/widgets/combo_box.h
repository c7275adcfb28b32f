// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The combo box: our arrow, plain texts, quiet words at the right, the wheel only when it has
// focus.
#pragma once

#include <QComboBox>

namespace ui::widgets {

class ComboBox : public QComboBox
{
    Q_OBJECT

public:
    explicit ComboBox(QWidget* parent = nullptr);

    // Grey words before the arrow, about the current choice ("494 M").
    void setTrailingText(const QString& text);
    QString trailingText() const { return m_trailing; }
    // Selects the item with this user data; false if there is none.
    bool setCurrentData(const QVariant& data);

    void showPopup() override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_trailing;
};

} // namespace ui::widgets
