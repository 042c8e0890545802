//! A browser without script: pages, forms and cookies.

use crate::{PASSWORD, Page};
use reqwest::multipart::{Form as Multipart, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};

/// One person's browser; it keeps cookies and does not follow redirects by itself.
#[derive(Clone, Debug)]
pub struct Site {
    client: Client,
    /// Scheme, host and port; also its `Origin`.
    base: String,
}

impl Site {
    /// A fresh browser for the site at `base`, such as `http://127.0.0.1:9000`.
    pub fn at(base: &str) -> Self {
        let client = Client::builder().no_proxy().cookie_store(true).redirect(Policy::none()).build();
        Self { client: client.expect("a client"), base: base.to_owned() }
    }

    /// Makes an account with [`PASSWORD`] by the form; one is signed in then.
    pub async fn sign_up(&self, username: &str) -> &Self {
        self.fill("/signup", "Sign up", &[("username", username), ("password", PASSWORD)]).await.expect(303);
        self
    }

    /// Signs in with [`PASSWORD`] by the form.
    pub async fn sign_in(&self, username: &str) -> &Self {
        self.fill("/login", "Sign in", &[("username", username), ("password", PASSWORD)]).await.expect(303);
        self
    }

    /// Opens a path.
    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path)).await
    }

    /// Opens a path, and whatever it leads to.
    pub async fn open(&self, path: &str) -> Page {
        let mut page = self.get(path).await;
        for _ in 0..5 {
            if !(300..400).contains(&page.status) {
                return page;
            }
            page = self.get(&page.location()).await;
        }
        panic!("{path} leads in circles");
    }

    /// Posts form fields to a path, as the site's own page would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// Opens a path, types `typed` into the form whose button says `button`, and presses it.
    pub async fn fill(&self, path: &str, button: &str, typed: &[(&str, &str)]) -> Page {
        let page = self.open(path).await;
        self.submit(&page, button, typed).await
    }

    /// Types `typed` into the form of the page whose button says `button`, and presses it. What is not typed
    /// is sent as it stands. A field that the form does not have fails the test.
    pub async fn submit(&self, page: &Page, button: &str, typed: &[(&str, &str)]) -> Page {
        let mut form = page.form(button);
        for (name, value) in typed {
            let field = form.fields.iter_mut().find(|(field, _)| field == name);
            let Some(field) = field else {
                panic!("the form {button:?} of {} has no field {name:?}", page.path)
            };
            (*value).clone_into(&mut field.1);
        }
        let request = match form.method.as_str() {
            "post" => self.request(Method::POST, &form.action).form(&form.fields),
            _ => self.request(Method::GET, &form.action).query(&form.fields),
        };
        self.send(request).await
    }

    /// Posts one file as a form with a file input does.
    pub async fn upload(&self, path: &str, field: &str, filename: &str, bytes: Vec<u8>) -> Page {
        let part = Part::bytes(bytes).file_name(filename.to_owned());
        let form = Multipart::new().part(field.to_owned(), part);
        self.send(self.request(Method::POST, path).multipart(form)).await
    }

    /// A request with this browser's cookies, and for a write its `Origin`; to be shaped further and
    /// [sent](Self::send).
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let writes = method != Method::GET && method != Method::HEAD;
        let request = self.request_from_nowhere(method, path);
        if writes { request.header("Origin", &self.base) } else { request }
    }

    /// A request with this browser's cookies that does not say where it comes from.
    pub fn request_from_nowhere(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: RequestBuilder) -> Page {
        let request = request.build().expect("a request");
        let path = request.url().path().to_owned();
        let response =
            self.client.execute(request).await.unwrap_or_else(|error| panic!("no answer: {error:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let html = response.text().await.expect("a body");
        Page { path, status, headers, html }
    }
}
