//! The real daemon: started in a folder of its own on a port that the system chooses, sent events,
//! watched through its ledger, stopped or killed, started again. What it should do is elsewhere.

use crate::command::Folder;
use fnhost_queue::{Attempt, Delivery, Ledger, Selection, State};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// For anything to happen that the tests wait for.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// For the first line: functions are built before it, with cold caches on a busy machine.
const START_MAX: Duration = Duration::from_secs(120);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Sends the event's `messageId` to `settings.url`, and throws unless the answer is in the 200s.
pub(crate) const FORWARD: &str = "async function onTrack(event, settings) {
  const res = await fetch(settings.url, { method: 'POST', body: event.messageId });
  if (!res.ok) throw new Error(`answered ${res.status}`);
}";

/// A daemon in a folder with `fnhost.toml`, `functions/` and `data/`. Dropping it kills the process.
pub(crate) struct Daemon {
    folder: Arc<Folder>,
    environment: Vec<(String, String)>,
    running: Option<Running>,
    client: Client,
    /// The log of all starts.
    log: Arc<Mutex<String>>,
}

/// The process, and the threads that read what it says.
struct Running {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    /// What it wrote to standard output after the first line.
    stdout: Arc<Mutex<String>>,
}

/// Sends requests to a daemon, under its new address after a restart.
#[derive(Clone)]
pub(crate) struct Client {
    address: Arc<Mutex<SocketAddr>>,
    write_key: String,
}

