//! PLACEHOLDER until the collage arrives.
use image::RgbImage;
use serde::{Deserialize, Serialize};
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    Top,
    Bottom,
    OnePiece,
    Outerwear,
    Footwear,
    Accessory,
    Set,
}
pub fn describe(_o: &RgbImage) -> serde_json::Value {
    serde_json::json!({"garment_type":"t-shirt","slot":"top","pieces":[{"name":"t-shirt","colors":[{"name":"red","hex":"#c02030"}],"pattern":"solid"}],"source":"flat_lay","confidence":0.5})
}
pub fn try_on(p: &RgbImage, o: &RgbImage, _s: Option<Slot>, size: (u32, u32)) -> RgbImage {
    let mut r = image::imageops::resize(p, size.0, size.1, image::imageops::FilterType::Triangle);
    let small = image::imageops::resize(o, size.0 / 3, size.1 / 3, image::imageops::FilterType::Triangle);
    image::imageops::overlay(&mut r, &small, i64::from(size.0 / 3), i64::from(size.1 / 3));
    r
}
