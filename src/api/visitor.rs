//! Who asks: a random name in a cookie, by which the looks of one browser belong together. It says nothing about the person.

use http::{HeaderMap, HeaderValue};

use super::cookies;

/// The cookie's name.
const COOKIE: &str = "visitor";
/// A year, in seconds.
const MAX_AGE_S: u32 = 31_536_000;
/// What the hash is for; another purpose would have another one.
const CONTEXT: &str = "primerka 2026-11-24 the user in the gateway's log";

/// A browser that has asked for a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visitor {
    id: String,
}

impl Visitor {
    /// The visitor of a request, and the cookie to set when it is a new one. `None` where there is no randomness to name one.
    pub(super) fn of_request(headers: &HeaderMap) -> Option<(Self, Option<HeaderValue>)> {
        if let Some(id) = cookies::all(headers, COOKIE).find(|id| is_ours(id)) {
            return Some((Self { id: id.to_owned() }, None));
        }
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).ok()?;
        let id = format!("{:032x}", u128::from_be_bytes(random));
        let cookie = format!("{COOKIE}={id}; Path=/; Max-Age={MAX_AGE_S}; HttpOnly; SameSite=Lax");
        Some((Self { id }, HeaderValue::from_str(&cookie).ok()))
    }

    /// What others may know the visitor by. The name in the cookie does not follow from it.
    pub(super) fn hash(&self) -> String {
        let hash = blake3::derive_key(CONTEXT, self.id.as_bytes());
        blake3::Hash::from_bytes(hash).to_hex().chars().take(16).collect()
    }
}

/// Whether an id is of the form that we give.
fn is_ours(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header};

    use super::Visitor;

    #[test]
    fn a_visitor_is_named_once_and_known_again() {
        let (new, cookie) = Visitor::of_request(&HeaderMap::new()).unwrap();
        let cookie = cookie.unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.to_str().unwrap().split(';').next().unwrap().parse().unwrap());
        let (again, cookie) = Visitor::of_request(&headers).unwrap();
        assert_eq!((again.hash(), cookie), (new.hash(), None));
        assert_eq!(new.hash().len(), 16);
        assert!(!new.id.contains(&new.hash()));
        headers.insert(header::COOKIE, "lang=ru; visitor=me".parse().unwrap());
        assert!(Visitor::of_request(&headers).unwrap().1.is_some(), "not a name of ours");
    }
}
