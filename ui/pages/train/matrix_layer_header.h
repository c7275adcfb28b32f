// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The matrix's row header: layer numbers, right aligned; a click selects the row.
#pragma once

#include <QHeaderView>

namespace ui::pages::train {

class TargetMatrixModel;

class MatrixLayerHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit MatrixLayerHeader(TargetMatrixModel& model, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    TargetMatrixModel& m_model;
};

} // namespace ui::pages::train