/// An answer, read to its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Daemon {
    /// Writes `config` and `functions`, pairs of file name and source, into a new folder and starts there.
    pub(crate) fn start(config: &str, functions: &[(&str, &str)]) -> Daemon {
        Daemon::start_with(config, functions, &[])
    }

    /// As [`Daemon::start`], with `environment`.
    pub(crate) fn start_with(config: &str, functions: &[(&str, &str)], environment: &[(&str, &str)]) -> Daemon {
        let mut daemon = Daemon::prepare(config, functions);
        daemon.environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        daemon.restart();
        daemon
    }

    /// Everything but the start.
    pub(crate) fn prepare(config: &str, functions: &[(&str, &str)]) -> Daemon {
        let folder = Folder::with(&[("fnhost.toml", config)]);
        std::fs::create_dir(folder.path("functions")).unwrap();
        for (name, source) in functions {
            std::fs::write(folder.path("functions").join(name), source).unwrap();
        }
        let client = Client { address: Arc::new(Mutex::new(([127, 0, 0, 1], 0).into())), write_key: "key".to_owned() };
        Daemon { folder: Arc::new(folder), environment: Vec::new(), running: None, client, log: Arc::default() }
    }

    /// Another daemon for the same folder; not started.
    pub(crate) fn beside(&self) -> Daemon {
        let client = Client { address: Arc::new(Mutex::new(self.address())), ..self.client() };
        let (folder, environment) = (self.folder.clone(), self.environment.clone());
        Daemon { folder, environment, running: None, client, log: Arc::default() }
    }

    /// Starts the process, which must not be running, on the data that is there.
    pub(crate) fn restart(&mut self) {
        self.try_start().unwrap_or_else(|refusal| panic!("the daemon does not start:\n{refusal}"));
    }

    /// As [`Daemon::restart`]; exit code and output of a daemon that does not start.
    pub(crate) fn try_start(&mut self) -> Result<(), String> {
        self.try_start_with("--listen 127.0.0.1:0 --data data")
    }

    /// As [`Daemon::try_start`], with these arguments for what is not the configuration file.
    pub(crate) fn try_start_with(&mut self, arguments: &str) -> Result<(), String> {
        assert!(self.running.is_none(), "it is running");
        let mut command = self.folder.command(&format!("serve --config fnhost.toml {arguments}"));
        command.env_remove("FNHOST_LOG");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn().unwrap();
        let (first_line, first) = mpsc::channel();
        let stdout: Arc<Mutex<String>> = Arc::default();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let rest = stdout.clone();
        let reading_stdout = std::thread::spawn(move || {
            let mut line = String::new();
            let _ = lines.read_line(&mut line);
            let _ = first_line.send(line);
            read_into(lines, &rest);
        });
        let (stderr, log) = (child.stderr.take().unwrap(), self.log.clone());
        let log_start = self.log().len();
        let reading_stderr = std::thread::spawn(move || read_into(BufReader::new(stderr), &log));
        self.running = Some(Running { child, readers: vec![reading_stdout, reading_stderr], stdout });
        let first =
            first.recv_timeout(START_MAX).unwrap_or_else(|_| panic!("it says nothing; its log:\n{}", self.log()));
        let Some(address) = first.strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix('\n')) else {
            let (status, stdout) = self.exited();
            return Err(format!("{}\n{first}{stdout}{}", code(status), &self.log()[log_start..]));
        };
        *self.client.address.lock().unwrap() = address.parse().unwrap();
        Ok(())
    }

    /// Sends the process a signal, `TERM` or `HUP` say.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.pid());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success(), "{kill}");
    }

    pub(crate) fn pid(&self) -> u32 {
        self.running.as_ref().expect("it is running").child.id()
    }

    /// Ends the process as a crash would, with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.running.as_mut().expect("it is running").child.kill().unwrap();
        self.exited();
    }

    /// Stops the process with SIGTERM: it ends with 0, and leaves a ledger that adds up.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        let (status, stdout) = self.exited();
        assert_eq!(code(status), "exit 0", "the log:\n{}", self.log());
        assert_eq!(stdout, "", "the first line is the only one");
        self.audit();
    }

    /// Waits for the process to end; how it did, and what it wrote to standard output after the first line.
    pub(crate) fn exited(&mut self) -> (ExitStatus, String) {
        let running = self.running.as_mut().expect("it is running");
        let status =
            until("the daemon ends", || running.child.try_wait().unwrap().ok_or_else(|| "it is running".to_owned()));
        let running = self.running.take().expect("it was running");
        running.readers.into_iter().for_each(|reader| reader.join().unwrap());
        (status, running.stdout.lock().unwrap().clone())
    }

    /// Fails unless the ledger's totals and rows agree.
    pub(crate) fn audit(&self) {
        assert_eq!(self.ledger().audit().unwrap(), [""; 0]);
    }

    /// What it has written to standard error.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log has `text` after what it has up to `after`, a length of it.
    pub(crate) fn until_logged(&self, text: &str, after: usize) {
        until(text, || if self.log()[after..].contains(text) { Ok(()) } else { Err(self.log()) });
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Writes a file of the folder, all of it at once for whoever reads it.
    pub(crate) fn write(&self, name: &str, content: &str) {
        let new = self.folder.path("new");
        std::fs::write(&new, content).unwrap();
        std::fs::rename(new, self.folder.path(name)).unwrap();
    }

    pub(crate) fn address(&self) -> SocketAddr {
        *self.client.address.lock().unwrap()
    }

    /// A client with the write key `key`.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// The ledger; it can be read beside the process, and without it.
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::open(&self.folder.path("data")).unwrap()
    }

    /// All deliveries, the oldest first.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        deliveries(&self.ledger())
    }

    /// Posts `events` in one request, which must be accepted.
    pub(crate) fn post(&self, events: &[Value]) {
        let body = serde_json::json!({ "batch": events }).to_string();
        let answer = self.client.post("/v1/batch", &body).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Posts a `track` event for each of `message_ids`, in one request, which must be accepted.
    pub(crate) fn track(&self, message_ids: &[&str]) {
        self.post(&message_ids.iter().map(|id| track(id)).collect::<Vec<_>>());
    }

    /// Waits until there are `count` deliveries and `is_enough` says yes to each of them.
    pub(crate) fn until_all(&self, count: usize, is_enough: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let ledger = self.ledger();
        until("deliveries", || {
            let found = deliveries(&ledger);
            let is_done = found.len() == count && found.iter().all(&is_enough);
            if is_done { Ok(found) } else { Err(format!("{}{}", texts(&ledger, &found), self.log())) }
        })
    }

    /// Waits until there are `count` deliveries and none is open; a line for each, as [`line`] has it.
    pub(crate) fn settled(&self, count: usize) -> String {
        let settled = self.until_all(count, |delivery| !delivery.state.is_open());
        texts(&self.ledger(), &settled)
    }

    /// The attempts of a delivery.
    pub(crate) fn attempts(&self, delivery: i64) -> Vec<Attempt> {
        self.ledger().attempts(delivery).unwrap()
    }

    /// How many deliveries are in `state`.
    pub(crate) fn count(&self, state: State) -> usize {
        self.deliveries().iter().filter(|delivery| delivery.state == state).count()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
            running.readers.into_iter().for_each(|reader| drop(reader.join()));
        }
    }
}

impl Client {
    /// For a daemon at `address`, with the write key `key`.
    pub(crate) fn at(address: SocketAddr) -> Client {
        Client { address: Arc::new(Mutex::new(address)), write_key: "key".to_owned() }
    }

