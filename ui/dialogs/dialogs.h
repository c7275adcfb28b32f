// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The seam for everything that asks the user in a window of its own: file pickers and questions.
// Nothing here waits: the answer comes to `then` later, on the GUI thread. Tests replace it by a
// stand-in that answers at once (tests/support/fake_dialogs.h).
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include <functional>

class QWidget;

namespace ui {

// A question with two or three answers. Texts are plain and whole sentences.
struct Question
{
    enum class Kind {
        Normal,
        Primary, // the one Enter takes; at most one
        Danger,  // loses something; never the default
        Cancel,  // the one Escape takes; exactly one
    };
    struct Answer
    {
        QString id; // "stop"; what `then` receives
        QString text;
        Kind kind = Kind::Normal;
    };

    QString title;       // what is asked: "Delete kestrel-r16?"
    QString text;        // the consequence
    QString detail = {}; // a path or a log, in mono; may be empty
    QList<Answer> answers;
    QString remember = {}; // text of a check box ("Do not ask again"); empty = none
};

struct Answered
{
    QString id; // of the answer; that of the Cancel answer when dismissed
    bool remember = false;
};

// A question for one line of text: a new name, a tag.
struct TextQuestion
{
    QString title;
    QString label;
    QString value = {}; // what stands there first, selected
    QString accept;     // the word on the primary button: "Rename"
    // Why the text cannot be taken, in words; empty = it can. Asked on every change.
    std::function<QString(const QString& text)> refuse = {};
};

class Dialogs
{
public:
    using PathThen = std::function<void(const QString& path)>;
    using PathsThen = std::function<void(const QStringList& paths)>;
    using AnswerThen = std::function<void(const Answered& answer)>;
    using TextThen = std::function<void(const QString& text)>;

    virtual ~Dialogs() = default;

    // The pickers call `then` only with a choice; after Cancel nothing happens. `filter` as of
    // QFileDialog: "Data (*.jsonl *.csv);;All files (*)". All take the folder used last under
    // the same title as their start. A dialog dies with `parent`, and its answer with it.
    virtual void openFolder(QWidget* parent, const QString& title, PathThen then) = 0;
    virtual void
    openFiles(QWidget* parent, const QString& title, const QString& filter, PathsThen then) = 0;
    // `suggested` is a file name or a whole path; an existing file has been confirmed by the user.
    virtual void saveFile(QWidget* parent,
                          const QString& title,
                          const QString& suggested,
                          const QString& filter,
                          PathThen then) = 0;

    virtual void ask(QWidget* parent, const Question& question, AnswerThen then) = 0;
    // `then` only after the primary button.
    virtual void askText(QWidget* parent, const TextQuestion& question, TextThen then) = 0;
};

} // namespace ui
