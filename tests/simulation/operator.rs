//! Whoever runs the house, and what befalls it: ends, starts, a clock that jumps, a disk that is full.

use std::sync::Arc;

use super::process::Met;
use super::settings::Deed;
use super::town::Town;
use super::world::OPERATOR;

/// How long looks under way may take to end after a stop was asked for.
const GRACE_MS: u64 = 20_000;
/// How long everybody may take to hear that it is over.
const LAST_WORDS_MS: u64 = 2_000;

/// Does what the seed says, and leaves the house open.
pub async fn operate(town: Arc<Town>) {
    let world = &town.world;
    for (at_ms, deed) in &world.settings.deeds {
        world.turn(OPERATOR, at_ms.saturating_sub(world.ms())).await;
        world.tell(OPERATOR, format!("{deed:?}"));
        match *deed {
            Deed::Crash(down_ms) => {
                town.kill();
                world.turn(OPERATOR, down_ms).await;
                town.open();
            }
            Deed::Stop(down_ms) => {
                stop(&town).await;
                world.turn(OPERATOR, down_ms).await;
                town.open();
            }
            Deed::Jump(by_ms) => world.jump(by_ms),
            Deed::Full(ms) => {
                town.database.set_full(true);
                world.turn(OPERATOR, ms).await;
                town.database.set_full(false);
            }
            Deed::Freeze(ms) => freeze(&town, ms).await,
            Deed::Tidy => town.process().tidy().await,
        }
    }
}

/// Stops all spending for a while.
async fn freeze(town: &Town, ms: u64) {
    let (world, process) = (&town.world, town.process());
    let Met::Done(Ok(())) = process.during(None, process.purse.freeze(true)).await else { return };
    world.freeze(true);
    world.turn(OPERATOR, ms).await;
    world.freeze(false);
    while !matches!(process.during(None, process.purse.freeze(false)).await, Met::Done(Ok(()))) {
        world.turn(OPERATOR, 1_000).await;
    }
}

/// SIGTERM, as the server does it: no new looks, a grace for those under way, a word to all others, the end.
async fn stop(town: &Town) {
    let process = town.process();
    process.looks.stop();
    let grace_ms = town.world.lane_ms(OPERATOR, GRACE_MS);
    process.during(Some(grace_ms), process.looks.landed()).await;
    process.give_up();
    town.world.turn(OPERATOR, LAST_WORDS_MS).await;
    town.kill();
}
