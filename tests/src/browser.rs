//! A person at a real Chromium.

use crate::{PATIENCE, left_out};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Names the ChromeDriver to use; else the usual place is looked at.
const CHROMEDRIVER: &str = "NATTER_TEST_CHROMEDRIVER";
/// Names the browser to use; else ChromeDriver looks for one.
const CHROMIUM: &str = "NATTER_TEST_CHROMIUM";

/// The browser cannot call us back: it is asked again and again.
const ASKED_EVERY: Duration = Duration::from_millis(25);

/// A headless Chromium with a profile of its own; it ends when this is dropped.
///
/// Finding waits for what script may still be making, up to [`PATIENCE`].
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Driver,
    session: String,
    /// Cookies, caches, storage.
    _profile: TempDir,
}

impl Browser {
    /// Starts one of 1280 by 900 pixels, or says that the test is left out because there is no ChromeDriver.
    pub async fn start() -> Option<Self> {
        Self::with_preferences(json!({})).await
    }

    /// The same with JavaScript turned off.
    pub async fn without_javascript() -> Option<Self> {
        Self::with_preferences(json!({"profile.managed_default_content_settings.javascript": 2})).await
    }

    async fn with_preferences(preferences: Value) -> Option<Self> {
        let driver = Driver::start(&driver_program()?).await;
        let profile =
            tempfile::Builder::new().prefix("natter-browser-").tempdir().expect("a temporary folder");
        let capabilities = capabilities(profile.path(), &preferences);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().expect("an object").clone());
        let client =
            builder.connect(&driver.url()).await.unwrap_or_else(|error| panic!("no browser: {error}"));
        let session = client.session_id().await.expect("a session").expect("it has an id");
        Some(Self { client, driver, session, _profile: profile })
    }

    /// The WebDriver client, for everything that has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a URL.
    pub async fn visit(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// The path of the page that is open.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("a page is open").path().to_owned()
    }

    /// The first element that the CSS selector finds, as soon as there is one.
    pub async fn find(&self, css: &str) -> Element {
        self.wait(css, Locator::Css(css)).await
    }

    /// The field with this label, as soon as there is one.
    pub async fn field(&self, label: &str) -> Element {
        let label = quoted(label);
        let xpath = format!(
            "//*[@id=//label[normalize-space()={label}]/@for] | //label[contains(normalize-space(),{label})]\
             //*[self::input or self::textarea or self::select] | //*[@aria-label={label}][self::input or self::textarea]"
        );
        self.wait(&xpath, Locator::XPath(&xpath)).await
    }

    /// Types into the field with this label, in place of what stood there.
    pub async fn type_into(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("it can be cleared");
        field.send_keys(text).await.expect("it takes text");
    }

    /// Clicks the first element that the CSS selector finds.
    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses the button, or follows the link, that says this.
    pub async fn press(&self, says: &str) {
        let says = quoted(says);
        let xpath = format!(
            "(//button | //a)[normalize-space()={says} or @aria-label={says}] | //input[@type='submit'][@value={says}]"
        );
        let button = self.wait(&xpath, Locator::XPath(&xpath)).await;
        button.click().await.unwrap_or_else(|error| panic!("{says}: {error}"));
    }

    /// Waits until an element that the CSS selector finds shows this text.
    pub async fn see(&self, css: &str, text: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some(e => e.innerText.includes(arguments[1]))";
        self.until(&format!("{text:?} in {css}"), script, vec![json!(css), json!(text)]).await;
    }

    /// The texts of all elements that the CSS selector finds now.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())";
        let texts = self.run(script, vec![json!(css)]).await;
        texts
            .as_array()
            .expect("a list")
            .iter()
            .map(|text| text.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Waits until the script returns true; `what` says what was missed should it not.
    pub async fn until(&self, what: &str, script: &str, arguments: Vec<Value>) {
        let seen = self.poll(async || self.run(script, arguments.clone()).await == json!(true)).await;
        if !seen {
            panic!("{what} was not seen within {PATIENCE:?} on {}", self.shown().await);
        }
    }

    /// Runs a script in the page; what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Makes the page this many pixels wide and high, also narrower than a window can be.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Shows pages as with the system set to dark, or to light.
    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Takes the network away, or gives it back: `navigator.onLine`, and all new requests.
    ///
    /// A socket that is open may live on; to hang that up as well, visit the server over a
    /// [`Cable`](crate::Cable).
    pub async fn offline(&self, offline: bool) {
        let conditions =
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// Writes what is seen as a PNG.
    pub async fn screenshot(&self, file: impl AsRef<Path>) {
        let png = self.client.screenshot().await.expect("a picture");
        std::fs::write(file, png).expect("it can be written");
    }

    /// What scripts and failed requests wrote to the console since the last look: a clean page leaves nothing.
    pub async fn console(&self) -> Vec<Value> {
        let lines = self.command("se/log", json!({"type": "browser"})).await;
        lines.as_array().cloned().unwrap_or_default()
    }

    /// Gives a command of the Chrome DevTools protocol; its result.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({"cmd": command, "params": parameters})).await
    }

    /// A command of ChromeDriver's own, beside WebDriver.
    async fn command(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/session/{}/{path}", self.driver.url(), self.session);
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let response = client.post(url).json(&body).send().await.expect("ChromeDriver answers");
        let answer: Value = response.json().await.expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }

    async fn wait(&self, what: &str, locator: Locator<'_>) -> Element {
        match self.client.wait().at_most(PATIENCE).every(ASKED_EVERY).for_element(locator).await {
            Ok(element) => element,
            Err(error) => panic!("{what} was not found ({error}) on {}", self.shown().await),
        }
    }

    /// The page, for the message of a test that fails.
    async fn shown(&self) -> String {
        let text =
            self.client.execute("return location.href + '\\n' + document.body.innerText", vec![]).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    async fn poll(&self, is_so: impl AsyncFn() -> bool) -> bool {
        let asked = async {
            while !is_so().await {
                tokio::time::sleep(ASKED_EVERY).await;
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.is_ok()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.end_session(&self.session);
    }
}

/// A ChromeDriver of our own; it and what it started are killed when it is dropped.
#[derive(Debug)]
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    async fn start(program: &Path) -> Self {
        let mut command = Command::new(program);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.process_group(0).kill_on_drop(true).spawn().expect("ChromeDriver starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let started = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    return port.trim_end_matches('.').parse().ok();
                }
            }
            None
        };
        let port =
            crate::soon("the start of ChromeDriver", started).await.expect("ChromeDriver names its port");
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { process, port }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Closes the browser. By hand, since nothing can be awaited where this is needed.
    fn end_session(&self, session: &str) {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let request =
            format!("DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let _ = stream.write_all(request.as_bytes());
        // The answer comes once the browser is closed.
        let _ = stream.read(&mut [0; 512]);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Where ChromeDriver is; nothing, and a word about it, when it is nowhere.
fn driver_program() -> Option<PathBuf> {
    let named = std::env::var_os(CHROMEDRIVER).map(PathBuf::from);
    let usual = || Some(PathBuf::from("/usr/bin/chromedriver")).filter(|program| program.is_file());
    let found = named.or_else(usual);
    if found.is_none() {
        left_out("", &format!("ChromeDriver ({CHROMEDRIVER}; `cargo xtask test` brings it)"));
    }
    found
}

fn capabilities(profile: &Path, preferences: &Value) -> Value {
    let mut options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1280,900", "--lang=en", format!("--user-data-dir={}", profile.display()),
        ],
        "prefs": preferences,
    });
    if let Ok(browser) = std::env::var(CHROMIUM) {
        options["binary"] = json!(browser);
    }
    json!({"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}})
}

/// A text in XPath, which knows no escapes.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "a label with a quotation mark");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const PAGE: &str = "<title>no script</title><label for=n>Name</label><input id=n><label>Text <textarea></textarea></label>\
        <button>Go on</button><p></p><script>document.title = 'script'; document.querySelector('button').onclick = () => setTimeout(() => {\
        document.querySelector('p').innerText = document.querySelector('input').value + navigator.onLine }, 50)</script>";

    /// Answers every request with the page.
    async fn serve() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
                    let answer = format!("{head}Content-Length: {}\r\n\r\n{PAGE}", PAGE.len());
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        url
    }

    #[tokio::test]
    async fn a_person_types_presses_and_sees_also_offline() {
        let Some(browser) = Browser::start().await else { return };
        browser.visit(&serve().await).await;

        assert_eq!(browser.client().title().await.unwrap(), "script");
        browser.type_into("Name", "Ada").await;
        browser.type_into("Text", "Soup").await;
        browser.press("Go on").await;
        browser.see("p", "Adatrue").await;

        browser.offline(true).await;
        browser.press("Go on").await;
        browser.see("p", "Adafalse").await;

        browser.offline(false).await;
        browser.resize(390, 844).await;
        assert_eq!(browser.run("return innerWidth", vec![]).await, 390);
        browser.dark(true).await;
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(browser.run(dark, vec![]).await, true);
    }

    #[tokio::test]
    async fn script_can_be_turned_off() {
        let Some(browser) = Browser::without_javascript().await else { return };
        browser.visit(&serve().await).await;

        assert_eq!(browser.client().title().await.unwrap(), "no script");
    }

    #[tokio::test]
    async fn nothing_is_left_running() {
        let Some(browser) = Browser::start().await else { return };
        let profile = browser._profile.path().to_owned();
        assert!(!processes_naming(&profile).is_empty());

        drop(browser);

        assert_eq!(processes_naming(&profile), Vec::<String>::new());
    }

    fn processes_naming(path: &Path) -> Vec<String> {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let commands =
            processes.filter_map(|process| std::fs::read_to_string(process.path().join("cmdline")).ok());
        commands.filter(|command| command.contains(path.to_str().unwrap())).collect()
    }
}
