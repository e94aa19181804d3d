//! Where each point of a garment comes to lie on a person: shoulders on shoulders, edges outside of the body's.

use super::description::Slot;
use super::person::Person;
use super::profile::{Profile, Sleeve};

/// A warp from the person's working pixels back to the garment's.
pub(crate) struct Fit<'a> {
    garment: &'a Profile,
    person: &'a Person,
    /// The garment's row and the person's row that come to lie on each other.
    anchor: (f32, f32),
    /// The garment's and the person's middle column.
    middle: (f32, f32),
    /// Person pixels per garment pixel, across and down.
    scale: f32,
    stretch: f32,
    /// The same as `stretch` above the anchor, where collar or hood must find room below the chin.
    upwards: f32,
    /// How far beyond the body's edges the cloth must reach, as a factor; 0 where it need not cover a body at all.
    ease: f32,
    /// The left and the right sleeve.
    hangs: (Option<Hang>, Option<Hang>),
}

/// A sleeve turned about its joint.
struct Hang {
    sleeve: Sleeve,
    /// Where the joint lies on the person.
    joint: (f32, f32),
    /// -1 left, 1 right.
    side: f32,
    /// Of the turn, outwards positive.
    sin: f32,
    cos: f32,
}

/// Arms are rounder than a flat lay shows: sleeves get this much more room across.
const ROUNDER: f32 = 1.22;

/// A place in the garment's working pixels.
pub(crate) struct Place {
    pub x: f32,
    pub y: f32,
}

impl<'a> Fit<'a> {
    pub(crate) fn new(garment: &'a Profile, person: &'a Person, slot: Slot) -> Self {
        let mut fit = match slot {
            Slot::Bottom => Self::from_waist(garment, person),
            Slot::Footwear => Self::on_feet(garment, person),
            Slot::Accessory => Self::at_hand(garment, person),
            Slot::Top | Slot::OnePiece | Slot::Outerwear | Slot::Set => Self::from_shoulders(garment, person, slot),
        };
        let (left, right) = person.body.elbows;
        fit.hangs = (fit.hang(garment.left, left, -1.0), fit.hang(garment.right, right, 1.0));
        fit
    }

    fn from_shoulders(garment: &'a Profile, person: &'a Person, slot: Slot) -> Self {
        let (body, sleeved) = (&person.body, garment.left.is_some() || garment.right.is_some());
        // Sleeves begin where the upper arms do; without sleeves the trunk alone counts.
        let wide = if sleeved {
            f32::midpoint(1.03 * body.breadth, 1.1 * body.torso.width())
        } else {
            0.98 * body.torso.width()
        };
        let scale = if slot == Slot::Outerwear { 1.08 } else { 1.0 } * wide / garment.width;
        // Sleeves begin at the shoulder; straps lie on it.
        let anchor = if sleeved { (garment.shoulder, body.shoulder) } else { (garment.bounds.top, body.torso.top) };
        let long = (garment.bounds.bottom - anchor.0).max(1.0);
        let tall = body.torso.height();
        let (least, most) = match slot {
            Slot::OnePiece | Slot::Set => {
                (body.torso.bottom + 0.3 * tall, body.legs.bottom.max(body.torso.bottom + 0.3 * tall))
            }
            _ => (
                body.waist.unwrap_or(body.torso.bottom - 0.2 * tall).max(body.torso.top + 0.72 * tall) + 0.03 * tall,
                body.torso.bottom + 0.22 * tall,
            ),
        };
        let hem = (anchor.1 + long * scale).clamp(least.min(most), most);
        let stretch = ((hem - anchor.1) / long).clamp(0.75 * scale, 1.5 * scale);
        let (left, right) = garment.edges(garment.bounds.top + 0.35 * garment.bounds.height());
        let middle = (f32::midpoint(left, right), body.torso.centre().0);
        let room = (anchor.1 - person.head.chin() + 0.1 * person.head.radius).max(0.5);
        let upwards = stretch.min(room / (anchor.0 - garment.bounds.top).max(0.5));
        Self {
            garment,
            person,
            anchor,
            middle,
            scale,
            stretch,
            upwards,
            ease: if sleeved { 1.05 } else { 1.0 },
            hangs: (None, None),
        }
    }

    fn from_waist(garment: &'a Profile, person: &'a Person) -> Self {
        let body = &person.body;
        let tall = body.torso.height();
        let waist = body.legs.top - 0.06 * tall;
        let (left, right) = garment.edges(garment.bounds.top + 0.06 * garment.bounds.height());
        let (l, r) = edges(person, waist + 0.05 * tall);
        let scale = 1.06 * (r - l).max(0.5 * body.torso.width()) / (right - left).max(1.0);
        let long = garment.bounds.height().max(1.0);
        let ankle = body.legs.bottom - 0.03 * (body.legs.bottom - person.head.area.top);
        let stretch = if garment.legs && body.whole {
            ((ankle - waist) / long).clamp(0.7 * scale, 1.6 * scale)
        } else if body.whole {
            scale.min((ankle - waist) / long)
        } else {
            scale
        };
        let middle = (f32::midpoint(left, right), f32::midpoint(l, r));
        Self {
            garment,
            person,
            anchor: (garment.bounds.top, waist),
            middle,
            scale,
            stretch,
            upwards: stretch,
            ease: 1.04,
            hangs: (None, None),
        }
    }

