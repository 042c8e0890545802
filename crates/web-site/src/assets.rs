//! Styles, scripts and pictures of the site: embedded, named after their contents, kept compressed.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    io::Write as _,
    sync::LazyLock,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::{self, Bytes},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use web_common::Problem;

use crate::words::WORDS;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// A file as it is served.
struct Asset {
    bytes: Bytes,
    /// Where that is smaller.
    gzip: Option<Bytes>,
    content_type: &'static str,
}

#[derive(Default)]
struct Assets {
    /// From the name in the source tree to the name that is served.
    served_as: BTreeMap<String, String>,
    by_served_name: HashMap<String, Asset>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

/// The words that scripts say, as a module that they import.
const WORDS_MODULE: &str = "words.js";

/// Where an asset is served.
pub fn path(name: &str) -> Option<String> {
    ASSETS.served_as.get(name).map(|served| format!("/assets/{served}"))
}

/// Where all script modules are served, so that a page can ask for them at once.
pub fn modules() -> Vec<String> {
    let scripts = ASSETS.served_as.iter().filter(|(name, _)| name.ends_with(".js"));
    scripts.map(|(_, served)| format!("/assets/{served}")).collect()
}

/// Serves one; its name changes with its contents, so that it may be kept for ever.
pub async fn serve(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let asset = ASSETS.by_served_name.get(name.as_str()).ok_or_else(Problem::not_found)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    Ok(match &asset.gzip {
        Some(gzip) if accepts_gzip(&request) => {
            response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("gzip")));
            response.body(gzip.clone())
        }
        _ => response.body(asset.bytes.clone()),
    })
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|list| {
        list.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some("gzip") && !words.any(|q| q == "q=0")
        })
    })
}

impl Assets {
    fn load() -> Self {
        let mut sources: BTreeMap<String, Vec<u8>> = Files::iter()
            .filter(|name| !name.ends_with(".d.ts"))
            .filter_map(|name| Some((name.to_string(), Files::get(&name)?.data.into_owned())))
            .collect();
        sources.insert(WORDS_MODULE.to_owned(), words_module().into_bytes());
        let mut assets = Self::default();
        let names: Vec<String> = sources.keys().cloned().collect();
        for name in names {
            assets.add(&name, &sources, 0);
        }
        assets
    }

    /// Adds a file after those that it names, so that it names them as they are served.
    fn add(&mut self, name: &str, sources: &BTreeMap<String, Vec<u8>>, depth: usize) {
        let Some(source) = sources.get(name).filter(|_| !self.served_as.contains_key(name)) else { return };
        let mut bytes = source.clone();
        // Modules that import each other in a circle can't be named after their contents.
        if name.ends_with(".js") && depth < sources.len() {
            let mut text = slim(&String::from_utf8_lossy(source));
            for other in sources.keys() {
                let import = format!("\"./{other}\"");
                if other != name && text.contains(&import) {
                    self.add(other, sources, depth + 1);
                    if let Some(served) = self.served_as.get(other) {
                        text = text.replace(&import, &format!("\"./{served}\""));
                    }
                }
            }
            bytes = text.into_bytes();
        }
        let served = served_name(name, &bytes);
        let gzip = gzip(&bytes).filter(|gzip| gzip.len() < bytes.len()).map(Bytes::from);
        let asset = Asset { bytes: bytes.into(), gzip, content_type: content_type(name) };
        self.by_served_name.insert(served.clone(), asset);
        self.served_as.insert(name.to_owned(), served);
    }
}

/// A script without what only its readers need: comments, types, indentation. Scripts here have no text over
/// several lines and no comment marks inside of text, which a test watches.
fn slim(script: &str) -> String {
    let mut code = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(open) = rest.find("/**") {
        code.push_str(&rest[..open]);
        rest = rest[open..].split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// `natter.css` becomes `natter.0123456789abcdef.css`.
fn served_name(name: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mut hash = String::with_capacity(16);
    for byte in &digest[..8] {
        // Writing into a string never fails.
        let _ = write!(hash, "{byte:02x}");
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn words_module() -> String {
    let words: BTreeMap<_, _> = WORDS.under("js.").into_iter().collect();
    format!("export default {};\n", serde_json::json!(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_import_each_other_as_they_are_served() {
        for (name, asset) in &ASSETS.by_served_name {
            let text = String::from_utf8_lossy(&asset.bytes);
            for part in text.split("from \"./").skip(1) {
                let import = part.split('"').next().unwrap_or_default();
                assert!(ASSETS.by_served_name.contains_key(import), "{name} imports {import}");
            }
        }
    }

    #[test]
    fn styles_and_scripts_stay_small() {
        let total = |extension: &str| -> usize {
            let assets = ASSETS.by_served_name.iter().filter(|(name, _)| name.ends_with(extension));
            assets.map(|(_, asset)| asset.bytes.len()).sum()
        };
        assert!(total(".css") < 40 * 1024, "{}", total(".css"));
        assert!(total(".js") < 60 * 1024, "{}", total(".js"));
    }

    #[test]
    fn scripts_lose_their_comments_and_nothing_else() {
        let script =
            "// a\n/** @type {X} */\nconst x = /** @type {Y} */ (1);\n\n  /**\n   * b\n   */\n  f(x); // c\n";

        assert_eq!(slim(script), "const x =  (1);\nf(x); // c\n");
        for name in Files::iter().filter(|name| name.ends_with(".js")) {
            let file = Files::get(&name).expect("embedded");
            let text = String::from_utf8_lossy(&file.data);
            assert_eq!(text.matches("/**").count(), text.matches("*/").count(), "{name}");
            let backticks = |line: &&str| line.matches('`').count() % 2 == 1;
            assert_eq!(text.lines().find(backticks), None, "{name}");
        }
    }

    #[test]
    fn a_name_follows_from_the_contents() {
        assert_ne!(served_name("a.css", b"x"), served_name("a.css", b"y"));
        assert!(served_name("a.css", b"x").ends_with(".css"));
    }
}
