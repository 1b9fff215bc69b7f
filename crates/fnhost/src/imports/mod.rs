//! The interfaces of `fnhost:destination` that the host offers, one file each.
//! WASI's own interfaces come from `wasmtime-wasi` and `wasmtime-wasi-http`.

pub(crate) mod cache;
mod console;
mod crypto;
mod encoding;
mod requests;
mod url;

use crate::sandbox::Sandbox;
use wasmtime::component::{HasSelf, Linker};

pub(crate) mod bindings {
    //! Generated from `wit/`.
    wasmtime::component::bindgen!({
        path: "wit",
        world: "fnhost:destination/destination",
        imports: {
            "fnhost:destination/requests.send": async | store | trappable,
            "fnhost:destination/requests.[method]incoming.read": async | store | trappable,
            default: async | trappable,
        },
        exports: { default: async },
        with: {
            "fnhost:destination/encoding.decoder": super::encoding::StreamDecoder,
            "fnhost:destination/requests.incoming": super::requests::IncomingBody,
            "wasi:http": wasmtime_wasi_http::p3::bindings::http,
            "wasi:clocks": wasmtime_wasi::p3::bindings::clocks,
            "wasi:random": wasmtime_wasi::p3::bindings::random,
        },
    });
}

/// Adds all imports that a component may have.
pub(crate) fn add_to_linker(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    use bindings::fnhost::destination;
    fn itself(sandbox: &mut Sandbox) -> &mut Sandbox {
        sandbox
    }
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi::p3::add_to_linker(linker)?;
    wasmtime_wasi_http::p3::add_to_linker(linker)?;
    destination::console::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::cache::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::crypto::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::url::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::encoding::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::requests::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    add_module_loader(linker)
}

/// What the JavaScript engine asks for modules while a function is built; it
/// stays an import of the function, where there is nothing to load any more.
pub(crate) const MODULE_LOADER: &str = "local:init/module-loader";

fn add_module_loader(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    const REFUSAL: &str = "importing another file or package is not supported yet";
    let mut loader = linker.instance(MODULE_LOADER)?;
    loader.func_wrap("resolve", |_, (_, _): (String, String)| Ok((Err::<String, _>(REFUSAL.to_owned()),)))?;
    loader.func_wrap("load", |_, (_,): (String,)| Ok((Err::<String, _>(REFUSAL.to_owned()),)))
}
