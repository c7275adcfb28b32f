// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence that asks for attention: stripe, icon, bold cause, consequence, at most two buttons.
// It stays until what it names is solved; whoever shows it takes it away.
#pragma once

#include <QFrame>

#include <functional>

class QLabel;

namespace ui::widgets {

class Button;
class PlainLabel;

class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Severity { Info, Success, Warning, Error };
    Q_ENUM(Severity)

    explicit MessageBar(Severity severity,
                        const QString& cause = {},
                        const QString& consequence = {},
                        QWidget* parent = nullptr);

    Severity severity() const { return m_severity; }
    void setSeverity(Severity severity);
    // The cause is bold, the consequence follows; one of them may be empty.
    void setText(const QString& cause, const QString& consequence = {});
    // Both in reading order, as a screen reader says them.
    QString text() const;
    // The first is a normal button, the second a ghost; more than two is a mistake of the caller.
    Button* addAction(const QString& text, QObject* context, std::function<void()> action);
    // An action that leads elsewhere rather than solves, written as a link.
    Button* addLink(const QString& text, QObject* context, std::function<void()> action);
    void clearActions();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override { return places(width).height; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Places
    {
        QRect icon;
        QRect cause;
        QRect consequence;
        QRect actions;
        int height = 0;
    };

    // Where everything stands at this width. On one line if it fits there.
    Places places(int width) const;
    void arrange();
    void showIcon();
    Button* addButton(Button* button, QObject* context, std::function<void()> action);

    Severity m_severity;
    QLabel* m_icon;
    PlainLabel* m_cause;
    PlainLabel* m_consequence;
    QWidget* m_actions;
    int m_actionCount = 0;
};

} // namespace ui::widgets
