//! One process of the program: what the server assembles, around the simulated time, database and gateway. It dies all at once.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::{Either, pending, select};
use primerka::config::BudgetConfig;
use primerka::guard::Means;
use primerka::guard::housekeeping::Housekeeping;
use primerka::guard::limits::RateLimits;
use primerka::guard::purse::Purse;
use primerka::guard::queue::Queue;
use primerka::guard::reconcile::Reconciler;
use primerka::guard::registry::Looks;
use primerka::pipeline::{Prompts, Tools};
use primerka::runtime::Runtime;
use primerka::store::database::Database;
use primerka::store::ledger::{Ledger, SqlLedger};
use primerka::store::limits::{Limits, SqlLimits};
use primerka::store::usage::{SqlUsage, UsageLog};
use primerka::store::{LookStore, SqlLooks};
use tokio_util::sync::CancellationToken;

use super::content::{SimInspect, SimPrepare};
use super::runtime::SimRuntime;
use super::settings::Sabotage;
use super::town::Town;
use super::world::World;

/// When a call has been over for so long, the gateway has written down what became of it.
const SURE: Duration = Duration::from_mins(5);

/// One process.
pub struct Process {
    /// How many there were before it.
    pub incarnation: u64,
    pub looks: Looks,
    pub rates: RateLimits,
    pub purse: Purse,
    pub reconciler: Reconciler,
    world: Arc<World>,
    runtime: Arc<SimRuntime>,
    housekeeping: Housekeeping,
    died: CancellationToken,
    has_given_up: AtomicBool,
}

/// What came first.
pub enum Met<T> {
    /// What was waited for.
    Done(T),
    /// The moment until which it was waited for.
    Moment,
    /// The end of the process.
    Died,
}

impl Process {
    /// Starts a process. Everything that the program is assembled of is put together here and nowhere else.
    pub fn start(town: &Town, incarnation: u64) -> Self {
        let world = town.world.clone();
        let settings = &world.settings;
        let sim_runtime = Arc::new(SimRuntime::new(world.clone()));
        let runtime: Arc<dyn Runtime> = sim_runtime.clone();
        let database: Arc<dyn Database> = town.database.clone();
        let store: Arc<dyn LookStore> = Arc::new(SqlLooks::new(database.clone(), runtime.clone(), settings.retention));
        let limits: Arc<dyn Limits> = Arc::new(SqlLimits::new(database.clone()));
        let ledger: Arc<dyn Ledger> = Arc::new(SqlLedger::new(database.clone(), format!("{incarnation:032x}")));
        let usage: Arc<dyn UsageLog> = Arc::new(SqlUsage::new(database));
        let loose = if world.sabotage == Some(Sabotage::LooseBudget) { 100 } else { 1 };
        let budget = BudgetConfig {
            day_nanos: settings.budget.day_nanos * loose,
            month_nanos: settings.budget.month_nanos * loose,
        };
        let purse = Purse::new(ledger.clone(), runtime.clone(), budget, false);
        let reconciler = Reconciler::new(ledger.clone(), town.upstream.clone(), runtime.clone(), SURE);
        let means = Means {
            tools: Tools {
                upstream: town.upstream.clone(),
                inspect: Arc::new(SimInspect),
                prompts: Arc::new(Prompts::default()),
                runtime: runtime.clone(),
            },
            prepare: Arc::new(SimPrepare(world.clone())),
            makings: town.makings.clone(),
            purse: purse.clone(),
            queue: Queue::new(settings.at_once, settings.waiting),
            reuse: settings.is_reused,
        };
        let keep = settings.retention.keep;
        let looks = Looks::new(Some(means), store.clone(), usage.clone(), runtime.clone(), keep, false);
        let rates = RateLimits::new(limits.clone(), runtime.clone(), settings.rates);
        let housekeeping = Housekeeping { looks: store, limits, ledger, usage, reconciler: None, runtime };
        let (died, has_given_up) = (CancellationToken::new(), AtomicBool::new(false));
        let runtime = sim_runtime;
        Self { incarnation, looks, rates, purse, reconciler, world, runtime, housekeeping, died, has_given_up }
    }

    /// Whether it takes new visitors.
    pub fn is_open(&self) -> bool {
        !self.died.is_cancelled() && !self.looks.is_stopping()
    }

    /// Waits for something that goes on in this process, until `moment` (in milliseconds since the beginning) if there is one. Nothing
    /// moves in a process that has died.
    pub async fn during<T>(&self, moment: Option<u64>, future: impl Future<Output = T>) -> Met<T> {
        let died = pin!(self.died.cancelled());
        let future = pin!(future);
        let moment = pin!(async {
            match moment {
                Some(ms) => self.world.at(ms).await,
                None => pending().await,
            }
        });
        match select(died, select(future, moment)).await {
            Either::Left(_) => Met::Died,
            Either::Right((Either::Left((done, _)), _)) => Met::Done(done),
            Either::Right((Either::Right(_), _)) => Met::Moment,
        }
    }

    /// Keeps the house once.
    pub async fn tidy(&self) {
        self.during(None, self.housekeeping.tidy()).await;
    }

    /// The grace of a process that was asked to stop is over: everybody is told.
    pub fn give_up(&self) {
        self.has_given_up.store(true, Ordering::Relaxed);
        self.looks.give_up();
    }

    /// Whether everybody was told that it ends.
    pub fn has_given_up(&self) -> bool {
        self.has_given_up.load(Ordering::Relaxed)
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.died.cancel();
        self.runtime.kill();
    }

    /// Whether nothing goes on in it.
    pub fn is_idle(&self) -> bool {
        self.runtime.is_idle()
    }
}
