//! The last round: nothing fails any more, and there is a new budget. As many looks as ever are made at once, as many wait, and the next one
//! is told to come back: nothing that was taken by an earlier look is still held.

use std::sync::Arc;

use futures::StreamExt;
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;

use super::content::{Content, Wish};
use super::hearing::Hearing;
use super::process::Met;
use super::settings::WORST_LOOK;
use super::town::Town;
use super::world::DRIVER;

/// By then it is another month.
const MONTH_MS: u64 = 40 * 86_400_000;
/// Requests, persons and outfits from here on are the probe's own.
const FIRST_REQUEST: u64 = 900_000;
const FIRST_PERSON: u64 = 100;
/// No look takes longer, in milliseconds.
const LONGEST_LOOK_MS: u64 = 4 * 3_600_000;

/// Asks for more looks at once than can be made and wait, and sees what becomes of them. Nothing may be under way.
pub async fn probe(town: &Arc<Town>) {
    let world = &town.world;
    let settings = &world.settings;
    let places = settings.at_once + settings.waiting;
    let affordable = settings.budget.day_nanos.min(settings.budget.month_nanos) / WORST_LOOK;
    let asked = affordable.min(places as u64 + 2);
    world.jump(i64::try_from(world.latest_ms() - world.now_ms() + MONTH_MS).unwrap());
    town.upstream.take_most_under_way();
    world.tell(DRIVER, format!("{asked} looks at once"));
    let looks: Vec<_> = (0..asked).map(|lane| tokio::spawn(look(town.clone(), lane))).collect();
    let mut made = 0;
    for look in looks {
        match look.await {
            Ok(Ok(is_made)) => made += u64::from(is_made),
            Ok(Err(problem)) => world.violation(format!("at the end: {problem}")),
            Err(error) => world.violation(format!("at the end: {error}")),
        }
    }
    let at_once = town.upstream.take_most_under_way() as u64;
    let (places, most_at_once) = (asked.min(places as u64), asked.min(settings.at_once as u64));
    if (made, at_once) != (places, most_at_once) {
        world.violation(format!(
            "at the end {made} of {asked} looks are made, {at_once} at once; it should be {places}, {most_at_once} at once"
        ));
    }
}

/// One of them: whether it was made, or told to come back. Errors: whatever else became of it.
async fn look(town: Arc<Town>, lane: u64) -> Result<bool, String> {
    let (world, process) = (&town.world, town.process());
    world.turn(lane, 1).await;
    let content = Content { person: FIRST_PERSON + lane, outfit: FIRST_PERSON + lane, is_tall: false, is_given: false };
    let wish = Wish { content, fresh: false, key: None };
    let number = FIRST_REQUEST + lane;
    town.note(number, &wish);
    let deadline = Some(world.lane_ms(DRIVER, LONGEST_LOOK_MS));
    let id = match process.during(deadline, process.looks.ask(wish.ask(number, lane, false))).await {
        Met::Done(Ok(id)) => id,
        Met::Done(Err(failure)) if failure.code == FailureCode::Busy => return Ok(false),
        Met::Done(Err(failure)) => return Err(format!("refused: {failure:?}")),
        Met::Moment | Met::Died => return Err("a look is never answered".to_owned()),
    };
    let stream = process.looks.listen(&id).await.ok_or("a look that was accepted is not there")?;
    let mut stream = Box::pin(stream);
    let mut hearing = Hearing::new(id, world.ms());
    loop {
        match process.during(deadline, stream.next()).await {
            Met::Done(Some(event)) => hearing.hear(&event, world.ms())?,
            Met::Done(None) => break,
            Met::Moment | Met::Died => return Err("a look does not end".to_owned()),
        }
    }
    match hearing.heard.last() {
        Some(Event::Done { .. }) => Ok(true),
        end => Err(format!("ended as {end:?}")),
    }
}
