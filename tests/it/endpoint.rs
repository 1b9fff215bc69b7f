//! Endpoints on loopback, for functions to send their requests to.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// A request that came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    /// In the order in which they came, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }
}

/// An endpoint that lives as long as this value.
pub(crate) struct Endpoint {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<Mutex<usize>>,
    _tasks: JoinSet<()>,
}

impl Endpoint {
    /// Answers every request as `answer` says.
    pub(crate) async fn http<A, F>(answer: A) -> Endpoint
    where
        A: Fn(Received) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
    {
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (answer, log) = (Arc::new(answer), received.clone());
        let serve = move |stream: TcpStream| {
            let (answer, log) = (answer.clone(), log.clone());
            async move {
                let service = service_fn(|request| {
                    let (answer, log) = (answer.clone(), log.clone());
                    async move {
                        let received = receive(request).await;
                        log.lock().unwrap().push(received.clone());
                        Ok::<_, Infallible>(answer(received).await)
                    }
                });
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            }
        };
        Endpoint::start(received, serve).await
    }

    /// Answers every request with 200 and `body`.
    pub(crate) async fn saying(body: &'static str) -> Endpoint {
        Endpoint::http(move |_| async move { Response::new(Full::from(body)) }).await
    }

    /// Answers every request with `status` and the text `body`.
    pub(crate) async fn status(status: u16, body: &'static str) -> Endpoint {
        Endpoint::http(move |_| async move { Response::builder().status(status).body(Full::from(body)).unwrap() }).await
    }

    /// Reads what comes until an empty line, then writes `bytes` and closes.
    pub(crate) async fn raw(bytes: &'static [u8]) -> Endpoint {
        Endpoint::start(Arc::default(), move |mut stream: TcpStream| async move {
            let mut head = Vec::new();
            while !head.windows(4).any(|window| window == b"\r\n\r\n") {
                match stream.read_buf(&mut head).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                }
            }
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
        })
        .await
    }

    /// Does with each connection what `serve` does.
    pub(crate) async fn start<S, F>(received: Arc<Mutex<Vec<Received>>>, serve: S) -> Endpoint
    where
        S: Fn(TcpStream) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections: Arc<Mutex<usize>> = Arc::default();
        let count = connections.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut serving = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                *count.lock().unwrap() += 1;
                serving.spawn(serve(stream));
            }
        });
        Endpoint { port, received, connections, _tasks: tasks }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What came so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

/// A port of loopback that stays taken and where nobody listens.
pub(crate) struct Refusing {
    _socket: TcpSocket,
    port: u16,
}

impl Refusing {
    pub(crate) fn new() -> Refusing {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let port = socket.local_addr().unwrap().port();
        Refusing { _socket: socket, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

async fn receive(request: Request<Incoming>) -> Received {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map_or_else(|error| error.to_string(), |body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Received { method: head.method.to_string(), path: head.uri.to_string(), headers: headers.collect(), body }
}
