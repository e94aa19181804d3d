//! Server-sent events, as far as an answer may come in them: asked or not, some gateways send the pieces of a stream.

/// The data of each event of `text` (WHATWG HTML, 9.2.6): lines end in `\n`, `\r\n` or `\r`, several `data:` lines are one, all other fields are nothing to us.
pub fn events(text: &str) -> Vec<String> {
    let mut events = Vec::new();
    let mut data: Option<String> = None;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    for line in lines {
        if line.is_empty() {
            events.extend(data.take());
            continue;
        }
        let Some(value) = line.strip_prefix("data") else { continue };
        let value = match value.strip_prefix(':') {
            Some(value) => value.strip_prefix(' ').unwrap_or(value),
            None if value.is_empty() => value,
            None => continue,
        };
        match &mut data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => data = Some(value.to_owned()),
        }
    }
    // Strictly, an event without its empty line is dropped; a stream that ends there is whole all the same.
    events.extend(data);
    events
}

#[cfg(test)]
mod tests {
    use super::events;

    #[test]
    fn events_are_found_whatever_their_line_ends() {
        for end in ["\n", "\r\n", "\r"] {
            let text = [
                "\u{feff}: hello",
                "event: x",
                "data: 1",
                "data:2",
                "",
                "",
                "data",
                "",
                "database: no",
                "id: 7",
                "data: 3",
            ]
            .join(end);
            assert_eq!(events(&text), ["1\n2", "", "3"], "{end:?}");
        }
        assert!(events("").is_empty() && events("\n\n\n").is_empty());
    }
}