    fn on_feet(garment: &'a Profile, person: &'a Person) -> Self {
        let legs = person.body.legs;
        let scale = 1.15 * legs.width() / garment.bounds.width().max(1.0);
        let middle = (garment.bounds.centre().0, legs.centre().0);
        Self {
            garment,
            person,
            anchor: (garment.bounds.bottom, legs.bottom),
            middle,
            scale,
            stretch: scale,
            upwards: scale,
            ease: 0.0,
            hangs: (None, None),
        }
    }

    fn at_hand(garment: &'a Profile, person: &'a Person) -> Self {
        let torso = person.body.torso;
        let scale = 0.6 * torso.width() / garment.bounds.width().max(1.0);
        let middle = (garment.bounds.centre().0, torso.right + 0.15 * torso.width());
        Self {
            garment,
            person,
            anchor: (garment.bounds.top, torso.bottom - 0.05 * torso.height()),
            middle,
            scale,
            stretch: scale,
            upwards: scale,
            ease: 0.0,
            hangs: (None, None),
        }
    }

    /// Where the body of the garment at a place of the person comes from; `None` where only a sleeve could lie.
    pub(crate) fn body(&self, x: f32, y: f32) -> Option<Place> {
        let row = self.anchor.0 + (y - self.anchor.1) / if y < self.anchor.1 { self.upwards } else { self.stretch };
        if row < self.garment.bounds.top - 1.0 || row > self.garment.bounds.bottom + 1.0 {
            return None;
        }
        if self.ease == 0.0 {
            return Some(Place { x: self.middle.0 + (x - self.middle.1) / self.scale, y: row });
        }
        let (from, to) = self.garment.edges(row);
        let (left, right) = self.edges(row, y);
        let across = (x - left) / (right - left).max(0.5);
        let beyond = |sleeve: Option<Sleeve>, out: f32| sleeve.is_some() && row > self.garment.shoulder && out > 0.05;
        if beyond(self.garment.left, -across) || beyond(self.garment.right, across - 1.0) {
            return None;
        }
        Some(Place { x: from + across * (to - from), y: row })
    }

    /// Where a sleeve at a place of the person comes from, if this place can be on that sleeve.
    pub(crate) fn sleeve(&self, x: f32, y: f32, left: bool) -> Option<Place> {
        let hang = if left { self.hangs.0.as_ref()? } else { self.hangs.1.as_ref()? };
        let (out, down) = (hang.side * (x - hang.joint.0), y - hang.joint.1);
        let place = Place {
            x: hang.sleeve.joint.0 + hang.side * (out * hang.cos - down * hang.sin) / (ROUNDER * self.scale),
            y: hang.sleeve.joint.1
                + (down * hang.cos + out * hang.sin) / self.stretch.clamp(self.scale, 1.2 * self.scale),
        };
        let (from, to) = self.garment.edges(place.y);
        let inwards = if left { place.x - from } else { to - place.x };
        // Above the armpit the sleeve reaches under the body, so that turning it opens no gap; but nothing above the joint
        // may, or it would turn up beside the neck.
        let below = place.y - hang.sleeve.joint.1;
        let overlap = if place.y < hang.sleeve.armpit { below.clamp(-1.0, 0.12 * self.garment.width) } else { -1.0 };
        (inwards < overlap && place.y > self.garment.shoulder - 2.0).then_some(place)
    }

    /// Turns a sleeve about the shoulder's tip until it lies along the arm.
    fn hang(&self, sleeve: Option<Sleeve>, elbow: (f32, f32), side: f32) -> Option<Hang> {
        let sleeve = sleeve?;
        let level = self.anchor.1 + (sleeve.joint.1 - self.anchor.0) * self.stretch;
        let (left, right) = self.edges(sleeve.joint.1, level);
        let joint = (if side < 0.0 { left } else { right }, level);
        let arm = (side * (elbow.0 - joint.0)).atan2((elbow.1 - joint.1).max(0.5));
        let (sin, cos) = (arm - sleeve.angle).clamp(-0.9, 0.6).sin_cos();
        Some(Hang { sleeve, joint, side, sin, cos })
    }

    /// The edges the garment gets in a row of the person: its own, but never inside the body's.
    fn edges(&self, row: f32, y: f32) -> (f32, f32) {
        let (from, to) = self.garment.edges(row);
        let own =
            (self.middle.1 + (from - self.middle.0) * self.scale, self.middle.1 + (to - self.middle.0) * self.scale);
        if row < self.garment.shoulder + 1.0 {
            return own;
        }
        let (left, right) = edges(self.person, y);
        let (middle, half) = (f32::midpoint(left, right), (right - left) / 2.0 * self.ease);
        // A body much wider than the cloth stretches it a little, never grotesquely.
        let most = 0.3 * (own.1 - own.0);
        let grown = |gap: f32| gap.clamp(0.0, most);
        (own.0 - grown(own.0 - (middle - half)), own.1 + grown(middle + half - own.1))
    }
}

/// The trunk's edges in a row of the person.
fn edges(person: &Person, y: f32) -> (f32, f32) {
    let trunk = &person.body.trunk;
    let row = |y: f32| trunk.get(y.max(0.0) as usize).or_else(|| trunk.last()).copied().unwrap_or_default();
    let (a, b, share) = (row(y.floor()), row(y.floor() + 1.0), y - y.floor());
    (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
}
