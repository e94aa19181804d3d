//! Ids of requests and log rows: lower-case UUIDs of version 7, as Cloudflare gives since 2026-10-08 (`reference/gateway-and-gemini.md` A4).

use uuid::Uuid;

/// A new id, later in order than all before.
pub(super) fn new() -> String {
    Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_are_of_version_7() {
        let id = super::new();
        assert_eq!((id.len(), id.chars().nth(14)), (36, Some('7')));
        assert!(super::new() >= id);
    }
}
