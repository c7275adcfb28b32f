// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The packed stream with virtual tokens in it: a prefix before every sequence, an infix where its
// prompt ends. Sources: Li and Liang 2021; Hu et al. 2021, section 5.1.
#pragma once

#include "engine/nn/adapter.h"
#include "engine/nn/pass.h"

namespace engine::nn {

struct WidenedStream
{
    at::Tensor x; // [tokens + sequences · count, hidden]
    Pass pass;    // its sequences and positions count the virtual tokens, whose rows it has
    // int64 [tokens]: the row that predicts what follows a token. Of the last token of a prompt
    // that is the last infix token's.
    at::Tensor tokenRows;
};

//   x     [tokens, hidden], embeddings of whole sequences
//   pass  theirs
WidenedStream widened(const at::Tensor& x, const Pass& pass, const VirtualTokens& tokens);

// x [tokens + sequences · count, …] with `rows` [count, …] as every sequence's virtual ones.
at::Tensor withVirtualRows(const at::Tensor& x, const Pass& pass, const at::Tensor& rows);

} // namespace engine::nn
