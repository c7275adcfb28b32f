// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One column of the playground: who answers (the base, or an adapter and its scale), and below what
// it answered.
#pragma once

#include "ui/pages/playground/talk.h"

#include <QFrame>

class QToolButton;

namespace ui {
class Dialogs;
}

namespace ui::widgets {
class ElidedLabel;
class MessageBar;
class PlainLabel;
class Slider;
} // namespace ui::widgets

namespace ui::pages::playground {

class TranscriptView;

class Pane : public QFrame
{
    Q_OBJECT

public:
    Pane(Talk& talk, app::library::Library& library, Dialogs& dialogs, int index);

    TranscriptView& transcript() const { return *m_transcript; }
    // The name and facts of the base, as the page has learnt them.
    void setBaseFacts(const QString& facts);
    void pick();

private:
    QWidget* makeHeader();
    QWidget* makeFailure();
    void showSetup();
    void showAnswer();
    // That the adapter was trained on the base in another form; room for that line where another
    // pane has one.
    void showPrecision();
    void showError(const Answer* answer);
    void chooseFolder();

    Talk& m_talk;
    app::library::Library& m_library;
    Dialogs& m_dialogs;
    int m_index;
    QString m_baseFacts;
    QToolButton* m_picker;
    widgets::ElidedLabel* m_facts;
    widgets::ElidedLabel* m_precision;
    QWidget* m_scaleRow;
    widgets::PlainLabel* m_noScale;
    widgets::Slider* m_scale;
    widgets::PlainLabel* m_scaleValue;
    QWidget* m_failure;
    widgets::MessageBar* m_error;
    TranscriptView* m_transcript;
};

} // namespace ui::pages::playground
