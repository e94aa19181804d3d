//! What there is one of in a world: the database, the gateway, the counters as they should be, and the process that runs now.

use std::sync::{Arc, Mutex};

use primerka::guard::keys::Makings;

use super::asks::{Asked, Asks};
use super::content::Wish;
use super::database::SimDatabase;
use super::process::Process;
use super::rates::Rates;
use super::upstream::SimUpstream;
use super::world::{DRIVER, World};

/// So many seconds may pass until every look is over.
const LONGEST_END_S: u64 = 4 * 3_600;

/// Everything but the visitors.
pub struct Town {
    pub world: Arc<World>,
    pub database: Arc<SimDatabase>,
    pub upstream: Arc<SimUpstream>,
    pub asks: Arc<Asks>,
    pub makings: Arc<Makings>,
    pub rates: Mutex<Rates>,
    process: Mutex<Option<Arc<Process>>>,
}

impl Town {
    /// A town whose first process is open.
    pub fn new(world: Arc<World>) -> Self {
        let makings = Arc::new(Makings {
            is_real: true,
            preparation: "simulated",
            prompts: "1".to_owned(),
            describers: vec!["gemini-3.1-flash-lite-image".to_owned()],
            drawers: vec!["gemini-nano-banana-2.1".to_owned()],
        });
        let database = Arc::new(SimDatabase::new(world.clone()));
        let asks = Arc::new(Asks::default());
        let upstream = SimUpstream::new(world.clone(), database.clone(), asks.clone(), makings.clone());
        let rates = Mutex::new(Rates::new(world.settings.rates));
        let process = Mutex::new(None);
        let town = Self { world, database, upstream: Arc::new(upstream), asks, makings, rates, process };
        town.open();
        town
    }

    /// The process that runs now, or has died last.
    pub fn process(&self) -> Arc<Process> {
        self.process.lock().unwrap().clone().unwrap()
    }

    /// Starts a new process in the place of the last one.
    pub fn open(&self) {
        let mut process = self.process.lock().unwrap();
        let incarnation = process.as_ref().map_or(0, |last| last.incarnation + 1);
        *process = Some(Arc::new(Process::start(self, incarnation)));
    }

    /// `kill -9`. Calls under way stay charged at their worst price.
    pub fn kill(&self) {
        self.process().kill();
        self.database.doubt_open_calls();
    }

    /// Writes down a request that is about to be made, and how things stand.
    pub fn note(&self, number: u64, wish: &Wish) {
        let (look, description) = wish.content.keys(&self.makings);
        let asked = Asked {
            content: wish.content,
            fresh: wish.fresh,
            at_ms: self.world.ms(),
            jumps: self.world.jumps(),
            kept: self.database.kept(&look),
            described_until: self.database.described_until(&description),
        };
        self.asks.add(number, asked);
    }

    /// Ends when no look is under way any more, and looks whether all that was taken for one was given back. Tells whether that came to be.
    pub async fn quiet(&self) -> bool {
        let process = self.process();
        for _ in 0..LONGEST_END_S {
            if process.is_idle() {
                break;
            }
            self.world.turn(DRIVER, 1_000).await;
        }
        if !process.is_idle() {
            self.world.violation("looks are under way that do not end");
            return false;
        }
        let (counts, calls) = (process.looks.counts(), self.upstream.under_way());
        if counts != (0, 0) || calls != 0 {
            self.world.violation(format!("nothing goes on, and being made and waiting are {counts:?}, calls {calls}"));
        }
        true
    }
}
