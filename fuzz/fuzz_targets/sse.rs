//! Server-sent events: nothing is made up, and all that is data is found however the lines end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use primerka::gateway::sse::events;

fuzz_target!(|text: &str| {
    let found = events(text);
    assert!(found.iter().map(String::len).sum::<usize>() <= text.len());
    if !text.contains('\r') {
        assert_eq!(events(&text.replace('\n', "\r\n")), found);
        assert_eq!(events(&text.replace('\n', "\r")), found);
    }
});