    /// The same daemon with another write key.
    pub(crate) fn with_key(&self, write_key: &str) -> Client {
        Client { write_key: write_key.to_owned(), ..self.clone() }
    }

    /// Posts `body`. An error means that no whole answer came, so nothing is known.
    pub(crate) fn post(&self, path: &str, body: &str) -> std::io::Result<Answer> {
        let key = base64(format!("{}:", self.write_key).as_bytes());
        self.request("POST", path, &format!("Authorization: Basic {key}\r\nContent-Type: application/json\r\n"), body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "", "").unwrap()
    }

    /// Posts `body` again and again until it is acknowledged, as analytics libraries do, for 30 s at most.
    pub(crate) fn post_until_acknowledged(&self, path: &str, body: &str) {
        until("an acknowledgement", || match self.post(path, body) {
            Ok(answer) if answer.status == 200 => Ok(()),
            other => Err(format!("{other:?}")),
        });
    }

    /// Sends a request on a connection of its own and reads the answer.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<Answer> {
        let address = *self.address.lock().unwrap();
        let mut stream = TcpStream::connect_timeout(&address, WAIT_MAX)?;
        stream.set_read_timeout(Some(WAIT_MAX))?;
        stream.set_write_timeout(Some(WAIT_MAX))?;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        answer(&String::from_utf8_lossy(&bytes)).ok_or_else(|| std::io::Error::other("the answer broke off"))
    }
}

/// The answer that `text` is, if it is whole.
fn answer(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.to_lowercase();
    let length = length.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let is_whole = length.is_none_or(|length: usize| body.len() == length);
    is_whole.then(|| Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// The configuration of workspace `Acme` with the source `website`, whose write key is `key`, and then `more`.
pub(crate) fn config(more: &str) -> String {
    format!("[workspace]\nname = \"Acme\"\n[[source]]\nname = \"website\"\nwrite_key = \"key\"\n{more}")
}

/// A destination of `website` with the function of its own name, which finds `url` in its settings, and then `more`.
pub(crate) fn destination(name: &str, url: &str, more: &str) -> String {
    connected(name, name, url, more)
}

/// As [`destination`], with the function `function`.
pub(crate) fn connected(name: &str, function: &str, url: &str, more: &str) -> String {
    format!(
        "[[destination]]\nname = \"{name}\"\nsource = \"website\"\nfunction = \"{function}\"\nsettings = {{ url = \"{url}\" }}\nallow_net = [\"127.0.0.0/8\"]\n{more}\n"
    )
}

/// A `track` event with this `messageId`.
pub(crate) fn track(message_id: &str) -> Value {
    serde_json::json!({ "type": "track", "event": "E", "userId": "u", "messageId": message_id })
}

/// All deliveries, the oldest first.
pub(crate) fn deliveries(ledger: &Ledger) -> Vec<Delivery> {
    let mut deliveries = ledger.deliveries(&Selection::default(), 1_000_000).unwrap();
    deliveries.reverse();
    deliveries
}

/// A line for each of `deliveries`: `messageId destination state after N: reason`.
pub(crate) fn texts(ledger: &Ledger, deliveries: &[Delivery]) -> String {
    let lines = deliveries.iter().map(|delivery| {
        let selection = Selection { event: Some(delivery.event), ..Selection::default() };
        let event = ledger.events(&selection, 1).unwrap().pop().unwrap();
        let reason = delivery.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
        let (state, attempts) = (delivery.state.as_str(), delivery.attempts);
        format!("{} {} {state} after {attempts}{reason}\n", event.key, delivery.destination)
    });
    crate::harness::without_ports(&lines.collect::<String>())
}

/// Looks every 10 ms until `look` is content, for 30 s at most, and then fails with what it saw last.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let started = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(seen) => assert!(started.elapsed() < WAIT_MAX, "waited in vain for {what}; the last look saw:\n{seen}"),
        }
        std::thread::park_timeout(LOOK_EVERY);
    }
}

/// `exit N`, or the signal that ended it.
pub(crate) fn code(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit {code}"))
}

fn read_into(mut from: impl BufRead, to: &Mutex<String>) {
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
        to.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunk = |chunk: &[u8]| {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let number = at(0) << 16 | at(1) << 8 | at(2);
        let digit = |index: usize| match index <= chunk.len() {
            true => char::from(DIGITS[(number >> (18 - 6 * index)) as usize & 63]),
            false => '=',
        };
        [digit(0), digit(1), digit(2), digit(3)]
    };
    bytes.chunks(3).flat_map(chunk).collect()
}
