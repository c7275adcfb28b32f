// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Something is being read: a skeleton after 200 ms, real progress where it is known, Cancel.
#pragma once

#include <QWidget>

class QTimer;

namespace ui::widgets {

class Button;
class PlainLabel;
class ProgressBar;
class Skeleton;

class LoadingState : public QWidget
{
    Q_OBJECT

public:
    explicit LoadingState(QWidget* parent = nullptr);

    // Begins: nothing shows for 200 ms, so that quick work does not flicker.
    void start();
    void stop();
    // "181 of 290 tensors" below the bar. total <= 0: not known, no bar.
    void setProgress(qint64 done, qint64 total, const QString& words = {});
    // Offers Cancel; cancelled() tells.
    void setCancellable(bool cancellable);

Q_SIGNALS:
    void cancelled();

private:
    void reveal(bool visible);

    QTimer* m_delay;
    Skeleton* m_skeleton;
    ProgressBar* m_bar;
    PlainLabel* m_words;
    Button* m_cancel;
    bool m_hasProgress = false;
    bool m_isCancellable = false;
    bool m_isRevealed = false;
};

} // namespace ui::widgets
