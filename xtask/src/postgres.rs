//! A PostgreSQL of our own: on a free port, in a temporary folder, gone when it is dropped.

use crate::command;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_secs(60);

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Never: for tests.
    None,
    /// Always, as in production: for measurements.
    Full,
}

/// A running server; dropping it stops it and removes its data.
pub struct PrivatePostgres {
    server: Child,
    url: String,
    /// Lives as long as the server; declared after it, so that it is removed last.
    _folder: TempDir,
}

impl PrivatePostgres {
    /// Makes a database cluster and starts it on a free port of 127.0.0.1, with a password made for it.
    pub fn start(durability: Durability) -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("natter-postgres-").tempdir()?;
        let user = ServerUser::for_this_process()?;
        user.give(folder.path())?;
        let password = password()?;
        init(&programs, &user, folder.path(), &password)?;
        let port = free_port()?;
        let server = spawn(&programs, &user, folder.path(), port, durability)?;
        let url = format!("postgres://natter:{password}@127.0.0.1:{port}/postgres");
        let mut postgres = Self { server, url, _folder: folder };
        postgres.wait_until_ready(&programs, port)?;
        Ok(postgres)
    }

    /// Where a superuser connects, with the password in it: tests make databases of their own here.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_ready(&mut self, programs: &Path, port: u16) -> Result<()> {
        let (pg_isready, port) = (programs.join("pg_isready"), port.to_string());
        let begun = Instant::now();
        while !command::works(&pg_isready.to_string_lossy(), &["-q", "-h", "127.0.0.1", "-p", &port]) {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at its start: {status}\n{}", self.log());
            }
            if begun.elapsed() > READY_WITHIN {
                bail!("PostgreSQL was not ready within {READY_WITHIN:?}\n{}", self.log());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(log_file(self._folder.path())).unwrap_or_default()
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // "Immediate": its data is thrown away, so that nothing needs writing.
        let asked = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// The folder of the newest installed PostgreSQL's programs. Debian keeps them off the `PATH`.
pub fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|version| {
            Some((version.file_name().to_str()?.parse::<u32>().ok()?, version.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").is_file())
        .max();
    let on_path = || Some(command::find(&["initdb"])?.canonicalize().ok()?.parent()?.to_path_buf());
    newest.map(|(_, programs)| programs).or_else(on_path).context("PostgreSQL (initdb) is not installed")
}

/// Who the server runs as: PostgreSQL refuses to run as root.
struct ServerUser {
    /// Set when this process is root: the name, user id and group id to step down to.
    other: Option<(&'static str, u32, u32)>,
}

impl ServerUser {
    fn for_this_process() -> Result<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self { other: None });
        }
        let name = if command::works("id", &["postgres"]) { "postgres" } else { "nobody" };
        Ok(Self { other: Some((name, id(&["-u", name])?, id(&["-g", name])?)) })
    }

    fn give(&self, path: &Path) -> Result<()> {
        if let Some((name, user, group)) = self.other {
            chown(path, Some(user), Some(group))
                .with_context(|| format!("cannot give {} to {name}", path.display()))?;
        }
        Ok(())
    }

    /// The program as this user. Where `setpriv` (util-linux) is there, it also dies with this process.
    fn command(&self, program: &Path) -> Command {
        let setpriv = command::find(&["setpriv", "/usr/bin/setpriv"]);
        let mut command = match (setpriv, self.other) {
            (Some(setpriv), None) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
                command
            }
            (Some(setpriv), Some((_, user, group))) => {
                let mut command = Command::new(setpriv);
                command.args(["--reuid", &user.to_string(), "--regid", &group.to_string()]);
                command.args(["--clear-groups", "--pdeathsig", "QUIT", "--"]).arg(program);
                command
            }
            (None, Some((_, user, group))) => {
                let mut command = Command::new(program);
                command.uid(user).gid(group);
                command
            }
            (None, None) => Command::new(program),
        };
        // The folder we were started in may be closed to that user.
        command.current_dir("/").process_group(0).stdin(Stdio::null());
        command
    }
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output().context("cannot run `id`")?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .with_context(|| format!("`id {}`", arguments.join(" ")))
}

fn init(programs: &Path, user: &ServerUser, folder: &Path, password: &str) -> Result<()> {
    let password_file = folder.join("password");
    std::fs::write(&password_file, password)?;
    std::fs::set_permissions(&password_file, std::fs::Permissions::from_mode(0o600))?;
    user.give(&password_file)?;
    let mut initdb = user.command(&programs.join("initdb"));
    initdb.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(&password_file);
    initdb.args(["--username=natter", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    let output = initdb.output().context("cannot run initdb")?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn spawn(
    programs: &Path,
    user: &ServerUser,
    folder: &Path,
    port: u16,
    durability: Durability,
) -> Result<Child> {
    let mut postgres = user.command(&programs.join("postgres"));
    postgres.arg("-D").arg(folder.join("data"));
    let port = format!("port={port}");
    let mut settings =
        vec!["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", &port];
    if durability == Durability::None {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    for setting in settings {
        postgres.args(["-c", setting]);
    }
    let log = File::create(log_file(folder))?;
    postgres.stdout(log.try_clone()?).stderr(log).spawn().context("cannot start PostgreSQL")
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Keeps other users of this machine from becoming superuser of the database, and so its operating system user.
fn password() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
