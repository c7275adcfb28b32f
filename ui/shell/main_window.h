// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The window: owns the frame and what concerns the window as a whole, its place on the screen, its
// closing, its language. Wires nothing it does not own. GUI thread only.
#pragma once

#include "ui/page/page.h"
#include "ui/shell/closing.h"
#include "ui/shell/page_registry.h"

#include <QStringList>
#include <QWidget>

#include <vector>

namespace app::intake {
enum class Kind;
}

namespace ui::shell {

class Frame;

class MainWindow : public QWidget
{
    Q_OBJECT

public:
    // Studio, dialogs and pages outlive it.
    MainWindow(app::Studio& studio,
               Dialogs& dialogs,
               const std::vector<PageEntry>& pages = pageRegistry());
    ~MainWindow() override;

    // As if dropped: adds them and shows the page of the first that was added.
    void open(const QStringList& paths);
    Navigator& navigator() { return m_navigator; }
    Frame& frame() const { return *m_frame; }
    // A second start of the program was asked for this one.
    void comeToFront();

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void makeFrame(const Destination& destination);
    void go(const Destination& destination);
    void showOpened(app::intake::Kind kind, const QString& item);

    app::Studio& m_studio;
    const std::vector<PageEntry>& m_pages;
    Navigator m_navigator;
    PageContext m_context;
    Closing m_closing;
    Frame* m_frame = nullptr;
    bool m_isRemaking = false;
};

} // namespace ui::shell
