//! The gateways that there are, by account and id.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::settings::{Settings, StoredKey};
use super::{ACCOUNT, GATEWAY, PROVIDER, locked};

/// Gateways per account (`reference/gateway-and-gemini.md` A8, a paid plan).
const MAX_GATEWAYS: usize = 20;
/// Gateways of all accounts together, of which a caller may name as many as there are: a bound of our own.
const MAX_ALL_GATEWAYS: usize = 1000;
/// Stored keys per gateway: a bound of our own.
pub(super) const MAX_KEYS: usize = 50;
/// Created by the first authenticated request (A1).
const MADE_BY_ITSELF: &str = "default";
/// The key that the start-up gateway stores; Google's side always accepts it.
pub(super) const STORED_KEY: &str = "the-key-that-the-embedded-gateway-stores";

/// A gateway: its settings and the provider keys it keeps.
#[derive(Clone, Debug)]
pub(super) struct Gateway {
    pub(super) account: String,
    pub(super) settings: Settings,
    pub(super) keys: Vec<StoredKey>,
    pub(super) created_ms: u64,
    pub(super) modified_ms: u64,
}

impl Gateway {
    fn new(account: &str, settings: Settings, now: u64) -> Self {
        Self { account: account.to_owned(), settings, keys: Vec::new(), created_ms: now, modified_ms: now }
    }

    /// Account and id.
    pub(super) fn name(&self) -> Name {
        (self.account.clone(), self.settings.id.clone())
    }
}

/// Account and id.
pub(super) type Name = (String, String);

/// All gateways.
#[derive(Debug)]
pub(super) struct Registry(Mutex<BTreeMap<Name, Gateway>>);

impl Registry {
    /// With the gateway that is there from the start: its Google key stored, no cache, no limits.
    pub(super) fn new(authentication: bool, now: u64) -> Self {
        let mut gateway = Gateway::new(ACCOUNT, Settings::new(GATEWAY, authentication), now);
        gateway.keys.push(StoredKey {
            id: super::ids::new(),
            alias: "default".to_owned(),
            provider_slug: PROVIDER.to_owned(),
            default_config: true,
            secret: STORED_KEY.to_owned(),
            secret_id: None,
            rate_limit: None,
            rate_limit_period: None,
        });
        Self(Mutex::new([(gateway.name(), gateway)].into()))
    }

    /// The gateway of that name. `default` comes into being by an authenticated request.
    pub(super) fn find(&self, account: &str, id: &str, is_authenticated: bool, now: u64) -> Option<Gateway> {
        let mut gateways = locked(&self.0);
        let name = (account.to_owned(), id.to_owned());
        if !gateways.contains_key(&name) && id == MADE_BY_ITSELF && is_authenticated && account == ACCOUNT {
            gateways.insert(name.clone(), Gateway::new(account, Settings::new(id, true), now));
        }
        gateways.get(&name).cloned()
    }

    /// The gateways of an account.
    pub(super) fn of(&self, account: &str) -> Vec<Gateway> {
        locked(&self.0).values().filter(|gateway| gateway.account == account).cloned().collect()
    }

    /// Adds a gateway; nothing when there is one of that name or no room.
    pub(super) fn add(&self, account: &str, settings: Settings, now: u64) -> Option<Gateway> {
        let mut gateways = locked(&self.0);
        let gateway = Gateway::new(account, settings, now);
        let own = gateways.values().filter(|other| other.account == account).count();
        if gateways.contains_key(&gateway.name()) || own >= MAX_GATEWAYS || gateways.len() >= MAX_ALL_GATEWAYS {
            return None;
        }
        gateways.insert(gateway.name(), gateway.clone());
        Some(gateway)
    }

    /// Changes a gateway in place; what `change` gives, or nothing when there is no such gateway.
    pub(super) fn change<T>(&self, account: &str, id: &str, change: impl FnOnce(&mut Gateway) -> T) -> Option<T> {
        locked(&self.0).get_mut(&(account.to_owned(), id.to_owned())).map(change)
    }

    /// Removes a gateway.
    pub(super) fn remove(&self, account: &str, id: &str) -> Option<Gateway> {
        locked(&self.0).remove(&(account.to_owned(), id.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_room_for_its_own() {
        let registry = Registry::new(false, 0);
        let add =
            |account: &str, id: usize| registry.add(account, Settings::new(&format!("g{id}"), false), 0).is_some();
        let made = |account: &str| (0..MAX_GATEWAYS + 5).filter(|id| add(account, *id)).count();
        assert_eq!(made("one"), MAX_GATEWAYS);
        assert_eq!(made("another"), MAX_GATEWAYS);
        assert_eq!(made(ACCOUNT), MAX_GATEWAYS - 1, "one was there from the start");
        assert!(!add("one", 0), "there is one of that name");
    }
}
