//! Links the JavaScript engine with the world of `wit/`.

use anyhow::Result;
use std::path::Path;
use wit_component::StringEncoding;

/// The engine as a component that has not loaded a script yet, and the script
/// that it wants to see first.
pub(crate) struct Engine {
    pub(crate) component: Vec<u8>,
    pub(crate) shim: String,
}

/// Links the engine for the world `destination` of the WIT package in `wit`.
pub(crate) fn link(wit: &Path) -> Result<Engine> {
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_path(wit)?;
    let world = resolve.select_world(&[package], Some("destination"))?;
    let (mut glue, metadata) = wit_dylib::create_with_metadata(&resolve, world, None);
    let shim = componentize_qjs::codegen::generate_shim(&resolve, &metadata);
    wit_component::embed_component_metadata(&mut glue, &resolve, world, StringEncoding::UTF8)?;

    let mut linker = wit_component::Linker::default();
    linker.encoder().validate(true);
    linker.library("componentize_qjs_runtime.wasm", componentize_qjs::default_runtime_wasm(), false)?;
    linker.library("wit-dylib.wasm", &glue, false)?;
    let adapter = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
    linker.encoder().adapter("wasi_snapshot_preview1", adapter)?;
    let component = crate::tables::give_runtime_its_table(&linker.encode()?)?;
    let component = crate::characters::count_many_at_once(&component)?;
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all()).validate_all(&component)?;
    Ok(Engine { component, shim })
}
