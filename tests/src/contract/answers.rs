//! Holds one answer against the document.

use super::paths::Found;
use super::{Asked, Contract};
use crate::Answer;
use reqwest::Method;
use serde_json::Value;

/// What any request may meet, whatever it is about: the address is too long, too many at once, a fault, not now.
const ANYWHERE: [u16; 4] = [414, 429, 500, 503];

impl Contract {
    /// The operation that was answered; nothing where the document knows none. Fails the test when the answer is not
    /// as the document says.
    #[track_caller]
    pub(crate) fn hold(&self, asked: &Asked, answer: &Answer) -> Option<String> {
        self.check(asked, answer).unwrap_or_else(|wrong| {
            let body = String::from_utf8_lossy(&answer.bytes);
            panic!(
                "{} was not answered as the document says: {wrong}\n{} {:?}\n{body}",
                answer.call, answer.status, answer.headers
            )
        })
    }

    pub(super) fn check(&self, asked: &Asked, answer: &Answer) -> Result<Option<String>, String> {
        let id = answer.header("x-request-id").ok_or("no X-Request-Id")?;
        if answer.status >= 400 && asked.method != Method::HEAD {
            problem(answer, id)?;
        }
        match self.find(asked) {
            Found::Operation(name, operation) => {
                let response = operation["responses"].get(answer.status.to_string());
                let response = response.ok_or_else(|| format!("{} is no answer of {name}", answer.status))?;
                let response = self.resolved(response);
                headers(response, answer)?;
                self.body(&name, response, asked, answer)?;
                Ok(Some(name))
            }
            Found::Nowhere if answer.status == 404 => Ok(None),
            Found::OtherMethod(methods) if answer.status == 405 => {
                allow(&methods, answer)?;
                Ok(None)
            }
            _ if ANYWHERE.contains(&answer.status) => Ok(None),
            _ => Err("the document knows nothing of it".to_owned()),
        }
    }

    fn body(&self, name: &str, response: &Value, asked: &Asked, answer: &Answer) -> Result<(), String> {
        let kinds = response["content"].as_object();
        let Some(kinds) = kinds.filter(|_| asked.method != Method::HEAD) else {
            return if answer.bytes.is_empty() {
                Ok(())
            } else {
                Err("a body where there is none".to_owned())
            };
        };
        let kind = essence(answer);
        let Some(media) = kinds.get(kind).or_else(|| kinds.get("*/*")) else {
            return Err(format!("{kind:?} is no type of its body"));
        };
        if !kind.ends_with("json") || kinds.contains_key("*/*") {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(&answer.bytes).map_err(|error| error.to_string())?;
        self.fits(&format!("{name} {} {kind}", answer.status), &media["schema"], &value)
    }
}

/// What RFC 9457 and the API say of every refusal.
fn problem(answer: &Answer, id: &str) -> Result<(), String> {
    if essence(answer) != "application/problem+json" {
        return Err("a refusal that is no problem".to_owned());
    }
    if answer.body["request_id"] != id {
        return Err(format!("its request_id is not {id}"));
    }
    if answer.body["status"] != answer.status {
        return Err("its status is another one".to_owned());
    }
    let kind = answer.body["type"].as_str().unwrap_or_default();
    if !kind.starts_with("/problems/") || answer.body["title"].as_str().is_none_or(str::is_empty) {
        return Err("it does not name its kind".to_owned());
    }
    let names_fields = answer.body["errors"].as_array().is_some_and(|errors| !errors.is_empty());
    if names_fields != (answer.status == 422) {
        return Err("errors belong to 422, and 422 has some".to_owned());
    }
    Ok(())
}

fn headers(response: &Value, answer: &Answer) -> Result<(), String> {
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        match answer.header(name) {
            None if header["required"] == true => return Err(format!("no {name}")),
            Some(value) if header["schema"]["type"] == "integer" && value.parse::<u64>().is_err() => {
                return Err(format!("{name} is no number: {value}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// `Allow` names the methods of the path, and HEAD where there is GET.
fn allow(methods: &[String], answer: &Answer) -> Result<(), String> {
    let mut expected = methods.to_vec();
    if methods.iter().any(|method| method == "GET") {
        expected.push("HEAD".to_owned());
    }
    expected.sort();
    let mut allowed: Vec<_> = answer.header("allow").unwrap_or_default().split(", ").collect();
    allowed.sort_unstable();
    if allowed == expected { Ok(()) } else { Err(format!("Allow is {allowed:?}, not {expected:?}")) }
}

fn essence(answer: &Answer) -> &str {
    answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim()
}
