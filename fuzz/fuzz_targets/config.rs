//! Settings, GATEWAY_URL first: what is accepted leads to one host over https, or to this machine.
#![no_main]

use libfuzzer_sys::fuzz_target;
use primerka::config::Config;

const NAMES: [&str; 12] = [
    "GATEWAY_URL",
    "GATEWAY_TOKEN",
    "GOOGLE_API_KEY",
    "DESCRIBE_MODEL",
    "IMAGE_MODELS",
    "GATEWAY_TIMEOUT",
    "GATEWAY_CACHE",
    "GATEWAY_BYOK_ALIAS",
    "CACHE_TTL",
    "MAX_CONCURRENT_LOOKS",
    "RESULT_MEMORY_MB",
    "PROMPTS_PATH",
];

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.split('\n').collect();
    let read = Config::read(&|name| {
        let at = NAMES.iter().position(|known| *known == name)?;
        lines.get(at).map(|line| (*line).to_owned())
    });
    let Ok(config) = read else { return };
    let Some(gateway) = config.gateway else { return };
    for model in ["gemini-nano-banana-2.1", "../../evil?x=y#z", "a/b"] {
        let url = gateway.url.generate(model);
        let host = url.host_str().expect("a host");
        let is_here = host == "localhost" || host.starts_with("127.") || host == "[::1]";
        assert!(url.scheme() == "https" || (url.scheme() == "http" && is_here), "{url}");
        assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none());
        assert!(url.path().ends_with(":generateContent"), "{url}");
    }
});
