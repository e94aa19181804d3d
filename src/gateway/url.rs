//! `GATEWAY_URL` in the forms that people have.

use url::{Host, Url};

/// A base up to and including `…/models`, and the model if the URL named one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayUrl {
    models: Url,
    model: Option<String>,
    google: bool,
}

/// Why a `GATEWAY_URL` cannot be used; `config` has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlProblem {
    /// It is not a URL.
    NotAUrl,
    /// Not https.
    NotHttps,
    /// A name and password stand in it.
    Credentials,
    /// A query or a fragment stands in it.
    Query,
    /// The account or the name of the gateway is missing.
    NoGateway,
    /// Another provider than Google stands in it.
    Provider,
}

const GOOGLE_HOST: &str = "generativelanguage.googleapis.com";
const PROVIDER: &str = "google-ai-studio";
const DEFAULT_VERSION: &str = "v1beta";
/// What stands before the provider: `v1`, the account, the gateway's name.
const GATEWAY_SEGMENTS: usize = 3;

impl GatewayUrl {
    /// Reads the seed's full URL, a gateway's base without provider or model, and plain Google.
    pub fn parse(text: &str) -> Result<Self, UrlProblem> {
        let mut url = Url::parse(text).map_err(|_| UrlProblem::NotAUrl)?;
        check(&url)?;
        let segments: Vec<String> = url
            .path_segments()
            .map(|parts| parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
            .unwrap_or_default();
        let (base, model) = split_model(&segments);
        let google = url.host_str() == Some(GOOGLE_HOST) || is_googles_path(&segments);
        let base = if google { google_base(base) } else { gateway_base(base)? };
        url.set_path(&base.join("/"));
        Ok(Self { models: url, model, google })
    }

    /// Whether it is Google itself, without a gateway between.
    pub fn is_google(&self) -> bool {
        self.google
    }

    /// Whether the way there is encrypted; on this machine it need not be.
    pub fn is_https(&self) -> bool {
        self.models.scheme() == "https"
    }

    /// The model that the URL names.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The host and port to connect to.
    pub fn host(&self) -> Option<(&str, u16)> {
        Some((self.models.host_str()?.trim_matches(['[', ']']), self.models.port_or_known_default()?))
    }

    /// Where `model` is described.
    pub fn describe(&self, model: &str) -> Url {
        let mut url = self.models.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(model);
        }
        url
    }

    /// Where `model` is asked to generate.
    pub fn generate(&self, model: &str) -> Url {
        let mut url = self.models.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(&format!("{model}:generateContent"));
        }
        url
    }
}

fn check(url: &Url) -> Result<(), UrlProblem> {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(UrlProblem::NotAUrl),
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        _ => return Err(UrlProblem::NotHttps),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlProblem::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlProblem::Query);
    }
    Ok(())
}

/// Cuts `models/{model}:generateContent` off the end.
fn split_model(segments: &[String]) -> (Vec<String>, Option<String>) {
    let Some(at) = segments.iter().position(|segment| segment == "models") else {
        return (segments.to_vec(), None);
    };
    let base = segments.iter().take(at).cloned().collect();
    let model = segments.get(at + 1).map(|last| match last.split_once(':') {
        Some((model, _method)) => model.to_owned(),
        None => last.clone(),
    });
    (base, model.filter(|model| !model.is_empty()))
}

/// `/{version}/models…`, as Google has it: before a gateway stand its account and name.
fn is_googles_path(segments: &[String]) -> bool {
    matches!(segments, [version, models, ..] if version.starts_with('v') && models == "models")
}

fn google_base(mut base: Vec<String>) -> Vec<String> {
    if base.is_empty() {
        base.push(DEFAULT_VERSION.to_owned());
    }
    base.push("models".to_owned());
    base
}

