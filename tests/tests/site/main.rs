//! The site without script, from outside; the modules follow its paths.

mod accounts;
mod chats;
mod safety;

use tests::{Server, Site};

/// A server that is set up: its admin is made, so that signing up makes members.
async fn with_admin(server: &Server) -> &Server {
    server.create_admin("root").await;
    server
}

/// Someone with an account, signed in.
async fn person(server: &Server, username: &str) -> Site {
    let site = server.site();
    site.sign_up(username).await;
    site
}
