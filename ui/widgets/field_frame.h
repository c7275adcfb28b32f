// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A labelled field: label above, any editor, unit inside it at the right, hint below.
// States: changed (accent stripe, reset arrow), unusual (warning), refused (error), each in words
// too.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace ui::widgets {

class IconButton;
class PlainLabel;

class FieldFrame : public QWidget
{
    Q_OBJECT

public:
    enum class State { Normal, Unusual, Refused };
    Q_ENUM(State)

    // Takes the editor; the label is its buddy and accessible name.
    FieldFrame(const QString& label, QWidget* editor, QWidget* parent = nullptr);

    QWidget* editor() const { return m_editor; }
    // Where Tab stops, in order.
    QList<QWidget*> tabStops() const;
    void setLabel(const QString& label);
    QString label() const;
    // Grey words inside the editor at its right ("tokens"). Line edits and our combo boxes.
    void setUnit(const QString& unit);
    // The quiet line below; hidden while `setState` has words to say. Empty takes no room.
    void setHint(const QString& hint);
    // What the field does, in its tooltip and as accessible description.
    void setHelp(const QString& help);
    // Differs from its default: stripe and reset arrow, whose tooltip is `resetWords`.
    void setChanged(bool changed, const QString& resetWords = {});
    bool isChanged() const { return m_isChanged; }
    // `words` say why, in place of the hint.
    void setState(State state, const QString& words = {});
    State state() const { return m_state; }
    // A small widget at the right end of the label's row.
    void addLabelWidget(QWidget* widget);

Q_SIGNALS:
    void resetRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showWords();
    void showMark();
    void placeInside();
    void applySizes();

    QWidget* m_editor;
    QHBoxLayout* m_labelRow;
    PlainLabel* m_label;
    IconButton* m_reset;
    PlainLabel* m_words;
    PlainLabel* m_unit = nullptr;
    QLabel* m_mark = nullptr;
    QString m_hint;
    QString m_stateWords;
    QString m_help;
    State m_state = State::Normal;
    bool m_isChanged = false;
};

} // namespace ui::widgets