/// `…/v1/{account}/{gateway}[/google-ai-studio[/v1beta]]`, completed to `…/models`.
fn gateway_base(mut base: Vec<String>) -> Result<Vec<String>, UrlProblem> {
    match base.iter().position(|segment| segment == PROVIDER) {
        Some(at) if at < GATEWAY_SEGMENTS => return Err(UrlProblem::NoGateway),
        Some(at) if at + 1 == base.len() => base.push(DEFAULT_VERSION.to_owned()),
        Some(_) => {}
        None if base.len() < GATEWAY_SEGMENTS => return Err(UrlProblem::NoGateway),
        None if base.len() == GATEWAY_SEGMENTS => base.extend([PROVIDER.to_owned(), DEFAULT_VERSION.to_owned()]),
        None => return Err(UrlProblem::Provider),
    }
    base.push("models".to_owned());
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::{GatewayUrl, UrlProblem};

    const GENERATE: &str =
        "https://gateway.ai.cloudflare.com/v1/acc/gw/google-ai-studio/v1beta/models/m-1:generateContent";

    #[test]
    fn every_form_leads_to_the_same_place() {
        for (text, model) in [
            (GENERATE, Some("m-1")),
            ("https://gateway.ai.cloudflare.com/v1/acc/gw/google-ai-studio/v1beta/models/m-1", Some("m-1")),
            ("https://gateway.ai.cloudflare.com/v1/acc/gw/google-ai-studio/v1beta/models/", None),
            ("https://gateway.ai.cloudflare.com/v1/acc/gw/google-ai-studio", None),
            ("https://gateway.ai.cloudflare.com/v1/acc/gw/", None),
        ] {
            let url = GatewayUrl::parse(text).unwrap();
            assert_eq!(url.generate("m-1").as_str(), GENERATE, "{text}");
            assert_eq!(url.model(), model, "{text}");
            assert!(!url.is_google());
        }
    }

    #[test]
    fn the_version_in_the_url_stays() {
        let url =
            GatewayUrl::parse("https://gateway.ai.cloudflare.com/v1/a/g/google-ai-studio/v1/models/m:generateContent")
                .unwrap();
        assert!(url.generate("m").path().contains("/google-ai-studio/v1/models/"));
    }

    #[test]
    fn plain_google_is_known() {
        let url = GatewayUrl::parse("https://generativelanguage.googleapis.com").unwrap();
        assert!(url.is_google());
        assert_eq!(
            url.generate("m").as_str(),
            "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent"
        );
    }

    #[test]
    fn a_path_like_googles_is_plain_google_wherever_it_is() {
        let url = GatewayUrl::parse("http://127.0.0.1:9/v1beta/models/m:generateContent").unwrap();
        assert!(url.is_google());
        assert_eq!(url.generate("x").as_str(), "http://127.0.0.1:9/v1beta/models/x:generateContent");
        assert_eq!(url.describe("x").as_str(), "http://127.0.0.1:9/v1beta/models/x");
        assert_eq!(url.host(), Some(("127.0.0.1", 9)));
    }

    #[test]
    fn what_cannot_be_right_is_refused() {
        for (text, problem) in [
            ("gateway.ai.cloudflare.com/v1", UrlProblem::NotAUrl),
            ("http://gateway.ai.cloudflare.com/v1/a/g", UrlProblem::NotHttps),
            ("https://me:word@gateway.ai.cloudflare.com/v1/a/g", UrlProblem::Credentials),
            ("https://gateway.ai.cloudflare.com/v1/a/g?key=1", UrlProblem::Query),
            ("https://gateway.ai.cloudflare.com/v1/a/g/openai/v1/chat", UrlProblem::Provider),
            ("https://gateway.ai.cloudflare.com", UrlProblem::NoGateway),
            ("https://gateway.ai.cloudflare.com/v1/acc", UrlProblem::NoGateway),
            ("https://gateway.ai.cloudflare.com/v1/acc/google-ai-studio/v1beta/models/m", UrlProblem::NoGateway),
        ] {
            assert_eq!(GatewayUrl::parse(text), Err(problem), "{text}");
        }
        assert!(GatewayUrl::parse("http://127.0.0.1:9/v1/a/g").is_ok());
    }
}
