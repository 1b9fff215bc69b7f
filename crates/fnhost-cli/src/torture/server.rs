//! A server on loopback that misbehaves, by the path that is asked for.

use crate::setup;
use anyhow::Result;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{self, Write};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Bytes of zeros in the bomb; a run takes half of them.
const BOMB_BYTES: usize = 16 << 20;

/// The start of an answer that comes in chunks.
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// The longest head of a request that is read.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// Ends with the value.
pub(crate) struct Server {
    url: String,
    /// Dropped, it ends the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on a free port of loopback. Like a server on another machine it has a thread of its own, behind those that
    /// run events: what it does is not the host's doing.
    pub(crate) fn start() -> Result<Server> {
        let bombs = Arc::new(Bombs::new()?);
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("torture-server".to_owned()).spawn(move || {
            setup::yield_to_events();
            runtime.block_on(async move {
                tokio::select! {
                    () = accept(listener, bombs) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Server { url, stop: Some(stop), thread: Some(thread) })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // It has panicked, which was printed.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

async fn accept(listener: std::net::TcpListener, bombs: Arc<Bombs>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    while let Ok((connection, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        // Whoever breaks off is the function that is being tried.
        let bombs = bombs.clone();
        connections.spawn(async move { drop(serve(connection, &bombs).await) });
    }
}

/// Answers the requests of a connection until one is answered badly.
async fn serve(mut connection: TcpStream, bombs: &Bombs) -> io::Result<()> {
    let mut head = Vec::new();
    loop {
        while !head.windows(4).any(|window| window == b"\r\n\r\n") {
            if connection.read_buf(&mut head).await? == 0 || head.len() > HEAD_BYTES_MAX {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        head.clear();
        match text.split(' ').nth(1).unwrap_or_default() {
            "/" => answer(&mut connection, "ok").await?,
            "/host" => answer(&mut connection, &text).await?,
            "/bomb" => explode(&mut connection, "gzip", &bombs.gzip).await?,
            "/deflate-bomb" => explode(&mut connection, "deflate", &bombs.deflate).await?,
            "/double-bomb" => explode(&mut connection, "gzip, gzip", &bombs.double).await?,
            path => return misbehave(&mut connection, path).await,
        }
    }
}

async fn answer(connection: &mut TcpStream, body: &str) -> io::Result<()> {
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    connection.write_all(answer.as_bytes()).await
}

async fn explode(connection: &mut TcpStream, encoding: &str, bomb: &[u8]) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", bomb.len());
    connection.write_all(&[head.as_bytes(), bomb].concat()).await
}

async fn misbehave(connection: &mut TcpStream, path: &str) -> io::Result<()> {
    let redirect =
        |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    match path {
        "/endless" => without_end(connection, "HTTP/1.1 200 OK\r\n\r\n", &b"x".repeat(16 << 10), Duration::ZERO).await,
        "/trickle" => without_end(connection, "HTTP/1.1 200 OK\r\n\r\n", b"x", Duration::from_secs(1)).await,
        "/trickling-headers" => {
            without_end(connection, "HTTP/1.1 200 OK\r\n", b"x: y\r\n", Duration::from_secs(1)).await
        }
        "/headers" => {
            without_end(connection, "HTTP/1.1 200 OK\r\n", &b"x: y\r\n".repeat(1 << 10), Duration::ZERO).await
        }
        "/long-header" => {
            without_end(connection, "HTTP/1.1 200 OK\r\nx: ", &b"x".repeat(16 << 10), Duration::ZERO).await
        }
        "/small-chunks" => without_end(connection, CHUNKED, &b"1\r\nx\r\n".repeat(1 << 10), Duration::ZERO).await,
        "/extension" => {
            without_end(connection, &format!("{CHUNKED}1;x="), &b"x".repeat(16 << 10), Duration::ZERO).await
        }
        "/trailers" => {
            without_end(connection, &format!("{CHUNKED}0\r\n"), &b"x: y\r\n".repeat(1 << 10), Duration::ZERO).await
        }
        "/trickling-gzip" => {
            connection
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\x03")
                .await?;
            // The name of a file, which goes on and on.
            without_end(connection, "", b"x", Duration::from_secs(1)).await
        }
        "/continue" => without_end(connection, "", b"HTTP/1.1 100 Continue\r\n\r\n", Duration::ZERO).await,
        // Neither says anything; they hear when the other side goes away.
        "/silent" | "/reads" => {
            let mut read = vec![0; 16 << 10];
            while connection.read(&mut read).await? > 0 {}
            Ok(())
        }
        "/circle" => connection.write_all(redirect("/circle").as_bytes()).await,
        "/metadata" => connection.write_all(redirect("http://169.254.169.254/latest/meta-data/").as_bytes()).await,
        "/file" => connection.write_all(redirect("file:///etc/passwd").as_bytes()).await,
        "/garbage" => connection.write_all(b"SSH-2.0-none\r\n\r\n").await,
        "/early" => connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nten bytes.").await,
        "/chunk" => {
            let answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n0\r\n\r\n";
            connection.write_all(answer).await
        }
        "/length" => connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nx").await,
        _ => Ok(()),
    }
}

/// Writes `start`, and then `again` without end, with a pause each time.
async fn without_end(connection: &mut TcpStream, start: &str, again: &[u8], pause: Duration) -> io::Result<()> {
    connection.write_all(start.as_bytes()).await?;
    loop {
        connection.write_all(again).await?;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

/// Bytes that become a thousand times as many.
struct Bombs {
    gzip: Vec<u8>,
    deflate: Vec<u8>,
    /// Compressed twice.
    double: Vec<u8>,
}

impl Bombs {
    fn new() -> io::Result<Bombs> {
        let zeros = vec![0; BOMB_BYTES];
        let gzip = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes)?;
            encoder.finish()
        };
        let mut deflate = ZlibEncoder::new(Vec::new(), Compression::fast());
        deflate.write_all(&zeros)?;
        let once = gzip(&zeros)?;
        Ok(Bombs { double: gzip(&once)?, gzip: once, deflate: deflate.finish()? })
    }
}
