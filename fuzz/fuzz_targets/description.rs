//! What a model writes or a user sends as a description: what comes out keeps its bounds and reads back as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use primerka::look::outfit::Outfit;
use primerka::pipeline::description::parse;

fuzz_target!(|text: &str| {
    let Some(outfit) = parse(text) else { return };
    assert!(outfit.garment_type.chars().count() <= Outfit::MAX_TEXT && !outfit.garment_type.is_empty());
    assert!(outfit.pieces.len() <= Outfit::MAX_PIECES);
    for piece in &outfit.pieces {
        assert!(piece.colors.len() <= Outfit::MAX_COLORS && piece.details.len() <= Outfit::MAX_DETAILS);
        for hex in piece.colors.iter().filter_map(|color| color.hex.as_deref()) {
            assert!(hex.len() == 7 && hex.starts_with('#') && hex[1..].bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
        assert!(piece.text_on_garment.iter().all(|text| !text.contains(char::is_control)));
    }
    let json = serde_json::to_string(&outfit).expect("plain data");
    assert_eq!(parse(&json).as_ref(), Some(&outfit), "{json}");
});
