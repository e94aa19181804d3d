//! A request's cookies.

use http::{HeaderMap, header};

/// What the cookies of that name hold. There may be several: a neighbouring site can add one and not take ours away.
pub(super) fn all<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(other, _)| *other == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::all;

    #[test]
    fn every_cookie_of_a_name_is_found_and_no_other() {
        let values: [&[u8]; 4] = [b"me=1;you=2;  me = 3", b"", b"me=\xff", b"me; =4; not-me=5; me=a=b; ME=6"];
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("me=7"));
        for value in values {
            headers.append(header::COOKIE, HeaderValue::from_bytes(value).unwrap());
        }
        assert_eq!(all(&headers, "me").collect::<Vec<_>>(), ["1", "a=b"]);
        assert_eq!(all(&headers, "you").collect::<Vec<_>>(), ["2"]);
        assert_eq!(all(&headers, "nobody").next(), None);
    }
}
