// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The weights that adapters are merged into, one parameter at a time: the model's own, or those
// that a packed base stands for.
#pragma once

#include "engine/exporters/exporter.h"

#include <string>

namespace engine::exporters {

// Whether the adapters can be merged into original weights: not where the model is stored packed,
// and not where one of them corrects what packing took away, which these would get twice.
bool hasOriginalMerge(const ExportRequest& request);

class BaseWeights
{
public:
    // The request must outlive this. Throws Failure(unsupported, bad_argument) where the base that
    // is asked for does not exist: an original where hasOriginalMerge() is false, a packed form of
    // which nothing is known.
    explicit BaseWeights(const ExportRequest& request);

    MergeBase base() const { return m_base; }
    // The form in which the model has to be held so that its numbers are these.
    models::BaseFormat form() const;
    // How the numbers of the parameter are stored, or were before they were packed.
    at::ScalarType dtype(const std::string& parameter) const;
    // In its stored shape: mapped where it is dense, else a new tensor.
    at::Tensor tensor(const std::string& parameter) const;

private:
    const ExportRequest& m_request;
    MergeBase m_base;
};

} // namespace engine::exporters
