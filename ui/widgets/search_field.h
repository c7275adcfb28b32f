// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A field to filter or find by, with a glass at its left and a cross to clear it. Esc clears.
#pragma once

#include <QLineEdit>

class QTimer;

namespace ui::widgets {

class SearchField : public QLineEdit
{
    Q_OBJECT

public:
    explicit SearchField(const QString& placeholder, bool small = true, QWidget* parent = nullptr);

    // Mono text, for patterns over module names.
    void setMono(bool mono);

Q_SIGNALS:
    // The text, 150 ms after the last key, so that a filter need not run for each.
    void searchChanged(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void applyFont();

    QTimer* m_delay;
    bool m_isSmall;
    bool m_isMono = false;
};

} // namespace ui::widgets
