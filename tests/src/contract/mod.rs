//! What the program's own OpenAPI document promises, held against everything it answers in any test.
//!
//! The document is asked of a server of its own, once per test process, so that no test has its requests counted.

mod answers;
mod closing;
mod paths;
#[cfg(test)]
mod tests;

use crate::Server;
use jsonschema::Validator;
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

pub(crate) use paths::Asked;

/// The document of the program under test.
#[derive(Debug)]
pub struct Contract {
    document: Value,
    /// All schemas, in a form in which they allow nothing that they don't name.
    schemas: Value,
    /// Made when first needed, by where in the document the schema stands.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The contract of the program under test.
pub async fn contract() -> &'static Contract {
    static CONTRACT: OnceCell<Contract> = OnceCell::const_new();
    CONTRACT.get_or_init(ask).await
}

async fn ask() -> Contract {
    let server = Server::start().await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let answer = client.get(server.url("/api/openapi.json")).send().await.expect("an answer");
    Contract::new(answer.json().await.expect("a document of JSON"))
}

impl Contract {
    /// Of what the document says.
    pub(crate) fn new(document: Value) -> Self {
        let schemas = closing::closed_all(&document["components"]["schemas"]);
        Self { document, schemas, validators: Mutex::default() }
    }

    /// The document itself.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// All operations, such as `GET /chats/{id}`, in the order of the document.
    pub fn operations(&self) -> Vec<(String, String)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let of = |(path, item): (&String, &Value)| {
            let methods = item.as_object().expect("a path has methods").keys();
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        };
        paths.iter().flat_map(of).collect()
    }

    /// What a method on a path of the document says of itself.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        self.document["paths"].get(path)?.get(method.to_lowercase())
    }

    /// Fails the test when a frame from the server is not as the document says.
    #[track_caller]
    pub(crate) fn hold_frame(&self, frame: &Value) {
        let schema = &self.document["paths"]["/live"]["get"]["x-frames-from-server"];
        if let Err(wrong) = self.fits("a frame", schema, frame) {
            panic!("a frame is not as the document says: {wrong}\n{frame}");
        }
    }

    /// Whether a value is all that a schema asks for and nothing else; `place` tells schemas apart.
    fn fits(&self, place: &str, schema: &Value, value: &Value) -> Result<(), String> {
        let validator = self.validator(place, schema);
        let wrong: Vec<_> = validator
            .iter_errors(value)
            .map(|error| format!("{error} ({})", error.instance_path()))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    fn validator(&self, place: &str, schema: &Value) -> Arc<Validator> {
        let mut known = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = known.get(place) {
            return validator.clone();
        }
        let mut root = closing::closed(schema);
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["components"] = json!({"schemas": self.schemas});
        let validator = jsonschema::options().should_validate_formats(true).build(&root);
        let validator = validator.unwrap_or_else(|error| panic!("the schema of {place}: {error}"));
        known.entry(place.to_owned()).or_insert(Arc::new(validator)).clone()
    }

    /// What a reference of the document stands for; anything else is what it is.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        let pointer = reference.trim_start_matches('#');
        self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }
}
