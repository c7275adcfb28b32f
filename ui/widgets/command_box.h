// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of mono text on an inset ground, to be selected or copied: commands, hashes, templates.
#pragma once

#include <QFrame>

class QPlainTextEdit;

namespace ui::widgets {

class CommandBox : public QFrame
{
    Q_OBJECT

public:
    explicit CommandBox(const QString& text = {}, QWidget* parent = nullptr);

    void setText(const QString& text);
    QString text() const;
    // Lines shown before it scrolls; by default as many as there are, up to 12.
    void setMaximumLines(int lines);
    // Long lines go on below, for texts that are read rather than run.
    void setWrapping(bool wraps);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    int widestLine() const;

    QPlainTextEdit* m_edit;
    int m_maximumLines = 12;
};

} // namespace ui::widgets
