// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The merges of byte pair encoding: checked, and found again where a vocabulary keeps only scores.

use ahash::AHashMap;

/// Whether the two tokens and what they become are in the vocabulary.
pub fn checked_merges(
    left: &str,
    right: &str,
    vocabulary: &AHashMap<String, u32>,
) -> Result<(), String> {
    let both = format!("{left}{right}");
    for token in [left, right, &both] {
        if !vocabulary.contains_key(token) {
            return Err(format!("the vocabulary has no token {token:?}"));
        }
    }
    Ok(())
}

/// Every way to put a piece together from two others, best scores first. `pieces` are those that may come out of a
/// merge, in the order of their ids.
///
/// The order among equals is that of transformers' generate_merges (with scores), which tokenizer.json files of
/// converted checkpoints carry: longer beginnings first.
pub fn merges_by_score(
    pieces: &[(&str, f32)],
    vocabulary: &AHashMap<String, u32>,
) -> Vec<(String, String)> {
    struct Merge<'a> {
        left: &'a str,
        right: &'a str,
        score: f32,
        lengths: (usize, usize),
    }
    let mut merges = Vec::new();
    for &(piece, score) in pieces {
        let letters = piece.chars().count();
        let mut ways: Vec<_> = piece
            .char_indices()
            .enumerate()
            .skip(1)
            .filter_map(|(count, (at, _))| {
                let (left, right) = piece.split_at(at);
                let ids = (vocabulary.get(left)?, vocabulary.get(right)?);
                let merge = Merge {
                    left,
                    right,
                    score,
                    lengths: (count, letters - count),
                };
                Some((ids, merge))
            })
            .collect();
        ways.sort_by_key(|(ids, _)| *ids);
        merges.extend(ways.into_iter().map(|(_, merge)| merge));
    }
    merges.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.lengths.cmp(&a.lengths))
    });
    merges
        .into_iter()
        .map(|merge| (merge.left.to_string(), merge.right.to_string()))
        .collect()
}
