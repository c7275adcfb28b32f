// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is trained, by part of the model: name, in how many layers, a bar for its share of all that
// is trained, and the number.
#pragma once

#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

namespace ui::pages::train {

struct TrainedPart
{
    QString name;
    QString detail; // "in 5 layers"
    int64_t parameters = 0;
};

class PartBars : public QWidget
{
    Q_OBJECT

public:
    explicit PartBars(QWidget* parent = nullptr);

    void setParts(std::vector<TrainedPart> parts);
    const std::vector<TrainedPart>& parts() const { return m_parts; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int rowHeight() const;

    std::vector<TrainedPart> m_parts;
};

} // namespace ui::pages::train
