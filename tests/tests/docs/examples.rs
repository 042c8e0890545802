//! The examples of docs/api.md, as their readers find them.

use std::path::Path;

/// A fenced block of code.
pub struct Example {
    /// What the comment above it calls it: a file such as `bot.py`, or a step of a story such as `curl/talk`.
    pub name: String,
    /// The word after its fence.
    pub language: String,
    pub code: String,
}

impl Example {
    /// The file, or the story that it is a step of.
    pub fn story(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Whether it can be run, rather than read only.
    pub fn is_a_program(&self) -> bool {
        !matches!(self.language.as_str(), "" | "json")
    }
}

/// All of them, in their order.
pub fn all() -> Vec<Example> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    in_page(&std::fs::read_to_string(page).expect("docs/api.md"))
}

/// The steps of a story, in their order.
pub fn steps(story: &str) -> Vec<Example> {
    let steps: Vec<_> = all().into_iter().filter(|example| example.story() == story).collect();
    assert!(!steps.is_empty(), "docs/api.md has no example of {story}");
    steps
}

fn in_page(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut name = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(comment) = line.strip_prefix("<!-- example: ") {
            name = comment.trim_end_matches("-->").trim().to_owned();
        } else if let Some(language) = line.strip_prefix("```") {
            let code = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            examples.push(Example { name, language: language.to_owned(), code: code.collect() });
            name = String::new();
        }
    }
    examples
}
