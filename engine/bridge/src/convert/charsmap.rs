// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The table by which SentencePiece rewrites characters (nmt_nfkc and its like): a double array over bytes, then the
//! texts it points to. The library walks it without looking, so every step it can take is checked here first.

/// The tables in the normalizer of a tokenizer.json; one that is not there is not looked for.
pub fn check_json(json: &[u8]) -> Result<(), String> {
    const NAME: &[u8] = b"precompiled_charsmap";
    if !json.windows(NAME.len()).any(|window| window == NAME) {
        return Ok(());
    }
    #[derive(serde::Deserialize)]
    struct Normalized {
        #[serde(default)]
        normalizer: serde_json::Value,
    }
    let file: Normalized = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let mut open = vec![&file.normalizer];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Array(items) => open.extend(items),
            serde_json::Value::Object(members) => {
                if let Some(table) = members.get("precompiled_charsmap").and_then(|t| t.as_str()) {
                    let table = base64::decode(table)
                        .map_err(|error| format!("its table of characters: {error}"))?;
                    check(&table)?;
                }
                open.extend(members.values());
            }
            _ => {}
        }
    }
    Ok(())
}

/// A table that cannot lead out of itself; the error says where it does.
pub fn check(charsmap: &[u8]) -> Result<(), String> {
    let Some((size, rest)) = charsmap.split_first_chunk::<4>() else {
        return Err("its table of characters is cut off".into());
    };
    let size = u32::from_le_bytes(*size) as usize;
    if size % 4 != 0 || size > rest.len() {
        return Err(format!(
            "its table of characters announces {size} bytes, {} are there",
            rest.len()
        ));
    }
    let (array, texts) = rest.split_at(size);
    let texts = std::str::from_utf8(texts)
        .map_err(|_| "the texts of its table of characters are not valid UTF-8".to_string())?;
    let units: Vec<u32> = array
        .chunks_exact(4)
        .map(|unit| u32::from_le_bytes(unit.try_into().expect("four bytes")))
        .collect();
    walk(&units, texts)
}

/// Follows every path from the root. A unit holds the label it is reached by, how far its children are, and whether
/// the first of them is a place in the texts.
fn walk(units: &[u32], texts: &str) -> Result<(), String> {
    let damaged = |at: usize| format!("its table of characters is damaged at unit {at}");
    let mut seen = vec![false; units.len()];
    let mut open = vec![0usize];
    while let Some(at) = open.pop() {
        let unit = *units.get(at).ok_or_else(|| damaged(at))?;
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        let children = at ^ ((unit as usize >> 10) << ((unit & (1 << 9)) >> 6));
        if (children | 0xff) >= units.len() {
            return Err(damaged(at));
        }
        if at != 0 && (unit >> 8) & 1 == 1 {
            let place = (units[children] & (u32::MAX >> 1)) as usize;
            if !texts.is_char_boundary(place) {
                return Err(damaged(children));
            }
        }
        for byte in 1..=0xffusize {
            let child = children ^ byte;
            if (units[child] & ((1 << 31) | 0xff)) as usize == byte {
                open.push(child);
            }
        }
    }
    Ok(())
}
