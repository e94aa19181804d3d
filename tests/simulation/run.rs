//! One seed from its beginning to its end.

use std::fmt::Write;
use std::sync::Arc;

use super::settings::Sabotage;
use super::town::Town;
use super::visitor::Visitor;
use super::world::{Line, World};
use super::{books, operator, probe};

/// What a seed came to.
pub struct Report {
    pub seed: u64,
    /// What should not have happened.
    pub violations: Vec<String>,
    /// All that happened.
    pub lines: Vec<Line>,
    /// How long it was, in milliseconds; what the clock jumped is not in it.
    pub simulated_ms: u64,
    /// Requests for looks.
    pub asks: u64,
    /// Calls to the gateway.
    pub calls: u64,
}

impl Report {
    /// What is to be said of a seed that failed.
    pub fn verdict(&self) -> String {
        let mut verdict = format!("seed {}:\n", self.seed);
        for violation in &self.violations {
            // Writing to a String cannot fail.
            let _ = writeln!(verdict, "  {violation}");
        }
        let _ = write!(
            verdict,
            "  to replay it: SIMULATION_SEED={} cargo test --no-default-features --features native,embedded-gateway \
             --test simulation every_seed -- --nocapture",
            self.seed
        );
        verdict
    }
}

/// Runs a seed, in a runtime of its own whose clock stands still until there is nothing left to do.
pub fn run(seed: u64, sabotage: Option<Sabotage>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(simulate(seed, sabotage))
}

async fn simulate(seed: u64, sabotage: Option<Sabotage>) -> Report {
    let world = Arc::new(World::new(seed, sabotage));
    let town = Arc::new(Town::new(world.clone()));
    let visitors = (0..world.settings.visitors).map(|lane| tokio::spawn(Visitor::new(town.clone(), lane).live()));
    let visitors: Vec<_> = visitors.collect();
    let operator = tokio::spawn(operator::operate(town.clone()));
    let mut looks = Vec::new();
    for visitor in visitors {
        match visitor.await {
            Ok(of_one) => looks.extend(of_one),
            Err(error) => world.violation(format!("a visitor cannot go on: {error}")),
        }
    }
    if let Err(error) = operator.await {
        world.violation(format!("the operator cannot go on: {error}"));
    }
    world.calm();
    if town.quiet().await {
        books::check(&town);
        for look in &looks {
            look.check_at_the_end(&town);
        }
        books::reconcile(&town).await;
        probe::probe(&town).await;
        town.quiet().await;
        books::check(&town);
    }
    let (violations, lines) = world.story();
    let (asks, calls) = (town.asks.count(), town.upstream.calls());
    Report { seed, violations, lines, simulated_ms: world.ms(), asks, calls }
}
